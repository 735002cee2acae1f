#include "catch.hpp"
#include "statistics.hpp"
#include "toy.hpp"

#include "pace.hpp"
#include "plan.hpp"
#include "queues.hpp"
#include "ration.hpp"

#include <opgave/projection.hpp>
#include <opgave/random.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

using namespace opgave;

namespace {

using Series = Projection::Series;

Run toy_run(Scenario scenario, int paths, int months = 36) {
    scenario.inflow = toy::inflow();
    return {.months = months, .scenario = std::move(scenario), .paths = paths, .seed = 3};
}

Projection simulate_toy(Scenario scenario, int paths, int months = 36) {
    return simulate(toy::hazards(), toy::cohorts(), toy_run(std::move(scenario), paths, months));
}

// All that ever entered C or went beyond it; the toy starts with fifteen there.
Series started(Projection const& projection) {
    // Those who withdrew from C are few and not told apart: the toy here has none.
    return projection.series(2) + projection.series(toy::done);
}

// The toy without withdrawal: what is in C or done has started.
Hazards faithful() {
    return {Trajectory({"A", "B", "C"}, "done", {"withdrawn"}),
            {0, 3, 6},
            RateTable{{{"A", "B"}, {.3, .2, .1}},
                      {{"B", "C"}, {.15, .25, .2}},
                      {{"C", "done"}, {.1, .3, .5}}}};
}

// Everybody is ready at once and every work lasts less than a month: only the gate takes time.
Hazards instant() {
    return {Trajectory({"ready", "works"}, "done"),
            {0},
            RateTable{{{"ready", "works"}, {80}}, {{"works", "done"}, {0}}}};
}

// How many start per month if so many become ready per month.
std::vector<std::int64_t> starts(std::vector<double> const& ready, Gate gate,
                                 std::vector<double> const& rate_of_works = {0}) {
    Hazards const hazards(
        Trajectory({"ready", "works"}, "done"), {0},
        RateTable{{{"ready", "works"}, {80}}, {{"works", "done"}, rate_of_works}});
    Run const run{.months = static_cast<int>(ready.size()),
                  .scenario = {.inflow = ready, .gates = {std::move(gate)}},
                  .paths = 1};
    auto const projection = simulate(hazards, {}, run);
    Series const all = projection.series(1) + projection.series(2);
    std::vector<std::int64_t> result;
    std::int64_t before = 0;
    for (Eigen::Index month = 0; month < all.cols(); ++month) {
        result.push_back(all(0, month) - before);
        before = all(0, month);
    }
    return result;
}

bool same(Projection const& a, Projection const& b) {
    bool equal = true;
    for (State state = not_started; state < a.trajectory().state_count(); ++state) {
        equal = equal && (a.series(state) == b.series(state)).all();
    }
    return equal;
}

}  // namespace

