#include <opgave/scenario.hpp>

#include "text.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace opgave {

namespace {

void require(bool holds, std::string const& what, std::string const& rule,
             std::string const& value) {
    if (!holds) {
        throw std::invalid_argument(what + " " + rule + ", got " + value);
    }
}

void check(Interval const& when, std::string const& what) {
    bool const bounded = when.start != unknown_day && when.end != unknown_day;
    require(!bounded || when.start <= when.end, what, "must end on or after its start",
            to_iso(when.start) + " to " + to_iso(when.end));
}

void check(Gate const& gate) {
    std::string const what = "the gate before " + quote(gate.state);
    require(gate.per_month >= 0 && gate.per_month <= 1e9, what,
            "must have a number of slots in 0-1000000000", std::to_string(gate.per_month));
    check(gate.when, what);
}

void check(Budget const& budget) {
    std::string const what = "the budget " + quote(budget.name);
    require(!budget.name.empty(), what, "must have a name", "an empty one");
    require(!budget.costs.empty(), what, "must have a cost per dwelling", "none");
    for (auto const& [year, cents] : budget.cents) {
        require(cents >= 0 && cents <= 100'000'000'000'000, what,
                "must have cents in 0-100000000000000 in each year",
                std::to_string(cents) + " in " + std::to_string(year));
    }
    for (Cost const& cost : budget.costs) {
        require(cost.cents >= 1 && cost.cents <= 1'000'000'000'000, what,
                "must have costs in 1-1000000000000 cents", std::to_string(cost.cents));
        auto const spread = static_cast<double>(cost.cents_sd) / static_cast<double>(cost.cents);
        require(cost.cents_sd == 0 || (spread >= 0.001 && spread <= 3), what,
                "must have a cents_sd of 0 or 0.001-3 times the cost of " +
                    std::to_string(cost.cents) + " cents",
                std::to_string(cost.cents_sd));
        require(cost.cents_sd == 0 || !budget.skips, what,
                "cannot skip dwellings whose cost is uncertain", "a cents_sd and skips");
    }
}

void check(Lever const& lever) {
    std::string const what = "the lever on " + quote(lever.state);
    require(lever.factor >= 1e-3 && lever.factor <= 1e3, what, "must have a factor in 0.001-1000",
            std::to_string(lever.factor));
    require(lever.log_sd >= 0 && lever.log_sd <= 3, what, "must have a log_sd in 0-3",
            std::to_string(lever.log_sd));
    check(lever.when, what);
}

}  // namespace

void check(Scenario const& scenario) {
    for (std::size_t month = 0; month < scenario.inflow.size(); ++month) {
        double const inflow = scenario.inflow[month];
        if (!(inflow >= 0 && inflow <= 1e9)) {
            throw std::invalid_argument("inflow must be in 0-1000000000, got " +
                                        std::to_string(inflow) + " in month " +
                                        std::to_string(month + 1));
        }
    }
    double const sd = scenario.adherence_sd;
    if (sd != 0 && !(sd >= 1e-3 && sd <= 10)) {
        throw std::invalid_argument("adherence_sd must be 0 or in 0.001-10, got " +
                                    std::to_string(scenario.adherence_sd));
    }
    for (Gate const& gate : scenario.gates) {
        check(gate);
    }
    for (Budget const& budget : scenario.budgets) {
        check(budget);
    }
    for (Lever const& lever : scenario.levers) {
        check(lever);
    }
}

}  // namespace opgave
