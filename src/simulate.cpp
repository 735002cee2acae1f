#include "approach.hpp"
#include "cells.hpp"
#include "counts.hpp"
#include "entries.hpp"
#include "pace.hpp"
#include "parallel.hpp"
#include "plan.hpp"
#include "stays.hpp"

#include <opgave/projection.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace opgave {

namespace {

// One path after the other, with one kernel.
template <typename Kernel>
class Walker {
public:
    Walker(detail::Plan const& plan, Projection& out)
        : plan_(plan),
          out_(out),
          pace_(plan),
          counts_(plan),
          kernel_(plan, pace_, counts_),
          pools_(detail::pools_in_order(plan)) {
        for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
            int const counted_in = plan.counted_in(stratum);
            waiting_.push_back(out.counts(not_started, counted_in));
            for (int state = 0; state < plan.space.size(); ++state) {
                columns_.push_back(out.counts(plan.space.state(state), counted_in));
            }
        }
    }

    void walk(std::uint64_t path) {
        Run const& run = plan_.run;
        auto const entries = detail::entries_of(plan_, path);
        begin(path, entries);
        detail::Approach approach(pools_, run.weight);
        for (int month = 0; month < run.months; ++month) {
            enter(approach, entries[static_cast<std::size_t>(month)]);
            if (!plan_.capacities.empty()) {
                at_start_ = counts_.total;
            }
            for (int state = 0; state < plan_.space.size(); ++state) {
                admit(month, state);
                kernel_.take_in(month, state);
            }
            kernel_.end(month);
            record(path, month, approach);
        }
    }

private:
    void begin(std::uint64_t path, std::vector<std::int64_t> const& entries) {
        std::ranges::fill(counts_.total, 0);
        counts_.queues.begin(path);
        std::int64_t size = 0;
        for (detail::StartCell const& start : plan_.start) {
            counts_.total[plan_.place(start.stratum, start.state)] += start.count;
            size += start.count * plan_.weight(start.stratum);
        }
        size = plan_.run.pools.empty() ? std::reduce(entries.begin(), entries.end(), size) : size;
        for (Pool const& pool : plan_.run.pools) {
            size += pool.count * plan_.weight(pool.stratum);
        }
        if (size > std::numeric_limits<std::int32_t>::max()) {
            throw std::runtime_error("a projection holds at most 2147483647 dwellings, got " +
                                     std::to_string(size));
        }
        pace_.begin(path);
        kernel_.begin(path);
    }

    void enter(detail::Approach& approach, std::int64_t wanted) {
        if (plan_.run.pools.empty()) {
            counts_.arriving[0] += wanted;
        } else {
            approach.take(wanted, [&](int stratum, std::int64_t count) {
                counts_.arriving[plan_.place(stratum, 0)] += count;
            });
        }
    }

    void admit(int month, int state) {
        if (plan_.capacities.empty()) {
            return;
        }
        counts_.queues.admit(
            month, state, pace_, at_start_, [&](int stratum, int to, std::int64_t count) {
                (to < state ? counts_.returning[counts_.back(stratum, plan_.space.back(to, 0))]
                            : counts_.arriving[plan_.place(stratum, to)]) += count;
            });
    }

    // A state of the trajectory can be several of the engine's, and a stratum of the projection
    // several of the run's. Those who wait are in the state that they wait to leave.
    void record(std::uint64_t path, int month, detail::Approach const& approach) {
        std::size_t const at =
            path * static_cast<std::size_t>(plan_.run.months) + static_cast<std::size_t>(month);
        for (Pool const& pool : approach.pools()) {
            waiting_[static_cast<std::size_t>(pool.stratum)][at] +=
                static_cast<std::int32_t>(pool.count * plan_.weight(pool.stratum));
        }
        auto const& queued = counts_.queues.waiting();
        std::int64_t queue = 0;
        for (std::size_t place = 0; place < columns_.size(); ++place) {
            int const weight = plan_.weight(static_cast<int>(place) / plan_.space.size());
            columns_[place][at] +=
                static_cast<std::int32_t>((counts_.total[place] + queued[place]) * weight);
            queue += queued[place] * weight;
        }
        auto const row = static_cast<Eigen::Index>(path);
        if (!plan_.capacities.empty()) {
            out_.waiting(row, month) = static_cast<std::int32_t>(queue);
        }
        for (std::size_t i = 0; i < out_.spent.size(); ++i) {
            out_.spent[i](row, month) = counts_.queues.spent()[i];
            out_.unpaid[i](row, month) = static_cast<std::int32_t>(counts_.queues.unpaid()[i]);
        }
    }

