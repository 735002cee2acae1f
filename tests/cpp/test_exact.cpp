#include "catch.hpp"
#include "statistics.hpp"
#include "toy.hpp"

#include "backward.hpp"
#include "forward.hpp"
#include "outlook.hpp"
#include "path_mean.hpp"
#include "tail.hpp"

#include <opgave/random.hpp>
#include <opgave/target.hpp>

#include <cmath>
#include <vector>

using namespace opgave;
using detail::Trials;

namespace {

// The last day of `months` months from 2026 on.
std::vector<Day> calendar(int months) {
    return month_ends(to_day(Date(2025, 12, 31)), add_months(to_day(Date(2025, 12, 31)), months));
}

Target at_least(std::int64_t goal, Projection const& projection, int month,
                std::string state = "done") {
    return {.name = "goal",
            .state = std::move(state),
            .goal = goal,
            .deadline = {projection.month_end[static_cast<std::size_t>(month) - 1]}};
}

// As `simulate`, with the calendar that targets need.
Projection projected(Hazards const& hazards, Cohorts const& cohorts, Run run) {
    run.month_end = calendar(run.months);
    Projection projection = simulate(hazards, cohorts, run);
    projection.month_end = run.month_end;
    return projection;
}

// The share of paths that reach a goal, and its standard error.
Probability counted(Projection projection, Target const& target) {
    projection.source = nullptr;
    return probability(projection, target);
}

HazardPrior loose_prior() {
    return {.band_edges_months = {0, 3, 6},
            .per_month = {{{"A", "B"}, {.3, .2, .1}},
                          {{"B", "C"}, {.15, .25, .2}},
                          {{"C", "done"}, {.1, .3, .5}},
                          {{"A", "withdrawn"}, {.02, .02, .02}},
                          {{"B", "paused"}, {.02, .02, .02}},
                          {{"paused", "return"}, {.3, .2, .2}},
                          {{"C", "B"}, {.02, .01, .01}}},
            .shock_scale = 0};
}

Hazards fitted(HazardPrior const& prior) {
    return fit_hazards({}, Trajectory({"A", "B", "C"}, "done", {"withdrawn"}, "paused"), prior);
}

// The distribution of a sum of binomials, one item after the other.
std::vector<double> masses_of(std::vector<Trials> const& trials) {
    std::vector<double> mass = {1};
    for (auto const& [count, weight, p] : trials) {
        for (std::int64_t i = 0; i < count; ++i) {
            std::vector<double> next(mass.size() + static_cast<std::size_t>(weight), 0);
            for (std::size_t k = 0; k < mass.size(); ++k) {
                next[k] += mass[k] * (1 - p);
                next[k + static_cast<std::size_t>(weight)] += mass[k] * p;
            }
            mass = next;
        }
    }
    return mass;
}

void check_tails(std::vector<Trials> const& trials) {
    auto const mass = masses_of(trials);
    detail::Tail tail;
    double above = 0;
    for (std::size_t goal = mass.size(); goal-- > 0;) {
        above += mass[goal];
        CAPTURE(goal);
        CHECK(std::fabs(tail.at_least(trials, static_cast<std::int64_t>(goal)) - above) < 1e-12);
    }
    CHECK(tail.at_least(trials, static_cast<std::int64_t>(mass.size())) < 1e-15);
    CHECK(tail.at_least(trials, 0) == 1);
}

// P(N >= goal) of a single binomial by the C library's log-gamma.
double binomial_tail(double n, double p, double goal) {
    double sum = 0;
    for (double k = goal; k <= n; ++k) {
        sum += statistics::binomial_mass(n, p, k);
    }
    return sum;
}

}  // namespace

TEST_CASE("The tail of a sum of binomials is that of adding items one by one") {
    check_tails({{1, 1, .3}});
    check_tails({{60, 1, .3}, {25, 1, .99}, {15, 1, 1e-4}, {10, 1, .5}});
    check_tails({{400, 1, .01}, {7, 1, 1}, {9, 1, 0}});
    check_tails({{300, 1, .5}, {300, 1, .9}});
    check_tails({{12, 7, .4}, {40, 1, .2}, {3, 20, .8}});
    check_tails({{50, 6, .5}});
    check_tails({{4, 1, 1}});
    check_tails({});
}

