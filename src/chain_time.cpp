// How a chain draws the seasons, and the shocks of the years.

#include "chain.hpp"
#include "elementary.hpp"
#include "elementary_batch.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace opgave::detail {

// Adds the events expected in each row of a state, at its rates times `factor(row)`, to
// `expected[place(row)]`.
void Chain::expect(std::size_t state, Numbers& expected, auto const& place, auto const& factor) {
    StateCells const& s = model_.states[state];
    Lane const by_row = lane(sums_[state].exposure);
    for (std::size_t r = 0; r < s.rows.size(); ++r) {
        RowKey const& row = s.rows[r];
        for (std::size_t k = 0; k < s.moves; ++k) {
            expected[place(row)] += factor(row) *
                                    rate(s.first_move + k, static_cast<std::size_t>(row.band)) *
                                    by_row[r * s.moves + k];
        }
    }
}

void Chain::draw_season() {
    Numbers expected(season_.size(), 0);
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        StateCells const& s = model_.states[i];
        auto const month = [&](RowKey const& row) { return season_at(s, row); };
        expect(i, expected, month, [&](RowKey const& row) { return shock(row); });
        draw_season(s, expected);
    }
}

void Chain::draw_season(StateCells const& s, Numbers const& expected) {
    std::size_t const first = 12 * static_cast<std::size_t>(s.state);
    shape_.clear();
    for (std::size_t month = 0; month < 12; ++month) {
        shape_.push_back(model_.season_shape + model_.season_events[first + month]);
    }
    draw_gammas(random_, proposals_, shape_, value_);
    Mass months;
    for (std::size_t month = 0; month < 12; ++month) {
        double const weight = model_.season_shape / model_.season[month];
        double& value = season_[first + month];
        value = value_[month] / (weight + expected[first + month]);
        months += {model_.season_shape, weight * value};
    }
    if (!is_carried(s)) {
        return;
    }
    Mass rates;
    for (std::size_t k = 0; k < s.moves; ++k) {
        rates += mass(s.first_move + k);
    }
    exchange_.begin();
    exchange_.add(months, rates);
    exchange_.draw(random_, proposals_);
    double const factor = exchange_.factor(0);
    std::for_each_n(&season_[first], 12, [&](double& value) { value *= factor; });
    for (std::size_t k = 0; k < s.moves; ++k) {
        scale(s.first_move + k, 1 / factor);
    }
}

void Chain::draw_shock() {
    Numbers expected(eta_.size(), 0);
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        StateCells const& s = model_.states[i];
        auto const year = [](RowKey const& row) { return static_cast<std::size_t>(row.year); };
        expect(i, expected, year, [&](RowKey const& row) { return season(s, row); });
    }
    double const precision =
        1 / (model_.shock_grid.spread[shock_spread_] * model_.shock_grid.spread[shock_spread_]);
    constexpr double rho = shock_persistence;
    for (std::size_t y = 0; y < eta_.size(); ++y) {
        bool const is_first = y == 0;
        bool const is_last = y + 1 == eta_.size();
        double const neighbours = (is_first ? 0 : eta_[y - 1]) + (is_last ? 0 : eta_[y + 1]);
        double const links = 1 + rho * rho * (1 - (is_first ? 1 : 0) - (is_last ? 1 : 0));
        double const own = precision * links;
        double const centre = rho * neighbours / links;
        auto const log_density = [&](double x) {
            return model_.year_events[y] * x - expected[y] * elementary::exp(x) -
                   own * (x - centre) * (x - centre) / 2;
        };
        eta_[y] = slice(random_, eta_[y], 2 / std::sqrt(own + model_.year_events[y]), log_density);
    }
    draw_shock_spread();
    scale_shock_spread(expected);
    shift_shock();
    std::ranges::transform(eta_, shock_.begin(), [](double x) { return elementary::exp(x); });
}

// The sum of squares of the steps of the shock, the first of which is from its stationary law.
double Chain::steps_squared(double shift) const {
    constexpr double rho = shock_persistence;
    double sum = 0;
    for (std::size_t y = 0; y < eta_.size(); ++y) {
        double const now = eta_[y] + shift;
        double const step = y == 0 ? now : now - rho * (eta_[y - 1] + shift);
        sum += y == 0 ? (1 - rho * rho) * step * step : step * step;
    }
    return sum;
}

void Chain::draw_shock_spread() {
    double const square = steps_squared(0);
    auto const years = static_cast<double>(eta_.size());
    auto weight = model_.shock_grid.log_prior;
    for (std::size_t g = 0; g < weight.size(); ++g) {
        double const spread = model_.shock_grid.spread[g];
        weight[g] -= years * model_.shock_grid.log_spread[g] + square / (2 * spread * spread);
    }
    shock_spread_ = pick(random_, weight);
}

// The standard deviation once more, this time with shock / standard deviation held: Yu and Meng
// 2011, "To center or not to center", JCGS 20.
void Chain::scale_shock_spread(Numbers const& expected) {
    double const before = model_.shock_grid.spread[shock_spread_];
    auto weight = model_.shock_grid.log_prior;
    std::array<double, SpreadGrid::points> rise{};
    for (std::size_t y = 0; y < eta_.size(); ++y) {
        for (std::size_t g = 0; g < weight.size(); ++g) {
            rise[g] = std::min(model_.shock_grid.spread[g] / before * eta_[y], 600.0);
            weight[g] += model_.year_events[y] * rise[g];
        }
        exp_all(rise.size(), rise.data());
        for (std::size_t g = 0; g < weight.size(); ++g) {
            weight[g] -= expected[y] * rise[g];
        }
    }
    shock_spread_ = pick(random_, weight);
    double const ratio = model_.shock_grid.spread[shock_spread_] / before;
    std::ranges::for_each(eta_, [&](double& x) { x *= ratio; });
}

// Raises the shocks of all years and lowers the levels of all moves.
void Chain::shift_shock() {
    if (eta_.empty() ||
        !std::ranges::all_of(model_.states, [&](StateCells const& s) { return is_carried(s); })) {
        return;
    }
    Mass rates;
    for (std::size_t move = 0; move < model_.moves.size(); ++move) {
        rates += mass(move);
    }
    double const spread = model_.shock_grid.spread[shock_spread_];
    auto const log_density = [&](double x) {
        return -rates.shape * x - rates.weight * elementary::exp(-x) -
               steps_squared(x) / (2 * spread * spread);
    };
    double const width = 2 / std::sqrt(rates.weight + 1 / (spread * spread));
    double const shift = slice(random_, 0, width, log_density);
    std::ranges::for_each(eta_, [&](double& x) { x += shift; });
    for (std::size_t move = 0; move < model_.moves.size(); ++move) {
        scale(move, elementary::exp(-shift));
    }
}

}  // namespace opgave::detail
