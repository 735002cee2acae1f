#pragma once
// Random numbers one after the other, for a sampler that cannot know how many it will need.

#include <opgave/random.hpp>

#include "elementary.hpp"
#include "elementary_batch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace opgave::detail {

class Sequence {
public:
    Sequence(std::uint64_t seed, Purpose purpose, std::uint64_t path)
        : stream_(seed, purpose, path) {}

    double uniform() { return opgave::uniform(word()); }

    // The polar method gives two at a time.
    double normal() {
        if (has_spare_) {
            has_spare_ = false;
            return spare_;
        }
        for (;;) {
            double const x = 2 * fine_uniform() - 1;
            double const y = 2 * fine_uniform() - 1;
            double const square = x * x + y * y;
            if (square < 1 && square > 0) {
                double const scale = std::sqrt(-2 * elementary::log(square) / square);
                spare_ = y * scale;
                has_spare_ = true;
                return x * scale;
            }
        }
    }

    // Gamma(shape, rate 1). Marsaglia and Tsang 2000, ACM TOMS 26, with their squeeze.
    double gamma(double shape) {
        if (shape < 1) {
            double const power = elementary::log(fine_uniform()) / shape;
            return elementary::exp(power) * gamma(shape + 1);
        }
        double const d = shape - 1.0 / 3;
        double const c = 1 / std::sqrt(9 * d);
        for (;;) {
            double const x = normal();
            double const root = 1 + c * x;
            if (root <= 0) {
                continue;
            }
            double const v = root * root * root;
            double const u = uniform();
            double const square = x * x;
            if (u < 1 - 0.0331 * square * square ||
                elementary::log(u) < 0.5 * square + d * (1 - v + elementary::log(v))) {
                return d * v;
            }
        }
    }

    // The next blocks of four words, for others to read from the stream; returns the first.
    std::uint64_t take_blocks(std::uint64_t count) { return std::exchange(block_, block_ + count); }
    [[nodiscard]] Stream const& stream() const { return stream_; }

private:
    std::uint32_t word() {
        if (next_ == words_.size()) {
            refill();
        }
        return words_[next_++];
    }

    double fine_uniform() {
        std::uint32_t const high = word();
        return opgave::uniform(high, word());
    }

    void refill() {
        for (std::size_t i = 0; i < words_.size(); i += 4, ++block_) {
            auto const bits = stream_.bits(static_cast<std::uint32_t>(block_),
                                           static_cast<std::uint32_t>(block_ >> 32U));
            words_[i] = bits[0];
            words_[i + 1] = bits[1];
            words_[i + 2] = bits[2];
            words_[i + 3] = bits[3];
        }
        next_ = 0;
    }

    Stream stream_;
    std::array<std::uint32_t, 128> words_{};
    std::size_t next_ = 128;
    std::uint64_t block_ = 0;
    double spare_ = 0;
    bool has_spare_ = false;
};

// One step of a slice sampler. Neal 2003, "Slice sampling", Annals of Statistics 31, figures 3
// and 5. `log_density` need not be normalised.
template <class LogDensity>
double slice(Sequence& random, double x, double width, LogDensity const& log_density) {
    double const floor = log_density(x) + elementary::log(random.uniform());
    double low = x - width * random.uniform();
    double high = low + width;
    while (log_density(low) > floor) {
        low -= width;
    }
    while (log_density(high) > floor) {
        high += width;
    }
    for (;;) {
        double const candidate = low + (high - low) * random.uniform();
        if (log_density(candidate) >= floor) {
            return candidate;
        }
        (candidate < x ? low : high) = candidate;
    }
}

// Draws an index with probability proportional to exp(log_weight).
template <std::size_t n>
[[nodiscard]] std::size_t pick(Sequence& random, std::array<double, n> log_weight) {
    double const peak = *std::ranges::max_element(log_weight);
    double total = 0;
    for (double& value : log_weight) {
        value -= peak;
    }
    exp_all(n, log_weight.data());
    for (double& value : log_weight) {
        value = total += value;
    }
    double const at = total * random.uniform();
    return static_cast<std::size_t>(std::ranges::upper_bound(log_weight, at) - log_weight.begin());
}

}  // namespace opgave::detail
