#include "catch.hpp"
#include "toy.hpp"

#include <opgave/spending.hpp>

#include <cmath>
#include <stdexcept>

using namespace opgave;

namespace {

using Cents = Projection::Cents;
using Series = Projection::Series;

Day const start = parse_iso("2025-12-31");

// Four paths of three months, written down by hand: done, waiting for money, and spent.
Projection by_hand() {
    Projection result(Trajectory({"A"}, "done"), 1, 4, 3, 1);
    Series const done = (Series(4, 3) << 1, 2, 3,  //
                         0, 1, 1,                  //
                         0, 2, 2,                  //
                         1, 1, 2)
                            .finished();
    std::copy(done.data(), done.data() + done.size(), result.counts(1, 0));
    std::fill(result.counts(0, 0), result.counts(0, 0) + 12, 3);
    result.as_of = start;
    result.month_end = month_ends(start, parse_iso("2026-03-31"));
    result.budgets = {"fund"};
    result.spent = {
        (Cents(4, 3) << 100, 200, 300, 0, 150, 150, 0, 300, 310, 120, 120, 260).finished()};
    result.unpaid = {(Series(4, 3) << 0, 0, 1,  // after two are done
                      0, 0, 2,                  // before
                      1, 0, 0,                  // before, for a while
                      0, 0, 0)
                         .finished()};
    result.supplied = {{200, 400, 400}};
    return result;
}

Target target(std::int64_t goal, char const* deadline = "2026-03-31") {
    return {"delivered", "done", {}, goal, by(parse_iso(deadline))};
}

bool is_share(Probability const& found, double hits) {
    return std::fabs(found.value - (hits + .5) / 5) < 1e-12 && found.method == "simulation" &&
           std::fabs(found.std_error - std::sqrt(found.value * (1 - found.value) / 6)) < 1e-12;
}

bool near(double a, double b) { return std::fabs(a - b) < 1e-9; }

}  // namespace

TEST_CASE("Spending has the mean, its error and the quantiles of the paths") {
    auto const found = spending(by_hand(), "fund", {.25, .5, 1});
    CHECK(near(found.mean(2), (300 + 150 + 310 + 260) / 4.0));
    double const square = 45. * 45 + 105 * 105 + 55 * 55 + 5 * 5;
    CHECK(near(found.std_error(2), std::sqrt(square / 3 / 4)));
    CHECK((found.quantiles.row(2) == (Cents(1, 3) << 150, 260, 310).finished()).all());
    CHECK_THROWS_AS(spending(by_hand(), "other", {.5}), std::out_of_range);
    CHECK_THROWS_AS(spending(by_hand(), "fund", {1.5}), std::invalid_argument);
}

TEST_CASE("Money runs out on the paths on which somebody waits for it before the goal") {
    CHECK(is_share(money_runs_out(by_hand(), "fund", target(2)), 2));
    // A wait in March is after the first deadline; one in January is before any goal but zero.
    CHECK(is_share(money_runs_out(by_hand(), "fund", target(2, "2026-02-28")), 1));
    CHECK(is_share(money_runs_out(by_hand(), "fund", target(4)), 3));
    auto reached = by_hand();
    reached.completed = {2};
    reached.attainable = {6};
    auto const certain = money_runs_out(reached, "fund", target(2));
    CHECK(certain.value == 0);
    CHECK(certain.method == "reached");
}

TEST_CASE("A target reached within a sum counts the paths on which both hold") {
    CHECK(is_share(reached_within(by_hand(), target(2), "fund", 300), 2));
    CHECK(is_share(reached_within(by_hand(), target(2), "fund", 299), 1));
    CHECK(is_share(reached_within(by_hand(), target(2), "fund", 310), 3));
    CHECK(is_share(reached_within(by_hand(), target(2, "2026-02-28"), "fund", 200), 1));
    auto bounded = by_hand();
    bounded.completed = {0};
    bounded.attainable = {3};
    CHECK(reached_within(bounded, target(4), "fund", 1000).method == "unreachable");
}

