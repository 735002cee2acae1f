#pragma once
/// What was promised, how far that is, and how likely.

#include <opgave/projection.hpp>
#include <opgave/snapshot.hpp>

#include <cstdint>
#include <functional>
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
    std::string method;        ///< `exact` or `simulation`; `reached` or `unreachable` for sure
    std::int64_t ceiling = 0;  ///< the most that can still be reached, slots and money counted
    std::int64_t goal = 0;
    friend bool operator==(Probability const&, Probability const&) = default;
};

/// P(at least `goal` on the last month end up to the deadline).
///
/// `exact` where dwellings do not wait for each other, so without gates and budgets: given the
/// parameters and entries of a path its dwellings are independent, their count is a sum of
/// binomials, and the answer is the mean of its tail over the paths; only the choice of parameters
/// is left to chance, and nothing where they are certain. Else the share of paths. Both count half
/// a path more that succeeds and half a one that fails, so no answer of n paths is 0 or 1.
///
/// Throws NotEnoughData if the deadline lies beyond the projection or before it, or if no dwelling
/// is known to have a value of the scope; std::out_of_range if a column of the scope is not among
/// those of the projection's strata; std::runtime_error if `progress`, which is told the part done,
/// returns false.
[[nodiscard]] Probability probability(Projection const& projection, Target const& target,
                                      std::function<bool(double)> const& progress = {});

/// Where the variance of the count of a target on its deadline comes from; the shares are of
/// `variance`, and what they leave is that of the other parameters.
struct Spread {
    double mean = 0;
    double variance = 0;
    double chance_share = 0;  ///< of dwellings, given all parameters: no data take it away
    double prior_share = 0;   ///< of rates that were seen in fewer than `few_events` events
    friend bool operator==(Spread const&, Spread const&) = default;
};

/// A rate of which fewer events than this were seen is driven by the prior.
inline constexpr std::int64_t few_events = 3;

/// By the law of total variance over the paths. The share of the prior is how much smaller the
/// variance of the mean given the parameters is when the rates of all moves and bands with fewer
/// than `few_events` events are their posterior means, with everything else drawn as before (their
/// total effect: Saltelli et al. 2008, section 1.2.13, where they do not depend on the rest). What
/// they share with other bands of their move counts as theirs. Effects of groups, seasons and
/// shocks are never counted as prior. Of n paths its error is about 1.5 / sqrt(n).
///
/// Throws NotEnoughData where dwellings wait at a gate or for money, or if the projection does not
/// know what made it; else as `probability`, whose work it does twice.
[[nodiscard]] Spread spread(Projection const& projection, Target const& target,
                            std::function<bool(double)> const& progress = {});

}  // namespace opgave
