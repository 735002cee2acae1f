#include "catch.hpp"
#include "toy.hpp"

#include <opgave/projection.hpp>

#include <cmath>
#include <stdexcept>

using namespace opgave;

namespace {

// Months that differ: part of a first month, a season, yearly shocks, levers and adherence; strata
// of other pace and of blocks; a pause and a step back.
Run winding_run() {
    Run run{
        .months = 30,
        .first_month = .4,
        .pools = {{0, 0, 50}, {1, 0, 12}, {2, 1, 40}},
        .scenario = {.inflow = std::vector<double>(24, 6.5),
                     .adherence_sd = .4,
                     .levers = {{.state = "A", .factor = 1.8, .log_sd = .3},
                                {.state = "B",
                                 .to = "C",
                                 .factor = .4,
                                 .scope = {{"side", {"north"}}},
                                 .when = {to_day(Date(2026, 10, 10)), unknown_day}}}},
        .strata = 3,
        .known = {.columns = {"side"}, .group = {}, .labels = {{"north"}, {"north"}, {"south"}}},
        .weight = {1, 4, 1},
        .paths = 8000,
        .seed = 11};
    Day const today = to_day(Date(2025, 12, 31));
    run.month_end = month_ends(today, add_months(today, run.months));
    return run;
}

Cohorts winding_cohorts() {
    return {.stage = {"A", "B", "C", "paused", "A"},
            .age_months = {2, 0, 4, 1, 9},
            .count = {60, 25, 15, 12, 8},
            .interrupted = {"", "", "", "B", ""},
            .stratum = {0, 0, 1, 1, 2}};
}

Hazards winding_hazards() {
    HazardPrior const prior{.band_edges_months = {0, 3, 6},
                            .per_month = {{{"A", "B"}, {.3, .2, .1}},
                                          {{"B", "C"}, {.15, .25, .2}},
                                          {{"C", "done"}, {.1, .3, .5}},
                                          {{"A", "withdrawn"}, {.02, .02, .02}},
                                          {{"B", "paused"}, {.02, .02, .02}},
                                          {{"paused", "return"}, {.3, .2, .2}},
                                          {{"C", "B"}, {.02, .01, .01}}},
                            .shock_scale = .3,
                            .season = {.5, .6, .8, 1, 1.2, 1.4, 1.5, 1.3, 1.2, 1, .9, .6}};
    return fit_hazards({}, Trajectory({"A", "B", "C"}, "done", {"withdrawn"}, "paused"), prior);
}

}  // namespace

TEST_CASE("Where months differ, expected and simulated counts agree") {
    // 6 states x 3 months, means and variances: five standard errors, false-alarm rate 2e-5. Means
    // have the draws in common, so that only chance is between them.
    Run const run = winding_run();
    Projection const projection = simulate(winding_hazards(), winding_cohorts(), run);
    Expected const exact = expected(winding_hazards(), winding_cohorts(), run);
    for (State state = 0; state < projection.trajectory().state_count(); ++state) {
        Eigen::ArrayXXd const counts = projection.series(state).cast<double>();
        for (int const month : {1, 11, 29}) {
            double const mean = exact.mean(month, state);
            double const variance = exact.variance(month, state);
            double const chance = variance - exact.parameter_variance(month, state);
            CAPTURE(state, month);
            CHECK(std::fabs(counts.col(month).mean() - mean) < 5 * std::sqrt(chance / run.paths));
            Eigen::ArrayXd const square = (counts.col(month) - counts.col(month).mean()).square();
            double const error = std::sqrt((square - square.mean()).square().mean() / run.paths) +
                                 .03 * chance;  // the chance comes from a sixteenth of the draws
            CHECK(std::fabs(square.mean() - variance) < 5 * error);
        }
    }
}

TEST_CASE("The expectation is the product of the matrices of the months") {
    // Rates without memory: ages do not matter, so a month is one matrix. A to B and B to done
    // cascade within the month, entrants have half of it.
    double const a = .3;
    double const b = .2;
    double const w = .05;
    Hazards const hazards(
        Trajectory({"A", "B"}, "done", {"withdrawn"}), {0},
        RateTable{{{"A", "B"}, {a}}, {{"B", "done"}, {b}}, {{"A", "withdrawn"}, {w}}});
    auto const leave = [](double rate, double months) { return 1 - std::exp(-rate * months); };
    // Columns: from A, B, done, withdrawn.
    Eigen::Matrix4d month = Eigen::Matrix4d::Identity();
    double const out = leave(a + w, 1);
    double const on = out * a / (a + w);
    month.col(0) << 1 - out, on * (1 - leave(b, .5)), on * leave(b, .5), out * w / (a + w);
    month.col(1) << 0, 1 - leave(b, 1), leave(b, 1), 0;
    Cohorts const cohorts{.stage = {"A", "B"}, .age_months = {3, 0}, .count = {50, 20}};
    Expected const result = expected(hazards, cohorts, 24);
    Eigen::Vector4d counts(50, 20, 0, 0);
    for (int i = 0; i < 24; ++i) {
        counts = month * counts;
        for (int state = 0; state < 4; ++state) {
            CHECK(std::fabs(result.mean(i, state) - counts(state)) < 1e-12);
        }
    }
}

TEST_CASE("Threads change no bit of an expectation") {
    auto const found = [](int threads) {
        Run run = winding_run();
        run.paths = 777;
        run.threads = threads;
        return expected(winding_hazards(), winding_cohorts(), run);
    };
    Expected const one = found(1);
    Expected const three = found(3);
    CHECK((one.mean == three.mean).all());
    CHECK((one.variance == three.variance).all());
    CHECK((one.parameter_variance == three.parameter_variance).all());
}

TEST_CASE("Counts of dwellings that wait for each other are not expected") {
    Run run{.months = 12, .scenario = {.gates = {{.state = "C", .per_month = 2}}}};
    CHECK_THROWS_AS(expected(toy::hazards(), toy::cohorts(), run), std::invalid_argument);
    run = {.months = 12,
           .scenario = {.budgets = {{.name = "fund", .state = "C", .costs = {{.cents = 1}}}}}};
    CHECK_THROWS_AS(expected(toy::hazards(), toy::cohorts(), run), std::invalid_argument);
}
