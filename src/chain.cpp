#include "chain.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

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
        effect_spread_.push_back(factor.spread);
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
    Numbers exposed;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        std::ranges::copy(exposure(i), std::back_inserter(exposed));
    }
    draw_levels(exposed);
    draw_bands(exposed);
    exchange_bands();
}

void Chain::draw_levels(Numbers const& exposure) {
    Numbers weight;
    shape_.clear();
    for (std::size_t move = 0; move < level_.size(); ++move) {
        MoveModel const& m = model_.moves[move];
        shape_.push_back(has_level(m) ? m.level_shape : 1);
        weight.push_back(shape_.back());
        for (std::size_t b = 0; b < model_.bands; ++b) {
            std::size_t const at = move * model_.bands + b;
            shape_.back() += events_[move][b];
            weight.back() += m.prior[b] * band_[at] * exposure[at];
        }
    }
    draw_gammas(random_, proposals_, shape_, value_);
    for (std::size_t move = 0; move < level_.size(); ++move) {
        if (has_level(model_.moves[move])) {
            level_[move] = value_[move] / weight[move];
        }
    }
}

void Chain::draw_bands(Numbers const& exposure) {
    shape_.clear();
    for (std::size_t move = 0; move < level_.size(); ++move) {
        double const own = has_bands(model_.moves[move]) ? model_.moves[move].band_shape : 0;
        for (double const events : events_[move]) {
            shape_.push_back(own + events > 0 ? own + events : 1);
        }
    }
    draw_gammas(random_, proposals_, shape_, value_);
    for (std::size_t at = 0; at < band_.size(); ++at) {
        std::size_t const b = at % model_.bands;
        std::size_t const move = at / model_.bands;
        MoveModel const& m = model_.moves[move];
        if (has_bands(m)) {
            band_[at] = value_[at] / (m.band_shape + m.prior[b] * level_[move] * exposure[at]);
        } else if (!m.has_prior) {
            band_[at] = events_[move][b] > 0 ? value_[at] / (m.prior[b] * exposure[at]) : 0;
        }
    }
}

// Raises the level of a move and lowers its bands, or the other way round.
void Chain::exchange_bands() {
    auto const is_exchanged = [](MoveModel const& m) { return has_level(m) && has_bands(m); };
    exchange_.begin();
    for (std::size_t move = 0; move < level_.size(); ++move) {
        if (is_exchanged(model_.moves[move])) {
            exchange_.add(mass(move), bands_mass(move));
        }
    }
    exchange_.draw(random_, proposals_);
    std::size_t pair = 0;
    for (std::size_t move = 0; move < level_.size(); ++move) {
        if (is_exchanged(model_.moves[move])) {
            double const factor = exchange_.factor(pair++);
            level_[move] *= factor;
            std::for_each_n(&band_[move * model_.bands], model_.bands,
                            [&](double& value) { value /= factor; });
        }
    }
}

bool Chain::has_level(MoveModel const& m) { return m.has_prior && std::isfinite(m.level_shape); }

bool Chain::has_bands(MoveModel const& m) { return m.has_prior && std::isfinite(m.band_shape); }

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
    return std::isfinite(m.level_shape) ? Mass{m.level_shape, m.level_shape * level_[move]}
                                        : bands_mass(move);
}

Mass Chain::bands_mass(std::size_t move) const {
    double const shape = model_.moves[move].band_shape;
    Mass bands;
    for (std::size_t b = 0; b < model_.bands; ++b) {
        bands += {shape, shape * band_[move * model_.bands + b]};
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
