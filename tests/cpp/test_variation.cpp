#include "catch.hpp"
#include "gibbs.hpp"
#include "statistics.hpp"

#include <opgave/variation_tables.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

using namespace opgave;

namespace {

Trajectory two_stages() { return Trajectory({"A", "B"}, "done", {"withdrawn"}, "paused"); }

Day day(char const* text) { return parse_iso(text); }

void add(Spells& spells, std::int32_t dwelling, State stage, Day enter, Day exit, State cause,
         Day observed) {
    spells.dwelling.push_back(dwelling);
    spells.stage.push_back(stage);
    spells.origin.push_back(stage);
    spells.enter.push_back(enter);
    spells.exit.push_back(exit);
    spells.cause.push_back(cause);
    spells.first_observed.push_back(observed);
}

// Sixty dwellings over four years; every third value of the first column is quick.
Spells some_spells() {
    Spells spells;
    Day const start = day("2020-03-01");
    for (std::int32_t i = 0; i < 60; ++i) {
        Day const enter = start + i * 19;
        Day const wait = i % 3 == 0 ? 20 + i : 90 + (i * 37) % 250;
        State const cause = i % 11 == 5 ? State{3} : i % 7 == 3 ? censored : State{1};
        add(spells, i, 0, enter, enter + wait, cause, enter + (i % 5 == 0 ? 9 : 0));
        if (cause == 1) {
            add(spells, i, 1, enter + wait, enter + wait + 50 + i, i % 2 == 0 ? State{2} : censored,
                enter + wait);
        }
    }
    return spells;
}

Grouping some_groups() {
    Grouping by{.columns = {"place", "label"}, .group = {}, .labels = {}};
    for (auto const* place : {"south", "north", "unknown"}) {
        for (auto const* label : {"b", "a"}) {
            by.labels.push_back({place, label});
        }
    }
    by.labels.push_back({"nobody lives here", "a"});
    for (std::int32_t i = 0; i < 60; ++i) {
        by.group.push_back(2 * (i % 3) + i % 2);
    }
    return by;
}

HazardPrior some_prior() {
    return {.band_edges_months = {0, 3},
            .per_month = {{{"A", "B"}, {.2, .1}},
                          {{"A", "withdrawn"}, {.02, .02}},
                          {{"B", "done"}, {.2, .2}}},
            .season = {.8, .9, 1, 1.1, 1.1, 1.1, .8, .7, 1.1, 1.2, 1.2, 1}};
}

Hazards some_hazards() {
    return fit_hazards(some_spells(), two_stages(), some_prior(), some_groups());
}

bool same(Draw const& a, Draw const& b) {
    bool equal = (a.rates == b.rates).all() && (a.season == b.season).all() && a.shock == b.shock &&
                 a.effect_spread == b.effect_spread && a.shock_spread == b.shock_spread;
    for (std::size_t j = 0; j < a.effects.size(); ++j) {
        equal = equal && (a.effects[j] == b.effects[j]).all();
    }
    return equal;
}

}  // namespace

TEST_CASE("The levels of a factor are those of dwellings that were seen") {
    Hazards const hazards = some_hazards();
    REQUIRE(hazards.factors().size() == 2);
    CHECK(hazards.factors()[0] == Factor{"place", {"north", "south", "unknown"}});
    CHECK(hazards.factors()[1] == Factor{"label", {"a", "b"}});
    CHECK(hazards.variation().combinations.size() == 6);
}

