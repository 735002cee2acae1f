#include "subset_sum.hpp"

#include "vectorised.hpp"

#include <algorithm>

namespace opgave::detail {

OPGAVE_VECTORISED void add_scaled(double* to, double const* from, std::size_t n,
                                  double factor) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
        to[i] += factor * from[i];
    }
}

void SubsetSum::start() {
    first_ = 0;
    begin_ = 0;
    end_ = 1;
    mass_.assign(1, 1.0);
}

void SubsetSum::add(std::span<Outcome const> outcomes) {
    auto const [least, most] = std::ranges::minmax(outcomes, {}, &Outcome::value);
    auto const size = end_ - begin_;
    auto const spread = static_cast<std::size_t>(most.value - least.value);
    std::swap(mass_, before_);
    mass_.assign(size + spread, 0.0);
    for (auto const& [value, probability] : outcomes) {
        add_scaled(mass_.data() + (value - least.value), before_.data() + begin_, size,
                   probability);
    }
    first_ += least.value;
    begin_ = 0;
    end_ = mass_.size();
    trim();
}

void SubsetSum::trim() {
    double low = 0;
    while (begin_ + 1 < end_ && low + mass_[begin_] < trimmed) {
        low += mass_[begin_++];
        ++first_;
    }
    double high = 0;
    while (begin_ + 1 < end_ && high + mass_[end_ - 1] < trimmed) {
        high += mass_[--end_];
    }
    mass_[begin_] += low;
    mass_[end_ - 1] += high;
}

double SubsetSum::at_least(std::int64_t value) const noexcept {
    auto const kept = mass();
    auto const from =
        std::clamp<std::int64_t>(value - first_, 0, static_cast<std::int64_t>(kept.size()));
    double sum = 0;
    for (auto i = kept.size(); i > static_cast<std::size_t>(from); --i) {
        sum += kept[i - 1];
    }
    return sum;
}

}  // namespace opgave::detail
