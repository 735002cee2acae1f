#include "catch.hpp"
#include "toy.hpp"

#include "ceiling.hpp"

#include <opgave/target.hpp>

#include <algorithm>

using namespace opgave;

namespace {

// Ready dwellings start at once and are done within the month: only slots and money take time.
Hazards instant(RateTable further = {}) {
    further.insert({{{"ready", "works"}, {80}}, {{"works", "done"}, {80}}});
    return {Trajectory({"ready", "works"}, "done", {"withdrawn"}), {0}, further};
}

// Dwellings of two kinds, in blocks of so many.
struct Stock {
    std::vector<int> weight = {1, 1};
    std::int64_t each = 20;
    Scenario scenario = {};

    [[nodiscard]] Run run() const {
        Run run{.months = 12,
                .pools = {{.stratum = 0, .count = each}, {.stratum = 1, .count = each}},
                .scenario = scenario,
                .strata = 2,
                .known = {{"kind"}, {}, {{"one"}, {"two"}}},
                .weight = weight,
                .paths = 1};
        run.scenario.inflow = {1000};
        return run;
    }
};

// The ceiling of the dwellings done of both kinds, per month; the simulation stays below it.
std::vector<std::int64_t> ceilings(Stock const& stock, Hazards const& hazards = instant(),
                                   std::vector<int> const& strata = {0, 1}) {
    Run const run = stock.run();
    detail::Plan const plan(hazards, {}, run);
    State const done = hazards.trajectory().complete();
    Projection::Series const series = simulate(hazards, {}, run).series(done, strata);
    std::vector<std::int64_t> result;
    for (int month = 0; month < run.months; ++month) {
        result.push_back(detail::most_let_in(plan, {done, strata, month}));
        CHECK(series(0, month) <= result.back());
    }
    return result;
}

}  // namespace

TEST_CASE("No more can be done than slots let in") {
    Stock stock{.scenario = {.gates = {{.state = "works", .per_month = 2.5}}}};
    CHECK(ceilings(stock) ==
          std::vector<std::int64_t>{2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 30});
    stock.scenario.gates[0].scope = {{"kind", {"one"}}};
    CHECK(ceilings(stock)[11] == 40);
    CHECK(ceilings(stock)[3] == 30);  // ten of one kind, all of the other
    CHECK(ceilings(stock, instant(), {0})[3] == 10);
    CHECK(ceilings(stock, instant(), {1})[3] == 20);
}

TEST_CASE("A block can take more slots than are left") {
    Stock const stock{
        .weight = {3, 3}, .each = 5, .scenario = {.gates = {{.state = "works", .per_month = 2}}}};
    CHECK(ceilings(stock)[0] == 4);
    CHECK(ceilings(stock)[5] == 14);
}

TEST_CASE("Money buys the cheapest first, and all that there is") {
    Stock stock{.scenario = {.budgets = {{.name = "fund",
                                          .state = "works",
                                          .cents = {{0, 3000}},
                                          .costs = {{.cents = 300, .scope = {{"kind", {"one"}}}},
                                                    {.cents = 90}}}}}};
    CHECK(ceilings(stock)[11] == 24);  // 20 for 1,800 and 4 for 1,200
    stock.scenario.budgets[0].costs[0].cents_sd = 100;
    CHECK(ceilings(stock)[11] == detail::unlimited);
}

TEST_CASE("A place that is taken is free again when the works are done") {
    Stock const stock{
        .scenario = {.gates = {{.state = "works", .per_month = 2, .capacitated = true}}}};
    CHECK(ceilings(stock)[1] == 4);
}

TEST_CASE("A way past the gate is no gate") {
    Stock const stock{.scenario = {.gates = {{.state = "works", .per_month = 2}}}};
    CHECK(ceilings(stock, instant({{{"ready", "done"}, {1}}}))[11] == 40);
}

TEST_CASE("Those who stand beyond the gate need no slot") {
    Run const run{.months = 36,
                  .scenario = {.inflow = toy::inflow(), .gates = {{.state = "C", .per_month = 4}}},
                  .paths = 200,
                  .seed = 3};
    Hazards const hazards = toy::hazards();
    detail::Plan const plan(hazards, toy::cohorts(), run);
    auto const projection = simulate(hazards, toy::cohorts(), run);
    for (int month : {0, 11, 35}) {
        CHECK(detail::most_let_in(plan, {toy::done, {0}, month}) == 15 + 4 * (month + 1));
        CHECK(projection.series(toy::done).col(month).maxCoeff() <= 15 + 4 * (month + 1));
    }
    CHECK(detail::most_let_in(plan, {toy::withdrawn, {0}, 11}) > 1000);
}

TEST_CASE("A goal above what slots let in is unreachable") {
    Run const run{.months = 3,
                  .scenario = {.inflow = toy::inflow(), .gates = {{.state = "C", .per_month = 4}}},
                  .month_end = {to_day(Date{2026, 1, 31}), to_day(Date{2026, 2, 28}),
                                to_day(Date{2026, 3, 31})},
                  .paths = 20};
    auto projection = simulate(toy::hazards(), toy::cohorts(), run);
    projection.month_end = run.month_end;
    Target target{
        .name = "all", .state = "done", .goal = 27, .deadline = by(to_day(Date{2026, 3, 31}))};
    CHECK(probability(projection, target).ceiling == 27);
    CHECK(probability(projection, target).method == "simulation");
    target.goal = 28;
    CHECK(probability(projection, target).method == "unreachable");
}
