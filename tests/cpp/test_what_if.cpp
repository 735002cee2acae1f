#include "catch.hpp"
#include "statistics.hpp"
#include "toy.hpp"

#include <opgave/what_if.hpp>

#include <cmath>
#include <numeric>
#include <stdexcept>

using namespace opgave;

namespace {

Day const start = parse_iso("2025-12-31");
std::vector<Day> const ends = month_ends(start, parse_iso("2028-12-31"));

Target target(std::int64_t goal, char const* deadline = "2028-12-31") {
    return {"delivered", "done", {}, goal, by(parse_iso(deadline))};
}

// As many are done on every path as were planned to enter by then.
Projection as_planned(Scenario const& scenario) {
    Projection result(Trajectory({"A"}, "done"), 1, 1000, 36, 1);
    double planned = 0;
    for (int month = 0; month < 36; ++month) {
        auto const at = static_cast<std::size_t>(month);
        planned += at < scenario.inflow.size() ? scenario.inflow[at] : 0;
        for (std::size_t path = 0; path < 1000; ++path) {
            result.counts(1, 0)[path * 36 + at] = static_cast<std::int32_t>(planned);
        }
    }
    result.as_of = start;
    result.month_end = ends;
    return result;
}

Scenario every_month(double inflow) { return {.inflow = std::vector<double>(36, inflow)}; }

Projection toy_forecast(Scenario const& scenario, std::uint64_t seed = 3) {
    Projection result = simulate(
        toy::hazards(), toy::cohorts(),
        {.months = 36, .scenario = scenario, .month_end = ends, .paths = 4000, .seed = seed});
    result.as_of = start;
    result.month_end = ends;
    return result;
}

Forecast const toy_plan = [](Scenario const& scenario) { return toy_forecast(scenario); };

bool near(double a, double b) { return std::fabs(a - b) < 1e-12; }

}  // namespace

TEST_CASE("A gain counts pairs that are won and lost") {
    auto const made = [](std::vector<int> const& done) {
        Projection result(Trajectory({"A"}, "done"), 1, static_cast<int>(done.size()), 1, 1);
        std::copy(done.begin(), done.end(), result.counts(1, 0));
        result.month_end = {parse_iso("2028-12-31")};
        return result;
    };
    Gain const found = gain(made({5, 6, 9, 4}), made({4, 4, 8, 5}), target(5));
    // Two won, one lost: sqrt(2 + 1 + 1 - 1/4) / 4. P goes from 2/4 to 3/4.
    CHECK(near(found.probability, .25));
    CHECK(near(found.probability_std_error, std::sqrt(3.75) / 4));
    CHECK(near(found.separate_std_error, std::sqrt((.1875 + .25) / 4)));
    CHECK(near(found.dwellings, .75));
    // Differences 1, 2, 1, -1: variance (1 + 4 + 1 + 1 - 4 x .5625) / 3.
    CHECK(near(found.dwellings_std_error, std::sqrt(4.75 / 3 / 4)));
    CHECK(!found.cents);
    Gain const none = gain(made({5, 6}), made({5, 6}), target(5));
    CHECK(none.probability == 0);
    CHECK(none.probability_std_error > 0);
    CHECK_THROWS_AS(gain(made({5}), made({5, 6}), target(5)), std::invalid_argument);
}

