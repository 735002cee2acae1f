#include "../../src/binomial.hpp"
#include "../../src/elementary.hpp"
#include "catch.hpp"
#include "statistics.hpp"

#include <opgave/random.hpp>

#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

using namespace opgave;

TEST_CASE("Philox gives the known answers of Random123") {
    // Random123 tests/kat_vectors, philox4x32 10.
    CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) ==
          std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    std::uint32_t const ones = 0xffffffff;
    CHECK(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
          std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("A uniform number is never 0 and never 1") {
    std::uint32_t const ones = 0xffffffff;
    CHECK(uniform(0) > 0);
    CHECK(uniform(ones) < 1);
    CHECK(uniform(0, 0) > 0);
    CHECK(uniform(ones, ones) < 1);
}

TEST_CASE("Every part of an address changes the numbers") {
    std::set<std::array<std::uint32_t, 4>> seen;
    std::size_t count = 0;
    for (std::uint64_t const seed : {0ULL, 1ULL, 1ULL << 32U}) {
        for (Purpose const purpose : {Purpose::posterior, Purpose::exits, Purpose::causes}) {
            for (std::uint64_t const path : {0ULL, 1ULL, 1ULL << 32U, (1ULL << 56U) - 1}) {
                Stream const stream(seed, purpose, path);
                for (std::uint32_t const cell : {0U, 1U, 70'000U}) {
                    for (std::uint32_t const step : {0U, 1U, 65'535U}) {
                        for (std::uint32_t const attempt : {0U, 1U, 65'535U}) {
                            seen.insert(stream.bits(cell, step, attempt));
                            ++count;
                        }
                    }
                }
            }
        }
    }
    CHECK(seen.size() == count);
}

TEST_CASE("A path that does not fit the counter is refused") {
    CHECK_THROWS_AS(Stream(1, Purpose::exits, 1ULL << 56U), std::out_of_range);
}

TEST_CASE("exp, expm1 and log agree with the C library") {
    double worst = 0;
    for (int i = -40'000; i <= 40'000; ++i) {
        double const x = i / 1000.0;
        worst = std::max(worst, std::fabs(elementary::exp(x) / std::exp(x) - 1));
        if (i != 0) {
            worst = std::max(worst, std::fabs(elementary::expm1(x) / std::expm1(x) - 1));
        }
        double const y = std::exp(x / 2) * 1.000'123;
        if (std::fabs(y - 1) > 1e-3) {
            worst = std::max(worst, std::fabs(elementary::log(y) / std::log(y) - 1));
        }
    }
    CHECK(worst < 1e-15);
    CHECK(elementary::exp(0) == 1);
    CHECK(elementary::exp(-800) == 0);
    CHECK(elementary::log(1) == 0);
}

namespace {

// 100,000 draws against the exact distribution.
bool binomial_fits(std::int64_t n, double p) {
    int const draws = 100'000;
    Stream const stream(11, Purpose::exits, static_cast<std::uint64_t>(n));
    std::vector<double> observed(static_cast<std::size_t>(n) + 1, 0);
    for (int i = 0; i < draws; ++i) {
        observed[static_cast<std::size_t>(
            binomial(stream, static_cast<std::uint32_t>(i), 0, n, p))] += 1;
    }
    std::vector<double> expected;
    for (std::int64_t k = 0; k <= n; ++k) {
        expected.push_back(
            draws * statistics::binomial_mass(static_cast<double>(n), p, static_cast<double>(k)));
    }
    return statistics::chi_square(observed, expected).fits();
}

}  // namespace

TEST_CASE("Binomial draws have the exact distribution, small and large, rare and common") {
    // Chi-square, false-alarm rate 3e-7 each; inversion below a mean of 16, rejection above.
    for (std::int64_t const n : {1, 2, 7, 30, 100, 1000}) {
        for (double const p : {0.001, 0.03, 0.2, 0.5, 0.77, 0.999}) {
            CAPTURE(n, p);
            CHECK(binomial_fits(n, p));
        }
    }
}

TEST_CASE("Binomial draws at the ends are certain") {
    Stream const stream(1, Purpose::exits, 0);
    CHECK(binomial(stream, 0, 0, 0, 0.3) == 0);
    CHECK(binomial(stream, 0, 0, 1'000'000, 0) == 0);
    CHECK(binomial(stream, 0, 0, 1'000'000, 1) == 1'000'000);
    CHECK_THROWS_AS(binomial(stream, 0, 0, -1, 0.5), std::invalid_argument);
    CHECK_THROWS_AS(binomial(stream, 0, 0, 1, 1.5), std::invalid_argument);
}

TEST_CASE("Gamma draws have the mean and variance of their shape") {
    // Five standard errors: false-alarm rate 6e-7 each.
    for (double const shape : {0.3, 1.0, 4.0, 100.0}) {
        CAPTURE(shape);
        statistics::Sample sample;
        statistics::Sample squares;
        Stream const stream(3, Purpose::posterior, 5);
        for (std::uint32_t i = 0; i < 200'000; ++i) {
            double const x = gamma(stream, i, 1, shape);
            sample.add(x);
            squares.add((x - shape) * (x - shape));
        }
        CHECK(std::fabs(sample.mean - shape) < 5 * sample.std_error());
        CHECK(std::fabs(squares.mean - shape) < 5 * squares.std_error());
    }
}

TEST_CASE("Gamma draws of shape 3 follow Erlang's distribution") {
    int const draws = 100'000;
    int const bins = 40;
    Stream const stream(4, Purpose::posterior, 5);
    std::vector<double> observed(bins, 0);
    for (std::uint32_t i = 0; i < draws; ++i) {
        double const x = gamma(stream, i, 1, 3);
        double const below = 1 - std::exp(-x) * (1 + x + x * x / 2);
        observed[static_cast<std::size_t>(below * bins)] += 1;
    }
    CHECK(statistics::chi_square(observed, std::vector<double>(bins, draws / double(bins))).fits());
    CHECK_THROWS_AS(gamma(stream, 0, 0, 0), std::invalid_argument);
}

TEST_CASE("Batches of binomial draws have the exact distribution") {
    // Several sizes and chances side by side, 40,000 batches; chi-square, false-alarm rate 3e-7
    // each.
    struct Case {
        std::int64_t n;
        double p;
    };
    std::vector<Case> const cases = {{5, .1}, {60, .3}, {400, .04}, {400, .93}, {2000, .2}};
    int const draws = 40'000;
    std::vector<std::vector<double>> observed;
    for (Case const& c : cases) {
        observed.emplace_back(static_cast<std::size_t>(c.n) + 1, 0.0);
    }
    detail::BinomialBatch batch(cases.size());
    std::vector<std::int64_t> result(cases.size());
    for (int i = 0; i < draws; ++i) {
        for (std::size_t j = 0; j < cases.size(); ++j) {
            batch.add(static_cast<std::uint32_t>(j), cases[j].n,
                      detail::chance_of_probability(cases[j].p), result[j]);
        }
        batch.draw(Stream(8, Purpose::exits, static_cast<std::uint64_t>(i)), 3);
        for (std::size_t j = 0; j < cases.size(); ++j) {
            observed[j][static_cast<std::size_t>(result[j])] += 1;
        }
    }
    for (std::size_t j = 0; j < cases.size(); ++j) {
        std::vector<double> expected;
        for (std::int64_t k = 0; k <= cases[j].n; ++k) {
            expected.push_back(draws * statistics::binomial_mass(static_cast<double>(cases[j].n),
                                                                 cases[j].p,
                                                                 static_cast<double>(k)));
        }
        CAPTURE(j);
        CHECK(statistics::chi_square(observed[j], expected).fits());
    }
}
