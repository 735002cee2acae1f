#include "catch.hpp"
#include "gibbs.hpp"
#include "posterior.hpp"
#include "sequence.hpp"
#include "statistics.hpp"

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace opgave;
using opgave::detail::GibbsPlan;
using opgave::detail::Sequence;
using opgave::detail::SpreadGrid;

namespace {

// One stage that is completed or left by an exit, in three bands; two factors of three and two
// levels, a season and a shock over two and a half years.
constexpr std::size_t bands = 3;
constexpr std::size_t moves = 2;
constexpr int months = 30;
constexpr int first_month = 12 * 2023 + 6;
std::vector<double> const edges = {0, 3, 8};
std::array<std::array<double, bands>, moves> const prior_rate = {{{.1, .2, .1}, {.02, .01, .03}}};
std::vector<double> const season_prior = {.8, .9, 1, 1.1, 1.1, 1.1, .8, .7, 1.1, 1.2, 1.2, 1};

Trajectory one_stage() { return Trajectory({"A"}, "done", {"gone"}); }

Variation empty_variation() {
    return {.factors = {{"f", {"a", "b", "c"}}, {"g", {"x", "y"}}},
            .effect_scale = 0.5,
            .shock_scale = 0.3,
            .season = season_prior,
            .season_shape = 30,
            .combinations = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}},
            .exposure = {},
            .events = {}};
}

// Everything that the model does not know, drawn from its prior.
struct Truth {
    std::array<double, moves> level;
    std::array<std::array<double, bands>, moves> band;
    std::array<double, 2> spread;
    std::array<std::vector<std::array<double, moves>>, 2> effect;  // per factor, per level
    std::array<double, 12> season;
    double shock_spread;
    std::vector<double> eta;  // of 2023 to 2027
};

double pick_spread(Sequence& random, SpreadGrid const& grid) {
    double left = random.uniform();
    std::size_t g = 0;
    while (g + 1 < grid.spread.size() && left > std::exp(grid.log_prior[g])) {
        left -= std::exp(grid.log_prior[g]);
        ++g;
    }
    return grid.spread[g];
}

Truth draw_truth(Sequence& random) {
    Truth truth{};
    for (std::size_t k = 0; k < moves; ++k) {
        truth.level[k] = random.gamma(4) / 4;
        for (double& value : truth.band[k]) {
            value = random.gamma(10) / 10;
        }
    }
    for (std::size_t j = 0; j < 2; ++j) {
        truth.spread[j] = pick_spread(random, SpreadGrid(0.5));
        double const nu = 1 / (truth.spread[j] * truth.spread[j]);
        truth.effect[j].resize(4);  // the last is for a level that is not seen
        for (auto& level : truth.effect[j]) {
            for (double& value : level) {
                value = random.gamma(nu) / nu;
            }
        }
    }
    for (std::size_t i = 0; i < 12; ++i) {
        truth.season[i] = season_prior[i] * random.gamma(30) / 30;
    }
    truth.shock_spread = pick_spread(random, SpreadGrid(0.3));
    truth.eta.push_back(truth.shock_spread * random.normal() / std::sqrt(1 - .7 * .7));
    for (int year = 2024; year < 2028; ++year) {
        truth.eta.push_back(.7 * truth.eta.back() + truth.shock_spread * random.normal());
    }
    return truth;
}

double rate(Truth const& truth, std::size_t move, std::size_t band) {
    return prior_rate[move][band] * truth.level[move] * truth.band[move][band];
}

// By inversion.
std::int64_t poisson(Sequence& random, double mean) {
    double left = random.uniform();
    double mass = std::exp(-mean);
    std::int64_t k = 0;
    while (left > mass && k < 10'000) {
        left -= mass;
        ++k;
        mass *= mean / static_cast<double>(k);
    }
    return k;
}

