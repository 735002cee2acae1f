#include "approach.hpp"
#include "cells.hpp"
#include "plan.hpp"
#include "stays.hpp"

#include <opgave/projection.hpp>
#include <opgave/random.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace opgave {

namespace {

template <typename Value>
void require(bool holds, std::string const& rule, Value value) {
    if (!holds) {
        throw std::invalid_argument(rule + ", got " + std::to_string(value));
    }
}

void check(Run const& run) {
    auto const months = static_cast<std::size_t>(std::max(0, run.months));
    require(run.months >= 1 && run.months <= 65'535, "months must be in 1-65535", run.months);
    require(run.first_month > 0 && run.first_month <= 1, "first_month must be in (0, 1]",
            run.first_month);
    require(run.paths >= 1, "paths must be >= 1", run.paths);
    require(run.strata >= 1, "strata must be >= 1", run.strata);
    require(run.threads >= 0, "threads must be >= 0", run.threads);
    require(run.year.empty() || run.year.size() == months, "year needs one value per month",
            run.year.size());
    for (Pool const& pool : run.pools) {
        require(pool.count >= 0, "the count of a pool must be >= 0", pool.count);
        require(pool.stratum >= 0 && pool.stratum < run.strata,
                "the stratum of a pool must be in 0-" + std::to_string(run.strata - 1),
                pool.stratum);
    }
    check(run.scenario);
}

// Whole dwellings entering per month: each year's plan is carried out at its own rate.
std::vector<std::int64_t> entries_of(Run const& run, std::uint64_t path) {
    std::vector<double> factor(static_cast<std::size_t>(run.months), 1.0);
    double const sd = run.scenario.adherence_sd;
    if (sd > 0) {
        Stream const stream(run.seed, Purpose::inflow, path);
        double const shape = 1 / (sd * sd);
        for (std::size_t month = 0; month < factor.size(); ++month) {
            int const year = run.year.empty() ? static_cast<int>(month / 12) : run.year[month];
            factor[month] = gamma(stream, static_cast<std::uint32_t>(year), 0, shape) / shape;
        }
    }
    return detail::planned_entries(run.scenario.inflow, factor, run.first_month);
}

// One path after the other, with one kernel.
template <typename Kernel>
class Walker {
public:
    Walker(detail::Plan const& plan, Projection& out)
        : plan_(plan), counts_(plan), kernel_(plan, counts_) {
        for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
            waiting_.push_back(out.counts(not_started, stratum));
            for (int state = 0; state < plan.space.size(); ++state) {
                columns_.push_back(out.counts(plan.space.state(state), stratum));
            }
        }
    }

    void walk(std::uint64_t path) {
        Run const& run = plan_.run;
        auto const entries = entries_of(run, path);
        begin(path, entries);
        detail::Approach approach(run.pools);
        for (int month = 0; month < run.months; ++month) {
            enter(approach, entries[static_cast<std::size_t>(month)]);
            for (int stratum = 0; stratum < run.strata; ++stratum) {
                for (int state = 0; state < plan_.space.size(); ++state) {
                    kernel_.take_in(month, stratum, state);
                }
            }
            kernel_.end(month);
            record(path, month, approach);
        }
    }

private:
    void begin(std::uint64_t path, std::vector<std::int64_t> const& entries) {
        std::ranges::fill(counts_.total, 0);
        for (detail::StartCell const& start : plan_.start) {
            counts_.total[plan_.place(start.stratum, start.state)] += start.count;
        }
        std::int64_t size = std::reduce(counts_.total.begin(), counts_.total.end());
        size = plan_.run.pools.empty() ? std::reduce(entries.begin(), entries.end(), size) : size;
        for (Pool const& pool : plan_.run.pools) {
            size += pool.count;
        }
        if (size > std::numeric_limits<std::int32_t>::max()) {
            throw std::runtime_error("a projection holds at most 2147483647 dwellings, got " +
                                     std::to_string(size));
        }
        kernel_.begin(path, plan_.hazards.draw(plan_.run.seed, path));
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

    // A state of the trajectory can be several of the engine's.
    void record(std::uint64_t path, int month, detail::Approach const& approach) const {
        std::size_t const at =
            path * static_cast<std::size_t>(plan_.run.months) + static_cast<std::size_t>(month);
        for (Pool const& pool : approach.pools()) {
            waiting_[static_cast<std::size_t>(pool.stratum)][at] +=
                static_cast<std::int32_t>(pool.count);
        }
        for (std::size_t place = 0; place < columns_.size(); ++place) {
            columns_[place][at] += static_cast<std::int32_t>(counts_.total[place]);
        }
    }

    detail::Plan const& plan_;
    detail::Counts counts_;
    Kernel kernel_;
    std::vector<std::int32_t*> waiting_;  // of the projection: not started, by stratum
    std::vector<std::int32_t*> columns_;  // of the projection: by place
};

// Up to here drawing each stay costs less than thinning each cell. Both have the same law; the
// limit is part of the specification, because it fixes the bits.
bool is_portfolio(detail::Plan const& plan) {
    // Only pools bound what a plan brings in that is not carried out exactly.
    bool const is_bounded = !plan.run.pools.empty() || plan.run.scenario.adherence_sd == 0;
    return is_bounded && plan.dwellings <= std::min(10'000.0 * plan.run.strata, 100'000.0);
}

// Shares the paths out in chunks. The calling thread works too, and alone talks to `progress`.
template <typename Kernel>
class Workers {
public:
    Workers(detail::Plan const& plan, Projection& out) : plan_(plan), out_(out) {}

    void run() {
        auto const silent = [](double) { return true; };
        {
            std::vector<std::jthread> threads;
            for (int i = 1; i < thread_count(); ++i) {
                threads.emplace_back([this, silent] { work(silent); });
            }
            work(plan_.run.progress ? plan_.run.progress : silent);
        }
        if (plan_.run.progress && !stopped_) {
            plan_.run.progress(1);
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        if (stopped_) {
            throw std::runtime_error("the simulation was stopped before its end");
        }
    }

private:
    static constexpr int chunk = 32;

    [[nodiscard]] int thread_count() const {
        Run const& run = plan_.run;
        int const wanted =
            run.threads > 0 ? run.threads : static_cast<int>(std::thread::hardware_concurrency());
        return std::clamp(wanted, 1, (run.paths + chunk - 1) / chunk);
    }

    void work(std::function<bool(double)> const& progress) {
        try {
            Walker<Kernel> walker(plan_, out_);
            int const paths = plan_.run.paths;
            for (int begin = next_.fetch_add(chunk); begin < paths && !stopped_;
                 begin = next_.fetch_add(chunk)) {
                int const end = std::min(begin + chunk, paths);
                for (int path = begin; path < end; ++path) {
                    walker.walk(static_cast<std::uint64_t>(path));
                }
                finished_ += end - begin;
                if (!progress(static_cast<double>(finished_) / paths)) {
                    stopped_ = true;
                }
            }
        } catch (...) {
            std::lock_guard const lock(mutex_);
            failure_ = std::current_exception();
            stopped_ = true;
        }
    }

    detail::Plan const& plan_;
    Projection& out_;
    std::atomic<int> next_ = 0;
    std::atomic<int> finished_ = 0;
    std::atomic<bool> stopped_ = false;
    std::mutex mutex_;
    std::exception_ptr failure_;
};

}  // namespace

Projection simulate(Hazards const& hazards, Cohorts const& cohorts, Run const& run) {
    check(run);
    detail::Plan const plan(hazards, cohorts, run);
    if (plan.dwellings > std::numeric_limits<std::int32_t>::max()) {
        throw std::runtime_error("a projection holds at most 2147483647 dwellings, got " +
                                 std::to_string(plan.dwellings));
    }
    Projection projection(hazards.trajectory(), run.strata, run.paths, run.months, run.seed);
    if (is_portfolio(plan)) {
        Workers<detail::Stays>(plan, projection).run();
    } else {
        Workers<detail::Cells>(plan, projection).run();
    }
    return projection;
}

}  // namespace opgave