TEST_CASE("Exposure by band and month is what counting day by day gives") {
    Spells const spells = some_spells();
    Grouping const by = some_groups();
    Variation const v = some_hazards().variation();
    std::map<std::tuple<State, int, std::string, int>, std::int64_t> counted;
    std::map<std::tuple<State, int, std::string, int>, std::int64_t> summed;
    for (std::size_t i = 0; i < spells.size(); ++i) {
        auto const& label = by.labels[static_cast<std::size_t>(
            by.group[static_cast<std::size_t>(spells.dwelling[i])])];
        for (Day at = spells.first_observed[i] + 1; at <= spells.exit[i]; ++at) {
            Date const date = to_date(at);
            counted[{spells.stage[i], at - spells.enter[i] > 91 ? 1 : 0, label[0] + label[1],
                     12 * date.year() + date.month() - 1}] += 2;
        }
    }
    for (ExposureCell const& cell : v.exposure) {
        auto const& levels = v.combinations[static_cast<std::size_t>(cell.combination)];
        summed[{cell.state, cell.band,
                v.factors[0].levels[static_cast<std::size_t>(levels[0])] +
                    v.factors[1].levels[static_cast<std::size_t>(levels[1])],
                cell.month}] += cell.half_days;
    }
    CHECK(counted == summed);
    CHECK(v.first_day == day("2020-03-01") + 9);
    CHECK(v.last_day == *std::ranges::max_element(spells.exit));
}

TEST_CASE("Cutting stays, or their order, changes no bit of any draw") {
    Spells const whole = some_spells();
    Spells cut;
    for (std::size_t k = 0; k < whole.size(); ++k) {
        std::size_t const i = whole.size() - 1 - k;
        Day const middle = (whole.first_observed[i] + whole.exit[i]) / 2;
        add(cut, whole.dwelling[i], whole.stage[i], whole.enter[i], whole.exit[i], whole.cause[i],
            middle);
        add(cut, whole.dwelling[i], whole.stage[i], whole.enter[i], middle, censored,
            whole.first_observed[i]);
    }
    Hazards const a = some_hazards();
    Hazards const b = fit_hazards(cut, two_stages(), some_prior(), some_groups());
    CHECK(a == b);
    DrawFor const what{.unseen = {1, 2}, .first_year = 2019, .years = 9};
    for (std::uint64_t path : {0U, 1U, 777U}) {
        CHECK(same(a.draw(3, path, what), b.draw(3, path, what)));
    }
}

TEST_CASE("A stay observed late counts from then on, in its band and year") {
    Spells spells;
    add(spells, 0, 0, day("2020-12-01"), day("2021-06-01"), 1, day("2021-03-02"));
    HazardPrior prior = some_prior();
    prior.season = {};
    Variation const v = fit_hazards(spells, two_stages(), prior).variation();
    // March 2 is the 91st day; the first band holds 91 days, so all that follows is in the second.
    REQUIRE(v.exposure.size() == 1);
    CHECK(v.exposure[0] == ExposureCell{0, 1, 0, 12 * 2021, 2 * 91});
    CHECK(v.events == std::vector<EventCell>{{{0, 1}, 1, 0, 12 * 2021, 1}});
}

TEST_CASE("Without variation worth the name the draws are those of separate moves") {
    // Scales of a thousandth against none at all: means within five standard errors of two times
    // 4,000 draws that may be autocorrelated (half as many count), deviations within 10 %.
    HazardPrior prior = some_prior();
    prior.season = {};
    prior.shock_scale = 0;
    Hazards const plain = fit_hazards(some_spells(), two_stages(), prior);
    prior.shock_scale = 1e-3;
    prior.effect_scale = 1e-3;
    Hazards const joint = fit_hazards(some_spells(), two_stages(), prior, some_groups());
    for (Eigen::Index i = 0; i < plain.mean().size(); ++i) {
        statistics::Sample one;
        statistics::Sample other;
        for (std::uint64_t path = 0; path < 4000; ++path) {
            one.add(plain.draw(1, path).rates.data()[i]);
            other.add(joint.draw(1, path).rates.data()[i]);
        }
        CHECK(std::fabs(one.mean - other.mean) <
              5 * std::sqrt(one.variance() / 4000 + other.variance() / 2000));
        CHECK(std::fabs(std::sqrt(one.variance() / other.variance()) - 1) < .1);
    }
    CHECK((joint.draw(1, 5).effects[0] - 1).abs().maxCoeff() < .02);
}

