#include "catch.hpp"
#include "rows.hpp"
#include "statistics.hpp"

#include "baselines.hpp"
#include "reaching.hpp"

#include <opgave/backtest.hpp>

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

using namespace opgave;

namespace {

Trajectory way() { return {{"asked"}, "done", {"gone"}}; }

// Ten dwellings enter on the first of each month from 2020-01 to 2021-12; of each ten, three are
// done after ten days, three after 100, two after 400, one is gone after 50 and one stays.
Register steady(std::string const& recorded_late = "") {
    std::vector<rows::Event> list;
    for (int month = 0; month < 24; ++month) {
        Day const enter = add_months(parse_iso("2020-01-01"), month);
        for (int i = 0; i < 10; ++i) {
            std::string const id = std::to_string(month) + "-" + std::to_string(i);
            list.push_back({id, "asked", to_iso(enter)});
            Day const after = i < 3 ? 10 : i < 6 ? 100 : i < 8 ? 400 : 50;
            if (i < 9) {
                std::string const end = to_iso(enter + after);
                list.push_back({id, i == 8 ? "gone" : "done", end, recorded_late});
            }
        }
    }
    return {way(), rows::events(list)};
}

BacktestOptions options(std::vector<std::string> const& origins, std::vector<int> horizons) {
    BacktestOptions result{.horizons_months = std::move(horizons), .paths = 200};
    for (std::string const& origin : origins) {
        result.origins.push_back(parse_iso(origin));
    }
    return result;
}

std::vector<ForecastRow> of(std::vector<ForecastRow> const& rows, Method method) {
    std::vector<ForecastRow> chosen;
    std::ranges::copy_if(rows, std::back_inserter(chosen),
                         [&](ForecastRow const& row) { return row.method == method; });
    return chosen;
}

bool same(ForecastRow const& a, ForecastRow const& b) {
    return a.origin == b.origin && a.method == b.method && a.outcome == b.outcome &&
           a.verdict.mean == b.verdict.mean && a.verdict.crps == b.verdict.crps;
}

}  // namespace

TEST_CASE("the outcome counts what the dwellings under way completed after the origin") {
    auto const rows = of(backtest(steady(), options({"2020-12-31"}, {1, 3, 12})), Method::model);
    // Under way: 120 dwellings. Done by then: those of ten days, and the three of 100 days of the
    // eight months up to 2020-09-01 (whose day is 2020-12-10).
    Register const reg = steady();
    auto const done = [&](char const* day) {
        int count = 0;
        for (std::size_t i = 0; i < reg.events().size(); ++i) {
            bool const known = reg.events().dwelling[i] < 120;
            count += known && reg.events().stage[i] == 1 && reg.events().date[i] <= parse_iso(day);
        }
        return count;
    };
    REQUIRE(rows.size() == 3);
    REQUIRE(rows[0].outcome == done("2021-01-31") - done("2020-12-31"));
    REQUIRE(rows[1].outcome == done("2021-03-31") - done("2020-12-31"));
    REQUIRE(rows[2].outcome == done("2021-12-31") - done("2020-12-31"));
}

TEST_CASE("with open arrivals later dwellings count too") {
    auto closed = options({"2020-12-31"}, {6});
    auto open = closed;
    open.arrivals = Arrivals::open;
    auto const a = of(backtest(steady(), closed), Method::model).front();
    auto const b = of(backtest(steady(), open), Method::model).front();
    REQUIRE(b.outcome > a.outcome);
    REQUIRE(b.verdict.mean > a.verdict.mean);
}

