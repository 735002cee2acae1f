#include "walker.hpp"

#include <opgave/projection.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
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

// Shares the paths out in chunks. The calling thread works too, and alone talks to `progress`.
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
        int const wanted = run.threads > 0
                               ? run.threads
                               : static_cast<int>(std::thread::hardware_concurrency());
        return std::clamp(wanted, 1, (run.paths + chunk - 1) / chunk);
    }

    void work(std::function<bool(double)> const& progress) {
        try {
            detail::Walker walker(plan_);
            int const paths = plan_.run.paths;
            for (int begin = next_.fetch_add(chunk); begin < paths && !stopped_;
                 begin = next_.fetch_add(chunk)) {
                int const end = std::min(begin + chunk, paths);
                for (int path = begin; path < end; ++path) {
                    walker.walk(static_cast<std::uint64_t>(path), out_);
                }
                if (!progress(static_cast<double>(end) / paths)) {
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
    std::atomic<bool> stopped_ = false;
    std::mutex mutex_;
    std::exception_ptr failure_;
};

}  // namespace

Projection simulate(Hazards const& hazards, Cohorts const& cohorts, Run const& run) {
    check(run);
    detail::Plan const plan(hazards, cohorts, run);
    Projection projection(hazards.trajectory(), run.strata, run.paths, run.months, run.seed);
    Workers(plan, projection).run();
    return projection;
}

}  // namespace opgave
