#include "../../src/binomial_batch.hpp"
#include "../../src/elementary.hpp"
#include "catch.hpp"
#include "statistics.hpp"

#include <opgave/random.hpp>

#include <algorithm>
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

TEST_CASE("Sines and cosines of small angles agree with the C library") {
    double worst = 0;
    for (int i = -800; i <= 800; ++i) {
        double const x = i / 1000.0;
        worst = std::max(worst, std::fabs(elementary::cos_series(x) / std::cos(x) - 1));
        if (i != 0) {
            worst = std::max(worst, std::fabs(elementary::sin_series(x) / std::sin(x) - 1));
        }
    }
    CHECK(worst < 1e-15);
    CHECK(elementary::sin_series(0) == 0);
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
    // Chi-square, false-alarm rate 3e-7 each; inversion below a mean of 10, rejection above.
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

namespace {

struct Case {
    double n;
    double p;
};

// Small and large counts, chances near 0, 1/2 and 1, and means on both sides of the limit of
// inversion.
std::vector<Case> const cases = {
    {1, .5},         {2, .3},           {3, .9},         {5, .1},         {60, .3},
    {400, .04},      {400, .93},        {2000, .2},      {20, .499999},   {20, .5},
    {20, .500001},   {19, .5},          {21, .5},        {1e6, 9.999e-6}, {1e6, 1e-5},
    {1e6, 1.001e-5}, {1e6, 1 - 9.9e-6}, {1e6, 1 - 2e-5}, {1e8, 1e-9},     {100, .1},
    {1000, 1e-3},    {128, 1 - 1e-3},   {333, .5},       {4096, 3e-3},    {2e9, 2e-8}};

detail::Chance chance_of(Case const& one) { return detail::chance_of_probability(one.p); }

// Cases over and over, by cell and lane; the chances stand in the opposite order.
struct Cells {
    explicit Cells(std::vector<Case> const& of, std::size_t copies = 1)
        : chances(of.size() * copies / detail::lanes) {
        std::size_t const cells = of.size() * copies / detail::lanes;
        for (std::size_t i = 0; i < cells * detail::lanes; ++i) {
            std::size_t const cell = i / detail::lanes;
            cases.push_back(of[i % of.size()]);
            n.push_back(cases[i].n);
            chances.set(cells - 1 - cell, i % detail::lanes, chance_of(cases[i]));
        }
        for (std::size_t cell = 0; cell < cells; ++cell) {
            chance_of_cell.push_back(static_cast<std::uint32_t>(cells - 1 - cell));
        }
        left = n;
        result.assign(n.size(), -1);
    }

    // What is drawn anew from all.
    detail::BinomialBatch::Draws draws() {
        left = n;
        return {chances, chance_of_cell, left, result};
    }

    // How many differ from what they draw alone by the numbers from a cell on.
    std::size_t different(std::uint64_t path, std::uint32_t first, std::uint32_t step) const {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < n.size(); ++i) {
            Stream const stream(5, Purpose::causes, path + i % detail::lanes);
            auto const cell = first + static_cast<std::uint32_t>(i / detail::lanes);
            auto const source = [&](std::uint32_t attempt) {
                return detail::batch_words(stream, cell, step, attempt);
            };
            auto const alone =
                detail::draw_binomial(source, static_cast<std::int64_t>(n[i]), chance_of(cases[i]));
            sum += static_cast<double>(alone) == result[i] && left[i] + result[i] == n[i] ? 0 : 1;
        }
        return sum;
    }

    std::vector<Case> cases;
    std::vector<double> n;
    detail::Chances chances;
    std::vector<std::uint32_t> chance_of_cell;
    std::vector<double> left;
    std::vector<double> result;
};

}  // namespace

