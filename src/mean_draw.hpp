#pragma once
// The geometric mean of everything that a posterior draw holds.

#include <opgave/hazard.hpp>

namespace opgave::detail {

struct Years {
    int first = 0;
    int count = 0;
};

// The calendar years observed; none without a shock.
[[nodiscard]] Years years_of(Variation const& variation);

// Of the draws; the mean of a product is the product of the means. Shocks are those of `years`.
[[nodiscard]] Draw mean_draw(Hazards const& hazards, Years years);

// Events expected per month of exposure in a cell, by the levels of its dwellings; -1 is a level
// that was not seen.
[[nodiscard]] double rate_in(Draw const& mean, Years years, Eigen::Index move,
                             ExposureCell const& cell, std::vector<int> const& levels);

}  // namespace opgave::detail
