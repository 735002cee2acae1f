#pragma once
// Sums of the first n of uncertain costs, any n at the price of a few draws.

#include "elementary.hpp"

#include <opgave/random.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace opgave::detail {

// S_n: the sum of n steps that are Gamma(shape) each.
//
// The sums at the powers of two are made of independent blocks; within a block a sum in the middle
// is found from those at the ends: S_k | S_K ~ S_K Beta(shape k, shape (K - k)). Every n has
// random numbers of its own, so that S_n does not depend on which other sums were asked for.
class GammaWalk {
public:
    // Walks of one stream have different numbers, below 65,536.
    GammaWalk(Stream const& stream, std::uint32_t number, double shape)
        : stream_(stream), number_(number), shape_(shape) {}

    // Starts the walk of another path.
    void begin(Stream const& stream) {
        stream_ = stream;
        powers_.clear();
        nested_.clear();
    }

    // For 0 <= n < 2^31; sums near the last one asked for take the fewest draws.
    [[nodiscard]] double sum(std::int64_t n) {
        if (n < 1) {
            return 0;
        }
        auto const level =
            static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(n))) - 1;
        extend(level + 1);
        while (!nested_.empty() && (n < nested_.back().begin || n > nested_.back().end)) {
            nested_.pop_back();
        }
        if (nested_.empty()) {
            push(std::int64_t{1} << level, std::int64_t{2} << level, powers_[level],
                 powers_[level + 1]);
        }
        for (;;) {
            Stretch const top = nested_.back();
            std::int64_t const half = (top.begin + top.end) / 2;
            if (n == top.begin) {
                return top.before;
            }
            if (n == top.end) {
                return top.after;
            }
            if (n == half) {
                return top.middle;
            }
            if (n < half) {
                push(top.begin, half, top.before, top.middle);
            } else {
                push(half, top.end, top.middle, top.after);
            }
        }
    }

private:
    // The sums at both ends and in the middle.
    struct Stretch {
        std::int64_t begin = 0;
        std::int64_t end = 0;
        double before = 0;
        double middle = 0;
        double after = 0;
    };

    [[nodiscard]] double draw(std::int64_t n, std::uint32_t which, double shape) const {
        return gamma(stream_, static_cast<std::uint32_t>(2 * n) + which, number_, shape);
    }

    // Beta(shape, shape) from a point in the unit disc: Ulrich 1984, "Computer generation of
    // distributions on the m-sphere", Applied Statistics 33; it needs shape > 1/2.
    [[nodiscard]] double symmetric_beta(std::int64_t n, double shape) const {
        if (shape <= 0.5) {
            double const one = draw(n, 0, shape);
            return one / (one + draw(n, 1, shape));
        }
        for (std::uint32_t attempt = 0;; ++attempt) {
            auto const bits = stream_.bits(static_cast<std::uint32_t>(2 * n), number_, attempt);
            double const x = 2 * uniform(bits[0], bits[1]) - 1;
            double const y = 2 * uniform(bits[2], bits[3]) - 1;
            double const square = x * x + y * y;
            if (square < 1 && square > 0) {
                double const power = elementary::log(square) * (2 / (2 * shape - 1));
                return 0.5 + 0.5 * x * std::sqrt(-elementary::expm1(power) / square);
            }
        }
    }

    void extend(std::size_t level) {
        if (powers_.empty()) {
            powers_.push_back(draw(1, 0, shape_));
        }
        while (powers_.size() <= level) {
            std::int64_t const begin = std::int64_t{1} << (powers_.size() - 1);
            double const block = draw(2 * begin, 0, shape_ * static_cast<double>(begin));
            powers_.push_back(powers_.back() + block);
        }
    }

    void push(std::int64_t begin, std::int64_t end, double before, double after) {
        double middle = before;
        if (end - begin > 1) {
            std::int64_t const half = (end - begin) / 2;
            double const share = symmetric_beta(begin + half, shape_ * static_cast<double>(half));
            middle = before + (after - before) * share;
        }
        nested_.push_back({begin, end, before, middle, after});
    }

    Stream stream_;
    std::uint32_t number_;
    double shape_;
    std::vector<double> powers_;   // S at 1, 2, 4, ...
    std::vector<Stretch> nested_;  // each a half of the one before
};

}  // namespace opgave::detail