TEST_CASE("The tail of millions is as exact as the logarithm of their factorials") {
    detail::Tail tail;
    for (double const goal : {4'997'500.0, 5'000'001.0, 5'003'000.0}) {
        std::vector<Trials> const trials = {{10'000'000, 1, .5}};
        CHECK(std::fabs(tail.at_least(trials, static_cast<std::int64_t>(goal)) -
                        binomial_tail(1e7, .5, goal)) < 1e-6);
    }
}

TEST_CASE("The probability of a toy target is the published one") {
    Projection const projection =
        projected(toy::hazards(), toy::cohorts(),
                  {.months = 36, .scenario = {.inflow = toy::inflow()}, .paths = 10});
    struct Published {
        int month;
        int goal;
        double value;
    };
    for (auto const& [month, goal, value] :
         {Published{24, 150, .82627439}, Published{24, 160, .27243049},
          Published{24, 170, .01402815}, Published{36, 165, .99823385},
          Published{36, 170, .98150818}, Published{36, 175, .89157605},
          Published{36, 180, .64087295}}) {
        Probability const found = probability(projection, at_least(goal, projection, month));
        CAPTURE(month, goal);
        CHECK(std::fabs(found.value - value) < 1e-8);
        CHECK(found.std_error == 0);
        CHECK(found.method == "exact");
    }
}

TEST_CASE("Exact and simulated probabilities agree, and the exact ones are surer") {
    // 6 plans x 9 goals, many of them dependent, four joint standard errors: false-alarm rate
    // below 0.35 %.
    Cohorts const cohorts{.stage = {"A", "B", "C", "paused", "A"},
                          .age_months = {2, 0, 4, 1, 9},
                          .count = {60, 25, 15, 12, 8},
                          .interrupted = {"", "", "", "B", ""},
                          .stratum = {0, 0, 1, 1, 2}};
    Run const plain{.months = 30,
                    .first_month = .4,
                    .pools = {{0, 0, 50}, {1, 0, 30}, {2, 1, 40}},
                    .scenario = {.inflow = std::vector<double>(24, 6.5)},
                    .strata = 3,
                    .paths = statistics::tries(4000),
                    .seed = 11};
    std::vector<Run> runs(6, plain);
    runs[1].scenario.adherence_sd = .4;
    runs[2].weight = {1, 4, 9};
    runs[3].scenario.levers = {
        {.state = "A", .factor = 1.8, .log_sd = .3},
        {.state = "B", .to = "C", .factor = .4, .when = {to_day(Date(2026, 10, 10)), unknown_day}}};
    runs[4].pools.clear();
    HazardPrior wavy = loose_prior();
    wavy.shock_scale = .3;
    wavy.season = {.5, .6, .8, 1, 1.2, 1.4, 1.5, 1.3, 1.2, 1, .9, .6};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        Projection const projection =
            projected(fitted(i == 5 ? wavy : loose_prior()), cohorts, runs[i]);
        for (auto const& state : {"done", "B", "paused"}) {
            int const month = state == std::string("done") ? 30 : 8;
            Eigen::ArrayXXd const counts =
                projection.series(projection.trajectory().index(state)).cast<double>();
            double const mean = counts.col(month - 1).mean();
            for (double const part : {.8, 1.0, 1.2}) {
                auto const goal = std::max<std::int64_t>(1, std::llround(mean * part));
                Target const target = at_least(goal, projection, month, state);
                Probability const exact = probability(projection, target);
                Probability const simulated = counted(projection, target);
                CAPTURE(i, state, part, exact.value, simulated.value);
                CHECK(exact.method == "exact");
                CHECK(simulated.method == "simulation");
                // The paths are the same, so that the difference is surer than this.
                CHECK(std::fabs(exact.value - simulated.value) <
                      4 * std::hypot(exact.std_error, simulated.std_error));
                if (i != 5) {  // its paths share draws, which counts alone do not know
                    CHECK(exact.std_error <= simulated.std_error);
                }
            }
        }
    }
}

