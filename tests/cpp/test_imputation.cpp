#include "catch.hpp"
#include "imputation.hpp"
#include "posterior.hpp"
#include "statistics.hpp"

#include <array>
#include <cmath>
#include <string>
#include <vector>

using namespace opgave;
using detail::Sequence;

namespace {

// Dwellings come to one stage at a steady pace, long before anybody looks. From `start` on they are
// seen: of those that are there already nobody knows since when.
std::vector<double> const edges = {0, 3, 8};
std::vector<double> const rate = {.4, .1, .2};
Day const start = 18'262;
Day const end = start + 300;
constexpr Day before = 3'000;
constexpr int dwellings = 1'650;  // one in two days

Trajectory one_stage() { return Trajectory({"A"}, "done"); }

HazardPrior prior() {
    return {.band_edges_months = edges,
            .per_month = {{{"A", "done"}, rate}},
            .level_shape = 1,
            .band_shape = 1,
            .shock_scale = 0};
}

// The time after which the hazard has grown to a number, in days.
Day sojourn(double hazard) {
    for (std::size_t band = 0;; ++band) {
        bool const is_last = band + 1 == edges.size();
        double const here = is_last ? hazard : rate[band] * (edges[band + 1] - edges[band]);
        if (hazard <= here) {
            double const months = edges[band] + hazard / rate[band];
            return static_cast<Day>(std::ceil(months * days_per_month));
        }
        hazard -= here;
    }
}

Spells watched(std::uint64_t number) {
    Sequence random(23, Purpose::stays, number);
    Spells spells;
    for (std::int32_t i = 0; i < dwellings; ++i) {
        Day const enter =
            start - before + static_cast<Day>((end - start + before) * random.uniform());
        Day const exit = enter + sojourn(-std::log(random.uniform()));
        if (exit <= start || enter >= end) {
            continue;
        }
        spells.dwelling.push_back(i);
        spells.stage.push_back(0);
        spells.origin.push_back(0);
        spells.enter.push_back(enter < start ? unknown_day : enter);
        spells.exit.push_back(std::min(exit, end));
        spells.cause.push_back(exit <= end ? State{1} : censored);
        spells.first_observed.push_back(std::max(enter, start));
    }
    return spells;
}

struct Belief {
    double mean = 0;  // of the logarithm of the rate
    double sd = 0;
};

std::array<Belief, 3> beliefs(Spells const& spells, Undated undated) {
    Hazards const hazards = fit_hazards(spells, one_stage(), prior(), {}, undated);
    constexpr int draws = 200;
    auto const posterior =
        detail::make_joint_posterior(one_stage(), edges, hazards.fits(), hazards.variation(),
                                     {.chains = 1, .burn_in = 100, .draws = draws, .thin = 2});
    std::array<statistics::Sample, 3> sample;
    for (std::uint64_t path = 0; path < draws; ++path) {
        Rates const rates = posterior->draw(1, path, {}).rates;
        for (std::size_t band = 0; band < 3; ++band) {
            sample[band].add(std::log(rates(0, static_cast<Eigen::Index>(band))));
        }
    }
    std::array<Belief, 3> result;
    for (std::size_t band = 0; band < 3; ++band) {
        result[band] = {sample[band].mean, std::sqrt(sample[band].variance())};
    }
    return result;
}

Grouping two_groups() {
    Grouping by{.columns = {"side"}, .group = {}, .labels = {{"north"}, {"south"}}};
    for (int i = 0; i < dwellings; ++i) {
        by.group.push_back(i % 2);
    }
    return by;
}

}  // namespace

TEST_CASE("Drawn days of entry give rates without bias, and surer than stays left out") {
    // 100 registers. The standardised error of a rate has mean 0 and standard deviation 1, so its
    // mean over the registers is below 0.5 but in one of two million; 80 or more of 100 intervals
    // of 90 % hold the truth but in one of a thousand. The seeds are fixed.
    constexpr int registers = statistics::tries(100);
    std::array<statistics::Sample, 3> error;
    std::array<statistics::Sample, 3> surer;
    std::array<int, 3> held{};
    for (int i = 0; i < registers; ++i) {
        Spells const spells = watched(static_cast<std::uint64_t>(i));
        auto const drawn = beliefs(spells, Undated::impute);
        auto const left_out = beliefs(spells, Undated::drop);
        for (std::size_t band = 0; band < 3; ++band) {
            double const z = (drawn[band].mean - std::log(rate[band])) / drawn[band].sd;
            error[band].add(z);
            surer[band].add(drawn[band].sd / left_out[band].sd);
            held[band] += std::fabs(z) < 1.645 ? 1 : 0;
        }
    }
    for (std::size_t band = 0; band < 3; ++band) {
        INFO("band " << band << ": " << error[band].mean << ", " << surer[band].mean << ", "
                     << held[band]);
        CHECK(std::fabs(error[band].mean) < 5 / std::sqrt(registers));
        CHECK(statistics::binomial_at_most(registers, .9, held[band]) > .001);
    }
    CHECK(surer[0].mean < .99);
    CHECK(surer[1].mean < .95);
    CHECK(surer[2].mean < .6);
}

