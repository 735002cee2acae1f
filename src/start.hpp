#pragma once
// A register as the start of a simulation.

#include <opgave/projection.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

// Strata tell apart what the projection is by, what the rates differ by, what rules of the scenario
// read, and blocks of different sizes.
struct Start {
    Run run;
    Cohorts cohorts;
    Grouping grouping;  // of the projection
    std::vector<std::int64_t> completed;
    std::vector<std::int64_t> attainable;  // -1 for the first: nothing bounds the plan
};

// Throws std::invalid_argument for options that cannot be, std::out_of_range for an unknown column.
[[nodiscard]] Start start_of(Register const& reg, Hazards const& hazards,
                             ProjectOptions const& options);

}  // namespace opgave::detail
