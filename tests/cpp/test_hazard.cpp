#include "catch.hpp"
#include "statistics.hpp"

#include <opgave/hazard.hpp>
#include <opgave/random.hpp>

#include <cmath>
#include <limits>
#include <string>

using namespace opgave;

namespace {

double const infinite = std::numeric_limits<double>::infinity();

Trajectory two_stages() { return Trajectory({"A", "B"}, "done", {"withdrawn"}, "paused"); }

void add(Spells& spells, State stage, Day enter, Day exit, State cause, Day observed) {
    spells.dwelling.push_back(static_cast<std::int32_t>(spells.size()));
    spells.stage.push_back(stage);
    spells.origin.push_back(stage);
    spells.enter.push_back(enter);
    spells.exit.push_back(exit);
    spells.cause.push_back(cause);
    spells.first_observed.push_back(observed);
}

// Forty stays in A and ten in B, some censored, some observed late, some of no length.
Spells some_spells() {
    Spells spells;
    for (Day i = 0; i < 40; ++i) {
        State const cause = i % 3 == 0 ? censored : i % 7 == 0 ? State{3} : State{1};
        add(spells, 0, i, i + (i * 17) % 400, cause, i + std::min((i * 17) % 400, i % 5));
    }
    for (Day i = 0; i < 10; ++i) {
        add(spells, 1, i, i + 60 + i, i % 2 == 0 ? State{2} : censored, i);
    }
    return spells;
}

MoveFit const& fit_of(Hazards const& hazards, Move move) {
    for (MoveFit const& fit : hazards.fits()) {
        if (fit.move == move) {
            return fit;
        }
    }
    throw std::logic_error("no such move");
}

}  // namespace

TEST_CASE("Certain rates are the same in every draw") {
    RateTable const table = {{{"A", "B"}, {.3, .2}}, {{"B", "done"}, {.1, 0}}};
    Hazards const hazards(two_stages(), {0, 3}, table);
    CHECK(hazards.is_certain());
    CHECK((hazards.draw(1, 0).rates == hazards.draw(2, 99).rates).all());
    CHECK((hazards.draw(1, 0).rates == hazards.mean()).all());
    CHECK(hazards.mean()(0, 1) == .2);
}

TEST_CASE("With one band the posterior is the conjugate Gamma") {
    // Y events in E months under V ~ Gamma(a, a): V | Y ~ Gamma(a + Y, a + m E).
    HazardPrior const prior{.band_edges_months = {0},
                            .per_month = {{{"A", "B"}, {.1}}, {{"B", "done"}, {.1}}},
                            .level_shape = 4,
                            .band_shape = infinite,
                            .shock_scale = 0};
    Hazards const hazards = fit_hazards(some_spells(), two_stages(), prior);
    MoveFit const& fit = fit_of(hazards, {0, 1});
    double const shape = 4 + static_cast<double>(fit.events[0]);
    double const rate = 4 + .1 * fit.exposure_months[0];
    CHECK(std::fabs(hazards.mean()(0, 0) / (.1 * shape / rate) - 1) < 1e-5);
    statistics::Sample sample;
    for (std::uint64_t path = 0; path < 50'000; ++path) {
        sample.add(hazards.draw(1, path).rates(0, 0));
    }
    // Five standard errors; the standard deviation within 5 %.
    CHECK(std::fabs(sample.mean - .1 * shape / rate) < 5 * sample.std_error());
    CHECK(std::fabs(std::sqrt(sample.variance()) / (.1 * std::sqrt(shape) / rate) - 1) < .05);
}

namespace {

// Stays at the quantiles of a survival function, given by its inverse, watched for some months.
template <class Inverse>
Hazards fit_quantiles(Inverse months_at, double watched, int count = 10'000) {
    Spells spells;
    auto const last = static_cast<Day>(std::lround(watched * days_per_month));
    for (int i = 0; i < count; ++i) {
        auto const days = static_cast<Day>(
            std::lround(std::min(months_at((i + .5) / count), 2000.) * days_per_month));
        add(spells, 0, 0, std::min(days, last), days > last ? censored : State{1}, 0);
    }
    return fit_hazards(spells, Trajectory({"A"}, "done"), {.shock_scale = 0});
}

}  // namespace

