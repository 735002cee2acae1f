// How a chain draws the effects of the levels of factors, and their spread.

#include "chain.hpp"
#include "elementary.hpp"
#include "gamma_batch.hpp"

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
    for (std::size_t i = 0; i < effect.size(); ++i) {
        shape_[i] = nu + factor.events[i];
    }
    draw_gammas(random_, effect.size(), shape_.data(), effect.data());
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

namespace {

// The sum of (nu + Y) log(1 + E / nu). Places with the same Y share a logarithm.
double exposure_cost(FactorModel const& factor, Numbers const& expected, double spread) {
    double const inverse = spread * spread;
    double const nu = 1 / inverse;
    double sum = 0;
    double events = 0;
    double product = 1;
    for (std::size_t const i : factor.by_events) {
        if (factor.events[i] != events || product > 1e200) {
            sum += (nu + events) * elementary::log(product);
            events = factor.events[i];
            product = 1;
        }
        product *= 1 + expected[i] * inverse;
    }
    return sum + (nu + events) * elementary::log(product);
}

}  // namespace

// Metropolis steps of several widths on the grid; the effects are integrated out.
void Chain::draw_spread(std::size_t j) {
    FactorModel const& factor = model_.factors[j];
    auto const log_density = [&](int point) {
        auto const g = static_cast<std::size_t>(point);
        return factor.log_weight[g] -
               exposure_cost(factor, expected_, model_.effect_grid.spread[g]);
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
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        StateCells const& s = model_.states[i];
        for (std::size_t k = 0; k < s.moves; ++k) {
            if (!is_carried(s.first_move + k)) {
                continue;
            }
            double* const effect = effect_[j].data() + model_.offset(j, s) + k;
            Mass own{nu * static_cast<double>(levels), 0};
            for (std::size_t l = 0; l < levels; ++l) {
                own.weight += nu * effect[l * s.moves];
            }
            double const factor = exchange(random_, mass(s.first_move + k), own);
            if (factor == 1) {
                continue;
            }
            scale(s.first_move + k, factor);
            for (std::size_t l = 0; l < levels; ++l) {
                effect[l * s.moves] /= factor;
            }
            exchanged_[s.first_move + k] *= factor;
        }
    }
}

}  // namespace opgave::detail
