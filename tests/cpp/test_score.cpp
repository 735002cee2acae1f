#include "catch.hpp"
#include "statistics.hpp"

#include <opgave/random.hpp>
#include <opgave/score.hpp>

#include <cmath>
#include <numeric>
#include <stdexcept>

using namespace opgave;

namespace {

bool near(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance; }

// Exact masses on 0 … n.
template <typename LogMass>
CountDistribution tabulate(int n, LogMass log_mass) {
    CountDistribution result;
    for (int k = 0; k <= n; ++k) {
        result.mass.push_back(std::exp(log_mass(static_cast<double>(k))));
    }
    return result;
}

CountDistribution negative_binomial(double size, double p, int n) {
    return tabulate(n, [&](double k) {
        return std::lgamma(size + k) - std::lgamma(size) - statistics::log_factorial(k) +
               size * std::log(p) + k * std::log1p(-p);
    });
}

CountDistribution binomial_distribution(int n, double p) {
    return tabulate(n, [&](double k) { return std::log(statistics::binomial_mass(n, p, k)); });
}

std::vector<std::int32_t> draws_of(Stream const& stream, int count, std::int64_t n, double p) {
    std::vector<std::int32_t> draws;
    for (int i = 0; i < count; ++i) {
        draws.push_back(
            static_cast<std::int32_t>(binomial(stream, static_cast<std::uint32_t>(i), 0, n, p)));
    }
    return draws;
}

}  // namespace

// R's scoringRules by way of scoringrules, tests/test_crps.py (Apache-2.0).
TEST_CASE("the CRPS of discrete distributions is that of scoringRules") {
    REQUIRE(near(crps(poisson_distribution(3.0), 1.0), 1.143447, 1e-6));
    REQUIRE(near(crps(poisson_distribution(2.3), 1.5), 0.5001159, 1e-7));
    REQUIRE(near(crps(poisson_distribution(1.5), -1.0), 1.840259, 1e-6));
    REQUIRE(near(crps(negative_binomial(7.0, 0.8, 200), 2.0), 0.3834322, 1e-7));
    REQUIRE(near(crps(negative_binomial(2.0, 0.5, 200), 1.5), 0.462963, 1e-6));
    REQUIRE(near(crps(negative_binomial(17.0, 0.1, 2000), -1.0), 132.0942, 1e-4));
    REQUIRE(near(crps(negative_binomial(11.0, 11.0 / 18.3, 400), 2.3), 3.149218, 1e-6));
    REQUIRE(near(crps(binomial_distribution(10, 0.9), 8), 0.6685115, 1e-7));
    REQUIRE(near(crps(binomial_distribution(10, 0.9), -8), 16.49896, 1e-5));
    REQUIRE(near(crps(binomial_distribution(10, 0.9), 18), 8.498957, 1e-6));
}

TEST_CASE("the CRPS of an ensemble is that of scoringRules") {
    std::vector<double> const draws{1.7812118, 0.5863797, 0.7038174,  -0.7743998, -0.2751647,
                                    1.1863249, 1.2990966, -0.3242982, -0.5968781, 0.9064937};
    REQUIRE(near(crps_ensemble(draws, -0.6042506, false), 0.6126602, 1e-7));
    REQUIRE_THROWS_AS(crps_ensemble({}, 0, false), std::invalid_argument);
    REQUIRE_THROWS_AS(crps_ensemble({1}, 0), std::invalid_argument);
}

TEST_CASE("a sample of counts scores as its draws do") {
    std::vector<std::int32_t> const counts{3, 5, 5, 9, 4};
    CountDistribution const shares = distribution_of(counts);
    CountDistribution const exact{shares.first, shares.mass};
    for (double const outcome : {-2.0, 3.0, 4.5, 5.0, 8.0, 12.0}) {
        std::vector<double> const draws(counts.begin(), counts.end());
        REQUIRE(near(crps(shares, outcome), crps_ensemble(draws, outcome), 1e-12));
        REQUIRE(near(crps(exact, outcome), crps_ensemble(draws, outcome, false), 1e-12));
    }
}

TEST_CASE("the fair CRPS does not depend on the size of the sample") {
    // The mean over 4,000 samples lies within five standard errors of the exact score: a false
    // alarm once in 1.7 million.
    constexpr double outcome = 9;
    double const exact = crps(binomial_distribution(20, 0.3), outcome);
    for (int const size : {2, 5}) {
        statistics::Sample fair;
        for (std::uint64_t i = 0; i < 4000; ++i) {
            Stream const stream(11, Purpose::backtest, i);
            fair.add(crps(distribution_of(draws_of(stream, size, 20, 0.3)), outcome));
        }
        REQUIRE(std::fabs(fair.mean - exact) < 5 * fair.std_error());
    }
}

TEST_CASE("of all distributions the true one has the best expected score") {
    CountDistribution const truth = binomial_distribution(12, 0.4);
    auto const expected_score = [&](CountDistribution const& forecast, auto score) {
        double total = 0;
        for (std::size_t k = 0; k < truth.mass.size(); ++k) {
            total += truth.mass[k] * score(forecast, static_cast<double>(k));
        }
        return total;
    };
    auto const logarithmic = [](auto const& f, double y) { return log_score(f, y, 1e-300); };
    for (double const p : {0.1, 0.35, 0.38, 0.42, 0.7}) {
        CountDistribution const other = binomial_distribution(12, p);
        REQUIRE(expected_score(truth, crps) < expected_score(other, crps));
        REQUIRE(expected_score(truth, logarithmic) < expected_score(other, logarithmic));
    }
}

