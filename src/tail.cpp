#include "tail.hpp"

#include <algorithm>

namespace opgave::detail {

namespace {

constexpr double negligible = 1e-22;

struct Moments {
    double mean = 0;
    double variance = 0;
    double heaviest = 0;
    double most = 0;
};

Moments moments(std::span<Trials const> trials) {
    Moments sum;
    for (auto const& [count, weight, p] : trials) {
        auto const n = static_cast<double>(count);
        auto const w = static_cast<double>(weight);
        sum.mean += n * w * p;
        sum.variance += n * w * w * p * (1 - p);
        sum.heaviest = std::max(sum.heaviest, w);
        sum.most += p > 0 ? n * w : 0;
    }
    return sum;
}

// Bernstein 1924: P(sum - mean >= t) <= exp(-t²/2 / (variance + heaviest t / 3)).
bool is_out_of_reach(Moments const& m, double distance) {
    return distance > 0 && distance * distance / 2 > 36 * (m.variance + m.heaviest * distance / 3);
}

}  // namespace

double Tail::at_least(std::span<Trials const> trials, std::int64_t goal) {
    Moments const m = moments(trials);
    double const distance = static_cast<double>(goal) - m.mean;
    if (goal <= 0 || is_out_of_reach(m, 1 - distance)) {
        return 1;
    }
    if (static_cast<double>(goal) > m.most || is_out_of_reach(m, distance)) {
        return 0;
    }
    sum_.assign(1, 1.0);
    low_ = 0;
    for (Trials const& some : trials) {
        if (some.count > 0 && some.p > 0 && !sum_.empty()) {
            set_masses(some);
            add(some.weight, goal);
        }
    }
    double below = 0;
    for (double const mass : sum_) {
        below += mass;
    }
    return std::max(0.0, 1 - below);
}

// From the mode outwards by the ratio of neighbours, then scaled to sum to one: no factorials.
void Tail::set_masses(Trials const& trials) {
    auto const& [n, weight, p] = trials;
    if (p >= 1) {
        masses_.assign(1, 1.0);
        first_ = n;
        return;
    }
    auto const of = [](std::int64_t k) { return static_cast<double>(k); };
    auto const mode = std::min(n, static_cast<std::int64_t>(of(n + 1) * p));
    double const odds = p / (1 - p);
    masses_.assign(1, 1.0);
    for (std::int64_t k = mode; k > 0 && masses_.back() > negligible; --k) {
        masses_.push_back(masses_.back() * of(k) / (of(n - k + 1) * odds));
    }
    first_ = mode - static_cast<std::int64_t>(masses_.size()) + 1;
    std::ranges::reverse(masses_);
    for (std::int64_t k = mode; k < n && masses_.back() > negligible; ++k) {
        masses_.push_back(masses_.back() * of(n - k) * odds / of(k + 1));
    }
    double total = 0;
    for (double const mass : masses_) {
        total += mass;
    }
    for (double& mass : masses_) {
        mass /= total;
    }
}

void Tail::add(std::int64_t weight, std::int64_t goal) {
    auto const length = static_cast<std::int64_t>(sum_.size());
    low_ += first_ * weight;
    std::int64_t const widest = length + (static_cast<std::int64_t>(masses_.size()) - 1) * weight;
    std::int64_t const size = std::min(widest, goal - low_);
    next_.assign(static_cast<std::size_t>(std::max<std::int64_t>(0, size)), 0.0);
    for (std::size_t k = 0; k < masses_.size(); ++k) {
        std::int64_t const shift = static_cast<std::int64_t>(k) * weight;
        std::int64_t const end = std::min(length, size - shift);
        double const mass = masses_[k];
        for (std::int64_t i = 0; i < end; ++i) {
            next_[static_cast<std::size_t>(i + shift)] += sum_[static_cast<std::size_t>(i)] * mass;
        }
    }
    std::size_t cut = 0;
    while (cut < next_.size() && next_[cut] < negligible) {
        ++cut;
    }
    next_.erase(next_.begin(), next_.begin() + static_cast<std::ptrdiff_t>(cut));
    low_ += static_cast<std::int64_t>(cut);
    while (!next_.empty() && next_.back() < negligible) {
        next_.pop_back();
    }
    sum_.swap(next_);
}

}  // namespace opgave::detail