std::vector<MoveFit> no_fits() {
    std::vector<MoveFit> fits;
    for (std::size_t k = 0; k < moves; ++k) {
        fits.push_back({.move = {0, static_cast<State>(k + 1)},
                        .level_shape = 4,
                        .band_shape = 10,
                        .prior_per_month = {prior_rate[k].begin(), prior_rate[k].end()},
                        .events = std::vector<std::int64_t>(bands, 0),
                        .exposure_months = std::vector<double>(bands, 0)});
    }
    return fits;
}

// Counts of every cell, given the truth. Some cells are never visited.
void draw_data(Sequence& random, Truth const& truth, std::vector<MoveFit>& fits, Variation& v) {
    for (int month = first_month; month < first_month + months; ++month) {
        for (int b = 0; b < static_cast<int>(bands); ++b) {
            for (int q = 0; q < 6; ++q) {
                auto const days = static_cast<std::int64_t>(120 * random.uniform()) - 30;
                if (days <= 0) {
                    continue;
                }
                v.exposure.push_back({0, b, q, month, 2 * days});
                auto const band = static_cast<std::size_t>(b);
                auto const& levels = v.combinations[static_cast<std::size_t>(q)];
                for (std::size_t k = 0; k < moves; ++k) {
                    double const exposure = static_cast<double>(days) / days_per_month;
                    double const mean =
                        exposure * rate(truth, k, band) *
                        truth.effect[0][static_cast<std::size_t>(levels[0])][k] *
                        truth.effect[1][static_cast<std::size_t>(levels[1])][k] *
                        truth.season[static_cast<std::size_t>(month % 12)] *
                        std::exp(truth.eta[static_cast<std::size_t>(month / 12 - 2023)]);
                    std::int64_t const events = poisson(random, mean);
                    fits[k].events[band] += events;
                    fits[k].exposure_months[band] += exposure;
                    if (events > 0) {
                        v.events.push_back({fits[k].move, b, q, month, events});
                    }
                }
            }
        }
    }
}

// The chance that a dwelling that enters in January 2026 is completed within 24 months.
template <class Rate>
double chance_in_two_years(Rate const& rate_of) {
    double here = 1;
    double completed = 0;
    for (int month = 0; month < 24; ++month) {
        double const onward = rate_of(0U, month);
        double const all = onward + rate_of(1U, month);
        completed += here * (onward / all) * -std::expm1(-all);
        here *= std::exp(-all);
    }
    return completed;
}

std::size_t band_in(int month) { return month < 3 ? 0 : month < 8 ? 1 : 2; }

std::map<std::string, double> quantities(Truth const& t) {
    auto const rate_of = [&](std::size_t k, int month) {
        return rate(t, k, band_in(month)) * t.effect[0][3][k] * t.effect[1][0][k] *
               t.season[static_cast<std::size_t>(month % 12)] *
               std::exp(t.eta[static_cast<std::size_t>(3 + month / 12)]);
    };
    return {{"rate of completion in the first band", rate(t, 0, 0)},
            {"rate of leaving in the last band", rate(t, 1, 2)},
            {"effect of a on completion", t.effect[0][0][0]},
            {"effect of c on leaving", t.effect[0][2][1]},
            {"effect of y on completion", t.effect[1][1][0]},
            {"spread of f", static_cast<float>(t.spread[0])},
            {"spread of g", static_cast<float>(t.spread[1])},
            {"January", t.season[0]},
            {"shock of 2025", std::exp(t.eta[2])},
            {"shock of 2027", std::exp(t.eta[4])},
            {"spread of the shock", static_cast<float>(t.shock_spread)},
            {"completed within 24 months", chance_in_two_years(rate_of)}};
}

