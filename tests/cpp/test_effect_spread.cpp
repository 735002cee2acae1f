#include "catch.hpp"
#include "effect_spread.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

using namespace opgave::detail;

TEST_CASE("The density of a spread is the marginal likelihood of the counts") {
    // Against a sum over the places, one by one: they differ by a constant.
    SpreadGrid const grid(0.5);
    for (std::size_t const places : {1U, 9U, 100U}) {
        CAPTURE(places);
        GroupCounts counts;
        for (std::size_t i = 0; i < places; ++i) {
            counts.events.push_back(static_cast<double>(i * i % 7));
            counts.expected.push_back(.1 + static_cast<double>(i % 13));
        }
        EffectSpread law(grid, counts.events);
        law.expect(counts.expected);
        auto const slow = [&](std::size_t g) {
            double const nu = 1 / (grid.spread[g] * grid.spread[g]);
            return grid.log_prior[g] + log_marginal(counts, nu, nu);
        };
        double const constant = law.log_density(0) - slow(0);
        for (std::size_t g = 1; g < SpreadGrid::points; ++g) {
            CHECK(std::fabs(law.log_density(g) - slow(g) - constant) <
                  1e-9 * (1 + std::fabs(constant)));
        }
    }
}
