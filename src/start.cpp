#include "start.hpp"

#include "stage_clock.hpp"

#include <opgave/snapshot.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>

namespace opgave::detail {

namespace {

void add_columns(std::vector<std::string>& columns, Scope const& scope) {
    for (auto const& [name, values] : scope) {
        columns.push_back(name);
    }
}

// The columns that tell strata apart: those of the projection first.
std::vector<std::string> columns_of(Hazards const& hazards, ProjectOptions const& options) {
    std::vector<std::string> wanted = options.by;
    for (Factor const& factor : hazards.factors()) {
        wanted.push_back(factor.column);
    }
    Scenario const& scenario = options.scenario;
    for (Gate const& gate : scenario.gates) {
        add_columns(wanted, gate.scope);
    }
    for (Budget const& budget : scenario.budgets) {
        for (Cost const& cost : budget.costs) {
            add_columns(wanted, cost.scope);
        }
    }
    for (Lever const& lever : scenario.levers) {
        add_columns(wanted, lever.scope);
    }
    for (Scope const& scope : scenario.priority) {
        add_columns(wanted, scope);
    }
    std::vector<std::string> columns;
    for (std::string const& column : wanted) {
        if (std::ranges::count(columns, column) == 0) {
            columns.push_back(column);
        }
    }
    return columns;
}

// The clock of each dwelling. Where nobody knows since when a dwelling was in a stage, the day on
// which it was found there counts: it waited longer.
std::vector<StageClock> stage_clocks(Register const& reg, Snapshot const& snapshot) {
    Visits const stays = visits(reg, snapshot.as_of, snapshot.known_on);
    std::vector<StageClock> clocks(snapshot.state.size(), StageClock(reg.trajectory()));
    for (std::size_t i = 0; i < clocks.size(); ++i) {
        for (std::size_t row = stays.begin[i]; row < stays.begin[i + 1]; ++row) {
            clocks[i].end(stays.day[row]);
            clocks[i].begin(stays.state[row], stays.day[row]);
        }
    }
    return clocks;
}

// Where a dwelling stands; those of a block that stand alike move as one.
struct Standing {
    int group = 0;
    State state = not_started;
    State origin = 0;
    int age_months = 0;
    int waited_months = 0;      // in the origin, where it goes on from there
    std::int32_t priority = 0;  // of the approach: 0 programme, 1 reserve
    auto operator<=>(Standing const&) const = default;
};

// Strata and how many items of each stand where.
class Items {
public:
    explicit Items(Grouping const& groups) {
        for (std::size_t group = 0; group < std::max<std::size_t>(1, groups.labels.size());
             ++group) {
            stratum(static_cast<int>(group), 1);
        }
    }

    void add(Standing const& standing, int weight) {
        ++counts_[{stratum(standing.group, weight), standing}];
    }

    [[nodiscard]] auto const& counts() const noexcept { return counts_; }
    [[nodiscard]] auto const& strata() const noexcept { return strata_; }  // group and weight

private:
    int stratum(int group, int weight) {
        auto const next = static_cast<int>(strata_.size());
        auto const [found, is_new] = number_.try_emplace({group, weight}, next);
        if (is_new) {
            strata_.emplace_back(group, weight);
        }
        return found->second;
    }

