#include "catch.hpp"

#include <opgave/scenario.hpp>

#include <limits>
#include <stdexcept>
#include <string>

using namespace opgave;

TEST_CASE("A plan of nothing and a plan of fractions are plans") {
    CHECK_NOTHROW(check(Scenario{}));
    CHECK_NOTHROW(check(Scenario{.inflow = {0, 2.5}, .adherence_sd = .25}));
}

TEST_CASE("A plan that cannot be is refused with its month") {
    try {
        check(Scenario{.inflow = {1, -2}});
        FAIL("a negative plan");
    } catch (std::invalid_argument const& error) {
        CHECK(std::string(error.what()).find("month 2") != std::string::npos);
    }
    double const infinite = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(check(Scenario{.inflow = {infinite}}), std::invalid_argument);
    CHECK_THROWS_AS(check(Scenario{.inflow = {1e19}}), std::invalid_argument);
    CHECK_THROWS_AS(check(Scenario{.inflow = {}, .adherence_sd = -.1}), std::invalid_argument);
    CHECK_THROWS_AS(check(Scenario{.inflow = {}, .adherence_sd = 1e-200}), std::invalid_argument);
}
