#include "catch.hpp"
#include "rows.hpp"

#include <opgave/projection.hpp>

#include <cmath>
#include <stdexcept>
#include <string>

using namespace opgave;

namespace {

Day const far = parse_iso("2100-01-01");

Hazards rates() {
    return {rows::trajectory(),
            {0, 3},
            RateTable{{{"a", "b"}, {.3, .2}},
                      {{"b", "c"}, {.2, .2}},
                      {{"c", "done"}, {.2, .4}},
                      {{"a", "gone"}, {.05, .05}},
                      {{"b", "held"}, {.05, .05}},
                      {{"held", "return"}, {.3, .3}}}};
}

// Twelve dwellings: 0-1 done, 2 gone, 3-5 in b, 6 held from b, 7 in a, 8-9 not started,
// 10-11 not started and in the reserve. Even ones are in the east.
Register make() {
    DwellingRows dwellings;
    for (int i = 0; i < 12; ++i) {
        dwellings.dwelling_id.push_back(std::to_string(i));
        dwellings.neighbourhood.emplace_back(i % 2 == 0 ? "east" : "west");
        dwellings.group.emplace_back(i < 10 ? "programme" : "reserve");
    }
    return {rows::trajectory(),
            rows::events({{"0", "done", "2025-03-01"},
                          {"1", "a", "2025-01-01"},
                          {"1", "done", "2025-05-01"},
                          {"2", "a", "2025-01-01"},
                          {"2", "gone", "2025-02-01"},
                          {"3", "b", "2025-04-20"},
                          {"4", "b", "2025-04-21"},
                          {"5", "b", "2025-01-10"},
                          {"6", "b", "2025-02-01"},
                          {"6", "held", "2025-05-31"},
                          {"7", "a", "2025-06-20"}}),
            dwellings};
}

ProjectOptions options(std::vector<double> inflow = {}) {
    return {.as_of = parse_iso("2025-06-20"),
            .known_on = far,
            .until = parse_iso("2025-12-31"),
            .by = {},
            .scenario = {.inflow = std::move(inflow)},
            .paths = 400,
            .seed = 5,
            .progress = {}};
}

}  // namespace

TEST_CASE("A projection runs over the month ends after its day") {
    Projection const projection = project(make(), rates(), options());
    CHECK(projection.months() == 7);
    CHECK(to_iso(projection.month_end.front()) == "2025-06-30");
    CHECK(to_iso(projection.month_end.back()) == "2025-12-31");
    CHECK(projection.as_of == parse_iso("2025-06-20"));
}

TEST_CASE("A projection starts from where the dwellings stand") {
    // The register's projection is that of its cohorts: ten days are left of June.
    Cohorts const cohorts{.stage = {"a", "b", "b", "b", "done", "done", "gone", "held"},
                          .age_months = {0, 1, 2, 5, 1, 3, 4, 0},
                          .count = {1, 1, 1, 1, 1, 1, 1, 1},
                          .interrupted = {"", "", "", "", "", "", "", "b"},
                          .stratum = {}};
    Run run{.months = 7,
            .first_month = 10.0 / 30,
            .pools = {{.stratum = 0, .priority = 0, .count = 2},
                      {.stratum = 0, .priority = 1, .count = 2}},
            .scenario = {.inflow = {0, 1, 0, 2}},
            .paths = 400,
            .seed = 5};
    // One of the two recent arrivals in b has waited 61 days (two months), one 60 (one month).
    Projection const direct = simulate(rates(), cohorts, run);
    Projection const projection = project(make(), rates(), options({0, 1, 0, 2}));
    for (State state = not_started; state < rows::trajectory().state_count(); ++state) {
        CAPTURE(state);
        CHECK((projection.series(state) == direct.series(state)).all());
    }
}

TEST_CASE("Strata are groups, and their sum is the whole") {
    ProjectOptions by = options({1, 1, 1, 1, 1, 1, 1});
    by.by = {"neighbourhood"};
    Projection const projection = project(make(), rates(), by);
    REQUIRE(projection.strata() == 2);
    Projection::Series sum = projection.series(not_started);
    for (State state = 0; state < rows::trajectory().state_count(); ++state) {
        sum += projection.series(state);
    }
    CHECK((sum == 12).all());
    Projection::Series east = projection.series(not_started, {0});
    for (State state = 0; state < rows::trajectory().state_count(); ++state) {
        east += projection.series(state, {0});
    }
    CHECK((east == 6).all());
}

