#pragma once
/// What was promised, how far that is, and how likely.

#include <opgave/projection.hpp>
#include <opgave/snapshot.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace opgave {

/// At least `goal` dwellings in `state` on the deadline, among those that match every scope.
struct Target {
    std::string name = {};
    std::string state = {};                                       ///< usually completion
    std::vector<std::pair<std::string, std::string>> scope = {};  ///< column and value
    std::int64_t goal = 0;
    Deadline deadline = {};
    friend bool operator==(Target const&, Target const&) = default;
};

/// Throws std::invalid_argument for a goal below 1 or a target without deadline or name.
void check(Target const& target);

/// How far a target is.
struct Progress {
    std::int64_t done = 0;
    std::int64_t goal = 0;
    double share = 0;           ///< done / goal
    double months_left = 0;     ///< 0 after the deadline
    double pace_per_month = 0;  ///< still to do per month left; infinite if none is left
    std::int64_t unknown = 0;   ///< in the state, but with an unknown value in the scope
    friend bool operator==(Progress const&, Progress const&) = default;
};

[[nodiscard]] Progress progress(Register const& reg, Snapshot const& snapshot,
                                Target const& target);

/// A probability, how it was found and what limits it.
struct Probability {
    double value = 0;
    double std_error = 0;      ///< of the method, not of the model
    std::string method;        ///< `simulation`, or `reached` or `unreachable` where it is certain
    std::int64_t ceiling = 0;  ///< the most dwellings that can still be reached
    std::int64_t goal = 0;
    friend bool operator==(Probability const&, Probability const&) = default;
};

/// P(at least `goal` on the last month end up to the deadline). From n paths with k successes:
/// (k + 1/2) / (n + 1), which is never 0 or 1. Throws NotEnoughData if the deadline lies beyond the
/// projection or before it, or if no dwelling is known to have a value of the scope;
/// std::out_of_range if a column of the scope is not among those of the projection's strata.
[[nodiscard]] Probability probability(Projection const& projection, Target const& target);

}  // namespace opgave