TEST_CASE("Batches of binomial draws have the exact distribution") {
    // 40 copies of the cases side by side in 2,000 batches; chi-square of the distance from the
    // mean, false-alarm rate 3e-7 each.
    std::size_t const copies = 40;
    int const batches = 2000;
    int const reach = 200;  // from the mean, in steps of one
    double const draws = static_cast<double>(copies) * batches;
    Cells cells(cases, copies);
    std::vector<std::vector<double>> observed(cases.size(), std::vector<double>(2 * reach + 3, 0));
    auto const slot = [](Case const& c, double k) {
        return static_cast<std::size_t>(
            std::clamp(k - std::floor(c.n * c.p) + reach + 1, 0.0, 2.0 * reach + 2));
    };
    detail::BinomialBatch batch;
    for (int i = 0; i < batches; ++i) {
        Stream const stream(8, Purpose::exits, static_cast<std::uint64_t>(i) * detail::lanes);
        batch.take({stream, 3}, 64, cells.draws());
        for (std::size_t j = 0; j < cells.n.size(); ++j) {
            observed[j % cases.size()][slot(cells.cases[j], cells.result[j])] += 1;
        }
    }
    for (std::size_t j = 0; j < cases.size(); ++j) {
        auto const [trials, p] = cases[j];
        std::vector<double> expected(observed[j].size(), 0);
        double const first = std::max(0.0, std::floor(trials * p) - 5 * reach);
        double const last = std::min(trials, std::floor(trials * p) + 5 * reach);
        for (double k = first; k <= last; ++k) {
            expected[slot(cases[j], k)] += draws * statistics::binomial_mass(trials, p, k);
        }
        CAPTURE(j, trials, p);
        CHECK(statistics::chi_square(observed[j], expected).fits());
    }
}

TEST_CASE("A batch draws what each of its cells draws alone") {
    Cells cells(cases, 48);
    detail::BinomialBatch batch;
    for (std::uint32_t step = 0; step < 40; ++step) {
        detail::StepNumbers const numbers{Stream(5, Purpose::causes, 16), step};
        batch.take(numbers, 64, cells.draws());
        CHECK(cells.different(16, 64, step) == 0);
        detail::CellWords words(cells.n.size() / detail::lanes + 5);
        words.number(numbers, 96);
        batch.take(numbers, 101, words, 5, cells.draws());
        CHECK(cells.different(16, 101, step) == 0);
    }
}

TEST_CASE("Neighbouring cells are numbered as each of them alone") {
    detail::CellWords words(50);
    words.number({Stream(5, Purpose::exits, 8), 7}, 96);
    for (std::uint32_t cell = 0; cell < 50; ++cell) {
        for (std::uint32_t lane = 0; lane < detail::lanes; ++lane) {
            Stream const stream(5, Purpose::exits, 8 + lane);
            CHECK(detail::batch_words(stream, 96 + cell, 7, 0) ==
                  detail::Words{words.first(cell)[lane], words.second(cell)[lane]});
        }
    }
}

TEST_CASE("A batch without doubt draws what is certain") {
    Cells cells({{0, .3}, {7, 0}, {7, 1}, {1e6, 1}}, 2);
    detail::BinomialBatch batch;
    batch.take({Stream(1, Purpose::exits, 0), 0}, 0, cells.draws());
    CHECK(cells.result == std::vector<double>{0, 0, 7, 1e6, 0, 0, 7, 1e6});
    CHECK(cells.left == std::vector<double>{0, 7, 0, 0, 0, 7, 0, 0});
    Cells nobody(std::vector<Case>(8, {0, .3}));
    batch.take({Stream(1, Purpose::exits, 0), 0}, 0, nobody.draws());
    CHECK(nobody.result == std::vector<double>(8, 0));
}

TEST_CASE("The squeezes decide as the density does") {
    // Proposals whose verdict the bounds give, against the density by the C library.
    for (Case const& c : {Case{25, .4}, Case{200, .05}, Case{1000, .3}, Case{1e5, 1e-3},
                          Case{1e6, .5}, Case{1e8, 1e-4}}) {
        detail::Transformed const t(c.n, c.p, 1 - c.p);
        double const mode = std::floor((c.n + 1) * c.p);
        std::size_t wrong = 0;
        std::size_t decided = 0;
        for (std::uint32_t i = 0; i < 50'000; ++i) {
            Stream const stream(6, Purpose::exits, 0);
            auto const words = detail::batch_words(stream, i, 0, 0);
            auto const proposal = detail::propose(t, uniform(words[0]), uniform(words[1]));
            if (proposal.k < 0 || proposal.k > c.n) {
                wrong += detail::is_accepted(t, 1 - c.p, proposal) ? 1 : 0;
                continue;
            }
            double const excess = std::log(proposal.height) -
                                  std::log(statistics::binomial_mass(c.n, c.p, proposal.k) /
                                           statistics::binomial_mass(c.n, c.p, mode));
            decided += detail::judge(t, proposal) == detail::verdict::open ? 0 : 1;
            // The reference loses digits where n is large.
            bool const is_clear = std::fabs(excess) > 1e-6;
            bool const accepts = detail::is_accepted(t, 1 - c.p, proposal);
            wrong += is_clear && accepts != (excess < 0) ? 1 : 0;
        }
        CAPTURE(c.n, c.p, decided);
        CHECK(wrong == 0);
        CHECK(decided > 25'000);
    }
}
