#include "gamma_batch.hpp"

#include "elementary.hpp"
#include "vectorised.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace opgave::detail {

namespace {

constexpr std::size_t capacity = 256;  // even

template <typename Value>
using Row = std::array<Value, capacity>;

// Four words per attempt: of its normal, then of what accepts it.
struct Words {
    Row<std::uint32_t> normal_high;
    Row<std::uint32_t> normal_low;
    Row<std::uint32_t> accept_high;
    Row<std::uint32_t> accept_low;
};

OPGAVE_VECTORISED
void number(Stream const& stream, std::uint64_t first, std::size_t size, Words& words) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        std::uint64_t const block = first + i;
        auto const bits = stream.bits(static_cast<std::uint32_t>(block),
                                      static_cast<std::uint32_t>(block >> 32U));
        words.normal_high[i] = bits[0];
        words.normal_low[i] = bits[1];
        words.accept_high[i] = bits[2];
        words.accept_low[i] = bits[3];
    }
}

// The last bit is not one of those that make the uniform number.
double with_sign(double x, std::uint32_t bit) noexcept {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ std::uint64_t{bit} << 63U);
}

// From pairs of words, one of each half: in the first quadrant at the angle pi / 4 + x, then with
// signs.
OPGAVE_VECTORISED
void make_normals(std::size_t half, Words const& words, Row<double>& normal) noexcept {
    for (std::size_t i = 0; i < half; ++i) {
        double const u = uniform(words.normal_high[i], words.normal_low[i]);
        double const v = uniform(words.normal_high[half + i], words.normal_low[half + i]);
        constexpr double half_pi = 1.57079632679489661923;
        double const x = (v - 0.5) * half_pi;
        double const radius = std::sqrt(-elementary::log(u));  // of both, over the root of 2
        double const sine = elementary::sin_series(x);
        double const cosine = elementary::cos_series(x);
        normal[i] = with_sign(radius * (cosine - sine), words.normal_low[i]);
        normal[half + i] = with_sign(radius * (cosine + sine), words.normal_low[half + i]);
    }
}

// Marsaglia and Tsang, as in `Sequence::gamma`; what is rejected becomes negative.
OPGAVE_VECTORISED
void attempt(std::size_t size, double const* __restrict shape, Words const& words,
             Row<double> const& normal, double* __restrict value) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        double const x = normal[i];
        double const d = shape[i] - 1.0 / 3;
        double const root = 1 + x / std::sqrt(9 * d);
        double const v = root * root * root;
        double const u = uniform(words.accept_high[i], words.accept_low[i]);
        double const bound = 0.5 * x * x + d * (1 - v + elementary::log(v));
        double const drawn = elementary::log(u) < bound ? d * v : -1;
        double const positive = root > 0 ? drawn : -1;
        value[i] = shape[i] >= 1 ? positive : -1;
    }
}

}  // namespace

void draw_gammas(Sequence& random, std::size_t size, double const* shape, double* value) {
    Words words;
    Row<double> normal;
    for (std::size_t done = 0; done < size; done += capacity) {
        std::size_t const now = std::min(capacity, size - done);
        std::size_t const half = (now + 1) / 2;
        number(random.stream(), random.take_blocks(2 * half), 2 * half, words);
        make_normals(half, words, normal);
        attempt(now, shape + done, words, normal, value + done);
    }
    for (std::size_t i = 0; i < size; ++i) {
        if (value[i] < 0) {
            value[i] = random.gamma(shape[i]);
        }
    }
}

}  // namespace opgave::detail