TEST_CASE("Backward, forward and simulated paths have the same moments, path by path") {
    Run const run{.months = 24,
                  .pools = {{0, 0, 70}},
                  .scenario = {.inflow = std::vector<double>(12, 5.0)},
                  .paths = 200,
                  .seed = 5};
    Hazards const hazards = fitted(loose_prior());
    detail::Plan const plan(hazards, {}, run);
    auto const all = detail::outlooks(plan, {3, {0}, 23}, 20);
    Expected const forward = expected(hazards, {}, run);
    double mean = 0;
    double variance = 0;
    double chances = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        bool const tells_chance = i / 8 % 16 == 0;
        mean += all[i].mean / 200;
        variance += tells_chance ? all[i].variance : 0;
        chances += tells_chance;
    }
    CHECK(std::fabs(mean - forward.mean(23, 3)) < 1e-10);
    CHECK(std::fabs(variance / chances + forward.parameter_variance(23, 3) -
                    forward.variance(23, 3)) < 1e-10);
    // Given what they drew, the paths are independent: four standard errors.
    Eigen::ArrayXd const counts = simulate(hazards, {}, run).series(3).col(23).cast<double>();
    CHECK(std::fabs(counts.mean() - mean) < 4 * std::sqrt(variance / chances / 200));
}

TEST_CASE("Threads change no bit of an exact probability") {
    auto const found = [](int threads) {
        Projection const projection = projected(fitted(loose_prior()), toy::cohorts(),
                                                {.months = 30,
                                                 .scenario = {.inflow = toy::inflow()},
                                                 .paths = 101,
                                                 .threads = threads});
        return probability(projection, at_least(120, projection, 30));
    };
    CHECK(found(1) == found(3));
}

TEST_CASE("With a gate the answer comes from the paths, and is not above that without") {
    auto const found = [](std::vector<Gate> gates) {
        Projection const projection =
            projected(toy::hazards(), toy::cohorts(),
                      {.months = 36,
                       .scenario = {.inflow = toy::inflow(), .gates = std::move(gates)},
                       .paths = 4000});
        return probability(projection, at_least(172, projection, 36));
    };
    Probability const open = found({});
    Probability const gated = found({{.state = "C", .per_month = 5}});
    CHECK(open.method == "exact");
    CHECK(gated.method == "simulation");
    CHECK(gated.value < open.value - 4 * gated.std_error);
}

namespace {

// Withdrawals out of A, of which much was seen, and out of a pause, of which nothing was: two
// independent routes to one state.
Hazards half_known(std::int64_t seen) {
    auto const infinite = std::numeric_limits<double>::infinity();
    auto const fit = [&](Move move, double level_shape, double prior, std::int64_t events,
                         double exposure) {
        return MoveFit{.move = move,
                       .level_shape = level_shape,
                       .band_shape = infinite,
                       .prior_per_month = {prior},
                       .events = {events},
                       .exposure_months = {exposure}};
    };
    // States: A 0, done 1, withdrawn 2, paused 3.
    return {Trajectory({"A"}, "done", {"withdrawn"}, "paused"),
            {0},
            {fit({0, 1}, infinite, 0, 0, 0), fit({0, 2}, 4, .1, seen, 200),
             fit({3, 2}, 4, .1, 0, 0), fit({3, returned}, infinite, 0, 0, 0)}};
}

// Mean, variance and mean chance of 1 - exp(-rate T) where the rate is Gamma(shape, per), by its
// Laplace transform.
struct Left {
    double mean;
    double variance;
    double chance;
};

Left left_after(double months, double shape, double per) {
    auto const stays = [&](double t) { return std::pow(per / (per + t), shape); };
    double const one = stays(months);
    double const two = stays(2 * months);
    return {1 - one, two - one * one, one - two};
}

}  // namespace

