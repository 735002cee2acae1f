// How a chain draws the effects of the levels of factors, and their spread.

#include "chain.hpp"
#include "elementary.hpp"

#include <algorithm>

namespace opgave::detail {

void Chain::draw_factor(std::size_t j) {
    FactorModel const& factor = model_.factors[j];
    Numbers& effect = effect_[j];
    expect_by_level(j);
    draw_spread(j);
    double const spread = model_.effect_grid.spread[spread_[j]];
    double const nu = 1 / (spread * spread);
    shape_.resize(effect.size());
    std::ranges::transform(factor.events, shape_.begin(),
                           [nu](double events) { return nu + events; });
    draw_gammas(random_, proposals_, shape_, effect);
    for (std::size_t i = 0; i < effect.size(); ++i) {
        effect[i] /= nu + expected_[i];
    }
    exchange_effects(j);
    set_effects(j);
}

// The sums are of rates as they were set.
void Chain::expect_by_level(std::size_t j) {
    expected_.clear();
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        StateCells const& s = model_.states[i];
        Lane const sum = lane(sums_[i].by_level);
        for (std::size_t level = s.first_level[j]; level < s.first_level[j + 1]; ++level) {
            for (std::size_t k = 0; k < s.moves; ++k) {
                expected_.push_back(sum[level * s.moves + k] * exchanged_[s.first_move + k]);
            }
        }
    }
}

void Chain::set_effects(std::size_t j) {
    auto value = effect_[j].begin();
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        StateCells const& s = model_.states[i];
        Lane const effect = lane(sums_[i].effect);
        for (std::size_t at = s.first_level[j] * s.moves; at < s.first_level[j + 1] * s.moves;
             ++at) {
            effect[at] = *value++;
        }
    }
}

// Metropolis steps of several widths on the grid; the effects are integrated out.
void Chain::draw_spread(std::size_t j) {
    EffectSpread& law = effect_spread_[j];
    law.expect(expected_);
    auto const log_density = [&](int point) {
        return law.log_density(static_cast<std::size_t>(point));
    };
    auto now = static_cast<int>(spread_[j]);
    double density = log_density(now);
    for (int const width : {3, 10, 30}) {
        int const step = 1 + static_cast<int>(width * random_.uniform());
        int const candidate = random_.uniform() < 0.5 ? now - step : now + step;
        if (candidate < 0 || candidate >= SpreadGrid::points) {
            continue;
        }
        double const other = log_density(candidate);
        if (elementary::log(random_.uniform()) < other - density) {
            now = candidate;
            density = other;
        }
    }
    spread_[j] = static_cast<std::size_t>(now);
}

// Raises the level of a move and lowers all its effects of one factor, or the other way round. The
// product of both is what it was.
void Chain::exchange_effects(std::size_t j) {
    double const spread = model_.effect_grid.spread[spread_[j]];
    double const nu = 1 / (spread * spread);
    std::size_t const levels = model_.factors[j].levels;
    // Calls `action` with every move that carries, and its effects; `s.moves` apart.
    auto const over_moves = [&](auto const& action) {
        for (StateCells const& s : model_.states) {
            for (std::size_t k = 0; k < s.moves; ++k) {
                if (is_carried(s.first_move + k)) {
                    action(s.first_move + k, effect_[j].data() + model_.offset(j, s) + k, s.moves);
                }
            }
        }
    };
    exchange_.begin();
    over_moves([&](std::size_t move, double const* effect, std::size_t apart) {
        Mass own{nu * static_cast<double>(levels), 0};
        for (std::size_t l = 0; l < levels; ++l) {
            own.weight += nu * effect[l * apart];
        }
        exchange_.add(mass(move), own);
    });
    exchange_.draw(random_, proposals_);
    std::size_t pair = 0;
    over_moves([&](std::size_t move, double* effect, std::size_t apart) {
        double const factor = exchange_.factor(pair++);
        scale(move, factor);
        for (std::size_t l = 0; l < levels; ++l) {
            effect[l * apart] /= factor;
        }
        exchanged_[move] *= factor;
    });
}

}  // namespace opgave::detail
