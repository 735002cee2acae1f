#pragma once
/// Where each dwelling stands on a day, and how many.

#include <opgave/register.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <vector>

namespace opgave {

/// The state of a dwelling that was not known of on the day: only in a register without its own
/// dwellings. It is counted nowhere.
inline constexpr State not_known = -2;

/// Each dwelling on `as_of`, as known on `known_on`; columns are as long as the register's
/// dwellings.
struct Snapshot {
    Day as_of = unknown_day;
    Day known_on = unknown_day;
    std::vector<State> state;
    std::vector<Day> since;  ///< entry into `state`, or found there; unknown_day if not started
    std::vector<State> furthest;         ///< furthest stage or completion ever reached; -1 if none
    std::vector<std::uint64_t> reached;  ///< bit s: state s was ever entered
    friend bool operator==(Snapshot const&, Snapshot const&) = default;
};

/// Throws std::invalid_argument if `as_of` or `known_on` is unknown.
[[nodiscard]] Snapshot as_of(Register const& reg, Day as_of, Day known_on);

/// Rows are groups; column 0 is not started, column 1 + s is state s.
using Counts = Eigen::Array<std::int64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Dwellings per group and current state.
[[nodiscard]] Counts stage_counts(Register const& reg, Snapshot const& snapshot,
                                  Grouping const& grouping);

/// Dwellings per group that ever entered each state; column 0 is all that did not start.
[[nodiscard]] Counts ever_reached(Register const& reg, Snapshot const& snapshot,
                                  Grouping const& grouping);

/// Dwellings per group that got at least as far as each stage, skipped or not: a funnel that only
/// narrows. Column 0 is all that did not start; columns of exits and pause are zero.
[[nodiscard]] Counts reached_or_passed(Register const& reg, Snapshot const& snapshot,
                                       Grouping const& grouping);

/// Dwellings entering a state for the first time, per period.
struct Throughput {
    std::vector<Period> period;
    std::vector<std::int64_t> count;
    friend bool operator==(Throughput const&, Throughput const&) = default;
};

/// From the first event of the register to `as_of`, both included: a stall at the end shows as
/// zeros. Empty without events.
[[nodiscard]] Throughput throughput(Register const& reg, State state, Every every, Day as_of,
                                    Day known_on);

}  // namespace opgave
