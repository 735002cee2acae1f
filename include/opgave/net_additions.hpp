#pragma once
/// The exact distribution of net additions to the stock from projects whose chances are known.

#include <opgave/score.hpp>

#include <cstdint>
#include <vector>

namespace opgave {

/// How much of what happens to projects is common to all: good and bad times.
struct CommonFactor {
    double rho_delay = 0;         ///< share of the variance of log delay, in [0, 1)
    double rho_fall_through = 0;  ///< the same of falling through
    friend bool operator==(CommonFactor const&, CommonFactor const&) = default;
};

/// Throws std::invalid_argument unless both shares lie in [0, 1).
void check(CommonFactor const& factor);

/// One project per row; months count from the as-of day.
struct NetProjects {
    std::vector<std::int64_t> added = {};
    std::vector<std::int64_t> demolished = {};  ///< counted with completion
    std::vector<double> planned_months = {};
    std::vector<double> fall_through = {};    ///< probability
    std::vector<double> delay_log_mean = {};  ///< of the delay after the planned month, in months
    std::vector<double> delay_log_sd = {};    ///< > 0
};

/// The net additions completed before the deadline. Given the common factor Z projects are
/// independent and their sum is found by dynamic programming; Z is integrated by Gauss-Hermite
/// quadrature with 32 nodes. Neither the chance that a project falls through nor its delay depends
/// on rho; the sum does, as in good times projects are both kept and on time.
/// Source: Vasicek 1987, "Probability of loss on loan portfolio", for the one-factor model.
/// Throws std::invalid_argument for columns of unequal length, no project, numbers out of range.
[[nodiscard]] CountDistribution net_additions(NetProjects const& projects, double deadline_months,
                                              CommonFactor const& factor = {});

/// P(net additions >= goal).
[[nodiscard]] double probability_of_at_least(CountDistribution const& law, std::int64_t goal);

/// The mean number of homes by which the goal is missed; 0 where it is reached.
[[nodiscard]] double expected_shortfall(CountDistribution const& law, std::int64_t goal);

}  // namespace opgave
