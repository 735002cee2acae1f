#pragma once
// What a month does to the dwellings of one class of strata, in several paths side by side.

#include "lanes.hpp"
#include "pace.hpp"
#include "plan.hpp"
#include "vectorised.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace opgave::detail {

// All lanes in one, the first of so many.
using LaneNumbers = Pack<lanes>::Numbers;

[[gnu::always_inline]] inline Pack<lanes>& all_lanes(double* numbers, std::ptrdiff_t at) {
    return pack<lanes>(numbers + at * lanes);
}
[[gnu::always_inline]] inline Pack<lanes> const& all_lanes(double const* numbers,
                                                           std::ptrdiff_t at) {
    return pack<lanes>(numbers + at * lanes);
}

inline void add_product(Lanes const& a, Lanes const& b, Lanes& sum) noexcept {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        sum[lane] += a[lane] * b[lane];
    }
}

// Paths first … first + lanes - 1, each with its own rates.
class Paces {
public:
    explicit Paces(Plan const& plan) : plan_(plan), paces_(lanes, Pace(plan)) {}

    void begin(std::uint64_t first) {
        for (int lane = 0; lane < lanes; ++lane) {
            (*this)[lane].begin(first + static_cast<std::uint64_t>(lane));
        }
    }

    [[nodiscard]] Pace& operator[](int lane) { return paces_[static_cast<std::size_t>(lane)]; }
    [[nodiscard]] Plan const& plan() const noexcept { return plan_; }

    // Whether all chances of two months are equal.
    [[nodiscard]] bool are_alike(int month, int other) const;

private:
    Plan const& plan_;
    std::vector<Pace> paces_;
};

class MonthChances {
public:
    explicit MonthChances(Plan const& plan);

    // Those of a class in a month of the paths at hand.
    void read(Paces& paces, int rate_class, int month);
    // The same, but for paths that have begun since the last call.
    void read_anew(Paces& paces, int rate_class, int month);

    // Of staying another month in a state, by the group of the age at its end.
    [[nodiscard]] Lanes const& staying(int state, int group) const {
        return staying_[cell(state, group)];
    }
    // Of leaving, by way: the next is that of the next way.
    [[nodiscard]] Lanes const* going(int state, int group) const {
        return going_.data() + cell(state, group) * ways_;
    }
    // So many for each group, of which a state uses the first.
    [[nodiscard]] std::size_t ways() const noexcept { return ways_; }

private:
    [[nodiscard]] std::size_t cell(int state, int group) const {
        return static_cast<std::size_t>(space_.state(state) * groups_ + group);
    }

    StateSpace const& space_;
    int groups_;
    std::size_t ways_;
    std::vector<Lanes> staying_;
    std::vector<Lanes> going_;
    int rate_class_ = -1;
    int month_ = -1;
};

}  // namespace opgave::detail
