#include "chain.hpp"

#include <algorithm>
#include <cmath>

namespace opgave::detail {

Chain::Chain(GibbsModel const& model, std::uint64_t seed, std::uint64_t number,
             std::vector<CellSums>& sums, std::size_t lane)
    : model_(model),
      sums_(sums),
      lane_(lane),
      random_(seed, Purpose::gibbs, number),
      level_(model.moves.size(), 1),
      band_(model.moves.size() * model.bands, 1),
      exchanged_(model.moves.size(), 1),
      eta_(model.year_events.size(), 0),
      shock_(eta_.size(), 1) {
    for (MoveModel const& move : model.moves) {
        events_.push_back(move.events);
    }
    for (FactorModel const& factor : model.factors) {
        effect_.emplace_back(factor.events.size(), 1);
        spread_.push_back(pick(random_, model.effect_grid.log_prior));
    }
    if (!model.season.empty()) {
        for (std::size_t state = 0; state < model.state_count; ++state) {
            season_.insert(season_.end(), model.season.begin(), model.season.end());
        }
    }
    if (model.has_shock) {
        shock_spread_ = pick(random_, model.shock_grid.log_prior);
    }
    begin_undated();
}

void Chain::set_rates() {
    std::ranges::fill(exchanged_, 1.0);
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        StateCells const& s = model_.states[i];
        Lane const by_row = lane(sums_[i].rate);
        for (std::size_t r = 0; r < s.rows.size(); ++r) {
            RowKey const& row = s.rows[r];
            double const time = season(s, row) * shock(row);
            for (std::size_t k = 0; k < s.moves; ++k) {
                by_row[r * s.moves + k] =
                    time * rate(s.first_move + k, static_cast<std::size_t>(row.band));
            }
        }
    }
}

void Chain::draw_rates_and_time() {
    draw_levels_and_bands();
    if (!season_.empty()) {
        draw_season();
    }
    if (model_.has_shock) {
        draw_shock();
    }
}

// By move and band, with all that multiplies the rates.
Numbers Chain::exposure(std::size_t state) const {
    StateCells const& s = model_.states[state];
    Numbers exposure(s.moves * model_.bands, 0);
    Lane const by_row = lane(sums_[state].exposure);
    for (std::size_t r = 0; r < s.rows.size(); ++r) {
        RowKey const& row = s.rows[r];
        double const time = season(s, row) * shock(row);
        for (std::size_t k = 0; k < s.moves; ++k) {
            exposure[k * model_.bands + static_cast<std::size_t>(row.band)] +=
                time * by_row[r * s.moves + k];
        }
    }
    return exposure;
}

void Chain::draw_levels_and_bands() {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        StateCells const& s = model_.states[i];
        Numbers const exposed = exposure(i);
        for (std::size_t k = 0; k < s.moves; ++k) {
            draw_move(s.first_move + k, &exposed[k * model_.bands]);
        }
    }
}

void Chain::draw_move(std::size_t move, double const* exposure) {
    MoveModel const& m = model_.moves[move];
    Numbers const& events = events_[move];
    double* const band = &band_[move * model_.bands];
    if (!m.has_prior) {
        for (std::size_t b = 0; b < model_.bands; ++b) {
            band[b] = events[b] > 0 ? random_.gamma(events[b]) / (m.prior[b] * exposure[b]) : 0;
        }
        return;
    }
    if (std::isfinite(m.level_shape)) {
        double shape = m.level_shape;
        double weight = m.level_shape;
        for (std::size_t b = 0; b < model_.bands; ++b) {
            shape += events[b];
            weight += m.prior[b] * band[b] * exposure[b];
        }
        level_[move] = random_.gamma(shape) / weight;
    }
    if (std::isinf(m.band_shape)) {
        return;
    }
    Mass bands;
    for (std::size_t b = 0; b < model_.bands; ++b) {
        double const weight = m.band_shape + m.prior[b] * level_[move] * exposure[b];
        band[b] = random_.gamma(m.band_shape + events[b]) / weight;
        bands += {m.band_shape, m.band_shape * band[b]};
    }
    if (std::isfinite(m.level_shape)) {
        double const factor = exchange(random_, mass(move), bands);
        level_[move] *= factor;
        std::for_each_n(band, model_.bands, [&](double& value) { value /= factor; });
    }
}

// Some part of the rate of the move can carry what is taken from its effects.
bool Chain::is_carried(std::size_t move) const {
    MoveModel const& m = model_.moves[move];
    return std::isfinite(m.level_shape) || std::isfinite(m.band_shape);
}

bool Chain::is_carried(StateCells const& s) const {
    for (std::size_t k = 0; k < s.moves; ++k) {
        if (!is_carried(s.first_move + k)) {
            return false;
        }
    }
    return true;
}

Mass Chain::mass(std::size_t move) const {
    MoveModel const& m = model_.moves[move];
    if (!m.has_prior) {
        return {};
    }
    if (std::isfinite(m.level_shape)) {
        return {m.level_shape, m.level_shape * level_[move]};
    }
    Mass bands;
    for (std::size_t b = 0; b < model_.bands; ++b) {
        bands += {m.band_shape, m.band_shape * band_[move * model_.bands + b]};
    }
    return bands;
}

void Chain::scale(std::size_t move, double factor) {
    if (std::isfinite(model_.moves[move].level_shape)) {
        level_[move] *= factor;
    } else {
        std::for_each_n(&band_[move * model_.bands], model_.bands,
                        [&](double& value) { value *= factor; });
    }
}

// By move and band; those of moves without prior are drawn, given all that multiplies them.
Numbers Chain::draw_rates(std::size_t state) {
    StateCells const& s = model_.states[state];
    Numbers const exposed = exposure(state);
    Numbers rates;
    for (std::size_t k = 0; k < s.moves; ++k) {
        MoveModel const& m = model_.moves[s.first_move + k];
        for (std::size_t b = 0; b < model_.bands; ++b) {
            rates.push_back(m.has_prior
                                ? rate(s.first_move + k, b)
                                : random_.gamma(m.band_shape + events_[s.first_move + k][b]) /
                                      (m.band_shape / m.prior[b] + exposed[k * model_.bands + b]));
        }
    }
    return rates;
}

void Chain::write(DrawLayout const& layout, float* out) {
    auto const copy = [&](Numbers const& values, std::size_t at) {
        std::ranges::transform(values, out + at, [](double x) { return static_cast<float>(x); });
    };
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        copy(draw_rates(i), layout.rates + model_.states[i].first_move * model_.bands);
    }
    for (std::size_t j = 0; j < effect_.size(); ++j) {
        copy(effect_[j], layout.effects[j]);
        out[layout.effect_spreads + j] = static_cast<float>(model_.effect_grid.spread[spread_[j]]);
    }
    copy(season_, layout.season);
    if (model_.has_shock) {
        copy(eta_, layout.shocks);
        out[layout.shock_spread] = static_cast<float>(model_.shock_grid.spread[shock_spread_]);
    }
}

}  // namespace opgave::detail