TEST_CASE("Where every day of entry is known, there is nothing to draw") {
    Spells spells = watched(0);
    std::ranges::transform(
        spells.enter, spells.first_observed, spells.enter.begin(),
        [](Day enter, Day first) { return enter == unknown_day ? first : enter; });
    for (double const shock : {0., .15}) {
        HazardPrior believed = prior();
        believed.shock_scale = shock;
        Hazards const left_out = fit_hazards(spells, one_stage(), believed, two_groups());
        Hazards const drawn =
            fit_hazards(spells, one_stage(), believed, two_groups(), Undated::impute);
        CHECK(left_out == drawn);
        CHECK((left_out.draw(1, 2).rates == drawn.draw(1, 2).rates).all());
        CHECK(left_out.variation().undated == 0);
    }
}

TEST_CASE("Stays of unknown entry are counted, whatever becomes of them") {
    Spells const spells = watched(1);
    auto const unknown = std::ranges::count(spells.enter, unknown_day);
    REQUIRE(unknown > 50);
    CHECK(fit_hazards(spells, one_stage(), prior()).variation().undated == unknown);
    Hazards const drawn = fit_hazards(spells, one_stage(), prior(), {}, Undated::impute);
    CHECK(drawn.variation().undated == unknown);
    CHECK(std::ssize(drawn.variation().imputed) == unknown);
}

TEST_CASE("Groups, seasons and years hold stays of unknown entry, on any number of threads") {
    HazardPrior believed = prior();
    believed.shock_scale = .15;
    believed.season = std::vector<double>(12, 1);
    Hazards const hazards =
        fit_hazards(watched(2), one_stage(), believed, two_groups(), Undated::impute);
    auto const model = detail::make_model(one_stage(), edges, hazards.fits(), hazards.variation());
    auto const one = detail::run_gibbs(model, {.chains = 3, .draws = 10, .threads = 1});
    CHECK(one == detail::run_gibbs(model, {.chains = 3, .draws = 10, .threads = 2}));
    CHECK(std::ranges::all_of(one, [](float x) { return std::isfinite(x); }));
}

TEST_CASE("The time waited has the law of steady entries") {
    // Chi-square of ten classes; the bound is exceeded with a probability of 3e-7.
    std::vector<Day> const days = {0, 91, 244};
    std::vector<double> const per_day = {.01, 0, .02};
    Sequence random(3, Purpose::stays, 0);
    std::vector<double> seen(12, 0);
    std::vector<double> expected(12, 0);
    constexpr int draws = 20'000;
    for (int i = 0; i < draws; ++i) {
        ++seen[static_cast<std::size_t>(
            std::min<Day>(detail::draw_wait(random, days, per_day) / 30, 11))];
    }
    double total = 0;
    double hazard = 0;
    for (int step = 0; step < 20'000; ++step) {  // tenths of a day
        double const day = (step + .5) / 10;
        double const now = per_day[day < 91 ? 0 : day < 244 ? 1 : 2] / 10;
        double const mass = std::exp(-hazard - now / 2);
        hazard += now;
        expected[static_cast<std::size_t>(std::min(day / 30, 11.))] += mass;
        total += mass;
    }
    for (double& value : expected) {
        value *= draws / total;
    }
    CHECK(statistics::chi_square(seen, expected).fits());
}

TEST_CASE("A move that is imputed needs a rate above zero") {
    HazardPrior believed = prior();
    believed.per_month = {{{"A", "done"}, {0, 0, 0}}};
    Spells spells = watched(3);
    for (std::size_t i = 0; i < spells.size(); ++i) {
        spells.cause[i] = spells.enter[i] == unknown_day ? spells.cause[i] : censored;
    }
    CHECK_THROWS_AS(fit_hazards(spells, one_stage(), believed, {}, Undated::impute),
                    std::invalid_argument);
    CHECK_NOTHROW(fit_hazards(spells, one_stage(), believed));
}
