#include "catch.hpp"
#include "projection_hash.hpp"
#include "statistics.hpp"
#include "toy.hpp"

#include <opgave/projection.hpp>

#include <cmath>
#include <cstdint>
#include <map>
#include <stdexcept>

using namespace opgave;

namespace {

Run toy_run(int paths, int months = 36) {
    return {.months = months, .scenario = {.inflow = toy::inflow()}, .paths = paths, .seed = 7};
}

// The exact distribution of the completed after `months`: each cohort is binomial.
std::vector<double> completed_distribution(int months) {
    auto const p_of = [&](Cohorts const& one, int elapsed, std::vector<double> const& inflow) {
        return expected(toy::hazards(), one, elapsed, inflow).mean(elapsed - 1, toy::done);
    };
    std::vector<std::pair<int, double>> cohorts;
    Cohorts const start = toy::cohorts();
    for (std::size_t i = 0; i < start.stage.size(); ++i) {
        Cohorts const one{
            .stage = {start.stage[i]}, .age_months = {start.age_months[i]}, .count = {1}};
        cohorts.emplace_back(start.count[i], p_of(one, months, {}));
    }
    for (int month = 0; month < 12; ++month) {
        cohorts.emplace_back(10, p_of({}, months - month, {1}));
    }
    std::vector<double> mass = {1};
    for (auto const& [count, p] : cohorts) {
        for (int i = 0; i < count; ++i) {
            mass.push_back(0);
            for (std::size_t k = mass.size() - 1; k > 0; --k) {
                mass[k] = mass[k] * (1 - p) + mass[k - 1] * p;
            }
            mass[0] *= 1 - p;
        }
    }
    return mass;
}

double at_least(std::vector<double> const& mass, std::size_t goal) {
    double sum = 0;
    for (std::size_t k = goal; k < mass.size(); ++k) {
        sum += mass[k];
    }
    return sum;
}

// A prior about three stages, without data.
Hazards uncertain() {
    HazardPrior prior{.band_edges_months = {0, 3, 6},
                      .per_month = {{{"A", "B"}, {.3, .2, .1}},
                                    {{"B", "C"}, {.15, .25, .2}},
                                    {{"C", "done"}, {.1, .3, .5}},
                                    {{"A", "withdrawn"}, {.02, .02, .02}},
                                    {{"B", "paused"}, {.02, .02, .02}},
                                    {{"paused", "return"}, {.3, .2, .2}},
                                    {{"C", "B"}, {.02, .01, .01}}},
                      .shock_scale = 0};
    return fit_hazards({}, Trajectory({"A", "B", "C"}, "done", {"withdrawn"}, "paused"), prior);
}

Run pool_run(std::vector<Pool> pools, int strata = 1) {
    return {.months = 60,
            .first_month = .4,
            .pools = std::move(pools),
            .scenario = {.inflow = std::vector<double>(60, 6.5), .adherence_sd = .25},
            .strata = strata,
            .paths = 300,
            .seed = 3};
}

}  // namespace

TEST_CASE("The exact distribution has the published tails") {
    auto const two_years = completed_distribution(24);
    CHECK(std::fabs(at_least(two_years, 150) - .82627439) < 1e-8);
    CHECK(std::fabs(at_least(two_years, 160) - .27243049) < 1e-8);
    CHECK(std::fabs(at_least(two_years, 170) - .01402815) < 1e-8);
    auto const three_years = completed_distribution(36);
    CHECK(std::fabs(at_least(three_years, 165) - .99823385) < 1e-8);
    CHECK(std::fabs(at_least(three_years, 180) - .64087295) < 1e-8);
}

