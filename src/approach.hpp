#pragma once
// How dwellings that are not yet approached enter.

#include "ration.hpp"

#include <opgave/projection.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace opgave::detail {

// Takes `wanted` dwellings from the pools, in order of priority, and within one priority in
// proportion to what is left. A block that is let in beyond what was wanted counts next month.
class Approach {
public:
    // `weight` is the dwellings of a block, per stratum; empty: one.
    Approach(std::vector<Pool> pools, std::vector<int> const& weight)
        : all_(std::move(pools)), weight_(weight) {
        std::ranges::stable_sort(all_, {}, &Pool::priority);
        begin();
    }

    void begin() {
        pools_ = all_;
        left_ = 0;
    }

    template <typename Enter>
    void take(std::int64_t wanted, Enter const& enter) {
        left_ += wanted;
        for (std::size_t begin = 0; begin < pools_.size() && left_ > 0;) {
            std::size_t end = begin;
            std::vector<Claim> claims;
            for (; end < pools_.size() && pools_[end].priority == pools_[begin].priority; ++end) {
                claims.push_back({pools_[end].count, weight(pools_[end].stratum)});
            }
            auto const taken = ration(claims, left_, Shortage::overdraws);
            for (std::size_t i = begin; i < end; ++i) {
                pools_[i].count -= taken[i - begin];
                enter(pools_[i].stratum, taken[i - begin]);
            }
            begin = end;
        }
        left_ = std::min<std::int64_t>(left_, 0);
    }

    // What is left.
    [[nodiscard]] std::vector<Pool> const& pools() const noexcept { return pools_; }

private:
    [[nodiscard]] std::int64_t weight(int stratum) const {
        return weight_.empty() ? 1 : weight_[static_cast<std::size_t>(stratum)];
    }

    std::vector<Pool> all_;
    std::vector<Pool> pools_;
    std::vector<int> const& weight_;
    std::int64_t left_ = 0;
};

}  // namespace opgave::detail