TEST_CASE("What is read from the data is worth one event in each band") {
    HazardPrior const prior{.band_edges_months = {0, 3}, .per_month = {}, .shock_scale = 0};
    Hazards const hazards = fit_hazards(some_spells(), two_stages(), prior);
    for (State const to : {State{1}, State{3}}) {
        MoveFit const& fit = fit_of(hazards, {0, to});
        auto const row = &fit - hazards.fits().data();
        for (std::size_t band : {0U, 1U}) {
            double const mean = (static_cast<double>(fit.events[band]) + 1) /
                                (fit.exposure_months[band] + 1 / fit.prior_per_month[band]);
            auto const column = static_cast<Eigen::Index>(band);
            CHECK(std::fabs(hazards.mean()(row, column) / mean - 1) < 1e-12);
        }
    }
}

TEST_CASE("A move without a prior expects the power law that is most probable") {
    // No law near the one found has a higher density, written out here once more; bands without
    // any time are on the same line.
    Hazards const hazards = fit_quantiles([](double u) { return 1 / u - 1; }, 5, 40);
    MoveFit const& fit = hazards.fits()[0];
    std::vector<double> const middles{(1 / days_per_month + 1) / 2, 2, 4.5};
    auto const log_density = [&](double a, double g) {
        double sum = .5 * a - 2 * (g - 1) * (g - 1);
        for (std::size_t i = 0; i < 3; ++i) {
            double const eta = a - g * std::log(middles[i]);
            auto const events = static_cast<double>(fit.events[i + 1]);
            sum += events * eta -
                   (events + 1) * std::log1p(fit.exposure_months[i + 1] * std::exp(eta));
        }
        return sum;
    };
    auto const log_rate = [&](std::size_t band) { return std::log(fit.prior_per_month[band]); };
    double const g = (log_rate(2) - log_rate(3)) / std::log(4.5 / 2);
    double const a = log_rate(2) + g * std::log(2);
    double const best = log_density(a, g);
    for (int i = -50; i <= 50; ++i) {
        for (int j = -50; j <= 50; ++j) {
            CHECK(log_density(a + i * .02, g + j * .02) <= best + 1e-12);
        }
    }
    CHECK(std::fabs(log_rate(5) - (a - g * std::log(18))) < 1e-12);
}

TEST_CASE("Rates beyond what was seen are those of mixed cases, and too low for others") {
    // Watched for a year; the rate from 12 to 24 months. Lomax: rates that are Gamma(1, 1) have the
    // hazard 1 / (1 + t), log(25 / 13) / 12 in the mean. All alike: 0.2, within the interval of 90
    // % around a mean of less than half of it.
    auto const beyond = [](Hazards const& hazards) { return cells(hazards)[5]; };
    auto const lomax = beyond(fit_quantiles([](double u) { return 1 / u - 1; }, 12));
    CHECK(std::fabs(lomax.mean / (std::log(25 / 13.) / 12) - 1) < .05);
    auto const flat = beyond(fit_quantiles([](double u) { return -std::log(u) / .2; }, 12));
    CHECK(flat.mean < .1);
    CHECK(flat.q95 > .2);
}

TEST_CASE("A move on the day of entry took half a day") {
    Spells spells;
    add(spells, 0, 10, 10, 1, 10);
    add(spells, 1, 10, 10, censored, 10);
    HazardPrior const prior{.band_edges_months = {0, 1}, .per_month = {}, .shock_scale = 0};
    Hazards const hazards = fit_hazards(spells, Trajectory({"A"}, "done"), prior);
    CHECK(fit_of(hazards, {0, 1}).exposure_months[0] == .5 / days_per_month);
}

TEST_CASE("Levels and bands together agree with weighted draws from the prior") {
    // Importance sampling: V and W from the prior, weighted by the likelihood. Five standard
    // errors.
    HazardPrior const prior{.band_edges_months = {0, 3},
                            .per_month = {{{"A", "B"}, {.2, .1}}, {{"B", "done"}, {.1, .1}}},
                            .level_shape = 4,
                            .band_shape = 6,
                            .shock_scale = 0};
    Hazards const hazards = fit_hazards(some_spells(), two_stages(), prior);
    MoveFit const& fit = fit_of(hazards, {0, 1});
    Stream const stream(9, Purpose::posterior, 0);
    for (std::size_t band : {0U, 1U}) {
        std::vector<double> weight;
        std::vector<double> value;
        double total = 0;
        double sum = 0;
        for (std::uint32_t i = 0; i < 400'000; ++i) {
            double const level = gamma(stream, i, 0, 4) / 4;
            double log_weight = 0;
            double here = 0;
            for (std::size_t b : {0U, 1U}) {
                double const rate = fit.prior_per_month[b] * level *
                                    gamma(stream, i, static_cast<std::uint32_t>(b + 1), 6) / 6;
                log_weight += static_cast<double>(fit.events[b]) * std::log(rate) -
                              rate * fit.exposure_months[b];
                here = b == band ? rate : here;
            }
            weight.push_back(std::exp(log_weight + 60));
            value.push_back(here);
            total += weight.back();
            sum += weight.back() * here;
        }
        double const mean = sum / total;
        double square = 0;
        for (std::size_t i = 0; i < weight.size(); ++i) {
            square += std::pow(weight[i] * (value[i] - mean), 2);
        }
        CHECK(std::fabs(hazards.mean()(0, static_cast<Eigen::Index>(band)) - mean) <
              5 * std::sqrt(square) / total);
    }
}

