#pragma once
// Exact binomial draws for the engine, one at a time and in batches.

#include "elementary.hpp"

#include <opgave/random.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

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

// 1 / k, which saves the walk its divisions; a mean below ten never needs 127.
inline constexpr std::array<double, 128> reciprocal = [] {
    std::array<double, 128> values{};
    for (std::size_t k = 1; k < values.size(); ++k) {
        values[k] = 1.0 / static_cast<double>(k);
    }
    return values;
}();

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
    double left = trials;
    std::size_t k = 0;
    while (u >= mass && left > 0 && k + 1 < reciprocal.size()) {
        u -= mass;
        mass *= ratio * left * reciprocal[k + 1];
        left -= 1;
        ++k;
    }
    return {static_cast<std::int64_t>(k), u < mass ? u / mass : 0.5};
}

// Hörmann's transformed rejection with squeeze (BTRS); his symbols.
struct Transformed {
    Transformed(double n_, Chance const& chance) noexcept
        : n(n_), p(chance.p), q(chance.q), spq(std::sqrt(n * p * q)), b(1.15 + 2.53 * spq) {}

    [[nodiscard]] double a() const noexcept { return -0.0873 + 0.0248 * b + 0.01 * p; }

    double n;
    double p;
    double q;
    double spq;
    double b;
};

// A proposal. Made without branches: batches make several at once.
struct Proposal {
    double k;
    double us;
    double v;
    double limit;  // the squeeze accepts v up to here, if us allows
};

inline Proposal propose(Transformed const& t, double uniform_u, double v) noexcept {
    double const u = uniform_u - 0.5;
    double const us = 0.5 - std::fabs(u);
    double const k = (2 * t.a() / us + t.b) * u + (t.n * t.p + 0.5);
    return {k, us, v, 0.92 - 4.2 / t.b};
}

[[nodiscard]] inline bool is_squeezed(Proposal const& proposal) noexcept {
    return proposal.us >= 0.07 && proposal.v <= proposal.limit;
}

// Of what the first squeeze leaves open: how high v lies under the hat, and by how much its log
// exceeds that of a normal density, which is that of the binomial one to within the margin.
struct Squeeze {
    double height;
    double excess;
    double margin;
};

[[nodiscard]] Squeeze squeeze(Transformed const& t, Proposal const& proposal) noexcept;

[[nodiscard]] bool is_below_density(Transformed const& t, double k, double height) noexcept;

// Whether a proposal stands.
[[nodiscard]] bool accept(Transformed const& t, Proposal const& proposal) noexcept;

inline Proposal propose(Transformed const& t, Block const& bits) noexcept {
    return propose(t, uniform(bits[0]), uniform(bits[1]));
}

// Goes on from a proposal until one is accepted, with the blocks of attempt 1 and up.
template <typename Source>
std::int64_t finish(Source const& source, Transformed const& t, Proposal proposal) noexcept {
    for (std::uint32_t attempt = 1; !accept(t, proposal); ++attempt) {
        proposal = propose(t, source(attempt));
    }
    return static_cast<std::int64_t>(proposal.k);
}

// Two words of attempt 0 decide most cases; large ones go on with further attempts.
template <typename Source>
std::int64_t draw_binomial(Source const& source, std::int64_t n, Chance const& chance) noexcept {
    Block const words = source(0);
    std::int64_t k = 0;
    if (is_small(n, chance)) {
        k = invert(uniform(words[0], words[1]), n, chance).count;
    } else {
        Transformed const t(static_cast<double>(n), chance);
        k = finish(source, t, propose(t, words));
    }
    return chance.exchanged ? n - k : k;
}

// Many draws at once: two cells share a block of numbers, and what has no branches runs side by
// side.
class BinomialBatch {
public:
    explicit BinomialBatch(std::size_t capacity);

    // Binomial(n, chance) from the numbers at `cell`, below 2^31, to be written to `result`.
    // Cells are added in rising order, at most as many as the capacity.
    void add(std::uint32_t cell, std::int64_t n, Chance const& chance,
             std::int64_t& result) noexcept {
        cell_[size_] = cell;
        n_[size_] = static_cast<double>(n);
        p_[size_] = chance.p;
        q_[size_] = chance.q;
        task_[size_] = {&result, n, chance.exchanged};
        ++size_;
    }

    // Draws all that were added and forgets them.
    void draw(Stream const& stream, std::uint32_t step);

private:
    // Where a draw goes to, and whether it counts the failures.
    struct Task {
        std::int64_t* result = nullptr;
        std::int64_t n = 0;
        bool exchanged = false;
    };
    struct Words {
        std::uint32_t first = 0;
        std::uint32_t second = 0;
    };

    void number_all(Stream const& stream, std::uint32_t step) noexcept;
    void propose_all() noexcept;
    [[nodiscard]] std::size_t store_squeezed() noexcept;

    std::size_t size_ = 0;
    std::vector<std::uint32_t> cell_;
    std::vector<double> n_;
    std::vector<double> p_;
    std::vector<double> q_;
    std::vector<Task> task_;
    std::vector<Words> words_;
    std::vector<double> u_;
    std::vector<double> k_;
    std::vector<double> us_;
    std::vector<double> v_;
    std::vector<double> limit_;
    std::vector<std::size_t> open_;
};

}  // namespace opgave::detail