TEST_CASE("With slots the toy completes as many as an independent simulation") {
    // 200,000 paths there, 40,000 here; a false alarm in 1.4 of 1,000 runs (nine bounds of 4 s.e.).
    int const paths = statistics::tries(40'000);
    struct Case {
        double slots;
        std::array<double, 3> mean;
        std::array<double, 3> std_error;
    };
    for (Case const& one : {Case{10, {68.681, 155.4035, 181.4321}, {.012, .0143, .0124}},
                            Case{6, {55.2899, 125.4506, 179.9967}, {.0085, .0091, .0113}},
                            Case{4, {43.1089, 89.9306, 136.8571}, {.0062, .0067, .0071}}}) {
        auto const projection = simulate_toy(
            {.gates = {{.state = "C", .per_month = one.slots}}, .exits_while_waiting = false},
            paths);
        for (std::size_t i = 0; i < 3; ++i) {
            Eigen::ArrayXd const done =
                projection.series(toy::done)
                    .col(static_cast<Eigen::Index>(12 * (i == 2 ? 3 : i + 1) - 1))
                    .cast<double>();
            double const mean = done.mean();
            double const error = std::sqrt((done - mean).square().mean() / paths);
            CAPTURE(one.slots, i, mean);
            CHECK(std::fabs(mean - one.mean[i]) < 4 * std::hypot(error, one.std_error[i]));
        }
    }
}

TEST_CASE("As many slots as dwellings change no bit") {
    Hazards const hazards = toy::hazards();
    for (double const many : {220.0, 1e6}) {
        auto const gated = simulate_toy(
            {.gates = {{.state = "C", .per_month = many}, {.state = "done", .per_month = many}}},
            300);
        CHECK(same(gated, simulate_toy({}, 300)));
        CHECK((gated.waiting == 0).all());
    }
    // The kernel of large stocks.
    Cohorts const stock{.stage = {"A", "B"}, .age_months = {1, 4}, .count = {400'000, 100'000}};
    Run run{.months = 12, .paths = 20, .seed = 5};
    auto const open = simulate(hazards, stock, run);
    run.scenario.gates = {{.state = "B", .per_month = 1e6}, {.state = "C", .per_month = 1e6}};
    CHECK(same(simulate(hazards, stock, run), open));
}

TEST_CASE("Enough money changes no bit, and what is spent is what was started") {
    auto const paid = simulate(faithful(), toy::cohorts(),
                               toy_run({.budgets = {{.name = "fund",
                                                     .state = "C",
                                                     .cents = {{0, 1'000'000'00}},
                                                     .costs = {{.cents = 100'00}}}}},
                                       200));
    auto const free = simulate(faithful(), toy::cohorts(), toy_run({}, 200));
    CHECK(same(paid, free));
    REQUIRE(paid.spent.size() == 1);
    Series const in_c = started(paid);
    CHECK((paid.spent[0] == (in_c.cast<std::int64_t>() - 15) * 100'00).all());
}

TEST_CASE("Without slots nobody starts, and starts never exceed slots") {
    auto const none = simulate_toy({.gates = {{.state = "C", .per_month = 0}}}, 100);
    CHECK((started(none) <= 15).all());
    for (double const slots : {0.5, 2.0, 3.75}) {
        auto const projection =
            simulate(faithful(), toy::cohorts(),
                     toy_run({.gates = {{.state = "C", .per_month = slots}}}, 100));
        Series const in_c = started(projection);
        for (Eigen::Index month = 0; month < in_c.cols(); ++month) {
            auto const most = static_cast<int>(std::floor(slots * static_cast<double>(month + 1)));
            CHECK((in_c.col(month) - 15 <= most).all());
        }
    }
}

TEST_CASE("More slots never start fewer, path by path") {
    Series before = Series::Constant(200, 36, 0);
    for (double const slots : {1.0, 2.0, 3.0, 4.5, 7.0, 12.0}) {
        auto const projection =
            simulate(faithful(), toy::cohorts(),
                     toy_run({.gates = {{.state = "C", .per_month = slots}}}, 200));
        Series const in_c = started(projection);
        CHECK((in_c >= before).all());
        before = in_c;
    }
}

TEST_CASE("Nobody is lost in a queue") {
    for (bool const exits : {true, false}) {
        auto const projection =
            simulate_toy({.gates = {{.state = "B", .per_month = 5}, {.state = "C", .per_month = 3}},
                          .budgets = {{.name = "fund",
                                       .state = "done",
                                       .cents = {{0, 50}, {1, 30}},
                                       .costs = {{.cents = 1}}}},
                          .exits_while_waiting = exits},
                         50);
        Series sum = projection.series(not_started);
        for (State state = 0; state < projection.trajectory().state_count(); ++state) {
            sum += projection.series(state);
        }
        for (Eigen::Index month = 0; month < sum.cols(); ++month) {
            CHECK((sum.col(month) == 100 + 10 * std::min<int>(12, static_cast<int>(month) + 1))
                      .all());
        }
        CHECK((projection.waiting > 0).any());
    }
}

TEST_CASE("Those who wait can leave, at the pace of the state they wait in") {
    // 1,000 are ready in month 1 and nobody may start: what is left after month t is what a hazard
    // of 0.05 leaves after t - 1 months, but for those who withdraw in month 1 itself (half a month
    // at 80 to start against 0.05: 0.06 %).
    Hazards const hazards(Trajectory({"ready", "works"}, "done", {"withdrawn"}), {0},
                          RateTable{{{"ready", "works"}, {80}}, {{"ready", "withdrawn"}, {.05}}});
    Run const run{.months = 25,
                  .scenario = {.inflow = {1000}, .gates = {{.state = "works", .per_month = 0}}},
                  .paths = 400,
                  .seed = 4};
    auto const projection = simulate(hazards, {}, run);
    Eigen::ArrayXd const left = projection.series(0).col(24).cast<double>();
    double const p = std::exp(-.05 * 24) * 80 / 80.05;
    double const error = std::sqrt(1000 * p * (1 - p) / 400);
    CHECK(std::fabs(left.mean() - 1000 * p) < 4 * error);  // a false alarm in 16,000 runs
    double const variance = (left - left.mean()).square().sum() / 399;
    CHECK(std::fabs(variance / (1000 * p * (1 - p)) - 1) < 4 * std::sqrt(2.0 / 399));
}

// Ciw, tests/test_scheduling.py (MIT): a slot serves those who arrived before it. Months here end
// at the slots.
TEST_CASE("A slotted queue starts as an independent simulator has it") {
    Gate const one{.state = "works", .per_month = 1};
    // Arrivals 0.3 0.5 0.7 | 1.2 1.3 1.8 | 2.6 2.7 | 3.1 with slots of 3, 2, 5, 3 at 1, 2, 3, 4:
    // starts 1 1 1 2 2 3 3 3 4. Slots that differ per month are gates with dates in turn.
    std::vector<Day> const ends = month_ends(parse_iso("2025-12-31"), parse_iso("2026-04-30"));
    Run run{.months = 4, .scenario = {.inflow = {3, 3, 2, 1}}, .month_end = ends, .paths = 1};
    std::vector<double> const sizes = {3, 2, 5, 3};
    for (std::size_t i = 0; i < 4; ++i) {
        Day const first = i == 0 ? parse_iso("2026-01-01") : ends[i - 1] + 1;
        run.scenario.gates.push_back(
            {.state = "works", .per_month = sizes[i], .when = {first, ends[i]}});
    }
    auto const projection = simulate(instant(), {}, run);
    CHECK(projection.series(1)
              .row(0)
              .cwiseEqual((Series(1, 4) << 3, 5, 8, 9).finished().row(0))
              .all());
    CHECK(starts({2, 0, 3, 0}, one) == std::vector<std::int64_t>{1, 1, 1, 1});
}

TEST_CASE("Where works take up the slots, a start waits for a delivery") {
    // Four may be at work at once. Six are ready; the works of the first four end in month 3.
    Gate const crews{.state = "works", .per_month = 4, .capacitated = true};
    CHECK(starts({6, 0, 0}, crews) == std::vector<std::int64_t>{4, 0, 0});
    Gate const slots{.state = "works", .per_month = 4};
    CHECK(starts({6, 0, 0}, slots) == std::vector<std::int64_t>{4, 2, 0});
    // Works that are over within the month free their crew for the next month.
    CHECK(starts({6, 0, 0}, crews, {80}) == std::vector<std::int64_t>{4, 2, 0});
}

TEST_CASE("Fractions of slots accumulate, and unused slots lapse") {
    Gate const half{.state = "works", .per_month = 0.5};
    CHECK(starts({9, 0, 0, 0, 0, 0}, half) == std::vector<std::int64_t>{0, 1, 0, 1, 0, 1});
    Gate const two{.state = "works", .per_month = 2};
    CHECK(starts({0, 0, 9, 0}, two) == std::vector<std::int64_t>{0, 0, 2, 2});
}

namespace {

// Two kinds, ready at once: kind 0 and kind 1, so many of each per month.
struct Kinds {
    Run run;
    Kinds(int months, std::int64_t of_each) {
        run = {
            .months = months, .strata = 2, .known = {{"kind"}, {}, {{"one"}, {"two"}}}, .paths = 1};
        run.pools = {{.stratum = 0, .count = of_each}, {.stratum = 1, .count = of_each}};
        run.scenario.inflow = {static_cast<double>(2 * of_each)};
    }
    [[nodiscard]] std::vector<std::int64_t> started(int stratum) const {
        auto const series = simulate(instant(), {}, run).series(1, {stratum});
        return {series.data(), series.data() + series.size()};
    }
};

}  // namespace

TEST_CASE("A queue is shared in proportion, or in the order of priority") {
    Kinds kinds(4, 6);
    kinds.run.scenario.gates = {{.state = "works", .per_month = 4}};
    CHECK(kinds.started(0) == std::vector<std::int64_t>{2, 4, 6, 6});
    CHECK(kinds.started(1) == std::vector<std::int64_t>{2, 4, 6, 6});
    kinds.run.scenario.priority = {{{"kind", {"two"}}}};
    CHECK(kinds.started(0) == std::vector<std::int64_t>{0, 2, 6, 6});
    CHECK(kinds.started(1) == std::vector<std::int64_t>{4, 6, 6, 6});
}

TEST_CASE("A gate with a scope lets all others pass") {
    Kinds kinds(4, 6);
    kinds.run.scenario.gates = {{.state = "works", .per_month = 1, .scope = {{"kind", {"two"}}}}};
    CHECK(kinds.started(0) == std::vector<std::int64_t>{6, 6, 6, 6});
    CHECK(kinds.started(1) == std::vector<std::int64_t>{1, 2, 3, 4});
    kinds.run.scenario.gates.push_back({.state = "works", .per_month = 3});
    // Three slots for six and one that may: 3 and 0 by largest remainder; then for three and one.
    CHECK(kinds.started(0) == std::vector<std::int64_t>{3, 5, 6, 6});
    CHECK(kinds.started(1) == std::vector<std::int64_t>{0, 1, 2, 3});
}

TEST_CASE("A budget stops at the first that does not fit, or skips it") {
    Kinds kinds(14, 4);
    Budget fund{.name = "fund",
                .state = "works",
                .cents = {{0, 1000}, {1, 1000}},
                .costs = {{.cents = 300, .scope = {{"kind", {"one"}}}}, {.cents = 90}}};
    kinds.run.scenario.priority = {{{"kind", {"one"}}}};
    kinds.run.scenario.budgets = {fund};
    // Three of the dear ones fit; the fourth does not, and nobody passes it until the next year.
    CHECK(kinds.started(0) == std::vector<std::int64_t>{3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4});
    CHECK(kinds.started(1)[11] == 0);
    CHECK(kinds.started(1)[12] == 4);
    fund.skips = true;
    kinds.run.scenario.budgets = {fund};
    CHECK(kinds.started(0)[11] == 3);
    CHECK(kinds.started(1)[11] == 1);
    CHECK(kinds.started(1)[12] == 4);
}

TEST_CASE("Money that does not carry over is lost at the end of the year") {
    Kinds kinds(25, 6);
    Budget fund{.name = "fund",
                .state = "works",
                .cents = {{0, 500}, {1, 700}, {2, 700}},
                .costs = {{.cents = 400}}};
    kinds.run.scenario.budgets = {fund};
    auto const total = [&] {
        auto const one = kinds.started(0);
        auto const two = kinds.started(1);
        return std::vector<std::int64_t>{one[0] + two[0], one[12] + two[12], one[24] + two[24]};
    };
    CHECK(total() == std::vector<std::int64_t>{1, 3, 4});
    kinds.run.scenario.budgets[0].carries_over = false;
    CHECK(total() == std::vector<std::int64_t>{1, 2, 3});
}

namespace {

// So many are ready at once; a budget for a year pays for their works.
Projection pay(std::int64_t ready, Budget budget, int paths, int weight = 1, int threads = 0) {
    budget.name = "fund";
    budget.state = "works";
    Run const run{
        .months = 2,
        .pools = {{.count = ready}},
        .scenario = {.inflow = {static_cast<double>(ready * weight)}, .budgets = {budget}},
        .weight = {weight},
        .paths = paths,
        .seed = 11,
        .threads = threads};
    return simulate(instant(), {}, run);
}

// How often so many blocks are paid, where the cost of a dwelling is exponential with mean one and
// there is money for `mean` of them: a block of w takes w events of a Poisson process.
std::vector<double> paid_blocks(double mean, int weight, std::size_t most, int paths) {
    std::vector<double> expected(most + 1, 0);
    double mass = std::exp(-mean);
    for (std::size_t events = 0; events < 400; ++events) {
        expected[std::min(events / static_cast<std::size_t>(weight), most)] += paths * mass;
        mass *= mean / static_cast<double>(events + 1);
    }
    return expected;
}

}  // namespace

TEST_CASE("Uncertain costs that there is money for change no bit, and add up to their mean") {
    Budget const fund{.name = "fund",
                      .state = "C",
                      .cents = {{0, 1'000'000'00}},
                      .costs = {{.cents = 100'00, .cents_sd = 60'00}}};
    int const paths = 4000;
    auto const paid = simulate(faithful(), toy::cohorts(), toy_run({.budgets = {fund}}, paths));
    CHECK(same(paid, simulate(faithful(), toy::cohorts(), toy_run({}, paths))));
    CHECK((paid.unpaid[0] == 0).all());
    Eigen::ArrayXd const number = (started(paid).col(35) - 15).cast<double>();
    Eigen::ArrayXd const excess = paid.spent[0].col(35).cast<double>() - number * 100'00;
    // Given how many started, the variance is that many times 60 euros squared. Both bounds are
    // four standard errors: a false alarm in 8,000 runs.
    double const variance = number.mean() * 60'00.0 * 60'00;
    CHECK(std::fabs(excess.mean()) < 4 * std::sqrt(variance / paths));
    CHECK(std::fabs(excess.square().mean() / variance - 1) < 4 * std::sqrt(2.1 / paths));
}

TEST_CASE("Uncertain costs end the money after a Poisson number of dwellings") {
    for (int const weight : {1, 3}) {
        int const paths = statistics::tries(20'000);
        auto const projection =
            pay(120 / weight,
                {.cents = {{0, 33'500'00}}, .costs = {{.cents = 1000'00, .cents_sd = 1000'00}}},
                paths, weight);
        std::vector<double> observed(static_cast<std::size_t>(120 / weight) + 1, 0);
        for (int path = 0; path < paths; ++path) {
            auto const started = projection.series(1)(path, 0);
            ++observed[static_cast<std::size_t>(started / weight)];
            CHECK(started % weight == 0);
        }
        CAPTURE(weight);
        CHECK(
            statistics::chi_square(observed, paid_blocks(33.5, weight, observed.size() - 1, paths))
                .fits());
        CHECK((projection.spent[0] <= 33'500'00).all());
        CHECK((projection.unpaid[0] == 120 - projection.series(1)).all());
    }
}

TEST_CASE("More money for uncertain costs never starts fewer, path by path") {
    Series before = Series::Zero(300, 2);
    for (std::int64_t const euros : {0, 500, 2000, 2500, 9000, 40'000, 400'000}) {
        auto const started =
            pay(60,
                {.cents = {{0, euros * 100}}, .costs = {{.cents = 1000'00, .cents_sd = 800'00}}},
                300)
                .series(1);
        CHECK((started >= before).all());
        before = started;
    }
    CHECK((before == 60).all());
}

TEST_CASE("Uncertain costs are the same bits for any number of threads") {
    Budget const fund{.cents = {{0, 20'000'00}}, .costs = {{.cents = 1000'00, .cents_sd = 400'00}}};
    auto const one = pay(60, fund, 300, 1, 1);
    CHECK(pay(60, fund, 300, 1, 3) == one);
}

TEST_CASE("Kinds with uncertain and certain costs share the money in proportion") {
    Kinds kinds(2, 6);
    kinds.run.scenario.budgets = {
        {.name = "fund",
         .state = "works",
         .cents = {{0, 6000'00}},
         .costs = {{.cents = 1000'00, .scope = {{"kind", {"one"}}}, .cents_sd = 1'00},
                   {.cents = 1000'00}}}};
    auto const one = kinds.started(0);
    auto const two = kinds.started(1);
    // Six thousand euros pay three of each, or two of the last kind if the others are a trifle
    // dearer.
    CHECK(one[0] == 3);
    CHECK((two[0] == 3 || two[0] == 2));
}

TEST_CASE("What a budget supplies adds up, and who waits for it is counted") {
    Kinds kinds(14, 4);
    kinds.run.scenario.gates = {{.state = "works", .per_month = 6}};
    kinds.run.scenario.budgets = {{.name = "fund",
                                   .state = "works",
                                   .cents = {{0, 1000}, {1, 700}},
                                   .costs = {{.cents = 300}}}};
    auto const projection = simulate(instant(), {}, kinds.run);
    // Eight are ready; six get a slot and three of them money. The other five wait for money, which
    // the new year brings for two: 100 are left of the old one.
    std::vector<std::int32_t> const unpaid(projection.unpaid[0].data(),
                                           projection.unpaid[0].data() + 14);
    CHECK(unpaid == std::vector<std::int32_t>{3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 3, 3});
    CHECK(projection.supplied[0] == std::vector<std::int64_t>{1000, 1000, 1000, 1000, 1000, 1000,
                                                              1000, 1000, 1000, 1000, 1000, 1000,
                                                              1700, 1700});
}

TEST_CASE("A block moves as one, and takes as many slots as it has dwellings") {
    // Five blocks of three: a block starts while a slot is left, and what it takes too much is paid
    // back by the months after.
    Run run{.months = 9,
            .pools = {{.count = 5}},
            .scenario = {.inflow = {15}, .gates = {{.state = "works", .per_month = 2}}},
            .weight = {3},
            .paths = 1};
    auto const series = simulate(instant(), {}, run).series(1);
    std::vector<int> const started(series.data(), series.data() + series.size());
    CHECK(started == std::vector<int>{3, 6, 6, 9, 12, 12, 15, 15, 15});
}

TEST_CASE("Blocks have the mean of single dwellings and a wider spread") {
    Cohorts const single{.stage = {"A"}, .age_months = {0}, .count = {240}};
    Cohorts const blocks{.stage = {"A"}, .age_months = {0}, .count = {30}};
    Run run{.months = 12, .paths = 4000, .seed = 2};
    Eigen::ArrayXd const one =
        simulate(toy::hazards(), single, run).series(toy::done).col(11).cast<double>();
    run.weight = {8};
    Eigen::ArrayXd const eight =
        simulate(toy::hazards(), blocks, run).series(toy::done).col(11).cast<double>();
    double const p = expected(toy::hazards(), single, 12).mean(11, toy::done) / 240;
    double const variance = 240 * p * (1 - p);
    // 4 standard errors each: a false alarm in 5,000 runs.
    CHECK(std::fabs(one.mean() - 240 * p) < 4 * std::sqrt(variance / 4000));
    CHECK(std::fabs(eight.mean() - 240 * p) < 4 * std::sqrt(8 * variance / 4000));
    double const spread = (eight - eight.mean()).square().sum() / 3999;
    CHECK(std::fabs(spread / (8 * variance) - 1) < 4 * std::sqrt(2.0 / 3999));
}

TEST_CASE("A rule that cannot be is refused, naming it") {
    auto const refused = [](Scenario const& scenario, std::string const& part) {
        try {
            simulate_toy(scenario, 1, 2);
        } catch (std::exception const& error) {
            CHECK(std::string(error.what()).find(part) != std::string::npos);
            return true;
        }
        return false;
    };
    CHECK(refused({.gates = {{.state = "A", .per_month = 1}}}, "'A'"));
    CHECK(refused({.gates = {{.state = "withdrawn", .per_month = 1}}}, "'withdrawn'"));
    CHECK(refused({.gates = {{.state = "D", .per_month = 1}}}, "D"));
    CHECK(refused({.gates = {{.state = "C", .per_month = -1}}}, "-1"));
    CHECK(refused({.gates = {{.state = "C", .per_month = NAN}}}, "nan"));
    CHECK(refused({.gates = {{.state = "C", .per_month = 1, .scope = {{"colour", {"red"}}}}}},
                  "'colour'"));
    CHECK(refused({.budgets = {{.name = "fund", .state = "C"}}}, "cost"));
    CHECK(refused({.budgets = {{.state = "C", .costs = {{.cents = 1}}}}}, "name"));
    CHECK(refused({.budgets = {{.name = "fund", .state = "C", .costs = {{.cents = 0}}}}}, "0"));
    auto const refuses_cost = [&](Cost const& cost, std::string const& part, bool skips = false) {
        return refused(
            {.budgets = {{.name = "fund", .state = "C", .costs = {cost}, .skips = skips}}}, part);
    };
    CHECK(refuses_cost({.cents = 100, .cents_sd = 301}, "301"));
    CHECK(refuses_cost({.cents = 100, .cents_sd = -1}, "-1"));
    CHECK(refuses_cost({.cents = 1'000'000, .cents_sd = 999}, "0.001-3"));
    CHECK(refuses_cost({.cents = 100, .cents_sd = 10}, "skip", true));
    CHECK(refused({.levers = {{.state = "A", .factor = 0}}}, "factor"));
    CHECK(refused({.levers = {{.state = "done", .factor = 2}}}, "'done'"));
    CHECK(refused({.levers = {{.state = "A", .to = "done", .factor = 2}}}, "'done'"));
}

TEST_CASE("Nobody is let in where nobody asks, however much is overdrawn") {
    std::vector<detail::Claim> const nobody{{.count = 0, .unit = 1}, {.count = 0, .unit = 4}};
    for (std::int64_t const supply : {-3, 0, 5}) {
        for (auto const shortage :
             {detail::Shortage::overdraws, detail::Shortage::stops, detail::Shortage::skips}) {
            std::int64_t left = supply;
            CHECK(detail::ration(nobody, left, shortage) == std::vector<std::int64_t>{0, 0});
            CHECK(left == supply);
        }
    }
}

namespace {

// Who of those that join two shut queues of one state is still there a month later, path by path.
std::vector<std::int64_t> patient(std::vector<std::pair<int, std::int64_t>> const& joining) {
    Hazards const hazards(Trajectory({"A", "B", "C"}, "done", {"withdrawn"}), {0},
                          RateTable{{{"A", "B"}, {.1}},
                                    {{"A", "C"}, {.1}},
                                    {{"B", "C"}, {.1}},
                                    {{"C", "done"}, {.1}},
                                    {{"A", "withdrawn"}, {.5}}});
    Run const run{
        .months = 2, .scenario = {.gates = {{.state = "B"}, {.state = "C"}}}, .paths = 50};
    detail::Plan const plan(hazards, {}, run);
    detail::Pace pace(plan);
    detail::Queues queues(plan);
    std::vector<std::int64_t> const nobody(plan.places(), 0);
    std::vector<std::int64_t> left;
    for (std::uint64_t path = 0; path < 50; ++path) {
        pace.begin(path);
        queues.begin(path);
        for (auto const& [to, count] : joining) {
            queues.join(0, 0, to, 0, count);
        }
        for (int const state : {1, 2}) {
            queues.admit(1, state, pace, nobody, [](int, int, std::int64_t) {});
        }
        left.push_back(queues.waiting()[0]);
    }
    return left;
}

}  // namespace

TEST_CASE("Those who join a queue in one month in two groups leave it as one") {
    CHECK(patient({{1, 30}, {1, 70}}) == patient({{1, 100}}));
}

TEST_CASE("Two queues of one state do not share numbers") {
    auto const first = patient({{1, 100}});
    auto const second = patient({{2, 100}});
    CHECK(first != second);
    auto const both = patient({{1, 100}, {2, 100}});
    for (std::size_t path = 0; path < both.size(); ++path) {
        CHECK(both[path] == first[path] + second[path]);
    }
}
