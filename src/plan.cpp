#include "plan.hpp"

#include "elementary.hpp"
#include "stage_clock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>

namespace opgave::detail {

namespace {

double all_dwellings(Plan const& plan) {
    double sum = 0;
    for (StartCell const& cell : plan.start) {
        sum += static_cast<double>(cell.count) * plan.weight(cell.stratum);
    }
    for (Pool const& pool : plan.run.pools) {
        sum += static_cast<double>(pool.count) * plan.weight(pool.stratum);
    }
    auto const& inflow = plan.run.scenario.inflow;
    return plan.run.pools.empty() ? std::reduce(inflow.begin(), inflow.end(), sum) : sum;
}

std::size_t column_of(Grouping const& known, std::string const& name) {
    auto const found = std::ranges::find(known.columns, name);
    if (found == known.columns.end()) {
        throw std::out_of_range("a rule reads '" + name +
                                "', which is not among the columns that tell the strata apart");
    }
    return static_cast<std::size_t>(found - known.columns.begin());
}

// Which strata a scope holds; a dwelling whose value is unknown is in no scope.
std::vector<bool> strata_in(Run const& run, Scope const& scope) {
    std::vector<bool> inside(static_cast<std::size_t>(run.strata), true);
    for (auto const& [name, values] : scope) {
        std::size_t const column = column_of(run.known, name);
        for (std::size_t i = 0; i < inside.size(); ++i) {
            auto const& label = run.known.labels[i][column];
            inside[i] = inside[i] && !label.empty() && std::ranges::count(values, label) > 0;
        }
    }
    return inside;
}

// The part of a month's days that an interval covers; a month without a calendar has no days.
double covered(Run const& run, Interval const& when, int month) {
    if (run.month_end.empty()) {
        return 1;
    }
    Day const end = run.month_end[static_cast<std::size_t>(month)];
    Day const begin = month == 0 ? add_months(end + 1, -1) - 1
                                 : run.month_end[static_cast<std::size_t>(month) - 1];
    Day const first = when.start == unknown_day ? begin + 1 : std::max(begin + 1, when.start);
    Day const last = when.end == unknown_day ? end : std::min(end, when.end);
    return last < first ? 0.0 : static_cast<double>(last - first + 1) / (end - begin);
}

int entered_state(Plan const& plan, std::string const& name, char const* what) {
    Trajectory const& trajectory = plan.hazards.trajectory();
    State const state = trajectory.index(name);
    if (state == 0 || state > trajectory.complete()) {
        throw std::invalid_argument(std::string(what) +
                                    " stands before a stage after the first, "
                                    "or before completion, got '" +
                                    name + "'");
    }
    return plan.space.index(state);
}

// Whole slots per month: fractions accumulate.
std::vector<std::int64_t> slots(Plan const& plan, Gate const& gate) {
    std::vector<std::int64_t> supply;
    double sum = 0;
    std::int64_t before = 0;
    for (int month = 0; month < plan.run.months; ++month) {
        bool const shut = covered(plan.run, gate.when, month) >= 0.5;
        if (gate.capacitated) {
            supply.push_back(shut ? std::llround(std::floor(gate.per_month)) : unlimited);
            continue;
        }
        sum += shut ? gate.per_month * (month == 0 ? plan.run.first_month : 1) : 0;
        auto const whole = static_cast<std::int64_t>(std::floor(sum + 1e-9));
        supply.push_back(shut ? whole - before : unlimited);
        before = whole;
    }
    return supply;
}

Capacity capacity_of(Plan const& plan, Gate const& gate) {
    Capacity capacity{.state = entered_state(plan, gate.state, "a gate"),
                      .unit = {},
                      .supply = slots(plan, gate),
                      .lapses = std::vector<bool>(static_cast<std::size_t>(plan.run.months), true),
                      .capacitated = gate.capacitated,
                      .shape = {}};
    auto const inside = strata_in(plan.run, gate.scope);
    for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
        capacity.unit.push_back(inside[static_cast<std::size_t>(stratum)] ? plan.weight(stratum)
                                                                          : 0);
    }
    return capacity;
}

// The cost of each stratum: the first whose scope fits; none: it is not paid.
std::vector<Cost const*> costs(Plan const& plan, Budget const& budget) {
    std::vector<Cost const*> found(static_cast<std::size_t>(plan.run.strata), nullptr);
    for (Cost const& cost : budget.costs) {
        auto const inside = strata_in(plan.run, cost.scope);
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (inside[i] && found[i] == nullptr) {
                found[i] = &cost;
            }
        }
    }
    return found;
}

