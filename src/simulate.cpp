#include "cells.hpp"
#include "parallel.hpp"
#include "path.hpp"
#include "plan.hpp"
#include "stays.hpp"

#include <opgave/projection.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace opgave {

namespace {

// Few enough months that they take a small part of a second.
int months_together(detail::Plan const& plan) {
    constexpr std::size_t cells = 500'000;
    std::size_t const a_month = plan.places() * static_cast<std::size_t>(plan.grid.ages());
    return static_cast<int>(std::max<std::size_t>(1, cells / a_month));
}

// Paths side by side, as many as the kernel works on together.
template <typename Kernel>
class Walker {
public:
    Walker(detail::Plan const& plan, Projection& out)
        : plan_(plan),
          out_(out),
          months_together_(months_together(plan)),
          paths_(Kernel::abreast, detail::Path(plan)),
          kernel_(plan, paths_) {
        for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
            int const counted_in = plan.counted_in(stratum);
            waiting_.push_back(out.counts(not_started, counted_in));
            for (int state = 0; state < plan.space.size(); ++state) {
                columns_.push_back(out.counts(plan.space.state(state), counted_in));
            }
        }
    }

    // The kernel knows where the paths are.
    Walker(Walker const&) = delete;
    Walker& operator=(Walker const&) = delete;

    // The paths from `first` on; the last ones can be fewer. False if it ended early because
    // `goes_on()` was.
    bool walk(int first, detail::GoesOn const& goes_on) {
        auto const number = static_cast<std::size_t>(first);
        std::span const paths =
            std::span(paths_).first(std::min(paths_.size(), of(plan_.run.paths) - number));
        for (std::size_t i = 0; i < paths.size(); ++i) {
            paths[i].begin(number + i);
        }
        kernel_.begin(number, paths.size());
        for (int month = 0; month < plan_.run.months; ++month) {
            if (month % months_together_ == months_together_ - 1 && !goes_on()) {
                return false;
            }
            for (detail::Path& path : paths) {
                path.enter(month);
            }
            for (int state = 0; state < plan_.space.size(); ++state) {
                for (detail::Path& path : paths) {
                    path.admit(month, state);
                }
                kernel_.take_in(month, state);
            }
            kernel_.end(month);
            for (std::size_t i = 0; i < paths.size(); ++i) {
                record(number + i, month, paths[i]);
            }
        }
        return true;
    }

private:
    static std::size_t of(int number) { return static_cast<std::size_t>(number); }

    // A state of the trajectory can be several of the engine's, and a stratum of the projection
    // several of the run's. Those who wait are in the state that they wait to leave.
    void record(std::size_t number, int month, detail::Path const& path) {
        std::size_t const at = number * of(plan_.run.months) + of(month);
        for (Pool const& pool : path.pools()) {
            waiting_[of(pool.stratum)][at] +=
                static_cast<std::int32_t>(pool.count * plan_.weight(pool.stratum));
        }
        auto const& queues = path.counts.queues;
        std::int64_t queue = 0;
        for (std::size_t place = 0; place < columns_.size(); ++place) {
            int const weight = plan_.weight(static_cast<int>(place) / plan_.space.size());
            std::int64_t const queued = queues.waiting()[place];
            columns_[place][at] +=
                static_cast<std::int32_t>((path.counts.total[place] + queued) * weight);
            queue += queued * weight;
        }
        auto const row = static_cast<Eigen::Index>(number);
        if (!plan_.is_free()) {
            out_.waiting(row, month) = static_cast<std::int32_t>(queue);
        }
        for (std::size_t i = 0; i < out_.spent.size(); ++i) {
            out_.spent[i](row, month) = queues.spent()[i];
            out_.unpaid[i](row, month) = static_cast<std::int32_t>(queues.unpaid()[i]);
        }
    }

    detail::Plan const& plan_;
    Projection& out_;
    int months_together_;
    std::vector<detail::Path> paths_;
    Kernel kernel_;
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

// Few enough paths that a chunk takes a small part of a second, and whole groups of those that a
// kernel works on together.
int paths_together(detail::Plan const& plan, int abreast) {
    constexpr double dwellings = 20'000;
    auto const paths =
        static_cast<int>(std::clamp(dwellings / std::max(plan.dwellings, 1.0), 1.0, 32.0));
    return (paths + abreast - 1) / abreast * abreast;
}

template <typename Kernel>
void walk_all(detail::Plan const& plan, Projection& out) {
    int const chunk = paths_together(plan, Kernel::abreast);
    Run const& run = plan.run;
    auto const make_work = [&] {
        return [&, walker = Walker<Kernel>(plan, out)](int number,
                                                       detail::GoesOn const& goes_on) mutable {
            int const end = std::min((number + 1) * chunk, run.paths);
            int path = number * chunk;
            while (path < end && walker.walk(path, goes_on)) {
                path += Kernel::abreast;
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