TEST_CASE("A gain says what the money of both plans is, or nothing") {
    Budget const fund{.name = "fund",
                      .state = "B",
                      .cents = {{2026, 2'000'000}, {2027, 2'000'000}},
                      .costs = {{.cents = 100'000}}};
    Budget half = fund;
    half.cents = {{2026, 1'000'000}, {2027, 1'000'000}};
    auto const with = toy_forecast({.inflow = toy::inflow(), .budgets = {fund}});
    auto const without = toy_forecast({.inflow = toy::inflow(), .budgets = {half}});
    Gain const found = gain(with, without, target(40));
    REQUIRE(found.cents);
    CHECK(*found.cents > 0);
    CHECK(*found.cents <= 2'000'000);
    CHECK(!gain(with, toy_forecast({.inflow = toy::inflow()}), target(40)).cents);
}

TEST_CASE("Pairs know a difference better than two separate runs") {
    auto const base = toy_forecast({.inflow = toy::inflow()});
    Scenario const faster{.inflow = toy::inflow(), .levers = {{.state = "A", .factor = 1.1}}};
    auto const median = quantiles(base.series(toy::done), {.5})(35, 0);
    Target const goal = target(median);
    Gain const found = gain(toy_forecast(faster), base, goal);
    CHECK(found.probability > 3 * found.probability_std_error);
    CHECK(found.probability_std_error < found.separate_std_error);
    // Forty times with seeds of their own: the spread is the error that was stated, within five
    // standard errors of a standard deviation of so many values, which are 57 %.
    int const times = statistics::tries(40);
    std::vector<double> gains;
    for (int i = 1; i <= times; ++i) {
        auto const seed = static_cast<std::uint64_t>(i);
        gains.push_back(
            gain(toy_forecast(faster, seed), toy_forecast({.inflow = toy::inflow()}, seed), goal)
                .probability);
    }
    double const mean = std::accumulate(gains.begin(), gains.end(), 0.) / times;
    double square = 0;
    for (double const g : gains) {
        square += (g - mean) * (g - mean) / (times - 1);
    }
    CHECK(std::fabs(std::sqrt(square) / found.probability_std_error - 1) <
          5 / std::sqrt(2. * (times - 1)));
    CHECK(std::fabs(mean - found.probability) < 6 * found.probability_std_error);
}

TEST_CASE("Steps are ranked by what they gain") {
    auto const ranked = bottlenecks(
        as_planned, every_month(1),
        {{"none", every_month(1)}, {"three", every_month(3)}, {"two", every_month(2)}}, target(70));
    REQUIRE(ranked.size() == 3);
    CHECK(ranked[0].name == "three");
    CHECK(ranked[1].name == "two");
    CHECK(ranked[2].name == "none");
    CHECK(ranked[1].gain.dwellings == 36);
    CHECK(ranked[1].gain.probability == 1);
    CHECK(ranked[2].gain.probability == 0);
}

TEST_CASE("What it takes is the smallest setting that reaches the target") {
    Dial dial{.at = every_month, .low = 0, .high = 8, .tolerance = .01};
    Required const found = required(as_planned, dial, target(90));  // 2.5 a month
    REQUIRE(found.setting);
    CHECK(*found.setting >= 2.5);
    CHECK(*found.setting < 2.5 + .01);
    CHECK(found.probability.value > .99);
    CHECK(found.reason.empty());
    dial.low = 3;
    CHECK(required(as_planned, dial, target(90)).setting == 3.);
    dial.high = 3;
    CHECK_THROWS_AS(required(as_planned, dial, target(90), 1), std::invalid_argument);
    dial.tolerance = 0;
    CHECK_THROWS_AS(required(as_planned, dial, target(90)), std::invalid_argument);
}

TEST_CASE("What cannot be reached says why") {
    Dial const dial{.at = every_month, .low = 0, .high = 2, .tolerance = .01};
    Required const found = required(as_planned, dial, target(90));
    CHECK(!found.setting);
    CHECK(found.reason.find("at most 72 of 90 dwellings") == 0);
    Dial const toys{.at =
                        [](double x) {
                            return Scenario{.inflow = toy::inflow(),
                                            .levers = {{.state = "A", .factor = x}}};
                        },
                    .low = 1,
                    .high = 1.01,
                    .tolerance = .001};
    auto const most = quantiles(toy_plan(toys.at(1)).series(toy::done), {.999})(35, 0);
    Required const low = required(toy_plan, toys, target(most));
    CHECK(!low.setting);
    CHECK(low.reason.find("the highest setting reaches it with probability") == 0);
}

TEST_CASE("A plan that hands over keeps what both have") {
    Gate const gate{.state = "B", .per_month = 2};
    Lever const early{.state = "A", .factor = 2, .when = {unknown_day, parse_iso("2026-03-31")}};
    Lever const slow{.state = "A", .factor = .5};
    Scenario before = every_month(1);
    before.gates = {gate};
    before.levers = {slow};
    Scenario after = every_month(4);
    after.gates = {gate, {.state = "C", .per_month = 3}};
    after.levers = {early};
    Day const day = parse_iso("2026-06-30");
    Scenario const joined = hand_over(before, after, start, day);
    CHECK(joined.inflow[5] == 1);
    CHECK(joined.inflow[6] == 4);
    CHECK(joined.inflow.size() == 36);
    REQUIRE(joined.gates.size() == 2);
    CHECK(joined.gates[0] == gate);
    CHECK(joined.gates[1].when == Interval{day + 1, unknown_day});
    REQUIRE(joined.levers.size() == 1);  // the early lever is over before the plan begins
    CHECK(joined.levers[0].when == Interval{unknown_day, day});
    CHECK(hand_over(before, after, start, start) == after);
    CHECK(hand_over(before, before, start, day) == before);
    after.adherence_sd = .1;
    CHECK_THROWS_WITH(hand_over(before, after, start, day),
                      "plans that hand over need the same adherence_sd");
}

TEST_CASE("The point of no return is the last month that suffices") {
    // One a month until m months have gone, then three: m + 3 (36 - m) >= 90 up to m = 9.
    auto const found = point_of_no_return(as_planned, every_month(1), every_month(3), target(90));
    CHECK(found.is_needed);
    CHECK(found.day == ends[8]);
    CHECK(found.on_day.value > .99);
    CHECK(found.never.value < .01);
    CHECK(!point_of_no_return(as_planned, every_month(1), every_month(2), target(90)).day);
    auto const safe = point_of_no_return(as_planned, every_month(3), every_month(3), target(90));
    CHECK(!safe.is_needed);
    CHECK(!safe.day);
    // A deadline within the projection: m + 3 (12 - m) >= 20 up to m = 8.
    CHECK(point_of_no_return(as_planned, every_month(1), every_month(3), target(20, "2026-12-31"))
              .day == ends[7]);
}
