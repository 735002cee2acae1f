#include "plan.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>

namespace opgave {

namespace {

template <typename Value>
void require(bool holds, std::string const& rule, Value value) {
    if (!holds) {
        throw std::invalid_argument(rule + ", got " + std::to_string(value));
    }
}

void check_strata(Run const& run) {
    auto const strata = static_cast<std::size_t>(run.strata);
    require(run.known.labels.empty() || run.known.labels.size() == strata,
            "known needs one row of labels per stratum", run.known.labels.size());
    require(run.weight.empty() || run.weight.size() == strata, "weight needs one value per stratum",
            run.weight.size());
    require(run.counted_in.empty() || run.counted_in.size() == strata,
            "counted_in needs one value per stratum", run.counted_in.size());
    for (int const weight : run.weight) {
        require(weight >= 1 && weight <= 1'000'000, "a weight must be in 1-1000000", weight);
    }
    for (int const counted_in : run.counted_in) {
        require(counted_in >= 0 && counted_in < run.strata,
                "counted_in must be in 0-" + std::to_string(run.strata - 1), counted_in);
    }
}

}  // namespace

void detail::check(Run const& run) {
    auto const months = static_cast<std::size_t>(std::max(0, run.months));
    require(run.months >= 1 && run.months <= 65'535, "months must be in 1-65535", run.months);
    require(run.first_month > 0 && run.first_month <= 1, "first_month must be in (0, 1]",
            run.first_month);
    require(run.paths >= 1, "paths must be >= 1", run.paths);
    require(run.strata >= 1, "strata must be >= 1", run.strata);
    require(run.threads >= 0, "threads must be >= 0", run.threads);
    require(run.month_end.empty() || run.month_end.size() == months,
            "month_end needs one day per month", run.month_end.size());
    for (Pool const& pool : run.pools) {
        require(pool.count >= 0, "the count of a pool must be >= 0", pool.count);
        require(pool.stratum >= 0 && pool.stratum < run.strata,
                "the stratum of a pool must be in 0-" + std::to_string(run.strata - 1),
                pool.stratum);
    }
    check_strata(run);
    opgave::check(run.scenario);
}

bool operator==(Run const& a, Run const& b) {
    auto const fields = [](Run const& r) {
        return std::tie(r.months, r.first_month, r.pools, r.scenario, r.strata, r.known, r.weight,
                        r.counted_in, r.month_end, r.paths, r.seed);
    };
    return fields(a) == fields(b);
}

}  // namespace opgave