    detail::Plan const& plan_;
    Projection& out_;
    detail::Pace pace_;
    detail::Counts counts_;
    Kernel kernel_;
    std::vector<std::int64_t> at_start_;  // of the month: items by place
    std::vector<Pool> pools_;             // with the scenario's order within each priority
    std::vector<std::int32_t*> waiting_;  // of the projection: not started, by stratum
    std::vector<std::int32_t*> columns_;  // of the projection: by place
};

// Up to here drawing each stay costs less than thinning each cell. Both have the same law; the
// limit is part of the specification, because it fixes the bits.
bool is_portfolio(detail::Plan const& plan) {
    // Only pools bound what a plan brings in that is not carried out exactly.
    bool const is_bounded = !plan.run.pools.empty() || plan.run.scenario.adherence_sd == 0;
    // Where stages resume, a stratum has hundreds of places, each with counters for every month.
    bool const fits = !plan.space.resumes() || plan.places() <= 5'000;
    return is_bounded && fits && plan.dwellings <= std::min(10'000.0 * plan.run.strata, 100'000.0);
}

// Few enough paths that a chunk takes a small part of a second.
int paths_together(detail::Plan const& plan) {
    constexpr double dwellings = 20'000;
    return static_cast<int>(std::clamp(dwellings / std::max(plan.dwellings, 1.0), 1.0, 32.0));
}

template <typename Kernel>
void walk_all(detail::Plan const& plan, Projection& out) {
    int const chunk = paths_together(plan);
    Run const& run = plan.run;
    auto const make_work = [&] {
        return [&, walker = Walker<Kernel>(plan, out)](int number) mutable {
            int const end = std::min((number + 1) * chunk, run.paths);
            for (int path = number * chunk; path < end; ++path) {
                walker.walk(static_cast<std::uint64_t>(path));
            }
        };
    };
    int const chunks = (run.paths + chunk - 1) / chunk;
    if (!detail::share_out(chunks, run.threads, make_work, run.progress)) {
        throw std::runtime_error("the simulation was stopped before its end");
    }
    if (run.progress) {
        run.progress(1);
    }
}

void add_budgets(detail::Plan const& plan, Projection& projection) {
    Run const& run = plan.run;
    for (Budget const& budget : run.scenario.budgets) {
        projection.budgets.push_back(budget.name);
        projection.spent.emplace_back(run.paths, run.months);
        projection.unpaid.emplace_back(run.paths, run.months);
    }
    for (detail::Capacity const& capacity : plan.capacities) {
        if (capacity.budget >= 0) {
            auto& sums = projection.supplied.emplace_back(capacity.supply.size());
            std::partial_sum(capacity.supply.begin(), capacity.supply.end(), sums.begin());
        }
    }
}

}  // namespace

Projection simulate(Hazards const& hazards, Cohorts const& cohorts, Run const& run) {
    detail::check(run);
    auto const source = std::make_shared<Source>(Source{hazards, cohorts, run});
    source->run.progress = {};
    detail::Plan const plan(hazards, cohorts, run);
    if (plan.dwellings > std::numeric_limits<std::int32_t>::max()) {
        throw std::runtime_error("a projection holds at most 2147483647 dwellings, got " +
                                 std::to_string(plan.dwellings));
    }
    int strata = 0;
    for (int stratum = 0; stratum < run.strata; ++stratum) {
        strata = std::max(strata, plan.counted_in(stratum) + 1);
    }
    Projection projection(hazards.trajectory(), strata, run.paths, run.months, run.seed);
    if (!plan.capacities.empty()) {
        projection.waiting.resize(run.paths, run.months);
    }
    add_budgets(plan, projection);
    if (is_portfolio(plan)) {
        walk_all<detail::Stays>(plan, projection);
    } else {
        walk_all<detail::Cells>(plan, projection);
    }
    projection.source = source;
    return projection;
}

}  // namespace opgave