std::map<std::string, double> quantities(Draw const& d) {
    auto const rate_of = [&](std::size_t k, int month) {
        auto const row = static_cast<Eigen::Index>(k);
        return d.rates(row, static_cast<Eigen::Index>(band_in(month))) * d.effects[0](row, 3) *
               d.effects[1](row, 0) * d.season(0, month % 12) *
               d.shock[static_cast<std::size_t>(1 + month / 12)];
    };
    return {{"rate of completion in the first band", d.rates(0, 0)},
            {"rate of leaving in the last band", d.rates(1, 2)},
            {"effect of a on completion", d.effects[0](0, 0)},
            {"effect of c on leaving", d.effects[0](1, 2)},
            {"effect of y on completion", d.effects[1](0, 1)},
            {"spread of f", d.effect_spread[0]},
            {"spread of g", d.effect_spread[1]},
            {"January", d.season(0, 0)},
            {"shock of 2025", d.shock[0]},
            {"shock of 2027", d.shock[2]},
            {"spread of the shock", d.shock_spread},
            {"completed within 24 months", chance_in_two_years(rate_of)}};
}

}  // namespace

TEST_CASE("The truth has a uniform rank among the draws") {
    // Talts, Betancourt, Simpson, Vehtari and Gelman 2018, "Validating Bayesian inference
    // algorithms with simulation-based calibration". 800 truths, 99 draws each, ten classes of
    // ranks: chi-square with nine degrees of freedom exceeds 27.88 with a probability of 0.001,
    // one of twelve quantities does with one of about 0.012. The seed is fixed. With 5,000 truths a
    // full conditional that is 15 % wrong is found as well; with these, larger faults only.
    constexpr int truths = statistics::tries(800);
    constexpr int draws = 99;
    GibbsPlan plan{.chains = 1, .burn_in = 60, .draws = draws, .thin = 4};
    DrawFor const what{.unseen = {1, 0}, .first_year = 2025, .years = 3};
    std::map<std::string, std::array<int, 10>> ranks;
    for (int i = 0; i < truths; ++i) {
        Sequence random(17, Purpose::posterior, static_cast<std::uint64_t>(i));
        Truth const truth = draw_truth(random);
        std::vector<MoveFit> fits = no_fits();
        Variation variation = empty_variation();
        draw_data(random, truth, fits, variation);
        plan.seed = static_cast<std::uint64_t>(i);  // ranks of all truths are independent
        auto const posterior =
            detail::make_joint_posterior(one_stage(), edges, fits, variation, plan);
        std::map<std::string, int> rank;
        for (std::uint64_t path = 0; path < draws; ++path) {
            auto const drawn =
                quantities(posterior->draw(static_cast<std::uint64_t>(i), path, what));
            for (auto const& [name, value] : quantities(truth)) {
                double const other = drawn.at(name);
                rank[name] += other < value || (other == value && random.uniform() < .5) ? 1 : 0;
            }
        }
        for (auto const& [name, place] : rank) {
            ++ranks[name][static_cast<std::size_t>(place / 10)];
        }
    }
    for (auto const& [name, count] : ranks) {
        double chi_square = 0;
        for (int const n : count) {
            chi_square += (n - truths / 10.) * (n - truths / 10.) / (truths / 10.);
        }
        INFO(name << ": " << chi_square);
        CHECK(chi_square < 27.88);
    }
}

TEST_CASE("A rate that jumps between bands says nothing of the years") {
    // The rate rises twentyfold, in all four years alike: no year differs, so no shock is found.
    Spells spells;
    for (int i = 0; i < 1200; ++i) {
        Day const enter = parse_iso("2020-01-01") + i;
        bool const early = i % 40 == 0;
        spells.dwelling.push_back(i);
        spells.stage.push_back(0);
        spells.origin.push_back(0);
        spells.enter.push_back(enter);
        spells.exit.push_back(enter + (early ? 10 : 40 + i % 20));
        spells.cause.push_back(1);
        spells.first_observed.push_back(enter);
    }
    Hazards const hazards = fit_hazards(spells, Trajectory({"A"}, "done"));
    double mean = 0;
    for (std::uint64_t path = 0; path < 1000; ++path) {
        Draw const draw = hazards.draw(1, path, {.first_year = 2020, .years = 3});
        for (double const shock : draw.shock) {
            mean += shock / 3000;
        }
    }
    CHECK(std::fabs(mean - 1) < .1);
}