TEST_CASE("Money is left where more than so much of what was there is not spent") {
    Deadline const march = by(parse_iso("2026-03-31"));
    CHECK(is_share(money_left(by_hand(), "fund", march, 99), 4 - 1));
    CHECK(is_share(money_left(by_hand(), "fund", march, 100), 2));
    CHECK(is_share(money_left(by_hand(), "fund", by(parse_iso("2026-01-31")), 150), 2));
    CHECK(money_left(by_hand(), "fund", march, 0).goal == 0);
    CHECK_THROWS_AS(money_left(by_hand(), "fund", by(parse_iso("2027-01-31")), 0), NotEnoughData);
    CHECK_THROWS_AS(money_left(by_hand(), "other", march, 0), std::out_of_range);
}

TEST_CASE("Both at once is at most as likely as either, and all money is as likely as the target") {
    auto const ends = month_ends(start, parse_iso("2028-12-31"));
    Run const run{.months = 36,
                  .scenario = {.inflow = toy::inflow(),
                               .budgets = {{.name = "fund",
                                            .state = "C",
                                            .cents = {{2026, 100'000'00}},
                                            .costs = {{.cents = 100'00, .cents_sd = 50'00}}}}},
                  .month_end = ends,
                  .paths = 2000,
                  .seed = 3};
    auto projection = simulate(toy::hazards(), toy::cohorts(), run);
    projection.month_end = ends;
    for (std::int64_t const goal : {170, 180, 190}) {
        auto const wanted = target(goal, "2028-12-31");
        double const alone = probability(projection, wanted).value;
        double before = 0;
        for (std::int64_t const euros : {10'000, 15'000, 17'500, 18'500, 100'000}) {
            auto const both = reached_within(projection, wanted, "fund", euros * 100);
            auto const within = (projection.spent[0].col(35) <= euros * 100).count();
            CHECK(both.value <= alone);
            CHECK(both.value <= (static_cast<double>(within) + .5) / 2001);
            CHECK(both.value >= before);
            before = both.value;
        }
        CHECK(before == alone);
    }
}

TEST_CASE("Money for one exponential cost runs out before two dwellings with probability 2/e") {
    // Two are ready at once and the budget is the mean cost of one. Both are paid if the second
    // event of a Poisson process of rate one is before time one: 1 - 2/e. Four standard errors, a
    // false alarm in 16,000 runs.
    Hazards const instant(Trajectory({"ready", "works"}, "done"), {0},
                          RateTable{{{"ready", "works"}, {80}}, {{"works", "done"}, {0}}});
    auto const ends = month_ends(start, parse_iso("2026-03-31"));
    Run const run{.months = 3,
                  .pools = {{.count = 2}},
                  .scenario = {.inflow = {2},
                               .budgets = {{.name = "fund",
                                            .state = "works",
                                            .cents = {{2026, 1000'00}},
                                            .costs = {{.cents = 1000'00, .cents_sd = 1000'00}}}}},
                  .month_end = ends,
                  .paths = 40'000,
                  .seed = 5};
    auto projection = simulate(instant, {}, run);
    projection.month_end = ends;
    Target const both{"both", "works", {}, 2, by(parse_iso("2026-03-31"))};
    auto const out = money_runs_out(projection, "fund", both);
    CHECK(std::fabs(out.value - 2 / std::exp(1)) < 4 * out.std_error);
    // Who waits does not get there: the money runs out or the target is reached.
    CHECK(near(out.value + probability(projection, both).value, 1));
    // Nothing is spent if already the first does not fit: 1/e.
    auto const untouched = money_left(projection, "fund", by(parse_iso("2026-03-31")), 999'99);
    CHECK(std::fabs(untouched.value - 1 / std::exp(1)) < 4 * untouched.std_error);
}
