#include "catch.hpp"
#include "toy.hpp"

#include <opgave/projection.hpp>

#include <cmath>

using namespace opgave;

namespace {

Projection simulate_toy(std::vector<Lever> levers, Hazards const& hazards, int paths = 300) {
    Run const run{.months = 36,
                  .scenario = {.inflow = toy::inflow(), .levers = std::move(levers)},
                  .month_end = month_ends(parse_iso("2025-12-31"), parse_iso("2028-12-31")),
                  .paths = paths,
                  .seed = 3};
    return simulate(hazards, toy::cohorts(), run);
}

Hazards faster(double a, double withdrawn) {
    return {Trajectory({"A", "B", "C"}, "done", {"withdrawn"}),
            {0, 3, 6},
            RateTable{{{"A", "B"}, {.3 * a, .2 * a, .1 * a}},
                      {{"B", "C"}, {.15, .25, .2}},
                      {{"C", "done"}, {.1, .3, .5}},
                      {{"A", "withdrawn"}, {.02 * withdrawn, .02 * withdrawn, .02 * withdrawn}},
                      {{"B", "withdrawn"}, {.01, .01, .01}},
                      {{"C", "withdrawn"}, {.005, .005, .005}}}};
}

bool same(Projection const& a, Projection const& b) {
    bool equal = true;
    for (State state = not_started; state < a.trajectory().state_count(); ++state) {
        equal = equal && (a.series(state) == b.series(state)).all();
    }
    return equal;
}

double mean_done(Projection const& projection, int month) {
    return projection.series(toy::done).col(month).cast<double>().mean();
}

}  // namespace

TEST_CASE("A lever of one changes no bit") {
    auto const without = simulate_toy({}, toy::hazards());
    CHECK(same(simulate_toy({{.state = "A"}, {.state = "B", .to = "withdrawn"}}, toy::hazards()),
               without));
}

TEST_CASE("A lever that always holds is another rate") {
    auto const pulled = simulate_toy(
        {{.state = "A", .factor = 1.3}, {.state = "A", .to = "withdrawn", .factor = .5}},
        toy::hazards());
    CHECK(same(pulled, simulate_toy({}, faster(1.3, .5))));
}

TEST_CASE("A lever changes nothing before its start, and only then something") {
    Interval const later{parse_iso("2027-01-01"), unknown_day};
    auto const pulled = simulate_toy(
        {{.state = "A", .factor = 2, .when = later}, {.state = "B", .factor = 2, .when = later}},
        toy::hazards(), 4000);
    auto const without = simulate_toy({}, toy::hazards(), 4000);
    // The law before the start is the same; the numbers are too, but for rounding.
    for (int month = 0; month < 12; ++month) {
        CHECK(std::fabs(mean_done(pulled, month) - mean_done(without, month)) < 1e-2);
    }
    CHECK(mean_done(pulled, 18) > mean_done(without, 18) + 2);
}

TEST_CASE("Where months differ both kernels follow the product of the months") {
    // One stage; a hazard of 0.1 that a lever trebles in the first half of March 2026.
    Hazards const hazards(Trajectory({"A"}, "done"), {0}, RateTable{{{"A", "done"}, {.1}}});
    Lever const lever{
        .state = "A", .factor = 3, .when = {parse_iso("2026-03-01"), parse_iso("2026-03-15")}};
    double const march = 1 + 2 * 15.0 / 31;
    double const left = std::exp(-.1 * (1 + 1 + march + 1));
    for (std::int64_t const count : {1'000, 200'000}) {
        Run const run{.months = 4,
                      .scenario = {.levers = {lever}},
                      .month_end = month_ends(parse_iso("2025-12-31"), parse_iso("2026-04-30")),
                      .paths = 1000,
                      .seed = 9};
        Cohorts const cohorts{.stage = {"A"}, .age_months = {1}, .count = {count}};
        auto const projection = simulate(hazards, cohorts, run);
        auto const n = static_cast<double>(count);
        double const mean = projection.series(0).col(3).cast<double>().mean();
        // A false alarm in 16,000 runs.
        CHECK(std::fabs(mean - n * left) < 4 * std::sqrt(n * left * (1 - left) / 1000));
    }
}

TEST_CASE("A lever of unknown effect spreads the outcome around its median") {
    Lever const sure{.state = "A", .factor = 1.5};
    Lever const unsure{.state = "A", .factor = 1.5, .log_sd = .5};
    Eigen::ArrayXd const narrow =
        simulate_toy({sure}, toy::hazards(), 2000).series(toy::done).col(11).cast<double>();
    Eigen::ArrayXd const wide =
        simulate_toy({unsure}, toy::hazards(), 2000).series(toy::done).col(11).cast<double>();
    auto const variance = [](Eigen::ArrayXd const& x) { return (x - x.mean()).square().mean(); };
    CHECK(variance(wide) > 1.2 * variance(narrow));
    CHECK(std::fabs(wide.mean() - narrow.mean()) < 2);
}

TEST_CASE("A lever has its scope") {
    Run run{.months = 12,
            .scenario = {.levers = {{.state = "A", .factor = 4, .scope = {{"kind", {"two"}}}}}},
            .strata = 3,
            .known = {{"kind"}, {}, {{"one"}, {"two"}, {""}}},
            .paths = 500,
            .seed = 1};
    Cohorts const cohorts{.stage = {"A", "A", "A"},
                          .age_months = {0, 0, 0},
                          .count = {50, 50, 50},
                          .interrupted = {},
                          .stratum = {0, 1, 2}};
    auto const projection = simulate(toy::hazards(), cohorts, run);
    auto const left = [&](int stratum) {
        return projection.series(0, {stratum}).col(5).cast<double>().mean();
    };
    CHECK(left(1) < left(0) / 2);
    CHECK(std::fabs(left(2) - left(0)) < 1);  // unknown is in no scope
}

TEST_CASE("Months that differ give the same bits for any number of threads") {
    Run run{.months = 24,
            .scenario = {.inflow = toy::inflow(),
                         .gates = {{.state = "C", .per_month = 5}},
                         .levers = {{.state = "A", .factor = 1.5, .log_sd = .2}}},
            .paths = 200,
            .seed = 3,
            .threads = 1};
    auto const one = simulate(toy::hazards(), toy::cohorts(), run);
    for (int const threads : {2, 3}) {
        run.threads = threads;
        CHECK(simulate(toy::hazards(), toy::cohorts(), run) == one);
    }
}
