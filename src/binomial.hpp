#pragma once
// Exact binomial draws for the engine: inversion for small means, rejection for large ones.

#include "elementary.hpp"

#include <opgave/random.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

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
inline constexpr double inversion_limit = 10;

[[nodiscard]] inline bool is_small(std::int64_t n, Chance const& chance) noexcept {
    return static_cast<double>(n) * chance.p < inversion_limit;
}

inline double power(double base, std::int64_t exponent) noexcept {
    double result = 1;
    for (; exponent > 0; exponent >>= 1) {
        result = (exponent & 1) != 0 ? result * base : result;
        base *= base;
    }
    return result;
}

// 1 / k, which saves the walk its divisions; a mean below ten never needs 128.
inline constexpr std::array<double, 129> reciprocal = [] {
    std::array<double, 129> values{};
    for (std::size_t k = 1; k < values.size(); ++k) {
        values[k] = 1.0 / static_cast<double>(k);
    }
    return values;
}();

// Walks up the distribution, from the mass at 0, until it passes u. A batch takes the same
// steps.
inline double invert(double u, double mass, double n, double p, double q) noexcept {
    if (u < 1 - n * p) {  // Bernoulli: (1 - p)^n >= 1 - n p
        return 0;
    }
    double const ratio = p / q;
    double left = n;
    std::size_t k = 0;
    while (u >= mass && left > 0 && k + 1 < reciprocal.size()) {
        u -= mass;
        mass *= ratio * left * reciprocal[k + 1];
        left -= 1;
        ++k;
    }
    return static_cast<double>(k);
}

// Two words of random bits per attempt at a draw.
using Words = std::array<std::uint32_t, 2>;

// As doubles, verdicts are selected in the vectors of the numbers that they are about.
using Verdict = double;

namespace verdict {
inline constexpr Verdict accepted = 0;
inline constexpr Verdict rejected = 1;
inline constexpr Verdict open = 2;
inline constexpr Verdict too_small = 3;
}  // namespace verdict

// x rounded down, for |x| < 2^51.
inline double whole(double x) noexcept {
    double const nearest = (x + 0x1p52) - 0x1p52;
    return nearest > x ? nearest - 1 : nearest;
}

// log x to within 1e-5, for decisions that have room to spare: Abramowitz and Stegun 1964, 4.1.44.
inline double rough_log(double x) noexcept {
    auto const bits = std::bit_cast<std::uint64_t>(x);
    double const exponent = elementary::whole_number(bits >> 52U) - 1023;
    double const f = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000) - 1;
    double const log_m =
        f *
        (0.99949556 + f * (-0.49190896 + f * (0.28947478 + f * (-0.13606275 + f * 0.03215845))));
    return exponent * 0.69314718055994531 + log_m;
}

// Hörmann's transformed rejection with squeeze (BTRS); his symbols.
struct Transformed {
    Transformed(double n_, double p_, double q_) noexcept
        : n(n_),
          p(p_),
          q(q_),
          mean(n * p),
          expected((n + 1) * p),
          mode(whole(expected)),
          spread(mode * q),
          spq(std::sqrt(mean * q)),
          b(1.15 + 2.53 * spq),
          a(-0.0873 + 0.0248 * b + 0.01 * p) {}

    double n;
    double p;
    double q;
    double mean;
    double expected;  // (n + 1) p
    double mode;
    double spread;  // the mode times q: about the variance
    double spq;
    double b;
    double a;
};

// The functions from here to `weigh` select instead of branching: batches do many at once.
struct Proposal {
    double k;
    double height;      // how high it lies under the hat, relative to the mode's mass
    double per_spread;  // 1 / the spread
    double room;        // the squeeze accepts where it is not negative
};

inline Proposal propose(Transformed const& t, double uniform_u, double v) noexcept {
    double const u = uniform_u - 0.5;
    double const us = 0.5 - std::fabs(u);
    double const square = us * us;
    double const under = (t.a + t.b * square) * t.b;
    double const all = 1 / (us * under * t.spread);  // one division for three
    double const k = whole((2 * t.a * (under * t.spread * all) + t.b) * u + (t.mean + 0.5));
    double const hat = (2.83 * t.b + 5.1) * t.spq * square * (us * t.spread * all);
    return {k, v * hat, us * under * all, us >= 0.07 ? (0.92 - v) * t.b - 4.2 : -1};
}

