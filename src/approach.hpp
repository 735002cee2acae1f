#pragma once
// How dwellings that are not yet approached enter.

#include <opgave/projection.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace opgave::detail {

// Takes `wanted` dwellings from the pools, in order of priority, and within one priority in
// proportion to what is left: whole numbers by largest remainder. No random numbers.
class Approach {
public:
    explicit Approach(std::vector<Pool> pools) : pools_(std::move(pools)) {
        std::ranges::stable_sort(pools_, {}, &Pool::priority);
    }

    template <typename Enter>
    void take(std::int64_t wanted, Enter const& enter) {
        for (std::size_t begin = 0; begin < pools_.size() && wanted > 0;) {
            std::size_t end = begin;
            std::int64_t left = 0;
            for (; end < pools_.size() && pools_[end].priority == pools_[begin].priority; ++end) {
                left += pools_[end].count;
            }
            std::int64_t const taken = std::min(wanted, left);
            share_out(begin, end, taken, left, enter);
            wanted -= taken;
            begin = end;
        }
    }

    [[nodiscard]] std::vector<Pool> const& pools() const noexcept { return pools_; }

private:
    template <typename Enter>
    void share_out(std::size_t begin, std::size_t end, std::int64_t taken, std::int64_t left,
                   Enter const& enter) {
        struct Part {
            std::size_t pool;
            std::int64_t whole;
            std::int64_t remainder;
        };
        std::vector<Part> parts;
        std::int64_t rest = taken;
        for (std::size_t i = begin; i < end && taken > 0; ++i) {
            std::int64_t const product = taken * pools_[i].count;
            parts.push_back({i, product / left, product % left});
            rest -= product / left;
        }
        std::ranges::stable_sort(parts, std::ranges::greater{}, &Part::remainder);
        for (Part const& part : parts) {
            std::int64_t const count = part.whole + (rest > 0 ? 1 : 0);
            rest -= rest > 0 ? 1 : 0;
            pools_[part.pool].count -= count;
            enter(pools_[part.pool].stratum, count);
        }
    }

    std::vector<Pool> pools_;
};

}  // namespace opgave::detail
