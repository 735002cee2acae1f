#include <opgave/hazard.hpp>

#include "move_fit.hpp"
#include "posterior.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace opgave {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

void check_fit(std::pair<std::string, std::string> const& name, MoveFit const& fit,
               std::size_t bands) {
    if (fit.events.size() != bands ||
        std::ranges::any_of(fit.events, [](std::int64_t events) { return events < 0; })) {
        throw std::invalid_argument("the events of " + detail::in_words(name) +
                                    " need one value >= 0 per band");
    }
    if (!(fit.level_shape > 0 && fit.band_shape > 0)) {
        throw std::invalid_argument("the shapes of " + detail::in_words(name) + " must be > 0");
    }
}

void require(bool condition, std::string const& rule) {
    if (!condition) {
        throw std::invalid_argument(rule);
    }
}

bool in_range(int index, std::size_t size) {
    return index >= 0 && static_cast<std::size_t>(index) < size;
}

void check_combinations(Variation const& v) {
    for (auto const& combination : v.combinations) {
        require(combination.size() == v.factors.size(), "a combination has a level per factor");
        for (std::size_t j = 0; j < combination.size(); ++j) {
            require(in_range(combination[j], v.factors[j].levels.size()),
                    "factor '" + v.factors[j].column + "' has no level " +
                        std::to_string(combination[j]));
        }
    }
}

void check_variation(Variation const& v, Trajectory const& trajectory,
                     std::vector<MoveFit> const& fits, std::size_t bands) {
    require(v.effect_scale > 0 && std::isfinite(v.effect_scale), "effect_scale must be > 0");
    require(v.shock_scale >= 0 && std::isfinite(v.shock_scale), "shock_scale must be >= 0");
    require(v.season_shape > 0 && std::isfinite(v.season_shape), "season_shape must be > 0");
    require(v.season.empty() || v.season.size() == 12, "season needs twelve factors");
    for (double const factor : v.season) {
        require(factor > 0 && std::isfinite(factor),
                "the factors of season must be > 0, got " + std::to_string(factor));
    }
    check_combinations(v);
    auto const fits_in = [&](int band, int combination, int month, std::int64_t amount) {
        return in_range(band, bands) && in_range(combination, v.combinations.size()) &&
               month >= 0 && amount >= 0;
    };
    for (ExposureCell const& cell : v.exposure) {
        require(in_range(cell.state, static_cast<std::size_t>(trajectory.state_count())) &&
                    fits_in(cell.band, cell.combination, cell.month, cell.half_days),
                "a cell of exposure is of no state, band, combination or month");
    }
    for (EventCell const& cell : v.events) {
        require(std::ranges::binary_search(fits, cell.move, {}, &MoveFit::move) &&
                    fits_in(cell.band, cell.combination, cell.month, cell.events),
                "a cell of events is of no move, band, combination or month");
    }
    for (UndatedStay const& stay : v.imputed) {
        require(in_range(stay.state, static_cast<std::size_t>(trajectory.state_count())) &&
                    fits_in(0, stay.combination, 0, 0) && v.first_day <= stay.from &&
                    stay.from < stay.to && stay.to <= v.last_day &&
                    (stay.cause == censored ||
                     std::ranges::binary_search(fits, Move{stay.state, stay.cause}, {},
                                                &MoveFit::move)),
                "an imputed stay is of no state, combination or move, or not on days observed");
    }
}

}  // namespace

Hazards::Hazards(Trajectory trajectory, std::vector<double> band_edges_months,
                 RateTable const& rate)
    : trajectory_(std::move(trajectory)), edges_(std::move(band_edges_months)) {
    detail::check_edges(edges_);
    fits_ = detail::fits_of(trajectory_, edges_.size(), rate, infinite, infinite);
    posterior_ = detail::make_separate_posterior(fits_, edges_.size());
}

Hazards::Hazards(Trajectory trajectory, std::vector<double> band_edges_months,
                 std::vector<MoveFit> fits, Variation variation)
    : trajectory_(std::move(trajectory)),
      edges_(std::move(band_edges_months)),
      fits_(std::move(fits)),
      variation_(std::move(variation)) {
    detail::check_edges(edges_);
    std::ranges::sort(fits_, {}, &MoveFit::move);
    if (std::ranges::adjacent_find(fits_, {}, &MoveFit::move) != fits_.end()) {
        throw std::invalid_argument("a move can have only one fit");
    }
    for (MoveFit const& fit : fits_) {
        auto const name = names(trajectory_, fit.move);
        (void)detail::find_move(trajectory_, name);
        detail::check_rates(name, fit.prior_per_month, edges_.size());
        detail::check_rates(name, fit.exposure_months, edges_.size());
        check_fit(name, fit, edges_.size());
        detail::check_known(trajectory_, fit);
    }
    check_variation(variation_, trajectory_, fits_, edges_.size());
    posterior_ = varies(variation_) || !variation_.imputed.empty()
                     ? detail::make_joint_posterior(trajectory_, edges_, fits_, variation_)
                     : detail::make_separate_posterior(fits_, edges_.size());
}

bool Hazards::is_certain() const noexcept {
    return !varies(variation_) && std::ranges::all_of(fits_, [](MoveFit const& fit) {
        return std::isinf(fit.level_shape) && std::isinf(fit.band_shape);
    });
}

bool Hazards::shock_is_prior() const noexcept {
    constexpr double least_years = 3;
    return variation_.shock_scale > 0 &&
           (variation_.first_day == unknown_day ||
            variation_.last_day - variation_.first_day < least_years * 12 * days_per_month);
}

void Hazards::prepare(std::function<bool(double)> const& progress) const {
    posterior_->prepare(progress);
}

Draw Hazards::draw(std::uint64_t seed, std::uint64_t path, DrawFor const& what) const {
    require(what.unseen.empty() || what.unseen.size() == factors().size(),
            "unseen needs one number per factor (" + std::to_string(factors().size()) + "), got " +
                std::to_string(what.unseen.size()));
    require(std::ranges::all_of(what.unseen, [](int n) { return n >= 0; }),
            "the number of levels not seen must be >= 0");
    return posterior_->draw(seed, path, what);
}

std::optional<int> Hazards::batch(std::uint64_t path) const { return posterior_->batch(path); }

Rates Hazards::mean() const { return posterior_->mean(); }

std::pair<std::string, std::string> names(Trajectory const& trajectory, Move move) {
    auto const name = [&](State state) {
        return state == returned ? std::string(return_name)
                                 : trajectory.states().at(static_cast<std::size_t>(state));
    };
    return {name(move.from), name(move.to)};
}

}  // namespace opgave