TEST_CASE("One factor over certain rates has the effects of the exact pooling") {
    // V and W are one, so tau has its grid posterior and u given tau is Gamma: exact means.
    std::vector<std::int64_t> const events = {4, 1, 0, 7, 2};
    std::vector<std::int64_t> const days = {943, 670, 426, 1157, 883};
    double const infinite = std::numeric_limits<double>::infinity();
    Variation v{.factors = {{"place", {"a", "b", "c", "d", "e"}}},
                .combinations = {{0}, {1}, {2}, {3}, {4}}};
    MoveFit fit{.move = {0, 1},
                .level_shape = infinite,
                .band_shape = infinite,
                .prior_per_month = {.1},
                .events = {14},
                .exposure_months = {0}};
    detail::GroupCounts counts;
    for (int i = 0; i < 5; ++i) {
        auto const at = static_cast<std::size_t>(i);
        v.exposure.push_back({0, 0, i, 0, 2 * days[at]});
        v.events.push_back({{0, 1}, 0, i, 0, events[at]});
        counts.events.push_back(static_cast<double>(events[at]));
        counts.expected.push_back(.1 * static_cast<double>(days[at]) / days_per_month);
        fit.exposure_months[0] += static_cast<double>(days[at]) / days_per_month;
    }
    auto const exact = detail::pool(counts, detail::SpreadGrid(0.5));
    Hazards const hazards(Trajectory({"A"}, "done"), {0}, {fit}, v);
    // The effective number of the 4,000 draws of tau is above 1,000; five standard errors.
    auto const rows = effects(hazards);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(std::fabs(rows[i].effect.mean - exact.effect[i]) < 5 * .4 / std::sqrt(2000));
        CHECK(rows[i].events == events[i]);
        CHECK(std::fabs(rows[i].expected - counts.expected[i]) < 1e-6);
    }
    CHECK(std::fabs(effect_spreads(hazards)[0].mean - exact.spread) < 5 * .23 / std::sqrt(1000));
}

TEST_CASE("Twice the time at half the pace is the same, bit by bit") {
    Hazards const hazards = some_hazards();
    std::vector<MoveFit> fits = hazards.fits();
    Variation variation = hazards.variation();
    for (MoveFit& fit : fits) {
        for (double& rate : fit.prior_per_month) {
            rate /= 2;
        }
        for (double& exposure : fit.exposure_months) {
            exposure *= 2;
        }
    }
    for (ExposureCell& cell : variation.exposure) {
        cell.half_days *= 2;
    }
    Hazards const slow(two_stages(), {0, 6}, fits, variation);
    for (std::uint64_t path = 0; path < 50; ++path) {
        Draw const a = hazards.draw(1, path);
        Draw b = slow.draw(1, path);
        b.rates *= 2;
        CHECK(same(a, b));
    }
}

TEST_CASE("Updating in two steps is updating at once") {
    // One band: the posterior Gamma(a + Y, a + m E) is the prior of the second half.
    double const infinite = std::numeric_limits<double>::infinity();
    auto const fit = [&](double shape, double rate, std::int64_t events, double exposure) {
        return Hazards(Trajectory({"A"}, "done"), {0},
                       {MoveFit{.move = {0, 1},
                                .level_shape = shape,
                                .band_shape = infinite,
                                .prior_per_month = {rate},
                                .events = {events},
                                .exposure_months = {exposure}}});
    };
    Hazards const first = fit(4, .1, 3, 25);
    Hazards const second = fit(4 + 3, .1 * (4 + 3) / (4 + .1 * 25), 5, 31);
    Hazards const joint = fit(4, .1, 8, 56);
    CHECK(std::fabs(first.mean()(0, 0) - .1 * 7 / 6.5) < 1e-5);
    CHECK(std::fabs(second.mean()(0, 0) - joint.mean()(0, 0)) < 1e-5);
    for (std::uint64_t path = 0; path < 20; ++path) {
        CHECK(std::fabs(second.draw(1, path).rates(0, 0) / joint.draw(1, path).rates(0, 0) - 1) <
              1e-3);
    }
}

TEST_CASE("Any number of threads gives the same draws, and so does any compiler") {
    Hazards const hazards = some_hazards();
    auto const model = detail::make_model(hazards.trajectory(), hazards.band_edges_months(),
                                          hazards.fits(), hazards.variation());
    auto const one = detail::run_gibbs(model, {.chains = 5, .draws = 20, .threads = 1});
    CHECK(one == detail::run_gibbs(model, {.chains = 5, .draws = 20, .threads = 3}));
    std::uint64_t hash = 14695981039346656037ULL;
    for (float const value : one) {
        hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211ULL;
    }
    CHECK(hash == 0x6eb3b279e034ceb1ULL);
}

