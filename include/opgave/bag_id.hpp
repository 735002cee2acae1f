#pragma once
/// The identification of an object in the Dutch register of addresses and buildings (BAG):
/// municipality at creation (4 digits), object type (2), number (10).

#include <cstdint>
#include <string>
#include <string_view>

namespace opgave {

/// Object types of the BAG, with the digits that stand for them.
enum class BagObject : std::int8_t {
    verblijfsobject = 1,
    ligplaats = 2,
    standplaats = 3,
    pand = 10,
    nummeraanduiding = 20,
    openbare_ruimte = 30,
};

/// What is wrong with a text that should be a BAG identification.
enum class BagIdFault : std::int8_t {
    none,
    empty,
    leading_zero_dropped,  ///< 15 digits: a spreadsheet read the text as a number
    scientific_notation,   ///< `5,05E+14`: digits are lost for good
    not_digits,
    wrong_length,
    unknown_object,  ///< digits 5 and 6 name no object type
};

[[nodiscard]] BagIdFault check_bag_id(std::string_view text);

/// A valid BAG identification.
///
/// The municipality is the one that created the object; mergers do not change it.
/// Invariant: `check_bag_id(to_string())` is `none`.
class BagId {
public:
    /// Throws std::invalid_argument, with the fault and how to mend it, if `text` is not valid.
    explicit BagId(std::string_view text);

    [[nodiscard]] int municipality() const noexcept { return municipality_; }
    [[nodiscard]] BagObject object() const noexcept { return object_; }
    [[nodiscard]] std::int64_t number() const noexcept { return number_; }
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(BagId const&, BagId const&) = default;

private:
    std::int16_t municipality_;
    BagObject object_;
    std::int64_t number_;
};

/// The identification with all but its last two characters hidden, for messages.
[[nodiscard]] std::string mask_id(std::string_view id);

}  // namespace opgave