TEST_CASE("nothing that becomes known after the origin changes a forecast") {
    // The same register, cut on the origin, and one whose later events are others.
    Register const whole = steady();
    Day const origin = parse_iso("2020-12-31");
    std::vector<rows::Event> other;
    Events const& events = whole.events();
    for (std::size_t i = 0; i < events.size(); ++i) {
        bool const is_later = events.date[i] > origin;
        auto const& name = whole.trajectory().states()[static_cast<std::size_t>(events.stage[i])];
        auto const row = static_cast<std::size_t>(events.dwelling[i]);
        other.push_back(
            {whole.dwellings().id()[row], is_later ? "gone" : name, to_iso(events.date[i])});
    }
    Register const changed(way(), rows::events(other));
    auto const a = backtest(whole, options({"2020-12-31"}, {3, 12}));
    auto const b = backtest(changed, options({"2020-12-31"}, {3, 12}));
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE(a[i].verdict.mean == b[i].verdict.mean);
        REQUIRE(a[i].verdict.quantiles == b[i].verdict.quantiles);
        REQUIRE(a[i].outcome > b[i].outcome);
    }
}

TEST_CASE("what is recorded late is not known on the origin, yet it counts as outcome") {
    auto const late = backtest(steady("2023-01-31"), options({"2020-12-31"}, {3}));
    // No completion was known: nothing is subtracted from those up to 2021-03-31.
    auto const known = backtest(steady(), options({"2020-12-31"}, {3}));
    REQUIRE(late.front().outcome > known.front().outcome);
    REQUIRE(of(late, Method::throughput).front().verdict.mean == 0);
    REQUIRE(late.front().verdict.mean < known.front().verdict.mean);
}

TEST_CASE("a horizon that ends after the register has no rows") {
    Register const reg = steady();
    auto const rows = backtest(reg, options({"2020-12-31", "2022-06-30"}, {6, 12}));
    REQUIRE(to_iso(reg.last_day()) == "2023-01-05");
    REQUIRE(of(rows, Method::model).size() == 3);
}

TEST_CASE("threads and later origins change nothing") {
    auto one = options({"2020-12-31"}, {3});
    auto two = options({"2020-12-31", "2021-03-31"}, {3});
    one.threads = 1;
    two.threads = 2;
    auto const a = backtest(steady(), one);
    auto const b = backtest(steady(), two);
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE(same(a[i], b[i]));
    }
}

TEST_CASE("the plan is scored by its distance, where it covers the horizon") {
    auto with = options({"2020-12-31"}, {1, 2});
    with.plan = {{parse_iso("2021-01-31"), 5}};
    auto const rows = of(backtest(steady(), with), Method::plan);
    REQUIRE(rows.size() == 1);
    REQUIRE(rows[0].verdict.mean == 5);
    REQUIRE(rows[0].verdict.crps == std::fabs(static_cast<double>(rows[0].outcome) - 5));
    with.plan = {{parse_iso("2021-01-30"), 5}};
    REQUIRE_THROWS_AS(backtest(steady(), with), std::invalid_argument);
}

TEST_CASE("impossible questions are refused") {
    REQUIRE_THROWS_AS(backtest(steady(), options({}, {3})), std::invalid_argument);
    REQUIRE_THROWS_AS(backtest(steady(), options({"2020-12-31"}, {})), std::invalid_argument);
    REQUIRE_THROWS_AS(backtest(steady(), options({"2020-12-30"}, {3})), std::invalid_argument);
    REQUIRE_THROWS_AS(backtest(steady(), options({"2020-12-31"}, {0})), std::invalid_argument);
    REQUIRE_THROWS_AS(backtest(steady(), options({"2020-12-31"}, {3, 3})), std::invalid_argument);
    REQUIRE_THROWS_AS(backtest(steady(), options({"2021-01-31", "2020-12-31"}, {3})),
                      std::invalid_argument);
    REQUIRE_THROWS_AS(backtest(steady(), options({"2019-12-31"}, {3})), NotEnoughData);
    REQUIRE_THROWS_AS(parse_arrivals("some"), std::invalid_argument);
    REQUIRE_THROWS_AS(parse_method("guess"), std::invalid_argument);
    auto stopped = options({"2020-12-31"}, {3});
    stopped.progress = [](double) { return false; };
    REQUIRE_THROWS_AS(backtest(steady(), stopped), std::runtime_error);
}

