#pragma once
/// What would help, and what it takes.
///
/// All plans are projected with the same seed, so that they meet the same chance and differ by what
/// they do. The rules compare simulated paths; none knows what a plan costs beyond its budgets.

#include <opgave/target.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace opgave {

/// What one plan does more than another on the deadline of a target. Differences are means over
/// paths in pairs; each has its standard error.
struct Gain {
    double probability = 0;
    double probability_std_error = 0;
    double separate_std_error = 0;  ///< of the difference of two runs with other seeds
    double dwellings = 0;           ///< in the state and scope of the target
    double dwellings_std_error = 0;
    std::optional<double> cents = {};  ///< spent from budgets; empty unless both plans have some
    double cents_std_error = 0;
    friend bool operator==(Gain const&, Gain const&) = default;
};

/// `with` minus `without`. From n pairs, b of them won and c lost, the error of the probability is
/// sqrt(b + c + 1 - (b - c)² / n) / n, which is not 0 where no path changed. Throws
/// std::invalid_argument unless both have the same trajectory, paths, months and seed; else as
/// `probability`.
[[nodiscard]] Gain gain(Projection const& with, Projection const& without, Target const& target);

/// Projects a plan, with the same seed every time.
using Forecast = std::function<Projection(Scenario const&)>;

/// A plan by its name.
struct Step {
    std::string name = {};
    Scenario scenario = {};
};

/// What a step gains.
struct RankedStep {
    std::string name = {};
    Gain gain = {};
};

/// The gain of each step over `now`, the largest of probability first, then of dwellings.
[[nodiscard]] std::vector<RankedStep> bottlenecks(Forecast const& forecast, Scenario const& now,
                                                  std::vector<Step> const& steps,
                                                  Target const& target);

/// A lever with a scale: more of it does not lower the probability.
struct Dial {
    std::function<Scenario(double)> at = {};
    double low = 0;
    double high = 0;
    double tolerance = 0;  ///< how far from the smallest setting the answer may be; > 0
};

/// The smallest setting of a dial that reaches a target, or why none does.
struct Required {
    std::optional<double> setting = {};
    Probability probability = {};  ///< there; where none reaches it, at the highest
    std::string reason = {};       ///< empty if it is reached
};

/// Halves the interval of the dial until it is at most `tolerance` wide. Throws
/// std::invalid_argument for a dial that cannot be or a probability outside (0, 1).
[[nodiscard]] Required required(Forecast const& forecast, Dial const& dial, Target const& target,
                                double probability = 0.8);

/// `before` up to and on `day`, `after` from the next day on. Gates, budgets and levers that both
/// have stay whole; the inflow of a month is that of the plan on its last day. Throws
/// std::invalid_argument if they differ in budgets, priority, adherence or exits, which cannot
/// change within a plan.
[[nodiscard]] Scenario hand_over(Scenario const& before, Scenario const& after, Day as_of, Day day);

/// The last month end on which a plan can still replace another and reach a target.
struct PointOfNoReturn {
    std::optional<Day> day = {};  ///< empty: even at once it does not suffice
    Probability at_once = {};     ///< with the best plan from the first day
    Probability on_day = {};      ///< handed over on `day`
    Probability never = {};       ///< without it
    bool is_needed = true;        ///< false: the target is reached without it
};

/// Looks by halves for the last month end up to the deadline on which `now` can be handed over to
/// `best`; a later one does not raise the probability. Throws as `hand_over` and `required`.
[[nodiscard]] PointOfNoReturn point_of_no_return(Forecast const& forecast, Scenario const& now,
                                                 Scenario const& best, Target const& target,
                                                 double probability = 0.8);

}  // namespace opgave