TEST_CASE("What was seen does not depend on the seed, what was not seen does") {
    Hazards const hazards = some_hazards();
    DrawFor const what{.unseen = {2, 0}, .first_year = 2022, .years = 4};
    Draw const a = hazards.draw(1, 5, what);
    Draw const b = hazards.draw(2, 5, what);
    CHECK((a.rates == b.rates).all());
    CHECK((a.effects[0].leftCols(3) == b.effects[0].leftCols(3)).all());
    CHECK((a.effects[0].rightCols(2) != b.effects[0].rightCols(2)).all());
    CHECK(a.effects[1].cols() == 2);
    int const last = to_date(hazards.variation().last_day).year();
    for (int year = 2022; year < 2026; ++year) {
        auto const at = static_cast<std::size_t>(year - 2022);
        CHECK((a.shock[at] == b.shock[at]) == (year <= last));
    }
    CHECK((a.rates == hazards.draw(1, 5 + 4000, what).rates).all());
    CHECK((a.rates != hazards.draw(1, 6, what).rates).any());
    // A year has the same shock whatever else is asked.
    CHECK(hazards.draw(1, 5, {.first_year = 2025, .years = 1}).shock[0] == a.shock[3]);
}

TEST_CASE("Levels and years that were not seen have the spread that they should") {
    // log-shocks: variance sd^2 / (1 - 0.49) far from the data, correlation 0.7 from year to year;
    // each draw is divided by its own sd. Five standard errors of 4,000 draws.
    Hazards const hazards = some_hazards();
    statistics::Sample square;
    statistics::Sample product;
    statistics::Sample effect;
    for (std::uint64_t path = 0; path < 4000; ++path) {
        Draw const draw = hazards.draw(9, path, {.unseen = {1, 1}, .first_year = 2060, .years = 2});
        double const scale = draw.shock_spread / std::sqrt(1 - .7 * .7);
        double const x = std::log(draw.shock[0]) / scale;
        double const y = std::log(draw.shock[1]) / scale;
        square.add(x * x);
        product.add(x * y);
        double const deviation = (draw.effects[0](1, 3) - 1) / draw.effect_spread[0];
        effect.add(deviation * deviation);
    }
    CHECK(std::fabs(square.mean - 1) < 5 * square.std_error());
    CHECK(std::fabs(product.mean - .7) < 5 * product.std_error());
    CHECK(std::fabs(effect.mean - 1) < 5 * effect.std_error());
}

TEST_CASE("A short history says so: the shock is that of the prior") {
    HazardPrior prior = some_prior();
    CHECK_FALSE(some_hazards().shock_is_prior());
    Spells spells;
    add(spells, 0, 0, day("2020-01-01"), day("2022-12-01"), 1, day("2020-01-01"));
    CHECK(fit_hazards(spells, two_stages(), prior).shock_is_prior());
    CHECK(fit_hazards({}, two_stages(), prior).shock_is_prior());
    prior.shock_scale = 0;
    CHECK_FALSE(fit_hazards(spells, two_stages(), prior).shock_is_prior());
    CHECK(fit_hazards(spells, two_stages(), prior).draw(1, 1, {.years = 3}).shock.empty());
}

TEST_CASE("Without data the shock is that of the prior") {
    // P(sd < 0.15) = 0.683 for a half-normal of scale 0.15; five standard errors of 4,000 draws of
    // which half count.
    Hazards const hazards = fit_hazards({}, two_stages(), some_prior());
    int below = 0;
    for (std::uint64_t path = 0; path < 4000; ++path) {
        below += hazards.draw(1, path, {.first_year = 2030, .years = 1}).shock_spread < .15 ? 1 : 0;
    }
    CHECK(std::fabs(below / 4000. - .683) < 5 * std::sqrt(.683 * .317 / 2000));
}

