#pragma once
/// What a projection spends from a budget, and whether the money lasts.
///
/// A budget of the scenario makes dwellings wait, so that no path spends more than there is. Ask
/// what a plan costs with a budget that is ample, and whether the money lasts with the real one.

#include <opgave/projection.hpp>
#include <opgave/target.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <vector>

namespace opgave {

/// Cents spent from a budget since the start, up to each month's end.
struct Spending {
    Eigen::ArrayXd mean;
    Eigen::ArrayXd std_error;     ///< of the mean, by simulation
    Projection::Cents quantiles;  ///< months x levels: a share q of the paths spent at most this
};

/// Throws std::out_of_range for an unknown budget, std::invalid_argument for a level outside 0-1.
[[nodiscard]] Spending spending(Projection const& projection, std::string const& budget,
                                std::vector<double> const& q);

/// P(at some month's end up to the deadline a dwelling waits for this budget's money, and the
/// target is not reached yet). A wait for the money of the next year counts.
///
/// These three are found as `probability`: from n paths with k hits (k + 1/2) / (n + 1). They throw
/// as it does, and std::out_of_range for an unknown budget.
[[nodiscard]] Probability money_runs_out(Projection const& projection, std::string const& budget,
                                         Target const& target);

/// P(the target is reached, and no more than `cents` were spent from the budget until then):
/// until the month end on which the target is judged, since the start of the projection.
[[nodiscard]] Probability reached_within(Projection const& projection, Target const& target,
                                         std::string const& budget, std::int64_t cents);

/// P(more than `cents` of what the budget supplied up to the deadline is not spent then). What
/// lapsed at the end of a year is not spent either. The goal of the result is 0: it has none.
[[nodiscard]] Probability money_left(Projection const& projection, std::string const& budget,
                                     Deadline deadline, std::int64_t cents);

}  // namespace opgave