    std::vector<std::pair<int, int>> strata_;
    std::map<std::pair<int, int>, int> number_;
    std::map<std::pair<int, Standing>, std::int64_t> counts_;
};

std::vector<std::int32_t> approach_priorities(Register const& reg) {
    Category const& group = reg.dwellings().category("group");
    std::vector<std::int32_t> priority;
    for (std::int32_t const code : group.code) {
        bool const reserve = code >= 0 && group.levels[static_cast<std::size_t>(code)] == "reserve";
        priority.push_back(reserve ? 1 : 0);
    }
    return priority;
}

int nearest_month(Day days) { return static_cast<int>(std::lround(days / days_per_month)); }

std::vector<Standing> standings(Register const& reg, Snapshot const& snapshot,
                                Grouping const& groups) {
    auto const clocks = stage_clocks(reg, snapshot);
    auto const priority = approach_priorities(reg);
    std::vector<Standing> result;
    for (std::size_t i = 0; i < snapshot.state.size(); ++i) {
        State const state = snapshot.state[i];
        bool const under_way = state >= 0;
        bool const paused = under_way && reg.trajectory().is_pause(state);
        auto const age = under_way ? (snapshot.as_of - clocks[i].since()) / days_per_month : 0;
        result.push_back({.group = groups.group[i],
                          .state = state,
                          .origin = paused ? clocks[i].stage() : State{0},
                          .age_months = static_cast<int>(age),
                          .waited_months = paused ? nearest_month(clocks[i].waited()) : 0,
                          .priority = state == not_started ? priority[i] : 0});
    }
    return result;
}

// Blocks: dwellings with the same value in the column `together` that stand alike.
Items items_of(Register const& reg, Grouping const& groups, std::vector<Standing> const& standing,
               std::string const& together) {
    Items items(groups);
    std::map<std::pair<std::int32_t, Standing>, int> blocks;
    Category const* const block = together.empty() ? nullptr : &reg.dwellings().category(together);
    for (std::size_t i = 0; i < standing.size(); ++i) {
        if (standing[i].state == not_known) {
            continue;
        }
        if (block == nullptr || block->code[i] < 0) {
            items.add(standing[i], 1);
        } else {
            ++blocks[{block->code[i], standing[i]}];
        }
    }
    for (auto const& [key, size] : blocks) {
        items.add(key.second, size);
    }
    return items;
}

void describe_strata(Run& run, Items const& items, Grouping const& groups, Grouping const& by) {
    run.strata = static_cast<int>(items.strata().size());
    run.known.columns = groups.columns;
    bool const weighted = std::ranges::any_of(
        items.strata(), [](auto const& stratum) { return stratum.second != 1; });
    for (auto const& [group, weight] : items.strata()) {
        auto const at = static_cast<std::size_t>(group);
        auto label = groups.labels.empty() ? std::vector<std::string>(groups.columns.size())
                                           : groups.labels[at];
        run.known.labels.push_back(label);
        label.resize(by.columns.size());
        auto const found = std::ranges::find(by.labels, label);
        run.counted_in.push_back(
            found == by.labels.end() ? 0 : static_cast<int>(found - by.labels.begin()));
        if (weighted) {
            run.weight.push_back(weight);
        }
    }
}

void add_counts(Start& start, Trajectory const& trajectory, Items const& items) {
    auto const name = [&](State state) {
        return trajectory.states()[static_cast<std::size_t>(state)];
    };
    for (auto const& [key, count] : items.counts()) {
        auto const& [stratum, standing] = key;
        if (standing.state == not_started) {
            start.run.pools.push_back(
                {.stratum = stratum, .priority = standing.priority, .count = count});
            continue;
        }
        bool const paused = trajectory.is_pause(standing.state);
        start.cohorts.stage.push_back(name(standing.state));
        start.cohorts.age_months.push_back(standing.age_months);
        start.cohorts.count.push_back(count);
        start.cohorts.interrupted.push_back(paused ? name(standing.origin) : "");
        start.cohorts.stratum.push_back(stratum);
        if (resumes(trajectory)) {
            start.cohorts.waited_months.push_back(standing.waited_months);
        }
    }
}

bool can_leave(Hazards const& hazards, State state) {
    return std::ranges::any_of(hazards.fits(),
                               [&](MoveFit const& fit) { return fit.move.from == state; });
}

// Per stratum of the projection: those that completed, and those that can.
void add_prospects(Start& start, Hazards const& hazards) {
    Trajectory const& trajectory = hazards.trajectory();
    Run const& run = start.run;
    std::size_t const strata = std::max<std::size_t>(1, start.grouping.labels.size());
    start.completed.assign(strata, 0);
    start.attainable.assign(strata, 0);
    for (std::size_t row = 0; row < start.cohorts.stage.size(); ++row) {
        auto const stratum = static_cast<std::size_t>(start.cohorts.stratum[row]);
        auto const counted = static_cast<std::size_t>(run.counted_in[stratum]);
        State const state = trajectory.index(start.cohorts.stage[row]);
        std::int64_t const size =
            start.cohorts.count[row] * (run.weight.empty() ? 1 : run.weight[stratum]);
        bool const open = !trajectory.is_exit(state) || can_leave(hazards, state);
        start.attainable[counted] += open ? size : 0;
        start.completed[counted] += state == trajectory.complete() ? size : 0;
    }
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

void add_untouched(Start& start, bool limited) {
    Run& run = start.run;
    std::int64_t const most = most_entries(run.scenario, run.first_month);
    if (!limited) {
        start.attainable[0] = most < 0 ? -1 : start.attainable[0] + most;
        return;
    }
    std::vector<std::int64_t> waiting(start.attainable.size(), 0);
    for (Pool const& pool : run.pools) {
        auto const stratum = static_cast<std::size_t>(pool.stratum);
        waiting[static_cast<std::size_t>(run.counted_in[stratum])] +=
            pool.count * (run.weight.empty() ? 1 : run.weight[stratum]);
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        start.attainable[i] += most < 0 ? waiting[i] : std::min(most, waiting[i]);
    }
    if (run.pools.empty()) {
        run.pools.push_back({});  // nobody is left to approach
    }
}

void check(Register const& reg, Hazards const& hazards, ProjectOptions const& options) {
    if (reg.trajectory() != hazards.trajectory()) {
        throw std::invalid_argument("the register and the hazards have different trajectories");
    }
    if (options.known_on < options.as_of) {
        throw std::invalid_argument(
            "a projection needs to know the register on its day: known_on " +
            to_iso(options.known_on) + " is before as_of " + to_iso(options.as_of));
    }
}

}  // namespace

Start start_of(Register const& reg, Hazards const& hazards, ProjectOptions const& options) {
    check(reg, hazards, options);
    Snapshot const snapshot = as_of(reg, options.as_of, options.known_on);
    Grouping const groups = group_by(reg.dwellings(), columns_of(hazards, options));
    Start start{.run = {.first_month = first_month_fraction(options.as_of),
                        .scenario = options.scenario,
                        .month_end = month_ends(options.as_of, options.until),
                        .paths = options.paths,
                        .seed = options.seed,
                        .threads = options.threads,
                        .progress = options.progress},
                .cohorts = {},
                .grouping = group_by(reg.dwellings(), options.by),
                .completed = {},
                .attainable = {}};
    start.run.months = static_cast<int>(start.run.month_end.size());
    auto const standing = standings(reg, snapshot, groups);
    Items const items = items_of(reg, groups, standing, options.together);
    describe_strata(start.run, items, groups, start.grouping);
    add_counts(start, reg.trajectory(), items);
    add_prospects(start, hazards);
    add_untouched(start, reg.has_own_dwellings());
    return start;
}

}  // namespace opgave::detail
