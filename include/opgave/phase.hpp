#pragma once
/// What is believed of building projects by the phase they are in: how many fall through, how late
/// the others are and how much smaller they become.

#include <opgave/date.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace opgave {

/// `initiative`, `feasibility`, `design`, `permit`, `construction`, `delivery`: in order.
[[nodiscard]] std::vector<std::string> const& project_phases();

/// What is believed of the projects in one phase before any has been seen to end.
///
/// A project falls through with probability q ~ Beta. Else it is completed a delay after its
/// planned day; the logarithm of the delay in months is normal, with a normal-inverse-gamma prior.
/// It then has all its homes, nine tenths or three quarters of them.
struct PhasePrior {
    std::string phase = {};          ///< a phase; or `hard`, `soft`: of projects of unknown phase
    double fall_through = 0;         ///< mean of q, in (0, 1)
    double delay_median_months = 1;  ///< > 0
    double delay_log_sd = 1;         ///< > 0; root of the mean of the variance
    double tenth_smaller = 0;        ///< probability
    double quarter_smaller = 0;      ///< probability
    double worth_projects = 10;      ///< how many ended projects the prior counts for, > 0
    std::string source = {};
    friend bool operator==(PhasePrior const&, PhasePrior const&) = default;
};

/// The starting values: assumptions, to be replaced by what a municipality has seen. Fall-through
/// goes from 2 % under construction to 35 % of soft plans. Of as many homes in each phase up to
/// construction 21 % fall or shrink away; the rule of thumb of 130 % plan capacity (ministry,
/// stadszaken.nl) says 23 %.
[[nodiscard]] std::vector<PhasePrior> const& default_phases();

/// Throws std::invalid_argument, naming the phase, unless each of `project_phases`, `hard` and
/// `soft` has one row with values in range.
void check(std::vector<PhasePrior> const& phases);

/// Projects that ended, with the phase in which their planned day was noted. A row without
/// `completed` that is not cancelled has not ended; it teaches nothing.
struct PastProjects {
    std::vector<std::string> phase = {};
    std::vector<Day> planned = {};
    std::vector<Day> completed = {};          ///< unknown: not completed
    std::vector<std::int8_t> cancelled = {};  ///< 1: fell through
    [[nodiscard]] std::size_t size() const noexcept { return phase.size(); }
    friend bool operator==(PastProjects const&, PastProjects const&) = default;
};

/// A delay is at least this: half of the month in which plans are made.
inline constexpr double least_delay_months = 0.5;

/// Prior and data of one phase together.
struct PhaseBelief {
    double fallen = 1;      ///< the two shapes of the Beta distribution of q
    double kept = 1;        ///<
    double log_mean = 0;    ///< mean of mu; given sigma its variance is sigma² / mean_worth
    double mean_worth = 1;  ///<
    double shape = 2;       ///< sigma² ~ inverse gamma (shape, scale)
    double scale = 1;       ///<
    double tenth_smaller = 0;
    double quarter_smaller = 0;
    std::int64_t past_fallen = 0;
    std::int64_t past_completed = 0;
    friend bool operator==(PhaseBelief const&, PhaseBelief const&) = default;
};

/// The beliefs in the order of `phases`. Beta-Bernoulli, and normal-inverse-gamma after Murphy
/// 2007, "Conjugate Bayesian analysis of the Gaussian distribution", equations 197-200. Throws
/// std::invalid_argument as `check`, and for past projects of unequal columns, an unknown phase, or
/// one that is both completed and cancelled.
[[nodiscard]] std::vector<PhaseBelief> learn(std::vector<PhasePrior> const& phases,
                                             PastProjects const& past = {});

}  // namespace opgave
