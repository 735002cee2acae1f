// Every kind of run gives the same numbers under every compiler, optimisation and processor, and
// for any number of threads. A change of the specification of the draws changes the numbers here.

#include "catch.hpp"
#include "projection_hash.hpp"

#include <array>

using namespace opgave;

namespace {

// A prior about three stages, without data; rates differ per path, and per year where `shock` > 0.
Hazards uncertain(double shock) {
    HazardPrior const prior{.band_edges_months = {0, 1, 3, 6, 12},
                            .per_month = {{{"A", "B"}, {.1, .3, .2, .1, .05}},
                                          {{"B", "C"}, {.05, .15, .25, .2, .1}},
                                          {{"C", "done"}, {.02, .1, .3, .5, .2}},
                                          {{"A", "withdrawn"}, {.02, .02, .02, .01, .01}},
                                          {{"B", "paused"}, {.02, .02, .02, .02, .02}},
                                          {{"paused", "return"}, {.3, .2, .2, .1, .1}},
                                          {{"C", "B"}, {.02, .01, .01, .01, .01}}},
                            .shock_scale = shock};
    return fit_hazards({}, Trajectory({"A", "B", "C"}, "done", {"withdrawn"}, "paused"), prior);
}

// Three strata; with `each` = 20 their dwellings are drawn one by one, with 50,000 they are
// thinned.
Projection run(std::int64_t each, Scenario scenario, double shock = 0, int threads = 1) {
    Cohorts cohorts;
    std::vector<Pool> pools;
    for (int stratum = 0; stratum < 3; ++stratum) {
        for (auto const& [stage, age] : {std::pair{"A", 0}, {"B", 5}, {"C", 40}, {"paused", 2}}) {
            cohorts.stage.emplace_back(stage);
            cohorts.age_months.push_back(age + stratum);
            cohorts.count.push_back(each + stratum);
            cohorts.stratum.push_back(stratum);
        }
        pools.push_back({.stratum = stratum, .priority = stratum, .count = 3 * each});
    }
    scenario.inflow.assign(40, static_cast<double>(each) / 7);
    Run options{
        .months = 60,
        .first_month = .4,
        .pools = pools,
        .scenario = std::move(scenario),
        .strata = 3,
        .known = {.columns = {"area"}, .group = {}, .labels = {{"north"}, {"east"}, {"south"}}},
        .paths = 70,
        .seed = 11,
        .threads = threads};
    for (int month = 1; shock > 0 && month <= 60; ++month) {
        options.month_end.push_back(20'000 + 30 * month);
    }
    return simulate(uncertain(shock), cohorts, options);
}

Scenario gates(std::int64_t each) {
    return {.gates = {{.state = "B", .per_month = static_cast<double>(each) / 9},
                      {.state = "C", .per_month = static_cast<double>(each), .capacitated = true}}};
}

Scenario budgets(std::int64_t each) {
    return {.budgets = {{.name = "fund",
                         .state = "C",
                         .cents = {{0, 300 * each}, {1, 250 * each}, {2, 900 * each}},
                         .costs = {{.cents = 700, .scope = {{"area", {"east"}}}}, {.cents = 500}},
                         .skips = true}}};
}

Scenario levers() {
    return {.adherence_sd = .25,
            .levers = {{.state = "A", .factor = 1.7, .log_sd = .2, .scope = {{"area", {"north"}}}}},
            .priority = {{{"area", {"south"}}}}};
}

std::array<std::uint64_t, 5> hashes(std::int64_t each, int threads) {
    return {hash(run(each, {}, 0, threads)), hash(run(each, gates(each), 0, threads)),
            hash(run(each, budgets(each), 0, threads)), hash(run(each, levers(), 0, threads)),
            hash(run(each, {}, .15, threads))};
}

}  // namespace

TEST_CASE("A portfolio is the same everywhere: alone, with gates, money, levers and shocks") {
    std::array<std::uint64_t, 5> const known = {0xde6309bf371f4e2fULL, 0x2a35cfb897286cdfULL,
                                                0x796af926d8eedc8fULL, 0x53337ec0374e9095ULL,
                                                0x0ebe48c8239cebf9ULL};
    CHECK(hashes(20, 1) == known);
    CHECK(hashes(20, 2) == known);
    CHECK(hashes(20, 3) == known);
}

TEST_CASE("A stock is the same everywhere: alone, with gates, money, levers and shocks") {
    std::array<std::uint64_t, 5> const known = {0xc1355c09047e5c97ULL, 0x7d4da304ec6ce3a5ULL,
                                                0xf777b92b45600541ULL, 0xcca31b8b6c1c3df1ULL,
                                                0xbc83882f89bd484fULL};
    CHECK(hashes(50'000, 1) == known);
    CHECK(hashes(50'000, 2) == known);
    CHECK(hashes(50'000, 3) == known);
}
