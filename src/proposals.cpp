#include "proposals.hpp"

#include "elementary.hpp"
#include "vectorised.hpp"

#include <bit>
#include <cmath>

namespace opgave::detail {

namespace {

// A block of words each: two of its normal variable, two of its uniform one.
OPGAVE_VECTORISED
void number(Stream stream, std::uint64_t first, std::size_t size, std::uint32_t* __restrict high,
            std::uint32_t* __restrict low, double* __restrict uniform) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        std::uint64_t const block = first + i;
        auto const bits = stream.bits(static_cast<std::uint32_t>(block),
                                      static_cast<std::uint32_t>(block >> 32U));
        high[i] = bits[0];
        low[i] = bits[1];
        uniform[i] = opgave::uniform(bits[2], bits[3]);
    }
}

// The last bit is not one of those that make the uniform number.
double with_sign(double x, std::uint32_t bit) noexcept {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ std::uint64_t{bit} << 63U);
}

// Box and Muller 1958, "A note on the generation of random normal deviates", Ann. Math. Statist.
// 29, from pairs of words, one of each half: in the first quadrant at the angle pi / 4 + x, then
// with signs.
OPGAVE_VECTORISED
void make_normals(std::size_t half, std::uint32_t const* __restrict high,
                  std::uint32_t const* __restrict low, double* __restrict first,
                  double* __restrict second) noexcept {
    for (std::size_t i = 0; i < half; ++i) {
        constexpr double half_pi = 1.57079632679489661923;
        double const x = (uniform(high[half + i], low[half + i]) - 0.5) * half_pi;
        // Of both, over the root of 2.
        double const radius = std::sqrt(-elementary::log(uniform(high[i], low[i])));
        double const sine = elementary::sin_series(x);
        double const cosine = elementary::cos_series(x);
        first[i] = with_sign(radius * (cosine - sine), low[i]);
        second[i] = with_sign(radius * (cosine + sine), low[half + i]);
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
    std::size_t const half = (size + 1) / 2;
    high_.resize(2 * half);
    low_.resize(2 * half);
    normal_.resize(2 * half);
    uniform_.resize(2 * half);
    number(random.stream(), random.take_blocks(2 * half), 2 * half, high_.data(), low_.data(),
           uniform_.data());
    make_normals(half, high_.data(), low_.data(), normal_.data(), normal_.data() + half);
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
