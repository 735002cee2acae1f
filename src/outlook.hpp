#pragma once
// What can be said of a count without chance: given its rates and who enters when, the dwellings of
// a path are independent, so the count is a sum of binomials over those that start alike.

#include "plan.hpp"
#include "tail.hpp"

#include <cstdint>
#include <vector>

namespace opgave::detail {

// Dwellings of some strata of the projection that are in a state at the end of a month.
struct Counted {
    State state = 0;
    std::vector<int> strata = {};
    int month = 0;
};

// Of one path, given its rates and entries.
struct Outlook {
    double mean = 0;
    double variance = 0;
    double at_least = 0;  // the probability of the goal
};

// Of every path of the plan, one if it is certain. Throws std::runtime_error if the progress of the
// plan's run stops it.
[[nodiscard]] std::vector<Outlook> outlooks(Plan const& plan, Counted const& counted,
                                            std::int64_t goal);

}  // namespace opgave::detail
