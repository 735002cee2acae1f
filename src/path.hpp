#pragma once
// What each path has for itself: how fast everything goes, the counts, and those who enter.

#include "approach.hpp"
#include "counts.hpp"
#include "pace.hpp"
#include "plan.hpp"

#include <cstdint>
#include <vector>

namespace opgave::detail {

class Path {
public:
    explicit Path(Plan const& plan);

    // Throws std::runtime_error if there are more dwellings than a projection holds.
    void begin(std::uint64_t number);
    // Those who enter in a month.
    void enter(int month);
    // Those who waited for slots or money in front of a state, and get them.
    void admit(int month, int state) {
        if (!plan_.is_free()) {
            let_in(month, state);
        }
    }

    // Those who did not enter yet.
    [[nodiscard]] std::vector<Pool> const& pools() const noexcept { return approach_.pools(); }

    Pace pace;
    Counts counts;

private:
    [[nodiscard]] std::int64_t size() const;
    void let_in(int month, int state);

    Plan const& plan_;
    Approach approach_;
    std::vector<std::int64_t> entries_;   // by month
    std::vector<std::int64_t> at_start_;  // of the month: items by place
};

}  // namespace opgave::detail