TEST_CASE("Simulated means and tails are the exact ones, within four standard errors") {
    // About 20 comparisons: false-alarm rate 0.13 %.
    int const paths = 40'000;
    Projection const projection = simulate(toy::hazards(), toy::cohorts(), toy_run(paths));
    Expected const exact = expected(toy::hazards(), toy::cohorts(), 36, toy::inflow());
    Eigen::ArrayXXd const done = projection.series(toy::done).cast<double>();
    Eigen::ArrayXXd const gone = projection.series(toy::withdrawn).cast<double>();
    for (int const month : {1, 3, 6, 12, 18, 24, 36}) {
        double const se = std::sqrt(exact.variance(month - 1, toy::done) / paths);
        CHECK(std::fabs(done.col(month - 1).mean() - exact.mean(month - 1, toy::done)) < 4 * se);
        double const se_gone = std::sqrt(exact.variance(month - 1, toy::withdrawn) / paths);
        CHECK(std::fabs(gone.col(month - 1).mean() - exact.mean(month - 1, toy::withdrawn)) <
              4 * se_gone);
    }
    for (auto const& [goal, p] :
         std::map<int, double>{{150, .82627439}, {160, .27243049}, {170, .01402815}}) {
        double const share = (done.col(23) >= goal).cast<double>().mean();
        CHECK(std::fabs(share - p) < 4 * std::sqrt(p * (1 - p) / paths));
    }
}

TEST_CASE("The simulated distribution is the exact one") {
    // Chi-square at three horizons, false-alarm rate 3e-7 each.
    int const paths = 40'000;
    Projection const projection = simulate(toy::hazards(), toy::cohorts(), toy_run(paths));
    auto const done = projection.series(toy::done);
    for (int const month : {12, 24, 36}) {
        std::vector<double> expected_count = completed_distribution(month);
        std::vector<double> observed(expected_count.size(), 0);
        for (double& mass : expected_count) {
            mass *= paths;
        }
        for (int path = 0; path < paths; ++path) {
            observed[static_cast<std::size_t>(done(path, month - 1))] += 1;
        }
        CAPTURE(month);
        CHECK(statistics::chi_square(observed, expected_count).fits());
    }
}

TEST_CASE("A national stock has the exact mean and variance") {
    // Rejection sampling takes over where counts are large. Five standard errors.
    Cohorts const cohorts{.stage = {"A", "B", "C"},
                          .age_months = {2, 0, 4},
                          .count = {4'000'000, 3'000'000, 1'300'000}};
    int const paths = 4000;
    Run const run{.months = 24, .paths = paths, .seed = 2};
    Eigen::ArrayXXd const done =
        simulate(toy::hazards(), cohorts, run).series(toy::done).cast<double>();
    Expected const exact = expected(toy::hazards(), cohorts, 24);
    for (int const month : {1, 6, 24}) {
        double const variance = exact.variance(month - 1, toy::done);
        auto const column = done.col(month - 1);
        CHECK(std::fabs(column.mean() - exact.mean(month - 1, toy::done)) <
              5 * std::sqrt(variance / paths));
        double const seen = (column - column.mean()).square().sum() / (paths - 1);
        CHECK(std::fabs(seen / variance - 1) < 5 * std::sqrt(2.0 / paths));
    }
}