TEST_CASE("The rates of a move without a prior are conjugate given all that multiplies them") {
    // The rate of a band is Gamma(1 + events, 1 / prior + weighted time): its product with that has
    // the mean and the variance 1 + events. Five standard errors of 4,000 draws.
    HazardPrior const prior{.band_edges_months = {0, 3}};
    Hazards const hazards = fit_hazards(some_spells(), two_stages(), prior, some_groups());
    Variation const& v = hazards.variation();
    MoveFit const& fit = hazards.fits()[0];
    DrawFor const what{.first_year = 2020, .years = to_date(v.last_day).year() - 2019};
    std::array<double, 2> mean{};
    for (std::uint64_t path = 0; path < 4000; ++path) {
        Draw const draw = hazards.draw(1, path, what);
        mean[0] += draw.rates(0, 0) / fit.prior_per_month[0] / 4000;
        mean[1] += draw.rates(0, 1) / fit.prior_per_month[1] / 4000;
        for (ExposureCell const& cell : v.exposure) {
            if (cell.state != fit.move.from) {
                continue;
            }
            auto const& levels = v.combinations[static_cast<std::size_t>(cell.combination)];
            double rate = draw.rates(0, cell.band) *
                          draw.shock[static_cast<std::size_t>(cell.month / 12 - 2020)];
            for (std::size_t j = 0; j < levels.size(); ++j) {
                rate *= draw.effects[j](0, levels[j]);
            }
            mean[static_cast<std::size_t>(cell.band)] +=
                rate * static_cast<double>(cell.half_days) / (2 * days_per_month) / 4000;
        }
    }
    for (std::size_t band : {0U, 1U}) {
        double const shape = static_cast<double>(fit.events[band]) + 1;
        CHECK(std::fabs(mean[band] - shape) < 5 * std::sqrt(shape / 4000));
    }
}

TEST_CASE("Tables have a row for everything that varies") {
    Hazards const hazards = some_hazards();
    auto const rows = effects(hazards);
    CHECK(rows.size() == hazards.fits().size() * (3 + 2));
    CHECK(effect_spreads(hazards).size() == 2);
    CHECK(seasons(hazards).size() == 24);
    CHECK(seasons(hazards)[13].month == 2);
    CHECK(shocks(hazards).front().year == 2020);
    CHECK(shock_spread(hazards).mean > 0);
    CHECK(cells(hazards).size() == 2 * hazards.fits().size());
    Hazards const certain(two_stages(), {0}, RateTable{{{"A", "B"}, {.3}}});
    CHECK(effects(certain).empty());
    CHECK(seasons(certain).empty());
    CHECK(shocks(certain).empty());
    CHECK(shock_spread(certain) == Estimate{});
}

TEST_CASE("A variation that cannot be is refused") {
    HazardPrior prior = some_prior();
    auto const fit = [&](HazardPrior const& p) {
        return fit_hazards(some_spells(), two_stages(), p, some_groups());
    };
    prior.effect_scale = 0;
    CHECK_THROWS_AS(fit(prior), std::invalid_argument);
    prior = some_prior();
    prior.shock_scale = -1;
    CHECK_THROWS_AS(fit(prior), std::invalid_argument);
    prior = some_prior();
    prior.season[0] = 2;
    CHECK_THROWS_AS(fit(prior), std::invalid_argument);
    prior.season = {1, 1};
    CHECK_THROWS_AS(fit(prior), std::invalid_argument);
    Grouping by = some_groups();
    by.group.pop_back();
    CHECK_THROWS_AS(fit_hazards(some_spells(), two_stages(), some_prior(), by),
                    std::invalid_argument);
    Hazards const hazards = some_hazards();
    CHECK_THROWS_AS(hazards.draw(1, 0, {.unseen = {1}}), std::invalid_argument);
    CHECK_THROWS_AS(hazards.draw(1, 0, {.unseen = {1, -1}}), std::invalid_argument);
    Variation damaged = hazards.variation();
    damaged.exposure[0].combination = 17;
    CHECK_THROWS_AS(Hazards(two_stages(), {0, 3}, hazards.fits(), damaged), std::invalid_argument);
}
