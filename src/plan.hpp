#pragma once
// What all paths of a simulation share, and the counts of the path at hand.

#include "age_grid.hpp"
#include "model.hpp"
#include "state_space.hpp"

#include <opgave/projection.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

struct Plan {
    Plan(Hazards const& hazards, Cohorts const& cohorts, Run const& run);

    // A stratum and a state as one number.
    [[nodiscard]] std::size_t place(int stratum, int state) const noexcept {
        return static_cast<std::size_t>(stratum * space.size() + state);
    }
    [[nodiscard]] std::size_t places() const noexcept { return place(run.strata, 0); }

    Hazards const& hazards;
    Run const& run;
    StateSpace space;
    AgeGrid grid;
    std::vector<StartCell> start;
    double dwellings;  // at the start, in the pools, and planned where there are no pools
};

// By place. A kernel adds to `total`; those who arrive wait in `arriving` until the kernel takes
// them in, in the same month, or in `returning` until its end.
struct Counts {
    explicit Counts(Plan const& plan)
        : total(plan.places()), arriving(plan.places()), returning(plan.places()) {}

    std::vector<std::int64_t> total;
    std::vector<std::int64_t> arriving;
    std::vector<std::int64_t> returning;
};

}  // namespace opgave::detail
