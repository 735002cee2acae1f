#include <opgave/hazard.hpp>

#include "duration_law.hpp"
#include "move_fit.hpp"
#include "spell_sums.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace opgave {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double one_event = 1;
constexpr double half_event = 0.5;  // Jeffreys 1946, Proc. R. Soc. A 186; shared by such moves

void check_prior(HazardPrior const& prior) {
    detail::check_edges(prior.band_edges_months);
    if (!(prior.level_shape > 0) || !(prior.band_shape > 0)) {
        throw std::invalid_argument("level_shape and band_shape must be > 0");
    }
    if (prior.season.empty()) {
        return;
    }
    double sum = 0;
    for (double const factor : prior.season) {
        sum += factor;
    }
    if (prior.season.size() != 12 || !(std::fabs(sum - 12) < 0.012)) {
        throw std::invalid_argument("season needs twelve factors of mean one, got " +
                                    std::to_string(prior.season.size()) + " with the sum " +
                                    std::to_string(sum));
    }
}

void check_delay(Spells const& spells, ReportingDelay const& delay) {
    if (delay.reported.empty() || spells.size() == 0) {
        return;
    }
    Day const last = *std::ranges::max_element(spells.exit);
    if (last > delay.known_on) {
        throw std::invalid_argument("the delay is known on " + to_iso(delay.known_on) +
                                    ", the spells go on until " + to_iso(last) +
                                    "; take both on the same day of knowledge");
    }
}

// Every next stage, and every move that was seen, that the prior does not name.
std::vector<Move> moves_without_prior(Trajectory const& trajectory, Variation const& seen,
                                      std::vector<MoveFit> const& fits) {
    std::set<Move> moves;
    for (State stage = 0; stage < trajectory.complete(); ++stage) {
        moves.insert({stage, static_cast<State>(stage + 1)});
    }
    for (EventCell const& cell : seen.events) {
        moves.insert(cell.move);
    }
    for (UndatedStay const& stay : seen.imputed) {
        if (stay.cause != censored) {
            moves.insert({stay.state, stay.cause});
        }
    }
    for (MoveFit const& fit : fits) {
        moves.erase(fit.move);
    }
    return {moves.begin(), moves.end()};
}

void check_possible(Trajectory const& trajectory, MoveFit const& fit) {
    for (std::size_t band = 0; band < fit.events.size(); ++band) {
        if (fit.events[band] > 0 && fit.prior_per_month[band] == 0) {
            throw std::invalid_argument(
                "the prior of " + detail::in_words(names(trajectory, fit.move)) + " is 0 in band " +
                std::to_string(band + 1) + ", yet it happened " + std::to_string(fit.events[band]) +
                " times; give it a rate above 0");
        }
    }
}

// An imputed move must be possible in some band.
void check_possible(Trajectory const& trajectory, MoveFit const& fit, Variation const& variation) {
    bool const happened = std::ranges::any_of(variation.imputed, [&](UndatedStay const& stay) {
        return Move{stay.state, stay.cause} == fit.move;
    });
    if (happened && std::ranges::all_of(fit.prior_per_month, [](double m) { return m == 0; })) {
        throw std::invalid_argument("the prior of " +
                                    detail::in_words(names(trajectory, fit.move)) +
                                    " is 0, yet it happened; give it a rate above 0");
    }
}

void add_sums(std::vector<MoveFit>& fits, Variation const& variation) {
    std::vector<std::int64_t> half_days;
    for (MoveFit& fit : fits) {
        half_days.assign(fit.events.size(), 0);
        for (ExposureCell const& cell : variation.exposure) {
            half_days[static_cast<std::size_t>(cell.band)] +=
                cell.state == fit.move.from ? cell.half_days : 0;
        }
        std::ranges::transform(half_days, fit.exposure_months.begin(), [](std::int64_t n) {
            return static_cast<double>(n) / (2 * days_per_month);
        });
        for (EventCell const& cell : variation.events) {
            fit.events[static_cast<std::size_t>(cell.band)] +=
                cell.move == fit.move ? cell.events : 0;
        }
    }
}

}  // namespace

Hazards fit_hazards(Spells const& spells, Trajectory const& trajectory, HazardPrior const& prior,
                    Grouping const& by, Undated undated, ReportingDelay const& delay) {
    check_prior(prior);
    check_delay(spells, delay);
    std::size_t const bands = prior.band_edges_months.size();
    Variation variation{.effect_scale = prior.effect_scale,
                        .shock_scale = prior.shock_scale,
                        .season = prior.season,
                        .season_shape = prior.season_shape,
                        .known_on = delay.known_on,
                        .recorded = recorded_within(delay)};
    detail::add_up(variation, spells, prior.band_edges_months, by, undated);
    std::vector<MoveFit> fits =
        detail::fits_of(trajectory, bands, prior.per_month, prior.level_shape, prior.band_shape);
    std::vector<Move> const others = moves_without_prior(trajectory, variation, fits);
    for (Move const move : others) {
        fits.push_back(detail::make_fit(move, std::vector<double>(bands, 0), infinite, one_event));
        fits.back().has_prior = false;
    }
    add_sums(fits, variation);
    for (MoveFit& fit : fits) {
        if (!fit.has_prior) {
            detail::check_known(trajectory, fit);
            auto const moves = std::ranges::count(others, fit.move.from, &Move::from);
            fit.prior_per_month = detail::expected_by_duration(
                fit, prior.band_edges_months, half_event / static_cast<double>(moves));
        }
    }
    for (MoveFit const& fit : fits) {
        check_possible(trajectory, fit);
        check_possible(trajectory, fit, variation);
    }
    if (!varies(variation) && variation.imputed.empty()) {
        variation = {.known_on = variation.known_on,
                     .recorded = std::move(variation.recorded),
                     .undated = variation.undated};
    }
    return {trajectory, prior.band_edges_months, std::move(fits), std::move(variation)};
}

}  // namespace opgave