TEST_CASE("Drawing stays and thinning cells have the same law") {
    // 10,000 dwellings are drawn one by one, 10,001 are thinned; pauses, steps back, entries and a
    // partial first month included. Means within five standard errors, variances within 16 %.
    int const paths = statistics::tries(4000);
    auto const run = [&](std::int64_t count) {
        Cohorts const cohorts{.stage = {"A", "B", "paused"},
                              .age_months = {2, 0, 1},
                              .count = {count - 3000, 1000, 1000},
                              .interrupted = {"", "", "B"}};
        Run const options{.months = 30,
                          .first_month = .4,
                          .pools = {{.stratum = 0, .priority = 0, .count = 1000}},
                          .scenario = {.inflow = std::vector<double>(30, 50.0)},
                          .paths = paths,
                          .seed = 12};
        RateTable const rates = {
            {{"A", "B"}, {.3, .2, .1}},         {{"A", "withdrawn"}, {.02, .01, 0}},
            {{"B", "C"}, {.15, .25, .2}},       {{"B", "A"}, {.05, .02, .04}},
            {{"B", "paused"}, {.04, .02, .01}}, {{"paused", "return"}, {.2, .3, .4}},
            {{"C", "done"}, {.1, .3, .05}}};
        Hazards const hazards(Trajectory({"A", "B", "C"}, "done", {"withdrawn"}, "paused"),
                              {0, 3, 6}, rates);
        return simulate(hazards, cohorts, options);
    };
    Projection const drawn = run(10'000);
    Projection const thinned = run(10'001);
    for (State state = 0; state < 6; ++state) {
        auto const a = drawn.series(state);
        auto const b = thinned.series(state);
        for (int const month : {1, 2, 7, 30}) {
            statistics::Sample x;
            statistics::Sample y;
            for (int path = 0; path < paths; ++path) {
                x.add(a(path, month - 1));
                y.add(b(path, month - 1));
            }
            CAPTURE(state, month, x.mean, y.mean);
            // The one dwelling more moves a mean by at most one.
            CHECK(std::fabs(x.mean - y.mean) < 1 + 5 * std::hypot(x.std_error(), y.std_error()));
            CHECK(std::fabs(std::log(x.variance() / y.variance())) < 5 * std::sqrt(4.0 / paths));
        }
    }
}

TEST_CASE("Every dwelling is somewhere, in every month of every path") {
    Projection const projection = simulate(uncertain(), toy::cohorts(),
                                           pool_run({{.stratum = 0, .priority = 0, .count = 200}}));
    Projection::Series sum = projection.series(not_started);
    for (State state = 0; state < projection.trajectory().state_count(); ++state) {
        CHECK((projection.series(state) >= 0).all());
        sum += projection.series(state);
    }
    CHECK((sum == 300).all());
}

TEST_CASE("Completions never fall") {
    auto const done = simulate(toy::hazards(), toy::cohorts(), toy_run(200)).series(toy::done);
    CHECK((done.rightCols(35) >= done.leftCols(35)).all());
}

TEST_CASE("The number of threads changes no bit") {
    Run run = pool_run({{.stratum = 0, .priority = 0, .count = 200}});
    run.threads = 1;
    std::uint64_t const one = hash(simulate(uncertain(), toy::cohorts(), run));
    for (int const threads : {2, 3, 7}) {
        run.threads = threads;
        CHECK(hash(simulate(uncertain(), toy::cohorts(), run)) == one);
    }
}

TEST_CASE("A path is the same however many are run with it") {
    auto const few = simulate(uncertain(), toy::cohorts(), toy_run(50)).series(toy::done);
    auto const many = simulate(uncertain(), toy::cohorts(), toy_run(170)).series(toy::done);
    CHECK((few == many.topRows(50)).all());
}

TEST_CASE("A shorter horizon is the beginning of a longer one") {
    auto const brief = simulate(uncertain(), toy::cohorts(), toy_run(50, 12)).series(toy::done);
    auto const lasting = simulate(uncertain(), toy::cohorts(), toy_run(50)).series(toy::done);
    CHECK((brief == lasting.leftCols(12)).all());
}

TEST_CASE("A stock, too, is the same for any number of threads") {
    Cohorts const cohorts{
        .stage = {"A", "paused"}, .age_months = {0, 3}, .count = {900'000, 70'000}};
    Run run{.months = 40, .paths = 100, .seed = 4, .threads = 1};
    std::uint64_t const one = hash(simulate(uncertain(), cohorts, run));
    run.threads = 3;
    CHECK(hash(simulate(uncertain(), cohorts, run)) == one);
    CHECK(one == 0xe0eecd4931aaf6bdULL);
}

TEST_CASE("A path of a stock is the same however many are beside it") {
    Cohorts const cohorts{
        .stage = {"A", "B", "paused"}, .age_months = {0, 2, 3}, .count = {900'000, 40, 70'000}};
    Run run = pool_run({{.stratum = 0, .priority = 0, .count = 200}});
    run.scenario.levers = {{.state = "A", .to = "B", .factor = 2, .log_sd = .3}};
    run.paths = 21;
    Projection const many = simulate(uncertain(), cohorts, run);
    for (int const few : {1, 8, 11}) {
        run.paths = few;
        Projection const some = simulate(uncertain(), cohorts, run);
        for (State state = 0; state < some.trajectory().state_count(); ++state) {
            CHECK((some.series(state) == many.series(state).topRows(few)).all());
        }
    }
}

TEST_CASE("The bits are those of every other compiler and machine") {
    CHECK(hash(simulate(toy::hazards(), toy::cohorts(), toy_run(200))) == 0xc6e805aa6ffd8e2fULL);
    CHECK(hash(simulate(uncertain(), toy::cohorts(),
                        pool_run({{.stratum = 0, .priority = 0, .count = 200}}))) ==
          0xe07f17cc714f6c75ULL);
}

TEST_CASE("Ages beyond the last band are one, bit for bit") {
    auto const at = [](int age) {
        Cohorts const cohorts{.stage = {"A"}, .age_months = {age}, .count = {40}};
        return hash(simulate(toy::hazards(), cohorts, toy_run(50)));
    };
    CHECK(at(7) == at(700));
    CHECK(at(2) != at(700));
}

TEST_CASE("Merging identical strata leaves the law of the sum unchanged") {
    // Two samples of 4,000 paths: five standard errors of their difference.
    Cohorts apart{.stage = {"A", "A"},
                  .age_months = {1, 1},
                  .count = {30, 70},
                  .interrupted = {},
                  .stratum = {0, 1}};
    Cohorts const merged{.stage = {"A"}, .age_months = {1}, .count = {100}};
    Run run{.months = 12, .strata = 2, .paths = 4000, .seed = 1};
    Eigen::ArrayXXd const two =
        simulate(toy::hazards(), apart, run).series(toy::done).cast<double>();
    run.strata = 1;
    run.seed = 2;
    Eigen::ArrayXXd const one =
        simulate(toy::hazards(), merged, run).series(toy::done).cast<double>();
    for (int const month : {3, 6, 12}) {
        statistics::Sample a;
        statistics::Sample b;
        for (int path = 0; path < 4000; ++path) {
            a.add(two(path, month - 1));
            b.add(one(path, month - 1));
        }
        CHECK(std::fabs(a.mean - b.mean) < 5 * std::hypot(a.std_error(), b.std_error()));
        CHECK(std::fabs(a.variance() / b.variance() - 1) < 5 * std::sqrt(4.0 / 4000));
    }
}

TEST_CASE("The programme enters before the reserve, and shares its inflow in proportion") {
    Run run = pool_run({{.stratum = 1, .priority = 1, .count = 40},
                        {.stratum = 0, .priority = 0, .count = 60},
                        {.stratum = 1, .priority = 0, .count = 30}},
                       2);
    run.scenario.adherence_sd = 0;
    run.first_month = 1;
    Projection const projection = simulate(toy::hazards(), {}, run);
    auto const first = projection.series(not_started, {0});
    auto const second = projection.series(not_started, {1});
    // 6.5 a month: 6 in the first month, two to one; the reserve waits until 90 have entered.
    CHECK((first.col(0) == 56).all());
    CHECK((second.col(0) == 68).all());
    CHECK((first.col(12) + second.col(12) == 130 - 84).all());
    CHECK((first.col(13) == 0).all());
    CHECK((second.col(13) == 130 - 91).all());
    CHECK((second.rightCols(1) == 0).all());
}

TEST_CASE("Nobody enters beyond the pool, and a plan is carried out at its own rate per year") {
    Projection const projection =
        simulate(uncertain(), {}, pool_run({{.stratum = 0, .priority = 0, .count = 200}}));
    auto const waiting = projection.series(not_started);
    CHECK((waiting >= 0).all());
    CHECK((waiting.rightCols(1) == 0).all());
    statistics::Sample sample;
    for (int path = 0; path < projection.paths(); ++path) {
        sample.add(200 - waiting(path, 11));
    }
    // 11.4 months of 6.5 with a standard deviation of a quarter of it; five standard errors.
    CHECK(std::fabs(sample.mean - 11.4 * 6.5 + .5) < 5 * sample.std_error());
    CHECK(std::fabs(std::sqrt(sample.variance()) / (11.4 * 6.5 * .25) - 1) < .25);
}

TEST_CASE("The caller is told how far a run is, and can stop it") {
    Run run = toy_run(500);
    double before = 0;
    run.threads = 1;
    run.progress = [&](double part) {
        CHECK(part >= before);
        before = part;
        return true;
    };
    (void)simulate(toy::hazards(), toy::cohorts(), run);
    CHECK(before == 1);
    run.progress = [](double) { return false; };
    CHECK_THROWS_AS(simulate(toy::hazards(), toy::cohorts(), run), std::runtime_error);
}

TEST_CASE("A path of many strata can be stopped before its end") {
    Run run{.months = 30, .strata = 3'000, .paths = 1, .seed = 1, .threads = 1};
    std::vector<double> told;
    run.progress = [&](double part) {
        told.push_back(part);
        return told.size() < 3;
    };
    Cohorts const cohorts{.stage = {"A"}, .age_months = {0}, .count = {31'000'000}};
    CHECK_THROWS_AS(simulate(toy::hazards(), cohorts, run), std::runtime_error);
    CHECK(told == std::vector<double>{0, 0, 0});
}

TEST_CASE("What cannot be run is refused") {
    auto const refused = [](auto const& change) {
        Run run = toy_run(10);
        change(run);
        CHECK_THROWS_AS(simulate(toy::hazards(), toy::cohorts(), run), std::invalid_argument);
    };
    refused([](Run& run) { run.months = 0; });
    refused([](Run& run) { run.months = 70'000; });
    refused([](Run& run) { run.first_month = 0; });
    refused([](Run& run) { run.paths = 0; });
    refused([](Run& run) { run.threads = -1; });
    refused([](Run& run) { run.month_end = {1}; });
    refused([](Run& run) { run.scenario.inflow = {-1}; });
    refused([](Run& run) { run.pools = {{.stratum = 1, .priority = 0, .count = 5}}; });
    refused([](Run& run) { run.pools = {{.stratum = 0, .priority = 0, .count = -5}}; });
    Cohorts const many{.stage = {"A"}, .age_months = {0}, .count = {3'000'000'000}};
    CHECK_THROWS_AS(simulate(toy::hazards(), many, toy_run(10)), std::runtime_error);
}

namespace {

// The means of a portfolio drawn stay by stay against the exact ones, within five standard errors.
void check_means(Hazards const& hazards, Cohorts const& cohorts, int months) {
    Run const run{.months = months, .paths = 4000, .seed = 6};
    Projection const projection = simulate(hazards, cohorts, run);
    Expected const exact = expected(hazards, cohorts, months);
    for (State state = 0; state < hazards.trajectory().state_count(); ++state) {
        auto const series = projection.series(state).cast<double>().eval();
        for (int month = 0; month < months; ++month) {
            double const se = std::sqrt(std::max(0.0, exact.variance(month, state)) / 4000);
            CAPTURE(state, month);
            CHECK(std::fabs(series.col(month).mean() - exact.mean(month, state)) < 5 * se + 1e-9);
        }
    }
}

}  // namespace

TEST_CASE("A stage that nobody leaves after its last band keeps its dwellings") {
    Hazards const hazards(Trajectory({"a"}, "done"), {0, 6}, RateTable{{{"a", "done"}, {.1, 0}}});
    check_means(hazards, {.stage = {"a", "a"}, .age_months = {0, 9}, .count = {100, 40}}, 24);
}

TEST_CASE("Where nearly all leave at once, those that stayed go on at their own pace") {
    for (double const fast : {30.0, 100.0, 900.0}) {
        Hazards const hazards(Trajectory({"a"}, "done", {"out"}), {0, 1},
                              RateTable{{{"a", "done"}, {fast, .05}}, {{"a", "out"}, {fast, .1}}});
        check_means(hazards, {.stage = {"a", "a"}, .age_months = {0, 6}, .count = {100, 100}}, 12);
    }
}

TEST_CASE("A pause out of an exit is a pause") {
    Hazards const hazards(Trajectory({"a", "b"}, "done", {"gone", "lost"}, "held"), {0},
                          RateTable{{{"gone", "held"}, {.5}}, {{"lost", "held"}, {.5}}});
    Cohorts const cohorts{.stage = {"gone", "lost"}, .age_months = {0, 0}, .count = {50, 50}};
    check_means(hazards, cohorts, 3);
    CHECK(expected(hazards, cohorts, 3).mean(2, 2) == 0);
    CHECK(expected(hazards, cohorts, 3).mean(2, 5) > 70);
}
