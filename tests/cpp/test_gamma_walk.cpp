#include "afford.hpp"
#include "catch.hpp"
#include "gamma_walk.hpp"
#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <tuple>
#include <vector>

using namespace opgave;
using detail::GammaWalk;

namespace {

GammaWalk walk(std::uint64_t path, double shape, std::uint32_t number = 0) {
    return {Stream(7, Purpose::cost, path), number, shape};
}

// P(X <= x) where X is the sum of k exponential times of mean one.
double erlang(int k, double x) {
    double term = std::exp(-x);
    double sum = 0;
    for (int i = 0; i < k; ++i) {
        sum += term;
        term *= x / (i + 1);
    }
    return 1 - sum;
}

// Kolmogorov and Smirnov: the greatest distance times the root of n. It exceeds 2.7 once in a
// million samples (2 exp(-2 2.7^2)).
template <typename Distribution>
double distance(std::vector<double> sample, Distribution const& distribution) {
    std::ranges::sort(sample);
    auto const n = static_cast<double>(sample.size());
    double worst = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        double const p = distribution(sample[i]);
        worst =
            std::max({worst, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
    }
    return worst * std::sqrt(n);
}

}  // namespace

TEST_CASE("The cost of n dwellings is Gamma distributed with n times the shape of one") {
    struct Case {
        double shape;
        std::int64_t n;
        int k;  // shape times n
    };
    for (auto const& [shape, n, k] :
         {Case{.5, 2, 1}, Case{.5, 6, 3}, Case{1, 1, 1}, Case{1, 13, 13}, Case{.25, 20, 5},
          Case{2, 7, 14}, Case{.125, 1000, 125}}) {
        std::vector<double> sums;
        for (std::uint64_t path = 0; path < 20'000; ++path) {
            sums.push_back(walk(path, shape).sum(n));
        }
        CAPTURE(shape, n);
        CHECK(distance(sums, [k = k](double x) { return erlang(k, x); }) < 2.7);
    }
}

TEST_CASE("The costs of one dwelling after another are independent draws of one distribution") {
    std::vector<double> costs;
    double products = 0;
    double squares = 0;
    for (std::uint64_t path = 0; path < 1500; ++path) {
        auto sums = walk(path, 1);
        double before = 0;
        double last = 1;
        for (std::int64_t n = 1; n <= 40; ++n) {
            double const cost = sums.sum(n) - before;
            before += cost;
            costs.push_back(cost);
            products += (cost - 1) * (last - 1);
            squares += (last - 1) * (last - 1) * (cost - 1) * (cost - 1);
            last = cost;
        }
    }
    CHECK(distance(costs, [](double x) { return 1 - std::exp(-x); }) < 2.7);
    CHECK(std::fabs(products) < 5 * std::sqrt(squares));  // a false alarm in 1.7 million
}

TEST_CASE("With exponential costs of one euro, x euros pay a Poisson number of dwellings") {
    // The definition of a Poisson process, which no bridge knows of.
    double const euros = 9.5;
    std::vector<double> observed(41, 0);
    for (std::uint64_t path = 0; path < 20'000; ++path) {
        auto sums = walk(path, 1);
        detail::Claim const claim{.count = 40, .unit = 1};
        auto const price = [&](auto const& counts) {
            return static_cast<std::int64_t>(std::ceil(sums.sum(counts[0]) * 1e9));
        };
        auto const taken =
            detail::afford({&claim, 1}, static_cast<std::int64_t>(euros * 1e9), price);
        ++observed[static_cast<std::size_t>(taken[0])];
    }
    std::vector<double> expected;
    double mass = std::exp(-euros);
    for (int n = 0; n <= 40; ++n) {
        expected.push_back(20'000 * mass);
        mass *= euros / (n + 1);
    }
    CHECK(statistics::chi_square(observed, expected).fits());
}

TEST_CASE("A sum does not depend on which sums were asked for before it") {
    std::mt19937 random(1);
    auto wandering = walk(3, .7, 5);
    auto other = walk(3, .7, 6);
    bool differs = false;
    double before = -1;
    for (int i = 0; i < 500; ++i) {
        auto const n = static_cast<std::int64_t>(random() % 3000);
        CHECK(wandering.sum(n) == walk(3, .7, 5).sum(n));
        differs = differs || (n > 0 && wandering.sum(n) != other.sum(n));
    }
    for (std::int64_t n = 0; n <= 3000; ++n) {
        double const sum = wandering.sum(n);
        CHECK(sum > before);
        before = sum;
    }
    CHECK(differs);
    wandering.begin(Stream(7, Purpose::cost, 4));
    CHECK(wandering.sum(77) == walk(4, .7, 5).sum(77));
}

TEST_CASE("Who can be paid is who can be paid one after the other") {
    std::mt19937 random(2);
    for (int round = 0; round < 2000; ++round) {
        std::vector<detail::Claim> claims(1 + random() % 4);
        std::vector<std::vector<std::int64_t>> costs;
        std::vector<std::tuple<double, std::size_t, std::int64_t>> turns;
        std::int64_t all = 0;
        for (std::size_t i = 0; i < claims.size(); ++i) {
            claims[i].count = static_cast<std::int64_t>(random() % 12);
            costs.emplace_back();
            for (std::int64_t j = 0; j < claims[i].count; ++j) {
                costs.back().push_back(static_cast<std::int64_t>(random() % 100));
                all += costs.back().back();
                turns.emplace_back(
                    (static_cast<double>(j) + .5) / static_cast<double>(claims[i].count), i,
                    costs.back().back());
            }
        }
        std::ranges::sort(turns);
        std::int64_t const supply = 1 + static_cast<std::int64_t>(random()) % (all + 2);
        std::vector<std::int64_t> wanted(claims.size(), 0);
        std::int64_t left = supply;
        for (auto const& [place, claim, cost] : turns) {
            if (cost > left) break;
            left -= cost;
            ++wanted[claim];
        }
        auto const price = [&](std::vector<std::int64_t> const& counts) {
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < counts.size(); ++i) {
                sum = std::accumulate(costs[i].begin(), costs[i].begin() + counts[i], sum);
            }
            return sum;
        };
        CHECK(detail::afford(claims, supply, price) == wanted);
        CHECK(price(detail::afford(claims, supply, price)) <= supply);
    }
    detail::Claim const one{.count = 3, .unit = 1};
    CHECK(detail::afford({&one, 1}, 0, [](auto const&) { return 0; }) ==
          std::vector<std::int64_t>{0});
}
