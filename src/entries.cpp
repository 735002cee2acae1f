#include "entries.hpp"

#include "approach.hpp"

#include <opgave/random.hpp>

namespace opgave::detail {

std::vector<std::int64_t> entries_of(Plan const& plan, std::uint64_t path) {
    Run const& run = plan.run;
    std::vector<double> factor(static_cast<std::size_t>(run.months), 1.0);
    double const sd = run.scenario.adherence_sd;
    if (sd > 0) {
        Stream const stream(run.seed, Purpose::inflow, path);
        double const shape = 1 / (sd * sd);
        int drawn = -1;
        double of_year = 1;
        for (int month = 0; month < run.months; ++month) {
            if (plan.year(month) != drawn) {
                drawn = plan.year(month);
                of_year = gamma(stream, static_cast<std::uint32_t>(drawn), 0, shape) / shape;
            }
            factor[static_cast<std::size_t>(month)] = of_year;
        }
    }
    return planned_entries(run.scenario.inflow, factor, run.first_month);
}

Entering entering_of(Plan const& plan, std::uint64_t path, int months) {
    auto const strata = static_cast<std::size_t>(plan.run.strata);
    Entering entering(static_cast<std::size_t>(months) * strata, 0);
    auto const entries = entries_of(plan, path);
    Approach approach(pools_in_order(plan), plan.run.weight);
    for (std::size_t month = 0; month < static_cast<std::size_t>(months); ++month) {
        if (plan.run.pools.empty()) {
            entering[month * strata] = entries[month];
            continue;
        }
        approach.take(entries[month], [&](int stratum, std::int64_t count) {
            entering[month * strata + static_cast<std::size_t>(stratum)] += count;
        });
    }
    return entering;
}

std::vector<Pool> pools_in_order(Plan const& plan) {
    auto const classes = static_cast<std::int32_t>(plan.run.scenario.priority.size()) + 1;
    std::vector<Pool> pools = plan.run.pools;
    for (Pool& pool : pools) {
        pool.priority =
            pool.priority * classes + plan.priority[static_cast<std::size_t>(pool.stratum)];
    }
    return pools;
}

}  // namespace opgave::detail