TEST_CASE("months that are all alike are carried on for sure, or as Poisson") {
    detail::Past const past(3, std::vector<std::int64_t>(12, 4));
    Stream const stream(1, Purpose::backtest, 1);
    REQUIRE(mean(detail::resampled_months(past, 3, 50, stream)) == 12);
    REQUIRE(standard_deviation(detail::resampled_months(past, 3, 50, stream)) == 0);
    CountDistribution const poisson = detail::carried_on(past, 3);
    REQUIRE(std::fabs(mean(poisson) - 12) < 1e-9);
    REQUIRE(std::fabs(standard_deviation(poisson) - std::sqrt(12.0)) < 1e-9);
}

TEST_CASE("redrawn months have the mean and variance of the past") {
    // Within five standard errors of 20,000 draws: a false alarm once in 1.7 million.
    detail::Past const past{{0, 2, 4}, {1, 1, 4}};
    Stream const stream(1, Purpose::backtest, 1);
    CountDistribution const made = detail::resampled_months(past, 2, 20'000, stream);
    double const variance = 8.0 / 3 + 2;
    REQUIRE(std::fabs(mean(made) - 4) < 5 * std::sqrt(variance / 20'000));
    REQUIRE(std::fabs(standard_deviation(made) - std::sqrt(variance)) < 0.1);
}

TEST_CASE("in a closed cohort the fair baseline looks at dwellings as long under way") {
    // Everybody is done 70 days after entering: in the month that lies three ahead nobody is left.
    std::vector<rows::Event> list;
    for (int month = 0; month < 36; ++month) {
        Day const enter = add_months(parse_iso("2020-01-15"), month);
        list.push_back({std::to_string(month), "asked", to_iso(enter)});
        list.push_back({std::to_string(month), "done", to_iso(enter + 70)});
    }
    Register const reg(way(), rows::events(list));
    auto const rows = of(backtest(reg, options({"2022-06-30"}, {1, 2, 3})), Method::throughput);
    REQUIRE(rows[0].outcome == 1);
    REQUIRE(rows[0].verdict.mean == 1);
    REQUIRE(rows[1].outcome == 2);
    REQUIRE(rows[1].verdict.mean == 2);
    REQUIRE(rows[2].verdict.mean == rows[1].verdict.mean);
}

TEST_CASE("one band keeps the mean time in a stage and the shares of its moves") {
    // The probability of ending in each move is the rate times the time spent, band by band.
    HazardPrior const prior{
        .band_edges_months = {0, 2, 5},
        .per_month = {{{"asked", "done"}, {.3, .2, .1}}, {{"asked", "gone"}, {.01, .02, .1}}}};
    HazardPrior const flat = detail::without_duration(prior);
    double left = 1;
    double time = 0;
    double done = 0;
    constexpr double step = 1e-4;
    for (double t = 0; t < 200; t += step) {
        std::size_t const band = t < 2 ? 0 : t < 5 ? 1 : 2;
        double const rate = prior.per_month.at({"asked", "done"})[band];
        time += left * step;
        done += left * rate * step;
        left -= left * step * (rate + prior.per_month.at({"asked", "gone"})[band]);
    }
    double const to_done = flat.per_month.at({"asked", "done"}).front();
    double const to_gone = flat.per_month.at({"asked", "gone"}).front();
    REQUIRE(flat.band_edges_months == std::vector<double>{0});
    REQUIRE(std::fabs(1 / (to_done + to_gone) - time) < 1e-3);
    REQUIRE(std::fabs(to_done / (to_done + to_gone) - done) < 1e-3);
}

TEST_CASE("certain rates are the posterior mean") {
    Hazards const fitted =
        fit_hazards(spells(steady(), parse_iso("2020-12-31"), parse_iso("2020-12-31")), way());
    Hazards const certain = detail::certain_mean(fitted);
    REQUIRE(certain.is_certain());
    REQUIRE((certain.mean() - fitted.mean()).abs().maxCoeff() < 1e-12);
}

TEST_CASE("scores average over origins, and skill compares with the model") {
    std::vector<ForecastRow> rows;
    for (int month = 0; month < 24; ++month) {
        Day const origin = month_end(add_months(parse_iso("2020-01-31"), month));
        Verdict const good{.mean = 11, .pit = {.4, .6}, .crps = 1, .log_score = 2};
        Verdict const poor{.mean = 15, .pit = {0, .01}, .crps = 4, .log_score = 3};
        rows.push_back({origin, 1, Method::model, 10, good});
        rows.push_back({origin, 1, Method::linear, 10, poor});
        rows.push_back({origin, 6, Method::model, 10, good});
        rows.push_back({origin, 6, Method::linear, 10, poor});
    }
    auto const scored = scores(rows);
    REQUIRE(scored.size() == 4);
    REQUIRE(scored[1].method == Method::linear);
    REQUIRE(scored[1].n == 24);
    REQUIRE(std::fabs(scored[1].bias - 5) < 1e-12);
    REQUIRE(std::fabs(scored[1].skill.value - .75) < 1e-12);
    REQUIRE(std::fabs(scored[1].skill.difference + 3) < 1e-12);
    REQUIRE(scored[1].skill.independent == 24);
    REQUIRE(std::fabs(scored[1].skill.low - .75) < 1e-12);
    REQUIRE(scored[3].skill.independent == 4);
    REQUIRE(std::isnan(scored[3].skill.low));
    REQUIRE(std::fabs(scored[0].coverage[1] - 1) < 1e-12);
    REQUIRE(scored[1].coverage[1] == 0);
}

TEST_CASE("who reaches a stage is counted whether it was passed or skipped") {
    Trajectory const three({"a", "b", "c"}, "done", {"gone"}, "held");
    Register const reg(three, rows::events({{"1", "a", "2020-01-05"},
                                            {"1", "b", "2020-03-05"},
                                            {"2", "a", "2020-01-05"},
                                            {"2", "c", "2020-03-06"},
                                            {"3", "a", "2020-01-05"},
                                            {"3", "held", "2020-02-05"},
                                            {"3", "done", "2020-03-07"},
                                            {"4", "a", "2020-01-05"},
                                            {"4", "gone", "2020-03-08"},
                                            {"5", "a", "2020-01-05"},
                                            {"5", "b", "2020-01-25"},
                                            {"6", "a", "2020-01-05"},
                                            {"7", "a", "2020-06-30"},
                                            {"8", "a", "2020-01-02"},
                                            {"8", "b", "2020-01-10"},
                                            {"8", "c", "2020-01-12"},
                                            {"8", "done", "2020-01-20"}}));
    auto const count = [&](char const* state) {
        auto asked = options({"2020-02-29"}, {1});
        asked.state = three.index(state);
        return backtest(reg, asked).front().outcome;
    };
    REQUIRE(count("b") == 3);
    REQUIRE(count("c") == 2);
    REQUIRE(count("done") == 1);
    REQUIRE(count("gone") == 1);
    REQUIRE_THROWS_AS(count("a"), std::invalid_argument);
    REQUIRE_THROWS_AS(count("held"), std::invalid_argument);
}

TEST_CASE("a prior up to a stage joins the moves that pass it") {
    Trajectory const three({"a", "b", "c"}, "done", {"gone"}, "held");
    HazardPrior const prior{.band_edges_months = {0, 2},
                            .per_month = {{{"a", "b"}, {.3, .2}},
                                          {{"a", "c"}, {.1, .1}},
                                          {{"a", "gone"}, {.01, .02}},
                                          {{"b", "c"}, {.4, .4}},
                                          {{"held", "return"}, {.5, .5}}}};
    Register const reg(three, rows::events({{"1", "a", "2020-01-05"}}));
    auto const made = detail::reaching(reg, prior, 1);
    REQUIRE(made.reg.trajectory() == Trajectory({"a"}, "b", {"gone"}, "held"));
    REQUIRE(made.prior.per_month == RateTable{{{"a", "b"}, {.3 + .1, .2 + .1}},
                                              {{"a", "gone"}, {.01, .02}},
                                              {{"held", "return"}, {.5, .5}}});
}
