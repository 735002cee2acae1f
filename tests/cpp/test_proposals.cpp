#include "catch.hpp"
#include "proposals.hpp"
#include "statistics.hpp"

#include <cmath>
#include <vector>

using opgave::Purpose;
using opgave::detail::draw_gammas;
using opgave::detail::Proposals;
using opgave::detail::Sequence;

namespace {

constexpr int bins = 40;

bool is_uniform(std::vector<double> const& observed) {
    double total = 0;
    for (double const n : observed) {
        total += n;
    }
    std::vector<double> const expected(observed.size(),
                                       total / static_cast<double>(observed.size()));
    return statistics::chi_square(observed, expected).fits();
}

// P(Gamma(shape) < x) of a whole shape.
double erlang(int shape, double x) {
    double term = std::exp(-x);
    double above = term;
    for (int i = 1; i < shape; ++i) {
        term *= x / i;
        above += term;
    }
    return 1 - above;
}

}  // namespace

TEST_CASE("Proposals are independent normals, each with a uniform number") {
    // Of odd and even sizes; each member of a batch, and neighbours and pairs of it together. Every
    // chi-square has a false-alarm rate of 3e-7.
    for (std::size_t const size : {1U, 2U, 7U, 16U}) {
        CAPTURE(size);
        Sequence random(1, Purpose::gibbs, size);
        Proposals proposals;
        std::vector<double> normal(bins, 0);
        std::vector<double> both(100, 0);    // a normal and its uniform number
        std::vector<double> paired(100, 0);  // a normal and that of the other half
        auto const tenth = [](double part) { return static_cast<std::size_t>(10 * part); };
        for (int i = 0; i < 40'000; ++i) {
            proposals.draw(random, size);
            auto const below = [&](std::size_t at) {
                return std::erfc(-proposals.normal()[at] / std::sqrt(2)) / 2;
            };
            std::size_t const at = static_cast<std::size_t>(i) % size;
            normal[static_cast<std::size_t>(bins * below(at))] += 1;
            both[10 * tenth(below(at)) + tenth(proposals.uniform()[at])] += 1;
            paired[10 * tenth(below(at)) + tenth(below((at + (size + 1) / 2) % size))] += 1;
        }
        CHECK(is_uniform(normal));
        CHECK(is_uniform(both));
        CHECK((size == 1 || is_uniform(paired)));
    }
}

TEST_CASE("Gamma variables drawn at once follow Erlang's distribution") {
    Sequence random(2, Purpose::gibbs, 0);
    Proposals proposals;
    std::vector<int> const whole = {1, 2, 3, 8, 30};
    std::vector<double> const shape(whole.begin(), whole.end());
    std::vector<std::vector<double>> observed(shape.size(), std::vector<double>(bins, 0));
    std::vector<double> value;
    for (int i = 0; i < 100'000; ++i) {
        draw_gammas(random, proposals, shape, value);
        for (std::size_t k = 0; k < shape.size(); ++k) {
            observed[k][static_cast<std::size_t>(bins * erlang(whole[k], value[k]))] += 1;
        }
    }
    for (std::size_t k = 0; k < shape.size(); ++k) {
        CAPTURE(shape[k]);
        CHECK(is_uniform(observed[k]));
    }
}

TEST_CASE("Gamma variables of any shape drawn at once have its mean and variance") {
    // Five standard errors: false-alarm rate 6e-7 each.
    Sequence random(3, Purpose::gibbs, 0);
    Proposals proposals;
    std::vector<double> const shape = {.1, .5, 1.2, 25.6, 4000.3};
    std::vector<statistics::Sample> sample(shape.size());
    std::vector<statistics::Sample> squares(shape.size());
    std::vector<double> value;
    for (int i = 0; i < 200'000; ++i) {
        draw_gammas(random, proposals, shape, value);
        for (std::size_t k = 0; k < shape.size(); ++k) {
            sample[k].add(value[k]);
            squares[k].add((value[k] - shape[k]) * (value[k] - shape[k]));
        }
    }
    for (std::size_t k = 0; k < shape.size(); ++k) {
        CAPTURE(shape[k]);
        CHECK(std::fabs(sample[k].mean - shape[k]) < 5 * sample[k].std_error());
        CHECK(std::fabs(squares[k].mean - shape[k]) < 5 * squares[k].std_error());
    }
}
