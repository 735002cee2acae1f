#include "plan.hpp"

#include <numeric>

namespace opgave::detail {

namespace {

double all_dwellings(std::vector<StartCell> const& start, Run const& run) {
    double sum = 0;
    for (StartCell const& cell : start) {
        sum += static_cast<double>(cell.count);
    }
    for (Pool const& pool : run.pools) {
        sum += static_cast<double>(pool.count);
    }
    auto const& inflow = run.scenario.inflow;
    return run.pools.empty() ? std::reduce(inflow.begin(), inflow.end(), sum) : sum;
}

}  // namespace

Plan::Plan(Hazards const& hazards_, Cohorts const& cohorts, Run const& run_)
    : hazards(hazards_),
      run(run_),
      space(hazards_),
      grid(hazards_.band_edges_months()),
      start(start_cells(hazards_.trajectory(), space, grid, cohorts, run_.strata)),
      dwellings(all_dwellings(start, run_)) {}

}  // namespace opgave::detail
