#include <opgave/bag_id.hpp>

#include "bag_id_text.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace opgave {

namespace {

constexpr std::size_t id_length = 16;
constexpr std::string_view object_list =
    "01 verblijfsobject, 02 ligplaats, 03 standplaats, 10 pand, 20 nummeraanduiding, "
    "30 openbare ruimte";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_scientific(std::string_view text) {
    auto const e = text.find_first_of("eE");
    if (e == std::string_view::npos) return false;
    auto exponent = text.substr(e + 1);
    if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-')) exponent.remove_prefix(1);
    auto const mantissa = text.substr(0, e);
    auto const mark = mantissa.find_first_of(".,");
    bool const is_number =
        mark == std::string_view::npos
            ? is_digits(mantissa)
            : is_digits(mantissa.substr(0, mark)) && is_digits(mantissa.substr(mark + 1));
    return is_number && is_digits(exponent);
}

std::int64_t value_of(std::string_view digits) {
    std::int64_t value = 0;
    for (char const c : digits) value = 10 * value + (c - '0');
    return value;
}

bool is_object(std::int64_t digits) {
    constexpr std::array<std::int64_t, 6> objects{1, 2, 3, 10, 20, 30};
    return std::find(objects.begin(), objects.end(), digits) != objects.end();
}

std::string padded(std::int64_t value, std::size_t width) {
    auto const digits = std::to_string(value);
    return std::string(width - digits.size(), '0') + digits;
}

std::string must_have(std::string_view text) {
    return "a BAG identification must have 16 digits, got " + std::to_string(text.size()) + ": " +
           quote(mask_id(text));
}

}  // namespace

BagIdFault check_bag_id(std::string_view text) {
    if (text.empty()) return BagIdFault::empty;
    if (is_scientific(text)) return BagIdFault::scientific_notation;
    if (!is_digits(text)) return BagIdFault::not_digits;
    if (text.size() == id_length) {
        return is_object(value_of(text.substr(4, 2))) ? BagIdFault::none
                                                      : BagIdFault::unknown_object;
    }
    bool const lacks_zero = text.size() == id_length - 1 && is_object(value_of(text.substr(3, 2)));
    return lacks_zero ? BagIdFault::leading_zero_dropped : BagIdFault::wrong_length;
}

BagIdText describe(BagIdFault fault, std::string_view text) {
    switch (fault) {
        case BagIdFault::none:
            break;
        case BagIdFault::empty:
            return {"missing_id", "an identification must be given, got none",
                    "fill in the identification or remove the row"};
        case BagIdFault::leading_zero_dropped:
            return {"bag_id_leading_zero", must_have(text) + ", a leading zero is lost",
                    "put a 0 in front and keep the column as text"};
        case BagIdFault::scientific_notation:
            return {"bag_id_scientific",
                    "a BAG identification must have 16 digits, got scientific notation: " +
                        quote(mask_id(text)),
                    "export the column again as text, its last digits are lost here"};
        case BagIdFault::not_digits:
            return {"bag_id_digits",
                    "a BAG identification must hold digits only, got " + quote(mask_id(text)),
                    "remove everything that is not a digit"};
        case BagIdFault::wrong_length:
            return {"bag_id_length", must_have(text), "look the identification up in the BAG"};
        case BagIdFault::unknown_object:
            return {"bag_id_type",
                    "digits 5 and 6 of a BAG identification must name an object (" +
                        std::string{object_list} + "), got " + std::string{text.substr(4, 2)} +
                        " in " + quote(mask_id(text)),
                    "look the identification up in the BAG"};
    }
    throw std::invalid_argument("a fault of a BAG identification must be given, got none");
}

std::optional<BagIdText> bag_dwelling_fault(std::string_view text) {
    auto const fault = check_bag_id(text);
    if (fault != BagIdFault::none) return describe(fault, text);
    auto const object = text.substr(4, 2);
    if (object == "01") return std::nullopt;
    return BagIdText{
        "bag_id_type",
        "a dwelling must be a verblijfsobject (digits 5 and 6 are 01), got " + std::string{object} +
            " in " + quote(mask_id(text)),
        "use the identification of the verblijfsobject, not of its building or address"};
}

BagId::BagId(std::string_view text)
    : municipality_{0}, object_{BagObject::verblijfsobject}, number_{0} {
    if (auto const fault = check_bag_id(text); fault != BagIdFault::none) {
        auto const words = describe(fault, text);
        throw std::invalid_argument(words.message + "; " + words.fix);
    }
    municipality_ = static_cast<std::int16_t>(value_of(text.substr(0, 4)));
    object_ = static_cast<BagObject>(value_of(text.substr(4, 2)));
    number_ = value_of(text.substr(6));
}

std::string BagId::to_string() const {
    return padded(municipality_, 4) + padded(static_cast<std::int64_t>(object_), 2) +
           padded(number_, 10);
}

std::string mask_id(std::string_view id) {
    constexpr std::size_t most_stars = 32;
    auto shown = id.size();
    for (int characters = 0; shown > 0 && characters < 2;) {
        --shown;
        if (!continues_character(id[shown])) ++characters;
    }
    auto const stars = static_cast<std::size_t>(
        std::count_if(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(shown),
                      [](char byte) { return !continues_character(byte); }));
    return std::string(std::min(stars, most_stars), '*') + std::string{id.substr(shown)};
}

}  // namespace opgave