TEST_CASE("The mean is the mean of the draws") {
    Hazards const hazards = fit_hazards(some_spells(), two_stages());
    std::vector<statistics::Sample> samples(static_cast<std::size_t>(hazards.mean().size()));
    for (std::uint64_t path = 0; path < 20'000; ++path) {
        Rates const rates = hazards.draw(5, path).rates;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            samples[i].add(rates.data()[i]);
        }
    }
    for (std::size_t i = 0; i < samples.size(); ++i) {
        CHECK(std::fabs(samples[i].mean - hazards.mean().data()[i]) < 5 * samples[i].std_error());
    }
}

TEST_CASE("Cutting a stay in two changes nothing") {
    Spells const whole = some_spells();
    Spells cut;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        Day const middle = (whole.first_observed[i] + whole.exit[i]) / 2;
        add(cut, whole.stage[i], whole.enter[i], middle, censored, whole.first_observed[i]);
        add(cut, whole.stage[i], whole.enter[i], whole.exit[i], whole.cause[i], middle);
    }
    CHECK(fit_hazards(whole, two_stages()) == fit_hazards(cut, two_stages()));
}

TEST_CASE("A stay that is censored on its first day changes nothing") {
    Spells spells = some_spells();
    Hazards const before = fit_hazards(spells, two_stages());
    add(spells, 0, 7, 7, censored, 7);
    CHECK(fit_hazards(spells, two_stages()) == before);
}

TEST_CASE("An event on the day of entry is in the first band; one on an edge before it") {
    Spells spells;
    add(spells, 0, 0, 0, 1, 0);   // half a day
    add(spells, 0, 0, 91, 1, 0);  // three months are 91 days
    add(spells, 0, 0, 92, 1, 0);
    add(spells, 1, 0, 300, 2, 280);  // observed late
    HazardPrior const prior{.band_edges_months = {0, 3}, .per_month = {}, .shock_scale = 0};
    Hazards const hazards = fit_hazards(spells, two_stages(), prior);
    CHECK(fit_of(hazards, {0, 1}).events == std::vector<std::int64_t>{2, 1});
    CHECK(fit_of(hazards, {0, 1}).exposure_months ==
          std::vector<double>{182.5 / days_per_month, 1 / days_per_month});
    CHECK(fit_of(hazards, {1, 2}).exposure_months == std::vector<double>{0, 20 / days_per_month});
}

TEST_CASE("Every move that was seen has a rate, also one back and one out of an exit") {
    Spells spells = some_spells();
    add(spells, 1, 0, 30, 0, 0);
    add(spells, 3, 0, 30, 0, 0);
    add(spells, 4, 0, 30, returned, 0);
    Hazards const hazards = fit_hazards(spells, two_stages());
    for (Move const move : {Move{1, 0}, Move{3, 0}, Move{4, returned}}) {
        CHECK(fit_of(hazards, move).events[1] == 1);  // between a day and a month
    }
    CHECK(names(two_stages(), {4, returned}).second == "return");
}

TEST_CASE("Shrinkage falls as events come in, from one to zero") {
    HazardPrior const prior{.band_edges_months = {0},
                            .per_month = {{{"A", "B"}, {.1}}, {{"B", "done"}, {.1}}}};
    double before = 1;
    for (int stays : {0, 1, 10, 100}) {
        Spells spells;
        for (Day i = 0; i < stays; ++i) {
            add(spells, 0, 0, 100, 1, 0);
        }
        auto const cell = cells(fit_hazards(spells, two_stages(), prior)).front();
        CHECK(cell.shrinkage <= before);
        CHECK(cell.q05 < cell.mean);
        CHECK(cell.mean < cell.q95);
        before = cell.shrinkage;
    }
    CHECK(before < .05);
}