TEST_CASE("What is attainable leaves out those that left and those that no plan reaches") {
    CHECK(project(make(), rates(), options()).completed == std::vector<std::int64_t>{2});
    CHECK(project(make(), rates(), options()).attainable == std::vector<std::int64_t>{7});
    CHECK(project(make(), rates(), options({1, 0, 2})).attainable == std::vector<std::int64_t>{9});
    CHECK(project(make(), rates(), options({9, 9})).attainable == std::vector<std::int64_t>{11});
    ProjectOptions unsure = options({.5, .5, .5});
    unsure.scenario.adherence_sd = .25;
    CHECK(project(make(), rates(), unsure).attainable == std::vector<std::int64_t>{11});
}

TEST_CASE("Nothing attainable is ever exceeded") {
    Projection const projection = project(make(), rates(), options({1, 0, 2}));
    CHECK(projection.series(rows::trajectory().complete()).maxCoeff() <= projection.attainable[0]);
}

TEST_CASE("A register without its own dwellings takes in as many as the plan asks") {
    Register const reg(rows::trajectory(), rows::events({{"1", "a", "2025-01-01"}}));
    Projection const projection = project(reg, rates(), options({2, 3}));
    CHECK(projection.attainable == std::vector<std::int64_t>{1 + 3});
    Projection::Series sum = projection.series(not_started);
    for (State state = 0; state < rows::trajectory().state_count(); ++state) {
        sum += projection.series(state);
    }
    // A third of two in June, three in July: three whole dwellings.
    CHECK((sum.rightCols(1) == 4).all());
}

TEST_CASE("A quantile is the smallest count that is reached with its probability") {
    Projection::Series series(4, 1);
    series << 40, 10, 30, 20;
    Eigen::ArrayXXi const result = quantiles(series, {0, .25, .26, .5, .75, .99, 1});
    CHECK((result.row(0) == Eigen::Array<int, 1, 7>(10, 10, 20, 20, 30, 40, 40)).all());
    CHECK_THROWS_AS(quantiles(series, {1.1}), std::invalid_argument);
}

TEST_CASE("At least so many falls as the certainty rises") {
    auto const series =
        project(make(), rates(), options({1, 1, 1})).series(rows::trajectory().complete());
    Eigen::ArrayXXi const result = quantiles(series, {.05, .15, .5, .85});
    CHECK((result.rightCols(3) >= result.leftCols(3)).all());
}

TEST_CASE("A projection does not differ from itself, and more inflow completes more") {
    Projection const plan = project(make(), rates(), options());
    Projection const more = project(make(), rates(), options({4, 0, 0}));
    State const done = rows::trajectory().complete();
    CHECK(compare(plan, plan, done).mean.abs().maxCoeff() == 0);
    CHECK(compare(plan, plan, done).std_error.abs().maxCoeff() == 0);
    Difference const gain = compare(more, plan, done);
    CHECK(gain.mean(6) > 5 * gain.std_error(6));
    CHECK(std::fabs(compare(plan, more, done).mean(6) + gain.mean(6)) < 1e-12);
}

TEST_CASE("The standard error of a difference is that of paired paths") {
    Projection const plan = project(make(), rates(), options());
    Projection const more = project(make(), rates(), options({4, 0, 0}));
    State const done = rows::trajectory().complete();
    double sum = 0;
    double square = 0;
    for (int path = 0; path < 400; ++path) {
        double const gain = more.series(done)(path, 6) - plan.series(done)(path, 6);
        sum += gain;
        square += gain * gain;
    }
    double const variance = (square - sum * sum / 400) / 399;
    CHECK(std::fabs(compare(more, plan, done).std_error(6) - std::sqrt(variance / 400)) < 1e-12);
}

TEST_CASE("What cannot be compared or projected is refused") {
    Projection const plan = project(make(), rates(), options());
    ProjectOptions other = options();
    other.seed = 6;
    CHECK_THROWS_AS(compare(plan, project(make(), rates(), other), 0), std::invalid_argument);
    CHECK_THROWS_AS(plan.series(99), std::out_of_range);
    other.until = parse_iso("2025-06-20");
    CHECK_THROWS_AS(project(make(), rates(), other), std::invalid_argument);
    Hazards const foreign(Trajectory({"x"}, "y"), {0}, RateTable{{{"x", "y"}, {.1}}});
    CHECK_THROWS_AS(project(make(), foreign, options()), std::invalid_argument);
    ProjectOptions unknown = options();
    unknown.by = {"colour"};
    CHECK_THROWS_AS(project(make(), rates(), unknown), std::out_of_range);
}
