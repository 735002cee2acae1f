// How a chain draws the effects of the levels of factors, and their spread.

#include "cell_passes.hpp"
#include "chain.hpp"
#include "elementary.hpp"

#include <algorithm>

namespace opgave::detail {

// Each pass over the combinations multiplies by what was drawn last, and sums for what comes next.
void Chain::draw_effects() {
    std::ranges::fill(exchanged_, 1.0);
    expect_without_effects();
    for (Work& work : work_) {
        std::ranges::fill(work.product, 1.0);
    }
    std::size_t last = effect_.size() - 1;
    for (std::size_t j = 0; j < last; ++j) {
        multiply(j, effect_[j]);
    }
    Numbers change = effect_[last];
    for (std::size_t j = 0; j < effect_.size(); ++j) {
        change = draw_factor(j, multiply_and_expect(last, change, j));
        last = j;
        exchange_effects(j);
    }
    multiply(last, change);
}

void Chain::multiply(std::size_t j, Numbers const& effect) {
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        detail::multiply(s, s.level[j], effect.data() + model_.offset(j, s), work_[i].product);
    }
}

// Multiplies by effects of factor j, and expects events by the level of another.
Numbers Chain::multiply_and_expect(std::size_t j, Numbers const& effect, std::size_t other) {
    Numbers expected(effect_[other].size(), 0);
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        Work& work = work_[i];
        multiply_and_sum(s, s.level[j], effect.data() + model_.offset(j, s), work.product,
                         work.expected, s.level[other], expected.data() + model_.offset(other, s));
    }
    return expected;
}

void Chain::expect_without_effects() {
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        for (std::size_t r = 0; r < s.rows.size(); ++r) {
            RowKey const& row = s.rows[r];
            double const time = season(s, row) * shock(row);
            for (std::size_t k = 0; k < s.moves; ++k) {
                work_[i].rate[r * s.moves + k] =
                    time * rate(s.first_move + k, static_cast<std::size_t>(row.band));
            }
        }
        pull(s, work_[i].rate, work_[i].expected);
    }
}

// Returns by what the effects changed. The expected events of a level are those with all
// multipliers, divided by its own effect.
Numbers Chain::draw_factor(std::size_t j, Numbers const& with_effect) {
    FactorModel const& factor = model_.factors[j];
    Numbers& effect = effect_[j];
    Numbers expected = with_effect;
    for (std::size_t i = 0; i < effect.size(); ++i) {
        expected[i] /= effect[i];
    }
    draw_spread(j, expected);
    double const spread = model_.effect_grid.spread[spread_[j]];
    double const nu = 1 / (spread * spread);
    Numbers change(effect.size());
    for (std::size_t i = 0; i < effect.size(); ++i) {
        double const value = random_.gamma(nu + factor.events[i]) / (nu + expected[i]);
        change[i] = value / effect[i];
        effect[i] = value;
    }
    return change;
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
void Chain::draw_spread(std::size_t j, Numbers const& expected) {
    FactorModel const& factor = model_.factors[j];
    auto const log_density = [&](int point) {
        auto const g = static_cast<std::size_t>(point);
        return factor.log_weight[g] - exposure_cost(factor, expected, model_.effect_grid.spread[g]);
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
// product of both is what it was, so sums that hold both need no change.
void Chain::exchange_effects(std::size_t j) {
    double const spread = model_.effect_grid.spread[spread_[j]];
    double const nu = 1 / (spread * spread);
    std::size_t const levels = model_.factors[j].levels;
    for (std::size_t i = 0; i < work_.size(); ++i) {
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
