#include "tail.hpp"

#include "vectorised.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace opgave::detail {

namespace {

constexpr double log_negligible = 36;  // e^-36 is 2e-16

// Multiplies every value by the power of every base.
OPGAVE_VECTORISED
void multiply_powers(std::size_t size, std::int64_t exponent, double* __restrict base_real,
                     double* __restrict base_imaginary, double* __restrict real,
                     double* __restrict imaginary) noexcept {
    for (; exponent > 0; exponent >>= 1) {
        if ((exponent & 1) != 0) {
            for (std::size_t i = 0; i < size; ++i) {
                double const x = real[i] * base_real[i] - imaginary[i] * base_imaginary[i];
                imaginary[i] = real[i] * base_imaginary[i] + imaginary[i] * base_real[i];
                real[i] = x;
            }
        }
        for (std::size_t i = 0; i < size && exponent > 1; ++i) {
            double const x = base_real[i] * base_real[i] - base_imaginary[i] * base_imaginary[i];
            base_imaginary[i] = 2 * base_real[i] * base_imaginary[i];
            base_real[i] = x;
        }
    }
}

// e^(2 pi i / size) by its power series, the same on every machine.
std::complex<double> first_root(std::int64_t size) {
    double const angle = 6.283185307179586476925 / static_cast<double>(size);
    double cosine = 0;
    double sine = 0;
    double term = 1;
    for (int k = 0; k < 60 && std::fabs(term) > 1e-30; k += 2) {
        cosine += term;
        term *= angle / (k + 1);
        sine += term;
        term *= -angle / (k + 2);
    }
    return {cosine, sine};
}

}  // namespace

Moments moments_of(std::span<Trials const> trials) {
    Moments sum;
    for (auto const& [count, weight, p] : trials) {
        auto const n = static_cast<double>(count);
        auto const w = static_cast<double>(weight);
        sum.mean += n * w * p;
        sum.variance += n * w * w * p * (1 - p);
    }
    return sum;
}

// Bernstein 1924: P(sum - mean >= t) <= exp(-t² / 2 / (variance + heaviest t / 3)).
Tail::Window Tail::window_of(std::span<Trials const> trials) {
    auto const [mean, variance] = moments_of(trials);
    double heaviest = 0;
    std::int64_t certain = 0;
    std::int64_t most = 0;
    for (auto const& [count, weight, p] : trials) {
        heaviest = std::max(heaviest, static_cast<double>(weight));
        certain += p >= 1 ? count * weight : 0;
        most += p > 0 ? count * weight : 0;
    }
    double const part = heaviest * log_negligible / 3;
    double const reach = part + std::sqrt(part * part + 2 * log_negligible * variance);
    return {std::max(certain, static_cast<std::int64_t>(std::floor(mean - reach))),
            std::min(most, static_cast<std::int64_t>(std::ceil(mean + reach)))};
}

void Tail::set_roots(std::int64_t size) {
    if (roots_.size() == static_cast<std::size_t>(size)) {
        return;
    }
    auto const first = first_root(size);
    roots_.assign(1, 1.0);
    for (std::int64_t k = 1; k < size; ++k) {
        roots_.push_back(roots_.back() * first);
    }
}

// |1 - p + p e^(ia)|² = 1 - 2 p (1 - p) (1 - cos a) <= exp(-2 p (1 - p) (1 - cos a)).
void Tail::choose_frequencies(std::span<Trials const> trials) {
    std::map<std::int64_t, double> variance;  // of the number of items, by weight
    for (auto const& [count, weight, p] : trials) {
        variance[weight] += static_cast<double>(count) * p * (1 - p);
    }
    frequency_.clear();
    bool const is_plain = variance.size() == 1 && variance.begin()->first == 1;
    for (std::int64_t k = 1; k <= static_cast<std::int64_t>(roots_.size()) / 2; ++k) {
        double exponent = 0;
        for (auto const& [weight, of_weight] : variance) {
            exponent += of_weight * (1 - root(k * weight).real());
        }
        if (exponent < 41) {  // e^-41 is 2e-18
            frequency_.push_back(k);
        } else if (is_plain) {  // it falls up to half the circle
            break;
        }
    }
}

void Tail::multiply(Trials const& trials) {
    auto const& [count, weight, p] = trials;
    for (std::size_t i = 0; i < frequency_.size(); ++i) {
        auto const turned = root(frequency_[i] * weight);
        base_real_[i] = 1 - p + p * turned.real();
        base_imaginary_[i] = p * turned.imag();
    }
    multiply_powers(frequency_.size(), count, base_real_.data(), base_imaginary_.data(),
                    real_.data(), imaginary_.data());
}

double Tail::at_least(std::span<Trials const> trials, std::int64_t goal) {
    auto const [low, high] = window_of(trials);
    if (goal <= low || goal > high) {
        return goal <= low ? 1 : 0;
    }
    // An odd number of values: no frequency is its own opposite.
    std::int64_t const size = (high - low + 1) | 1;
    set_roots(size);
    choose_frequencies(trials);
    real_.assign(frequency_.size(), 1.0);
    imaginary_.assign(frequency_.size(), 0.0);
    base_real_.resize(frequency_.size());
    base_imaginary_.resize(frequency_.size());
    for (Trials const& some : trials) {
        if (some.count > 0 && some.p > 0) {
            multiply(some);
        }
    }
    auto const n = static_cast<double>(size);
    double sum = static_cast<double>(low + size - goal);
    for (std::size_t i = 0; i < frequency_.size(); ++i) {
        // The sum of e^(-iak) over goal <= k < low + size.
        std::int64_t const k = frequency_[i];
        auto const above = (root(-k * goal) - root(-k * low)) / (1.0 - root(-k));
        sum += 2 * (std::complex(real_[i], imaginary_[i]) * above).real();
    }
    return std::clamp(sum / n, 0.0, 1.0);
}

}  // namespace opgave::detail
