#include <opgave/projection.hpp>
#include <opgave/snapshot.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>

namespace opgave {

Projection::Projection(Trajectory trajectory, int strata, int paths, int months, std::uint64_t seed)
    : trajectory_(std::move(trajectory)),
      strata_(strata),
      paths_(paths),
      months_(months),
      seed_(seed),
      counts_(static_cast<std::size_t>(strata) *
              static_cast<std::size_t>(trajectory_.state_count() + 1) *
              static_cast<std::size_t>(paths) * static_cast<std::size_t>(months)) {}

std::int32_t const* Projection::counts(State state, int stratum) const {
    if (state < not_started || state >= trajectory_.state_count() || stratum < 0 ||
        stratum >= strata_) {
        throw std::out_of_range("a projection has states -1-" +
                                std::to_string(trajectory_.state_count() - 1) + " and strata 0-" +
                                std::to_string(strata_ - 1) + ", got state " +
                                std::to_string(state) + " and stratum " + std::to_string(stratum));
    }
    auto const column =
        static_cast<std::size_t>(stratum * (trajectory_.state_count() + 1) + state + 1);
    return counts_.data() +
           column * static_cast<std::size_t>(paths_) * static_cast<std::size_t>(months_);
}

std::int32_t* Projection::counts(State state, int stratum) {
    return const_cast<std::int32_t*>(std::as_const(*this).counts(state, stratum));
}

Projection::Series Projection::series(State state, std::vector<int> const& strata) const {
    Series sum = Series::Zero(paths_, months_);
    for (int const stratum : strata) {
        sum += Eigen::Map<Series const>(counts(state, stratum), paths_, months_);
    }
    return sum;
}

Projection::Series Projection::series(State state) const {
    std::vector<int> all(static_cast<std::size_t>(strata_));
    std::iota(all.begin(), all.end(), 0);
    return series(state, all);
}

namespace {

// A snapshot as cohorts and pools, one stratum per group.
struct Portfolio {
    Cohorts cohorts;
    std::vector<Pool> pools;
    std::vector<std::int64_t> completed;
    std::vector<std::int64_t> attainable;  // without those not started
};

// The stage that each pause interrupts: the last stage entered before it.
std::vector<State> interrupted_stages(Register const& reg, Snapshot const& snapshot) {
    Visits const stays = visits(reg, snapshot.as_of, snapshot.known_on);
    std::vector<State> origin(snapshot.state.size(), 0);
    for (std::size_t i = 0; i < origin.size(); ++i) {
        for (std::size_t row = stays.begin[i]; row < stays.begin[i + 1]; ++row) {
            if (reg.trajectory().is_stage(stays.state[row])) {
                origin[i] = stays.state[row];
            }
        }
    }
    return origin;
}

struct CohortKey {
    int stratum;
    State state;
    State origin;
    int age_months;
    auto operator<=>(CohortKey const&) const = default;
};

Cohorts to_cohorts(Trajectory const& trajectory, std::map<CohortKey, std::int64_t> const& counts) {
    Cohorts cohorts;
    auto const name = [&](State state) {
        return trajectory.states()[static_cast<std::size_t>(state)];
    };
    for (auto const& [key, count] : counts) {
        cohorts.stage.push_back(name(key.state));
        cohorts.age_months.push_back(key.age_months);
        cohorts.count.push_back(count);
        cohorts.interrupted.push_back(trajectory.is_pause(key.state) ? name(key.origin) : "");
        cohorts.stratum.push_back(key.stratum);
    }
    return cohorts;
}

// 0 for the programme and for an unknown group, 1 for the reserve.
std::vector<std::int32_t> priorities(Register const& reg) {
    Category const& group = reg.dwellings().category("group");
    std::vector<std::int32_t> priority;
    for (std::int32_t const code : group.code) {
        bool const reserve = code >= 0 && group.levels[static_cast<std::size_t>(code)] == "reserve";
        priority.push_back(reserve ? 1 : 0);
    }
    return priority;
}

bool can_leave(Hazards const& hazards, State state) {
    return std::ranges::any_of(hazards.fits(),
                               [&](MoveFit const& fit) { return fit.move.from == state; });
}

Portfolio portfolio(Register const& reg, Hazards const& hazards, Snapshot const& snapshot,
                    Grouping const& grouping) {
    Trajectory const& trajectory = reg.trajectory();
    auto const origin = interrupted_stages(reg, snapshot);
    auto const priority = priorities(reg);
    std::map<CohortKey, std::int64_t> counts;
    std::map<std::pair<std::int32_t, int>, std::int64_t> untouched;
    Portfolio result;
    result.completed.assign(std::max<std::size_t>(1, grouping.labels.size()), 0);
    result.attainable.assign(std::max<std::size_t>(1, grouping.labels.size()), 0);
    for (std::size_t i = 0; i < snapshot.state.size(); ++i) {
        int const stratum = grouping.group[i];
        State const state = snapshot.state[i];
        if (state == not_started) {
            ++untouched[{priority[i], stratum}];
        } else if (state != not_known) {
            auto const age =
                static_cast<int>((snapshot.as_of - snapshot.since[i]) / days_per_month);
            ++counts[{stratum, state, trajectory.is_pause(state) ? origin[i] : State{0}, age}];
            bool const open = !trajectory.is_exit(state) || can_leave(hazards, state);
            result.attainable[static_cast<std::size_t>(stratum)] += open ? 1 : 0;
            result.completed[static_cast<std::size_t>(stratum)] +=
                state == trajectory.complete() ? 1 : 0;
        }
    }
    result.cohorts = to_cohorts(trajectory, counts);
    for (auto const& [key, count] : untouched) {
        result.pools.push_back({.stratum = key.second, .priority = key.first, .count = count});
    }
    return result;
}

// How many dwellings the plan can bring in; -1 if there is no bound.
std::int64_t most_entries(Scenario const& scenario, double first_month) {
    double planned = 0;
    for (std::size_t month = 0; month < scenario.inflow.size(); ++month) {
        planned += scenario.inflow[month] * (month == 0 ? first_month : 1);
    }
    if (planned > 0 && scenario.adherence_sd > 0) {
        return -1;
    }
    return static_cast<std::int64_t>(std::floor(planned + 1e-9));
}

void add_untouched(Portfolio& portfolio, Scenario const& scenario, double first_month,
                   bool limited) {
    std::int64_t const most = most_entries(scenario, first_month);
    if (!limited) {
        portfolio.attainable[0] += std::max<std::int64_t>(0, most);
        return;
    }
    std::vector<std::int64_t> waiting(portfolio.attainable.size(), 0);
    for (Pool const& pool : portfolio.pools) {
        waiting[static_cast<std::size_t>(pool.stratum)] += pool.count;
    }
    for (std::size_t stratum = 0; stratum < waiting.size(); ++stratum) {
        portfolio.attainable[stratum] +=
            most < 0 ? waiting[stratum] : std::min(most, waiting[stratum]);
    }
}

Projection::Series all_dwellings(Projection const& projection) {
    Projection::Series sum = projection.series(not_started);
    for (State state = 0; state < projection.trajectory().state_count(); ++state) {
        sum += projection.series(state);
    }
    return sum;
}

}  // namespace

Projection project(Register const& reg, Hazards const& hazards, ProjectOptions const& options) {
    if (reg.trajectory() != hazards.trajectory()) {
        throw std::invalid_argument("the register and the hazards have different trajectories");
    }
    if (options.known_on < options.as_of) {
        throw std::invalid_argument(
            "a projection needs to know the register on its day: known_on " +
            to_iso(options.known_on) + " is before as_of " + to_iso(options.as_of));
    }
    Snapshot const snapshot = as_of(reg, options.as_of, options.known_on);
    Grouping const grouping = group_by(reg.dwellings(), options.by);
    Portfolio start = portfolio(reg, hazards, snapshot, grouping);
    std::vector<Day> const ends = month_ends(options.as_of, options.until);
    Run run{.months = static_cast<int>(ends.size()),
            .first_month = first_month_fraction(options.as_of),
            .pools = start.pools,
            .scenario = options.scenario,
            .strata = static_cast<int>(std::max<std::size_t>(1, grouping.labels.size())),
            .paths = options.paths,
            .seed = options.seed,
            .threads = options.threads,
            .year = {},
            .progress = options.progress};
    if (reg.has_own_dwellings() && run.pools.empty()) {
        run.pools.push_back({});
    }
    for (Day const end : ends) {
        run.year.push_back(to_date(end).year());
    }
    add_untouched(start, run.scenario, run.first_month, reg.has_own_dwellings());
    Projection projection = simulate(hazards, start.cohorts, run);
    projection.as_of = options.as_of;
    projection.known_on = options.known_on;
    projection.month_end = ends;
    projection.grouping = grouping;
    projection.completed = start.completed;
    projection.attainable = start.attainable;
    if (run.pools.empty() && most_entries(run.scenario, run.first_month) < 0) {
        // Nothing bounds the plan: as many as the fullest path took in.
        projection.attainable[0] = all_dwellings(projection).col(run.months - 1).maxCoeff();
    }
    return projection;
}

Eigen::ArrayXXi quantiles(Projection::Series const& series, std::vector<double> const& q) {
    for (double const level : q) {
        if (!(level >= 0 && level <= 1)) {
            throw std::invalid_argument("q must be in 0-1, got " + std::to_string(level));
        }
    }
    Eigen::ArrayXXi result(series.cols(), static_cast<Eigen::Index>(q.size()));
    std::vector<std::int32_t> column(static_cast<std::size_t>(series.rows()));
    for (Eigen::Index month = 0; month < series.cols(); ++month) {
        std::ranges::copy(series.col(month), column.begin());
        std::ranges::sort(column);
        for (std::size_t i = 0; i < q.size(); ++i) {
            auto const rank = std::ceil(q[i] * static_cast<double>(column.size()) - 1e-9);
            auto const at = static_cast<std::size_t>(std::max(1.0, rank)) - 1;
            result(month, static_cast<Eigen::Index>(i)) = column[at];
        }
    }
    return result;
}

Difference compare(Projection const& a, Projection const& b, State state) {
    if (a.trajectory() != b.trajectory() || a.paths() != b.paths() || a.months() != b.months() ||
        a.seed() != b.seed()) {
        throw std::invalid_argument(
            "a comparison needs the same trajectory, paths, months and seed on both sides");
    }
    Eigen::ArrayXXd const difference =
        a.series(state).cast<double>() - b.series(state).cast<double>();
    auto const n = static_cast<double>(a.paths());
    Eigen::ArrayXd const mean = difference.colwise().mean().transpose();
    Eigen::ArrayXd const square =
        (difference.rowwise() - mean.transpose()).square().colwise().sum().transpose();
    return {mean, (square / std::max(1.0, n - 1) / n).sqrt()};
}

}  // namespace opgave
