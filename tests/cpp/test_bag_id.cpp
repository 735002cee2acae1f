#include "catch.hpp"

#include <opgave/bag_id.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace opgave;

namespace {

std::string padded(int value, std::size_t width) {
    auto const digits = std::to_string(value);
    return std::string(width - digits.size(), '0') + digits;
}

std::vector<int> const objects{1, 2, 3, 10, 20, 30};

bool is_object(int digits) {
    for (int const object : objects) {
        if (object == digits) return true;
    }
    return false;
}

std::string message_of(std::string const& text) {
    try {
        (void)BagId{text};
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("every municipality and object is read and written back") {
    int wrong = 0;
    for (int municipality = 0; municipality < 10000; municipality += 7) {
        for (int const object : objects) {
            auto const text = padded(municipality, 4) + padded(object, 2) + "0000012345";
            BagId const id{text};
            bool const same = id.municipality() == municipality &&
                              static_cast<int>(id.object()) == object && id.number() == 12345;
            if (!same || id.to_string() != text || !(BagId{id.to_string()} == id)) ++wrong;
        }
    }
    CHECK(wrong == 0);
    CHECK(BagId{"9999309999999999"}.to_string() == "9999309999999999");
    CHECK(BagId{"9999309999999999"}.number() == 9999999999);
    CHECK(BagId{"0505010000000000"}.number() == 0);
}

TEST_CASE("digits 5 and 6 name one of six objects") {
    for (int digits = 0; digits < 100; ++digits) {
        auto const fault = check_bag_id("0505" + padded(digits, 2) + "0000012345");
        CHECK(fault == (is_object(digits) ? BagIdFault::none : BagIdFault::unknown_object));
    }
}

TEST_CASE("identifications are the same if all three parts are") {
    BagId const id{"0505010000012345"};
    CHECK(id == BagId{"0505010000012345"});
    CHECK_FALSE(id == BagId{"0505010000012346"});
    CHECK_FALSE(id == BagId{"0505100000012345"});
    CHECK_FALSE(id == BagId{"0506010000012345"});
}

TEST_CASE("each length but sixteen is wrong") {
    std::string const digits = "05050100000123450505";
    for (std::size_t length = 1; length <= digits.size(); ++length) {
        auto const fault = check_bag_id(digits.substr(0, length));
        CHECK(fault == (length == 16 ? BagIdFault::none : BagIdFault::wrong_length));
    }
}

TEST_CASE("a lost leading zero is recognised where padding mends it") {
    CHECK(check_bag_id("505010000012345") == BagIdFault::leading_zero_dropped);
    CHECK(check_bag_id("0505010000012345") == BagIdFault::none);
    CHECK(check_bag_id("050501000001234") == BagIdFault::wrong_length);
}

TEST_CASE("scientific notation is told from other text") {
    for (auto const* text : {"5,05E+14", "5.05E+14", "5E14", "5.05010000012345e14", "5,05E-14"}) {
        CAPTURE(text);
        CHECK(check_bag_id(text) == BagIdFault::scientific_notation);
    }
    for (auto const* text :
         {"E14", "5.E14", ",05E14", "5.05E", "5.05E+", "5E1x", "x5E14", "050501000001234x",
          " 0505010000012345", "0505 010000012345", "-505010000012345", "505010000012345.0"}) {
        CAPTURE(text);
        CHECK(check_bag_id(text) == BagIdFault::not_digits);
    }
    CHECK(check_bag_id("") == BagIdFault::empty);
}

TEST_CASE("an error says the rule, the masked value and the mend") {
    CHECK(message_of("505010000012345") ==
          "a BAG identification must have 16 digits, got 15: \"*************45\", a leading zero "
          "is lost; put a 0 in front and keep the column as text");
    CHECK(message_of("0505040000012345").find("got 04 in \"**************45\"") !=
          std::string::npos);
    for (auto const* text :
         {"", "5,05E+14", "05050100000123x5", "123", "505010000012345", "0505040000012345"}) {
        CAPTURE(text);
        auto const message = message_of(text);
        CHECK(message.find("must") != std::string::npos);
        CHECK(message.find("; ") != std::string::npos);
        CHECK(message.find("0000012345") == std::string::npos);
    }
}

TEST_CASE("a mask shows the last two characters only") {
    CHECK(mask_id("0505010000012345") == "**************45");
    CHECK(mask_id("A-1") == "*-1");
    CHECK(mask_id("ab") == "ab");
    CHECK(mask_id("a") == "a");
    CHECK(mask_id("").empty());
    CHECK(mask_id("Krispijné") == "*******né");
    CHECK(mask_id("éé€€") == "**€€");
    CHECK(mask_id(std::string(1'000'000, '7')).size() < 100);
}
