#include "proposals.hpp"

#include "elementary.hpp"
#include "vectorised.hpp"

#include <bit>
#include <cmath>

namespace opgave::detail {

namespace {

// The words of neighbouring blocks, the first of each before the second of each.
OPGAVE_VECTORISED
void number(Stream stream, std::uint64_t first, std::size_t blocks,
            std::uint32_t* __restrict word) noexcept {
    for (std::size_t i = 0; i < blocks; ++i) {
        std::uint64_t const block = first + i;
        auto const bits = stream.bits(static_cast<std::uint32_t>(block),
                                      static_cast<std::uint32_t>(block >> 32U));
        word[i] = bits[0];
        word[blocks + i] = bits[1];
        word[2 * blocks + i] = bits[2];
        word[3 * blocks + i] = bits[3];
    }
}

double with_sign(double x, std::uint32_t bit) noexcept {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ std::uint64_t{bit} << 63U);
}

// Box and Muller 1958, "A note on the generation of random normal deviates", Ann. Math. Statist.
// 29: in the first quadrant, at the angle pi / 4 + x; then with signs, by bits that are not of the
// uniform number.
OPGAVE_VECTORISED
void make_normals(std::size_t pairs, std::uint32_t const* __restrict high,
                  std::uint32_t const* __restrict low, std::uint32_t const* __restrict angle,
                  double* __restrict first, double* __restrict second) noexcept {
    for (std::size_t i = 0; i < pairs; ++i) {
        constexpr double half_pi = 1.57079632679489661923;
        double const x = (uniform(angle[i]) - 0.5) * half_pi;
        // Of both, over the root of 2.
        double const radius = std::sqrt(-elementary::log(uniform(high[i], low[i])));
        double const sine = elementary::sin_series(x);
        double const cosine = elementary::cos_series(x);
        first[i] = with_sign(radius * (cosine - sine), low[i]);
        second[i] = with_sign(radius * (cosine + sine), low[i] >> 1U);
    }
}

OPGAVE_VECTORISED
void make_uniforms(std::size_t size, std::uint32_t const* __restrict word,
                   double* __restrict result) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        result[i] = uniform(word[i]);
    }
}

// Marsaglia and Tsang, as in `Sequence::gamma`; what is rejected becomes negative.
OPGAVE_VECTORISED
void attempt(std::size_t size, double const* __restrict shape, double const* __restrict normal,
             double const* __restrict uniform, double* __restrict value) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        double const x = normal[i];
        double const d = shape[i] - 1.0 / 3;
        double const root = 1 + x / std::sqrt(9 * d);
        double const v = root * root * root;
        double const bound = 0.5 * x * x + d * (1 - v + elementary::log(v));
        double const drawn = elementary::log(uniform[i]) < bound ? d * v : -1;
        double const positive = root > 0 ? drawn : -1;
        value[i] = shape[i] >= 1 ? positive : -1;
    }
}

}  // namespace

void Proposals::draw(Sequence& random, std::size_t size) {
    std::size_t const pairs = (size + 1) / 2;
    std::size_t const blocks = (5 * pairs + 3) / 4;
    word_.resize(4 * blocks);
    normal_.resize(2 * pairs);
    uniform_.resize(2 * pairs);
    std::uint32_t* const word = word_.data();
    number(random.stream(), random.take_blocks(blocks), blocks, word);
    make_normals(pairs, word, word + pairs, word + 2 * pairs, normal_.data(),
                 normal_.data() + pairs);
    make_uniforms(2 * pairs, word + 3 * pairs, uniform_.data());
}

void draw_gammas(Sequence& random, Proposals& proposals, std::vector<double> const& shape,
                 std::vector<double>& value) {
    value.resize(shape.size());
    proposals.draw(random, shape.size());
    attempt(shape.size(), shape.data(), proposals.normal(), proposals.uniform(), value.data());
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (value[i] < 0) {
            value[i] = random.gamma(shape[i]);
        }
    }
}

}  // namespace opgave::detail