TEST_CASE("a certain forecast is scored by its distance") {
    for (double const outcome : {-3.0, 7.0, 7.5, 100.0}) {
        REQUIRE(crps(certain_count(7), outcome) == std::fabs(outcome - 7));
    }
    REQUIRE(log_score(certain_count(7), 7, 0.01) == 0);
    REQUIRE(near(log_score(certain_count(7), 8, 0.01), -std::log(0.01), 1e-12));
    REQUIRE(near(log_score(certain_count(7), 6.5, 0.01), -std::log(0.01), 1e-12));
}

TEST_CASE("a Poisson distribution has its mean and variance, small or large") {
    for (double const mu : {0.0, 0.2, 1.0, 17.3, 900.0, 25'000.0}) {
        CountDistribution const poisson = poisson_distribution(mu);
        REQUIRE_NOTHROW(check(poisson));
        REQUIRE(near(mean(poisson), mu, 1e-9 * (1 + mu)));
        REQUIRE(near(standard_deviation(poisson), std::sqrt(mu), 1e-8 * (1 + mu)));
    }
    REQUIRE(poisson_distribution(0) == certain_count(0));
    REQUIRE_THROWS_AS(poisson_distribution(-1), std::invalid_argument);
}

TEST_CASE("what lies above the most that is possible is put on it") {
    CountDistribution const cut = at_most({2, {.25, .25, .25, .25}}, 3);
    REQUIRE(cut == CountDistribution{2, {.25, .75}});
    REQUIRE(at_most({2, {.5, .5}}, 1) == CountDistribution{1, {1}});
    REQUIRE(at_most({2, {.5, .5}}, 9) == CountDistribution{2, {.5, .5}});
}

TEST_CASE("quantiles and cumulative probabilities invert each other") {
    CountDistribution const forecast{3, {.125, .25, .25, .375}};
    REQUIRE(quantile(forecast, .125) == 3);
    REQUIRE(quantile(forecast, .13) == 4);
    REQUIRE(quantile(forecast, .625) == 5);
    REQUIRE(quantile(forecast, 1) == 6);
    REQUIRE(cumulative(forecast, 2.9) == 0);
    REQUIRE(cumulative(forecast, 3) == .125);
    REQUIRE(cumulative(forecast, 4.5) == .375);
    REQUIRE(cumulative(forecast, 6) == 1);
    REQUIRE_THROWS_AS(quantile(forecast, 0), std::invalid_argument);
}

TEST_CASE("the PIT of true forecasts is flat, exactly") {
    // Each outcome comes as often as the forecast says: the histogram is one everywhere.
    CountDistribution const truth{4, {.125, .5, .0625, .3125}};
    std::vector<Pit> pits;
    for (int k = 0; k < 16; ++k) {
        pits.push_back(pit(truth, quantile(truth, (k + 1) / 16.0)));
    }
    for (double const height : pit_histogram(pits)) {
        REQUIRE(near(height, 1, 1e-12));
    }
    for (double const level : {.5, .8, .95}) {
        REQUIRE(near(coverage(pits, level), level, 1e-12));
    }
}

TEST_CASE("the PIT of outcomes that were impossible lies at an end") {
    CountDistribution const forecast{4, {.5, .5}};
    auto const high = pit_histogram({pit(forecast, 9)});
    auto const low = pit_histogram({pit(forecast, 1)});
    REQUIRE(high.back() == 10);
    REQUIRE(low.front() == 10);
    REQUIRE(coverage({pit(forecast, 9), pit(forecast, 1)}, .95) == 0);
    REQUIRE_THROWS_AS(pit_histogram({}), std::invalid_argument);
}

TEST_CASE("the interval score is the width and a penalty for what lies outside") {
    REQUIRE(interval_score(10, 14, .8, 12) == 4);
    REQUIRE(near(interval_score(10, 14, .8, 15), 4 + 10, 1e-12));
    REQUIRE(near(interval_score(10, 14, .8, 8), 4 + 20, 1e-12));
    REQUIRE(near(brier(.7, true), .09, 1e-12));
    REQUIRE(near(brier(.7, false), .49, 1e-12));
}

TEST_CASE("too few independent forecasts have no interval of skill") {
    std::vector<double> const score(30, 1.0);
    std::vector<double> const baseline(30, 2.0);
    Skill const few = skill(score, baseline, 12, 19);
    REQUIRE(few.value == .5);
    REQUIRE(few.difference == -1);
    REQUIRE(std::isnan(few.low));
    Skill const enough = skill(score, baseline, 1, 20);
    REQUIRE(enough.low == .5);
    REQUIRE(enough.high == .5);
    REQUIRE_THROWS_AS(skill(score, {1.0}, 1, 20), std::invalid_argument);
    REQUIRE_THROWS_AS(skill(score, baseline, 0, 20), std::invalid_argument);
}

TEST_CASE("longer blocks widen the interval of forecasts that go together") {
    // Twenty runs of twelve equal scores: neighbours say the same.
    std::vector<double> score;
    std::vector<double> const baseline(240, 1.0);
    for (std::uint32_t run = 0; run < 20; ++run) {
        double const value = uniform(Stream(3, Purpose::backtest, 0).bits(run, 0)[0]);
        score.insert(score.end(), 12, value);
    }
    Skill const single = skill(score, baseline, 1, 20);
    Skill const blocks = skill(score, baseline, 12, 20);
    REQUIRE(single.value == blocks.value);
    REQUIRE(blocks.high - blocks.low > 2 * (single.high - single.low));
    REQUIRE(blocks == skill(score, baseline, 12, 20));
}