// What an item of each stratum takes; one of w dwellings is a sum of w costs.
void price(Plan const& plan, std::vector<Cost const*> const& costs, Capacity& capacity) {
    bool const is_uncertain = std::ranges::any_of(
        costs, [](Cost const* cost) { return cost != nullptr && cost->cents_sd > 0; });
    for (std::size_t i = 0; i < costs.size(); ++i) {
        int const weight = plan.weight(static_cast<int>(i));
        capacity.unit.push_back(costs[i] == nullptr ? 0 : costs[i]->cents * weight);
        if (is_uncertain) {
            bool const varies = costs[i] != nullptr && costs[i]->cents_sd > 0;
            double const ratio = varies ? static_cast<double>(costs[i]->cents) /
                                              static_cast<double>(costs[i]->cents_sd)
                                        : 0;
            capacity.shape.push_back(ratio * ratio * weight);
        }
    }
    if (is_uncertain && capacity.budget * plan.run.strata + plan.run.strata > 65'536) {
        throw std::invalid_argument(
            "budgets with uncertain costs must have at most 65536 pairs of budget and stratum, got "
            "strata: " +
            std::to_string(plan.run.strata));
    }
}

Capacity capacity_of(Plan const& plan, Budget const& budget, int number) {
    Capacity capacity{.state = entered_state(plan, budget.state, "a budget"),
                      .unit = {},
                      .supply = {},
                      .lapses = {},
                      .shortage = budget.skips ? Shortage::skips : Shortage::stops,
                      .budget = number,
                      .shape = {}};
    price(plan, costs(plan, budget), capacity);
    for (int month = 0; month < plan.run.months; ++month) {
        int const year = plan.year(month);
        bool const begins = month == 0 || year != plan.year(month - 1);
        std::int64_t money = 0;
        for (auto const& [of, cents] : budget.cents) {
            bool const earlier = month == 0 && budget.carries_over && of < year;
            money += begins && (of == year || earlier) ? cents : 0;
        }
        capacity.supply.push_back(money);
        capacity.lapses.push_back(begins && !budget.carries_over);
    }
    return capacity;
}

std::vector<int> priorities(Run const& run) {
    auto const& order = run.scenario.priority;
    std::vector<int> priority(static_cast<std::size_t>(run.strata), static_cast<int>(order.size()));
    for (std::size_t place = order.size(); place-- > 0;) {
        auto const inside = strata_in(run, order[place]);
        for (std::size_t i = 0; i < priority.size(); ++i) {
            priority[i] = inside[i] ? static_cast<int>(place) : priority[i];
        }
    }
    return priority;
}

bool is_pulled(Trajectory const& trajectory, Move move, Lever const& lever) {
    if (names(trajectory, move).first != lever.state) {
        return false;
    }
    if (!lever.to.empty()) {
        return names(trajectory, move).second == lever.to;
    }
    bool const onward = move.to > move.from && move.to <= trajectory.complete();
    return onward || move.to == returned;
}

Pull pull_of(Plan const& plan, Lever const& lever) {
    Trajectory const& trajectory = plan.hazards.trajectory();
    std::string const state =
        trajectory.states()[static_cast<std::size_t>(trajectory.index(lever.state))];
    Pull pull{.moves = {},
              .strata = strata_in(plan.run, lever.scope),
              .covered = {},
              .log_factor = elementary::log(lever.factor),
              .log_sd = lever.log_sd};
    for (MoveFit const& fit : plan.hazards.fits()) {
        pull.moves.push_back(is_pulled(trajectory, fit.move, lever));
    }
    if (std::ranges::count(pull.moves, true) == 0) {
        throw std::invalid_argument("the lever on '" + state +
                                    "' moves nothing: no way from "
                                    "there" +
                                    (lever.to.empty() ? "" : " to '" + lever.to + "'") +
                                    " has a rate");
    }
    for (int month = 0; month < plan.run.months; ++month) {
        pull.covered.push_back(covered(plan.run, lever.when, month));
    }
    return pull;
}

// Months in which every lever does the same are of one regime.
std::vector<int> regimes_of(std::vector<Pull> const& pulls, int months) {
    std::map<std::vector<double>, int> known;
    std::vector<int> regime;
    for (int month = 0; month < months; ++month) {
        std::vector<double> covered;
        for (Pull const& pull : pulls) {
            covered.push_back(pull.covered[static_cast<std::size_t>(month)]);
        }
        auto const next = static_cast<int>(known.size());
        regime.push_back(known.try_emplace(covered, next).first->second);
    }
    return regime;
}

// The level of a stratum in one factor; a value not seen in the data gets a number after those.
class Levels {
public:
    Levels(Run const& run, Factor const& factor)
        : known_(run.known), factor_(factor), column_(column_of(run.known, factor.column)) {}

