#pragma once
// Exact binomial draws for the engine: `Source` gives the blocks of one address by attempt.

#include "elementary.hpp"

#include <opgave/random.hpp>

#include <array>
#include <cmath>
#include <cstdint>

namespace opgave::detail {

using Block = std::array<std::uint32_t, 4>;

// A probability with what its draws need: p <= 1/2 after exchanging success and failure.
struct Chance {
    double p = 0;  // of the rarer outcome
    double q = 1;
    bool exchanged = false;
};

// From a hazard h: success has probability 1 - exp(-h).
inline Chance chance_of_hazard(double h) noexcept {
    double const p = -elementary::expm1(-h);
    return p <= 0.5 ? Chance{p, 1 - p, false} : Chance{elementary::exp(-h), p, true};
}

inline Chance chance_of_probability(double p) noexcept {
    return p <= 0.5 ? Chance{p, 1 - p, false} : Chance{1 - p, p, true};
}

// The mean below which inversion is used. It is part of the specification: it fixes the bits.
inline constexpr double inversion_limit = 16;

inline double power(double base, std::int64_t exponent) noexcept {
    double result = 1;
    for (; exponent > 0; exponent >>= 1) {
        result = (exponent & 1) != 0 ? result * base : result;
        base *= base;
    }
    return result;
}

// A count, and a uniform number in (0, 1) that is independent of it: where in the step of the
// distribution that gave the count the uniform fell.
struct Inverted {
    std::int64_t count = 0;
    double rest = 0;
};

// Walks up the distribution until it passes u.
inline Inverted invert(double u, std::int64_t n, Chance const& chance) noexcept {
    auto const trials = static_cast<double>(n);
    if (u < 1 - trials * chance.p) {  // Bernoulli: (1 - p)^n >= 1 - n p
        return {};
    }
    double mass = power(chance.q, n);
    double const ratio = chance.p / chance.q;
    std::int64_t k = 0;
    while (u >= mass && k < n && mass > 1e-300) {
        u -= mass;
        mass *= ratio * static_cast<double>(n - k) / static_cast<double>(k + 1);
        ++k;
    }
    return {k, u < mass ? u / mass : 0.5};
}

// What Stirling's formula leaves out of log k!.
inline double stirling_tail(double k) noexcept {
    static constexpr std::array<double, 10> exact = {
        0.0810614667953272,  0.0413406959554092,  0.0276779256849983,  0.0207906721037650,
        0.0166446911898211,  0.0138761288230707,  0.0118967099458917,  0.0104112652619720,
        0.00925546218271273, 0.00833056343336287};
    if (k <= 9) {
        return exact[static_cast<std::size_t>(k)];
    }
    double const square = (k + 1) * (k + 1);
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
}

// Hörmann's transformed rejection with squeeze; his symbols.
template <typename Source>
std::int64_t btrs(Source const& source, std::int64_t trials, Chance const& chance) noexcept {
    auto const n = static_cast<double>(trials);
    double const p = chance.p;
    double const spq = std::sqrt(n * p * chance.q);
    double const b = 1.15 + 2.53 * spq;
    double const a = -0.0873 + 0.0248 * b + 0.01 * p;
    double const c = n * p + 0.5;
    double const v_r = 0.92 - 4.2 / b;
    for (std::uint32_t attempt = 1;; ++attempt) {
        Block const bits = source(attempt);
        double const u = uniform(bits[0], bits[1]) - 0.5;
        double v = uniform(bits[2], bits[3]);
        double const us = 0.5 - std::fabs(u);
        double const k = std::floor((2 * a / us + b) * u + c);
        if (us >= 0.07 && v <= v_r) {
            return static_cast<std::int64_t>(k);
        }
        if (k < 0 || k > n) {
            continue;
        }
        double const alpha = (2.83 + 5.1 / b) * spq;
        double const r = p / chance.q;
        double const m = std::floor((n + 1) * p);
        v = elementary::log(v * alpha / (a / (us * us) + b));
        double const bound = (m + 0.5) * elementary::log((m + 1) / (r * (n - m + 1))) +
                             (n + 1) * elementary::log((n - m + 1) / (n - k + 1)) +
                             (k + 0.5) * elementary::log(r * (n - k + 1) / (k + 1)) +
                             stirling_tail(m) + stirling_tail(n - m) - stirling_tail(k) -
                             stirling_tail(n - k);
        if (v <= bound) {
            return static_cast<std::int64_t>(k);
        }
    }
}

[[nodiscard]] inline bool is_small(std::int64_t n, Chance const& chance) noexcept {
    return static_cast<double>(n) * chance.p < inversion_limit;
}

// Attempt 0 of `source` decides small cases, attempts 1 and up large ones.
template <typename Source>
std::int64_t draw_binomial(Source const& source, std::int64_t n, Chance const& chance) noexcept {
    std::int64_t k = 0;
    if (is_small(n, chance)) {
        Block const words = source(0);
        k = invert(uniform(words[0], words[1]), n, chance).count;
    } else {
        k = btrs(source, n, chance);
    }
    return chance.exchanged ? n - k : k;
}

}  // namespace opgave::detail