TEST_CASE("The share of the prior is that of the variance of rates that were not seen") {
    // The variance of 40,000 draws: four standard errors of a normal one are 3 %.
    int const paths = statistics::tries(40'000);
    double const bound = 4 * std::sqrt(2.0 / paths);
    int const months = 12;
    Cohorts const cohorts{.stage = {"A", "paused"}, .age_months = {0, 0}, .count = {300, 200}};
    auto const found = [&](std::int64_t seen) {
        Projection const projection =
            projected(half_known(seen), cohorts, {.months = months, .paths = paths});
        return spread(projection, at_least(1, projection, months, "withdrawn"));
    };
    for (std::int64_t const seen : {2, 3, 25}) {
        Left const a = left_after(months, 4.0 + static_cast<double>(seen), (4 + .1 * 200) / .1);
        Left const b = left_after(months, 4, 4 / .1);
        double const of_a = 300.0 * 300 * a.variance;
        double const of_b = 200.0 * 200 * b.variance;
        double const chance = 300 * a.chance + 200 * b.chance;
        double const all = of_a + of_b + chance;
        Spread const result = found(seen);
        CAPTURE(seen);
        CHECK(std::fabs(result.mean - (300 * a.mean + 200 * b.mean)) < 4 * std::sqrt(all / paths));
        CHECK(std::fabs(result.variance / all - 1) < bound);
        CHECK(std::fabs(result.chance_share - chance / all) < bound);
        CHECK(std::fabs(result.prior_share - ((seen < few_events ? of_a : 0) + of_b) / all) <
              bound);
    }
}

TEST_CASE("Stored draws fall into batches of equal size, and draws apart into none") {
    HazardPrior shocked = loose_prior();
    shocked.shock_scale = 0.15;
    Hazards const hazards = fitted(shocked);
    std::vector<int> paths(Hazards::batches);
    for (std::uint64_t path = 0; path < 4000; ++path) {
        ++paths[static_cast<std::size_t>(hazards.batch(path).value())];
        REQUIRE(hazards.batch(path + 4000) == hazards.batch(path));
    }
    CHECK(paths == std::vector<int>(Hazards::batches, 100));
    CHECK_FALSE(fitted(loose_prior()).batch(0).has_value());
}

TEST_CASE("Paths that share a draw make a mean no surer") {
    HazardPrior shocked = loose_prior();
    shocked.shock_scale = 0.15;
    Cohorts const cohorts{.stage = {"A"}, .age_months = {0}, .count = {3}};
    Run const run{.months = 2, .paths = 10};
    Eigen::ArrayXd once(4000);
    for (Eigen::Index path = 0; path < once.size(); ++path) {
        once(path) = uniform(
            Stream(5, Purpose::backtest, static_cast<std::uint64_t>(path)).bits(0, 0).front());
    }
    Eigen::ArrayXd twice(8000);
    twice << once, once;
    double const apart = std::sqrt((once - once.mean()).square().mean() / 4000);

    Projection const shared = projected(fitted(shocked), cohorts, run);
    double const error = detail::batch_error(shared, once);
    CHECK(std::fabs(detail::batch_error(shared, twice) - error) < 1e-12);
    // Draws apart: forty batches tell the error to 11 %; four times that fails once in 10,000.
    CHECK(std::fabs(error / apart - 1) < 0.45);
    CHECK(detail::batch_error(projected(fitted(loose_prior()), cohorts, run), twice) == 0);
}

TEST_CASE("Where dwellings wait for each other the prior has no share that is known") {
    Projection const gated = projected(
        toy::hazards(), toy::cohorts(),
        {.months = 12, .scenario = {.gates = {{.state = "C", .per_month = 2}}}, .paths = 10});
    CHECK_THROWS_AS(spread(gated, at_least(1, gated, 12)), NotEnoughData);
    Projection const certain =
        projected(toy::hazards(), toy::cohorts(), {.months = 12, .paths = 10});
    CHECK(spread(certain, at_least(1, certain, 12)).prior_share == 0);
    CHECK(spread(certain, at_least(1, certain, 12)).chance_share == 1);
}
