#include "catch.hpp"
#include "net_mixture.hpp"
#include "normal.hpp"

#include <opgave/net_additions.hpp>
#include <opgave/random.hpp>

#include <cmath>
#include <numeric>
#include <stdexcept>

using namespace opgave;
using namespace opgave::detail;

namespace {

bool near(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance; }

double at_least(CountDistribution const& law, double k) { return 1 - cumulative(law, k - 1); }

// `net_housing_toy` of the reference numbers.
NetProjects toy() {
    NetProjects p;
    p.added = {220, 180, 150, 240, 120, 300, 90, 160, 110, 75};
    p.demolished = {0, 0, 40, 0, 0, 60, 0, 0, 0, 0};
    p.planned_months = {10, 18, 22, 26, 30, 33, 36, 38, 40, 41};
    p.fall_through = {.02, .05, .08, .12, .15, .2, .25, .3, .3, .35};
    for (double const median : {2, 4, 5, 6, 7, 8, 9, 9, 9, 9}) {
        p.delay_log_mean.push_back(std::log(median));
    }
    p.delay_log_sd = {.6, .7, .7, .8, .8, .9, .9, .9, .9, .9};
    return p;
}

NetProjects one(double fall_through, double planned_months) {
    return {{7}, {2}, {planned_months}, {fall_through}, {1.5}, {0.7}};
}

double cdf(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

}  // namespace

TEST_CASE("the normal distribution is that of the C library, far into its tail") {
    for (double x = -37; x <= 36.5; x += 0.0625) {
        double const reference = std::erfc(x / std::sqrt(2.0)) / 2;
        REQUIRE(near(upper_tail(x) / reference, 1, 1e-8));
        REQUIRE(near(upper_tail(x), reference, 1e-15));
    }
    REQUIRE(upper_tail(1e9) == 0);
    REQUIRE(upper_tail(-1e9) == 1);
}

TEST_CASE("quantiles of the normal distribution invert it") {
    for (double const p : {1e-200, 1e-9, 0.001, 0.02, 0.3, 0.5, 0.77, 0.999, 1 - 1e-12}) {
        REQUIRE(near(normal_cdf(normal_quantile(p)) / p, 1, 1e-11));
    }
    REQUIRE(near(normal_quantile(0.975), 1.959963984540054, 1e-12));
    REQUIRE(std::isinf(normal_quantile(0)));
    REQUIRE(std::isinf(normal_quantile(1)));
}

TEST_CASE("a tail beyond a bound is a share, also where both underflow") {
    REQUIRE(near(upper_tail_beyond(2, 1), upper_tail(2) / upper_tail(1), 1e-15));
    REQUIRE(upper_tail_beyond(1, 1) == 1);
    double const share = upper_tail_beyond(40.01, 40);
    REQUIRE(share > 0.66);
    REQUIRE(share < 0.68);
}

// The moments of a standard normal: 1, 0, 1, 0, 3, 0, 15, …: exact for polynomials below degree 64.
TEST_CASE("the nodes integrate polynomials against the normal density") {
    auto const nodes = normal_nodes(32);
    double factorial = 1;
    for (int degree = 0; degree <= 20; degree += 2) {
        double even = 0;
        double odd = 0;
        for (auto const& [z, weight] : nodes) {
            even += weight * std::pow(z, degree);
            odd += weight * std::pow(z, degree + 1);
        }
        REQUIRE(near(even / factorial, 1, 1e-10));
        REQUIRE(near(odd / factorial, 0, 1e-9));
        factorial *= degree + 1;
    }
}

// reference.json, `net_housing_toy`.
TEST_CASE("net additions of the toy have the reference distribution") {
    auto const law = net_additions(toy(), 48, {.rho_delay = .35, .rho_fall_through = .25});
    REQUIRE(near(mean(law), 1107.517489, 1e-5));
    REQUIRE(near(standard_deviation(law), 300.267264, 1e-5));
    REQUIRE(near(at_least(law, 800), 0.83213002, 1e-7));
    REQUIRE(near(at_least(law, 1000), 0.65202581, 1e-7));
    REQUIRE(near(at_least(law, 1200), 0.45334002, 1e-7));
    auto const apart = net_additions(toy(), 48);
    REQUIRE(near(mean(apart), 1078.963124, 1e-5));
    REQUIRE(near(standard_deviation(apart), 199.20723, 1e-5));
    REQUIRE(near(at_least(apart, 1000), 0.65347229, 1e-7));
    REQUIRE(near(at_least(apart, 1200), 0.3170621, 1e-7));
}

TEST_CASE("without a common factor the distribution is the product law of every subset") {
    NetProjects const p{{5, 3, 8, 2},      {0, 4, 1, 0},    {3, 8, 11, 14},
                        {.1, .2, .4, .05}, {1, 2, 1.5, .3}, {.5, .6, .7, .8}};
    double const deadline = 15;
    auto const law = net_additions(p, deadline);
    std::vector<double> chance;
    for (std::size_t i = 0; i < 4; ++i) {
        double const score =
            (std::log(deadline - p.planned_months[i]) - p.delay_log_mean[i]) / p.delay_log_sd[i];
        chance.push_back((1 - p.fall_through[i]) * cdf(score));
    }
    std::vector<double> mass(40, 0.0);
    for (unsigned set = 0; set < 16; ++set) {
        double probability = 1;
        std::int64_t sum = 10;
        for (std::size_t i = 0; i < 4; ++i) {
            bool const is_in = (set >> i & 1U) != 0;
            probability *= is_in ? chance[i] : 1 - chance[i];
            sum += is_in ? p.added[i] - p.demolished[i] : 0;
        }
        mass[static_cast<std::size_t>(sum)] += probability;
    }
    for (std::int64_t value = -10; value < 30; ++value) {
        double const found = cumulative(law, static_cast<double>(value)) -
                             cumulative(law, static_cast<double>(value) - 1);
        REQUIRE(near(found, mass[static_cast<std::size_t>(value + 10)], 1e-12));
    }
}

TEST_CASE("the chance of falling through and of each delay does not depend on the common factor") {
    for (double const rho : {0.1, 0.35, 0.6, 0.9}) {
        auto const kept = net_additions(one(0.3, 2), 1e9, {.rho_fall_through = rho});
        REQUIRE(near(at_least(kept, 5), 0.7, 2e-4));
        auto const on_time = net_additions(one(0, 2), 8, {.rho_delay = rho});
        REQUIRE(near(at_least(on_time, 5), cdf((std::log(6) - 1.5) / 0.7), 2e-4));
    }
}

TEST_CASE("a common factor raises the mean, as kept and on time go together") {
    REQUIRE(mean(net_additions(toy(), 48, {.35, .25})) > mean(net_additions(toy(), 48)) + 20);
}

TEST_CASE("at least k falls with k and rises with the deadline") {
    double last = 0;
    for (double const months : {5.0, 12.0, 24.0, 30.0, 40.0, 48.0, 60.0, 120.0}) {
        auto const law = net_additions(toy(), months, {.35, .25});
        REQUIRE(at_least(law, 500) >= last - 1e-12);
        last = at_least(law, 500);
        REQUIRE(near(std::accumulate(law.mass.begin(), law.mass.end(), 0.0), 1, 1e-9));
        for (double const mass : law.mass) {
            REQUIRE(mass >= 0);
        }
    }
}

// False alarms: a bound of 4 standard errors, about 6e-5.
TEST_CASE("a simulation of the same projects agrees") {
    auto const p = toy();
    CommonFactor const factor{.35, .25};
    constexpr int paths = 40'000;
    double reached = 0;
    for (std::uint64_t path = 0; path < paths; ++path) {
        Stream const stream(11, Purpose::backtest, path);
        double const z = normal(stream, 0, 0);
        std::int64_t sum = 0;
        for (std::uint32_t i = 0; i < 10; ++i) {
            double const fate = std::sqrt(factor.rho_fall_through) * z -
                                std::sqrt(1 - factor.rho_fall_through) * normal(stream, i + 1, 0);
            double const late = std::sqrt(factor.rho_delay) * z +
                                std::sqrt(1 - factor.rho_delay) * normal(stream, i + 1, 1);
            bool const is_kept = fate < -normal_quantile(p.fall_through[i]);
            double const delay = std::exp(p.delay_log_mean[i] + p.delay_log_sd[i] * late);
            if (is_kept && p.planned_months[i] + delay < 48) {
                sum += p.added[i] - p.demolished[i];
            }
        }
        reached += sum >= 1000 ? 1 : 0;
    }
    double const exact = at_least(net_additions(p, 48, factor), 1000);
    REQUIRE(near(reached / paths, exact, 4 * std::sqrt(exact * (1 - exact) / paths)));
}

TEST_CASE("projects that cannot be are refused with their row") {
    auto p = toy();
    p.fall_through[3] = 1.2;
    REQUIRE_THROWS_WITH(net_additions(p, 48), "fall_through must lie in [0, 1], got 1.2 at row 3");
    p = toy();
    p.added[2] = -1;
    REQUIRE_THROWS_WITH(net_additions(p, 48), "added must be >= 0, got -1 at row 2");
    p = toy();
    p.delay_log_sd.pop_back();
    REQUIRE_THROWS_AS(net_additions(p, 48), std::invalid_argument);
    REQUIRE_THROWS_AS(net_additions({}, 48), std::invalid_argument);
    REQUIRE_THROWS_AS(net_additions(toy(), 48, {.rho_delay = 1}), std::invalid_argument);
}

TEST_CASE("a lattice keeps the mean of what is split over it") {
    std::vector<Item> const items{
        {{{.sizes = sizes_of(7), .log_limit = 1}}},
        {{{.sizes = sizes_of(11), .lost_if_kept = 5, .lost_if_completed = 5, .log_limit = 2}}}};
    std::vector<Component> const components{{0.3, 1, {{.fall_score = -1, .log_mean = 1.2}}}};
    auto const fine = mix(items, components, {}, 0).distribution;
    auto const coarse = mix(items, components, {}, 0, 4).distribution;
    REQUIRE(near(mean(fine), mean(coarse), 1e-12));
    REQUIRE(standard_deviation(coarse) >= standard_deviation(fine));
}