    int operator()(int stratum) {
        auto const& label = known_.labels[static_cast<std::size_t>(stratum)][column_];
        auto const seen = std::ranges::find(factor_.levels, label);
        if (seen != factor_.levels.end()) {
            return static_cast<int>(seen - factor_.levels.begin());
        }
        auto const next = static_cast<int>(factor_.levels.size() + unseen_.size());
        return unseen_.try_emplace(label, next).first->second;
    }

    [[nodiscard]] int unseen() const { return static_cast<int>(unseen_.size()); }

private:
    Grouping const& known_;
    Factor const& factor_;
    std::size_t column_;
    std::map<std::string, int> unseen_;
};

void classify(Plan& plan) {
    auto const strata = static_cast<std::size_t>(plan.run.strata);
    std::vector<RateClass> wanted(strata);
    for (Factor const& factor : plan.hazards.factors()) {
        Levels level(plan.run, factor);
        for (std::size_t i = 0; i < strata; ++i) {
            wanted[i].level.push_back(level(static_cast<int>(i)));
        }
        plan.draw_for.unseen.push_back(level.unseen());
    }
    for (std::size_t i = 0; i < strata; ++i) {
        for (std::size_t k = 0; k < plan.pulls.size(); ++k) {
            if (plan.pulls[k].strata[i]) {
                wanted[i].pulls.push_back(static_cast<int>(k));
            }
        }
        auto const found = std::ranges::find(plan.classes, wanted[i]);
        plan.class_of.push_back(static_cast<int>(found - plan.classes.begin()));
        if (found == plan.classes.end()) {
            plan.classes.push_back(wanted[i]);
        }
    }
}

void add_capacities(Plan& plan) {
    for (Gate const& gate : plan.run.scenario.gates) {
        plan.capacities.push_back(capacity_of(plan, gate));
    }
    int number = 0;
    for (Budget const& budget : plan.run.scenario.budgets) {
        plan.capacities.push_back(capacity_of(plan, budget, number++));
    }
    plan.queued.assign(plan.places(), false);
    for (Capacity const& capacity : plan.capacities) {
        for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
            if (capacity.unit[static_cast<std::size_t>(stratum)] > 0) {
                plan.queued[plan.place(stratum, capacity.state)] = true;
            }
        }
    }
}

}  // namespace

Plan::Plan(Hazards const& hazards_, Cohorts const& cohorts, Run const& run_)
    : hazards(hazards_),
      run(run_),
      grid(hazards_.band_edges_months(), resumes(hazards_.trajectory())),
      space(hazards_, grid),
      start(start_cells(hazards_.trajectory(), space, grid, cohorts, run_.strata)),
      dwellings(all_dwellings(*this)),
      priority(priorities(run_)) {
    add_capacities(*this);
    for (Lever const& lever : run.scenario.levers) {
        if (lever.factor != 1 || lever.log_sd != 0) {
            pulls.push_back(pull_of(*this, lever));
        }
    }
    regime = regimes_of(pulls, run.months);
    regimes = regime.empty() ? 1 : 1 + *std::ranges::max_element(regime);
    for (int next = 0; next < regimes; ++next) {
        first_months.push_back(static_cast<int>(std::ranges::find(regime, next) - regime.begin()));
    }
    classify(*this);
    if (!run.month_end.empty()) {
        draw_for.first_year = year(0);
        draw_for.years = year(run.months - 1) - year(0) + 1;
    }
    hazards.prepare([&](double) { return !run.progress || run.progress(0); });
    Draw const sample = hazards.draw(run.seed, 0, draw_for);
    has_seasons = sample.season.size() > 0;
    has_shocks = !sample.shock.empty();
    if (has_seasons && run.month_end.empty()) {
        throw std::invalid_argument("rates with seasons need a calendar: month_end is empty");
    }
}

Draw Plan::draw(std::uint64_t path) const {
    Draw draw = hazards.draw(run.seed, path, draw_for);
    if (known.size() > 0) {
        draw.rates = known.isNaN().select(draw.rates, known);
    }
    return draw;
}

bool Plan::is_certain() const {
    bool const levers_are_exact =
        std::ranges::all_of(pulls, [](Pull const& pull) { return pull.log_sd == 0; });
    return hazards.is_certain() && levers_are_exact && run.scenario.adherence_sd == 0;
}

int Plan::year(int month) const {
    return run.month_end.empty()
               ? month / 12
               : static_cast<int>(to_date(run.month_end[static_cast<std::size_t>(month)]).year());
}

}  // namespace opgave::detail