// What bounds of the density say. The log of that at mode + e, relative to the mode, is a sum of
// log(1 + (r - i p) / s) - log(1 + i q / s) over i, with s the spread and r the rest of (n + 1) p
// beyond the mode. As long as none of the fractions is above 1/2, log(1 + x) is x - x^2 / 2 to
// within 2/3 |x|^3; their cubes add up to less than (i + 1)^3 / s^3, and these to less than the
// margin.
inline Verdict judge(Transformed const& t, Proposal const& proposal) noexcept {
    double const k = proposal.k;
    double const inverse = proposal.per_spread;
    double const e = k - t.mode;
    double const d = std::fabs(e);
    double const r = t.expected - t.mode;
    double const product = e * (e + 1);
    double const second =
        (t.q - t.p) * (1.0 / 6) * product * (2 * e + 1) + r * (t.p * product - r * e);
    double const log_density = inverse * (r * e - 0.5 * product + 0.5 * inverse * second);
    double const excess = rough_log(proposal.height) - log_density;
    double const square = (d + 2) * (d + 2) * inverse;
    double const bound = square * square * inverse * (1.0 / 6) + 2e-5;
    double const margin = d + 1 <= 0.5 * t.spread ? bound : std::numeric_limits<double>::infinity();
    Verdict decision = excess > margin ? verdict::rejected : verdict::open;
    decision = excess < -margin ? verdict::accepted : decision;
    decision = k < 0 ? verdict::rejected : decision;
    decision = k > t.n ? verdict::rejected : decision;
    return proposal.room >= 0 ? verdict::accepted : decision;
}

// The log of the height less that of the density relative to the mode, but for the tails of
// Stirling's formula, and what bounds of these say.
struct Weight {
    Verdict verdict;
    double excess;
};

inline Weight weigh(double n, double p, double q, double k, double height) noexcept {
    double const r = p / q;
    double const m = whole((n + 1) * p);
    double const log_density = (m + 0.5) * elementary::log((m + 1) / (r * (n - m + 1))) +
                               (n + 1) * elementary::log((n - m + 1) / (n - k + 1)) +
                               (k + 0.5) * elementary::log(r * (n - k + 1) / (k + 1));
    double const excess = elementary::log(height) - log_density;
    // A tail is positive and below 1 / (12 (k + 1)).
    double const twelfth = (n + 2) * (1.0 / 12);
    Verdict const decision =
        excess > twelfth / ((m + 1) * (n - m + 1)) ? verdict::rejected : verdict::open;
    return {excess < -twelfth / ((k + 1) * (n - k + 1)) ? verdict::accepted : decision, excess};
}

// What Stirling's formula leaves out of log k!.
inline double stirling_tail(double k) noexcept {
    static constexpr std::array<double, 10> exact = {
        0.0810614667953272,  0.0413406959554092, 0.0276779256849983, 0.0207906721037650,
        0.0166446911898211,  0.0138761288230707, 0.0118967099458917, 0.0104112652619720,
        0.00925546218271273, 0.00833056343336287};
    if (k <= 9) {
        return exact[static_cast<std::size_t>(k)];
    }
    double const square = (k + 1) * (k + 1);
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
}

inline Verdict settle(Weight const& weight, double n, double p, double k) noexcept {
    if (weight.verdict != verdict::open) {
        return weight.verdict;
    }
    double const m = whole((n + 1) * p);
    double const tails =
        stirling_tail(m) + stirling_tail(n - m) - stirling_tail(k) - stirling_tail(n - k);
    return weight.excess <= tails ? verdict::accepted : verdict::rejected;
}

inline bool is_accepted(Transformed const& t, double q, Proposal const& proposal) noexcept {
    if (proposal.room >= 0) {
        return true;
    }
    Verdict decision = judge(t, proposal);
    if (decision == verdict::open) {
        decision = settle(weigh(t.n, t.p, q, proposal.k, proposal.height), t.n, t.p, proposal.k);
    }
    return decision == verdict::accepted;
}

// A draw from the words that `source` gives for attempt 0 and up.
template <typename Source>
std::int64_t draw_binomial(Source const& source, std::int64_t n, Chance const& chance) noexcept {
    auto const [p, q, exchanged] = chance;
    auto const trials = static_cast<double>(n);
    auto words = source(0);
    double k = 0;
    if (is_small(n, chance)) {
        k = invert(uniform(words[0], words[1]), power(q, n), trials, p, q);
    } else {
        Transformed const t(trials, p, q);
        Proposal proposal = propose(t, uniform(words[0]), uniform(words[1]));
        for (std::uint32_t attempt = 1; !is_accepted(t, q, proposal); ++attempt) {
            words = source(attempt);
            proposal = propose(t, uniform(words[0]), uniform(words[1]));
        }
        k = proposal.k;
    }
    auto const count = static_cast<std::int64_t>(k);
    return exchanged ? n - count : count;
}

}  // namespace opgave::detail