TEST_CASE("What cannot be is refused by name") {
    auto const message = [](auto const& action) -> std::string {
        try {
            action();
        } catch (std::exception const& error) {
            return error.what();
        }
        return "";
    };
    auto const make = [](RateTable const& table) { return Hazards(two_stages(), {0}, table); };
    CHECK(message([&] { make({{{"A", "B"}, {-.2}}}); }).find("'A' to 'B'") != std::string::npos);
    CHECK(message([&] { make({{{"A", "B"}, {-.2}}}); }).find("-0.2") != std::string::npos);
    CHECK_THROWS_AS(make({{{"A", "B"}, {.1, .1}}}), std::invalid_argument);
    CHECK_THROWS_AS(make({{{"A", "C"}, {.1}}}), std::out_of_range);
    CHECK_THROWS_AS(make({{{"done", "A"}, {.1}}}), std::invalid_argument);
    CHECK_THROWS_AS(make({{{"A", "return"}, {.1}}}), std::invalid_argument);
    CHECK_THROWS_AS(make({{{"paused", "A"}, {.1}}}), std::invalid_argument);
    CHECK_THROWS_AS(Hazards(two_stages(), {0, 3, 3}, RateTable{}), std::invalid_argument);
    CHECK_THROWS_AS(Hazards(two_stages(), {1}, RateTable{}), std::invalid_argument);
}

TEST_CASE("Without data and without prior there is no rate") {
    Spells spells;
    add(spells, 0, 0, 30, 1, 0);
    try {
        (void)fit_hazards(spells, two_stages());
        FAIL("B was never seen");
    } catch (NotEnoughData const& error) {
        CHECK(std::string(error.what()).find("'B' to 'done'") != std::string::npos);
    }
}

TEST_CASE("A prior that says never is contradicted aloud") {
    HazardPrior const prior{.band_edges_months = {0},
                            .per_month = {{{"A", "B"}, {0}}, {{"B", "done"}, {.1}}}};
    CHECK_THROWS_AS(fit_hazards(some_spells(), two_stages(), prior), std::invalid_argument);
}

TEST_CASE("Without a prior the data alone give the shape over the duration") {
    // Half of two hundred leave in the first month, the other half stays for four years.
    Spells spells;
    for (Day i = 0; i < 200; ++i) {
        add(spells, 0, 0, i % 2 == 0 ? 15 : 1461, i % 2 == 0 ? State{1} : censored, 0);
    }
    add(spells, 1, 0, 30, 2, 0);
    Hazards const hazards = fit_hazards(
        spells, two_stages(), {.band_edges_months = {0, 1, 3, 6, 12, 24}, .shock_scale = 0});
    MoveFit const& fit = fit_of(hazards, {0, 1});
    Rates const mean = hazards.mean();
    CHECK(std::fabs(mean(0, 0) * fit.exposure_months[0] / 100 - 1) < .05);
    for (Eigen::Index band = 3; band < 6; ++band) {
        CHECK(mean(0, band) * fit.exposure_months[static_cast<std::size_t>(band)] < 1);
    }
}

TEST_CASE("A pause that resumes leaves a stage with one clock: the time in it alone counts") {
    // Ten days before the pause and twenty after it are thirty days of one stay, and the move is
    // one after thirty days; where the clock begins again, it is one after twenty.
    auto const fitted = [](PauseClock clock) {
        Trajectory const way({"A"}, "done", {}, "held", clock);
        EventRows rows{.dwelling_id = {"p", "p", "p", "p"},
                       .stage = {"A", "held", "A", "done"},
                       .date = {10, 20, 50, 70}};
        HazardPrior const prior{.band_edges_months = {0, 25 / days_per_month},
                                .per_month = {{{"A", "done"}, {1, 1}},
                                              {{"A", "held"}, {1, 1}},
                                              {{"held", "return"}, {1, 1}}},
                                .shock_scale = 0};
        auto const fits = fit_hazards(spells({way, rows}, 100, 100), way, prior).fits();
        double const months = fits[0].exposure_months[0] + fits[0].exposure_months[1];
        CHECK(std::fabs(months - 30 / days_per_month) < 1e-12);
        return std::pair{fits[0].events, fits[0].exposure_months[1]};
    };
    CHECK(fitted(PauseClock::resume) ==
          std::pair{std::vector<std::int64_t>{0, 1}, 5 / days_per_month});
    CHECK(fitted(PauseClock::reset) == std::pair{std::vector<std::int64_t>{1, 0}, 0.});
}
