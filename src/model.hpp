#pragma once
// A checked starting point for the recursions: cohorts on the engine's states and ages.

#include "age_grid.hpp"
#include "state_space.hpp"

#include <opgave/projection.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

// So many dwellings in one state at one age.
struct StartCell {
    int stratum = 0;
    int state = 0;
    int age = 0;
    std::int64_t count = 0;
};

// Throws std::invalid_argument, with the row, for a cohort that cannot be.
[[nodiscard]] std::vector<StartCell> start_cells(Trajectory const& trajectory,
                                                 StateSpace const& space, AgeGrid const& grid,
                                                 Cohorts const& cohorts, int strata);

// Whole dwellings entering per month: fractions accumulate. `factor` has one value per month.
[[nodiscard]] std::vector<std::int64_t> planned_entries(std::vector<double> const& inflow,
                                                        std::vector<double> const& factor,
                                                        double first_month);

}  // namespace opgave::detail
