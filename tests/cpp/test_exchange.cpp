#include "catch.hpp"
#include "exchange.hpp"
#include "statistics.hpp"

#include <cmath>
#include <vector>

using opgave::Purpose;
using opgave::detail::Exchange;
using opgave::detail::Proposals;
using opgave::detail::Sequence;

namespace {

// The shapes of two Gamma variables of mean one.
struct Pair {
    double rising_shape;
    double falling_shape;
};

}  // namespace

TEST_CASE("An exchange leaves both masses their distribution, and their product as it was") {
    // The mean and variance of what rises, and of what falls: five standard errors, false-alarm
    // rate 6e-7 each. Steps are taken one after the other, so that a fault would add up.
    std::vector<Pair> const pairs = {{4, 25}, {30, 2}, {1.5, 1.5}, {.7, 60}};
    constexpr int chains = 50'000;
    Sequence random(1, Purpose::gibbs, 0);
    Proposals proposals;
    Exchange exchange;
    for (auto const& [a, b] : pairs) {
        CAPTURE(a, b);
        std::vector<double> rising;
        std::vector<double> falling;
        for (int i = 0; i < chains; ++i) {
            rising.push_back(random.gamma(a) / a);
            falling.push_back(random.gamma(b) / b);
        }
        int moved = 0;
        for (int step = 0; step < 5; ++step) {
            exchange.begin();
            for (std::size_t i = 0; i < chains; ++i) {
                exchange.add({a, a * rising[i]}, {b, b * falling[i]});
            }
            exchange.draw(random, proposals);
            for (std::size_t i = 0; i < chains; ++i) {
                moved += exchange.factor(i) != 1 ? 1 : 0;
                rising[i] *= exchange.factor(i);
                falling[i] /= exchange.factor(i);
            }
        }
        CHECK(moved > 5 * chains * .8);
        auto const check = [](std::vector<double> const& values, double shape) {
            statistics::Sample sample;
            statistics::Sample squares;
            for (double const x : values) {
                sample.add(x);
                squares.add((x - 1) * (x - 1));
            }
            CHECK(std::fabs(sample.mean - 1) < 5 * sample.std_error());
            CHECK(std::fabs(squares.mean - 1 / shape) < 5 * squares.std_error());
        };
        check(rising, a);
        check(falling, b);
    }
}
