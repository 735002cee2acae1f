#include "gibbs_model.hpp"

#include "spell_sums.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

namespace opgave::detail {

namespace {

MoveModel make_move(MoveFit const& fit) {
    return {.level_shape = fit.level_shape,
            .band_shape = fit.band_shape,
            .has_prior = fit.has_prior,
            .prior = fit.prior_per_month,
            .events = Numbers(fit.events.begin(), fit.events.end())};
}

// One entry of a state before rows and combinations are numbered.
struct Entry {
    int combination;
    RowKey row;
    double months;
};

RowKey row_of(int band, int month, int first_year) {
    return {.band = band, .calendar_month = month % 12, .year = month / 12 - first_year};
}

// Where a stay of unknown age may turn out to be: entries without exposure.
void add_undated(std::map<State, std::vector<Entry>>& entries, Variation const& variation,
                 std::size_t bands, int first_year) {
    for (UndatedStay const& stay : variation.imputed) {
        for (CalendarPart const& part : calendar_parts(variation, stay.from, stay.to)) {
            for (int band = 0; band < static_cast<int>(bands); ++band) {
                entries[stay.state].push_back(
                    {stay.combination, row_of(band, part.month, first_year), 0});
            }
        }
    }
}

void arrange(StateCells& state, std::vector<Entry> const& entries, Variation const& variation) {
    std::set<RowKey> keys;
    for (Entry const& entry : entries) {
        keys.insert(entry.row);
    }
    state.rows.assign(keys.begin(), keys.end());
    state.first_level = {0};
    for (Factor const& factor : variation.factors) {
        state.first_level.push_back(state.first_level.back() + factor.levels.size());
    }
    auto const index = [&](std::size_t place) { return static_cast<int>(place * state.moves); };
    int last = -1;
    for (Entry const& entry : entries) {
        if (entry.combination != last) {
            last = entry.combination;
            state.numbers.push_back(last);
            state.begin.push_back(state.begin.back());
            auto const& levels = variation.combinations[static_cast<std::size_t>(last)];
            for (std::size_t j = 0; j < state.factors; ++j) {
                state.level.push_back(
                    index(state.first_level[j] + static_cast<std::size_t>(levels[j])));
            }
        }
        if (entry.months == 0) {
            continue;
        }
        auto const at = std::ranges::lower_bound(state.rows, entry.row) - state.rows.begin();
        ++state.begin.back();
        state.row.push_back(index(static_cast<std::size_t>(at)));
        state.months.push_back(entry.months);
    }
}

std::vector<StateCells> make_states(std::vector<MoveFit> const& fits, Variation const& variation,
                                    int first_year) {
    std::map<State, std::vector<Entry>> entries;
    for (ExposureCell const& cell : variation.exposure) {
        entries[cell.state].push_back({cell.combination, row_of(cell.band, cell.month, first_year),
                                       static_cast<double>(cell.half_days) / (2 * days_per_month)});
    }
    add_undated(entries, variation, fits.empty() ? 0 : fits.front().events.size(), first_year);
    std::vector<StateCells> states;
    for (std::size_t i = 0; i < fits.size(); ++i) {
        if (i == 0 || fits[i].move.from != fits[i - 1].move.from) {
            states.push_back(
                {.state = fits[i].move.from, .first_move = i, .factors = variation.factors.size()});
        }
        ++states.back().moves;
    }
    for (StateCells& state : states) {
        auto& own = entries[state.state];
        // Going over combinations is faster where their neighbours have as many entries.
        std::vector<int> count(variation.combinations.size(), 0);
        for (Entry const& entry : own) {
            count[static_cast<std::size_t>(entry.combination)] += entry.months > 0 ? 1 : 0;
        }
        std::ranges::sort(own, {}, [&](Entry const& e) {
            return std::tuple(count[static_cast<std::size_t>(e.combination)], e.combination, e.row);
        });
        arrange(state, own, variation);
    }
    return states;
}

UndatedCells make_undated(GibbsModel& model, std::vector<MoveFit> const& fits,
                          Variation const& variation, UndatedStay const& stay) {
    auto const found = std::ranges::find(model.states, stay.state, &StateCells::state);
    auto const number = std::ranges::find(found->numbers, stay.combination);
    auto const move =
        std::ranges::find(fits, Move{stay.state, stay.cause}, &MoveFit::move) - fits.begin();
    UndatedCells cells{.state = static_cast<std::size_t>(found - model.states.begin()),
                       .combination = static_cast<std::size_t>(number - found->numbers.begin()),
                       .move = static_cast<std::size_t>(move),
                       .first_entry = found->undated.size()};
    Day day = 0;
    for (CalendarPart const& part : calendar_parts(variation, stay.from, stay.to)) {
        for (int band = 0; band < static_cast<int>(model.bands); ++band) {
            auto const row =
                std::ranges::lower_bound(found->rows, row_of(band, part.month, model.first_year));
            found->undated.push_back(
                {cells.combination, static_cast<std::size_t>(row - found->rows.begin())});
        }
        cells.parts.push_back({day, day + part.days, found->undated.back().row, part.recorded});
        day += part.days;
    }
    return cells;
}

void add_undated(GibbsModel& model, std::vector<MoveFit> const& fits, Variation const& variation) {
    auto stays = variation.imputed;
    std::ranges::stable_sort(stays, {}, &UndatedStay::state);
    for (UndatedStay const& stay : stays) {
        bool const can_leave = std::ranges::count(model.states, stay.state, &StateCells::state) > 0;
        if (can_leave) {
            model.undated.push_back(make_undated(model, fits, variation, stay));
        }
    }
}

// Those of imputed stays too; their band is not known.
std::vector<EventCell> all_events(Variation const& variation) {
    auto events = variation.events;
    for (UndatedStay const& stay : variation.imputed) {
        if (stay.cause != censored) {
            int const month = calendar_parts(variation, stay.to - 1, stay.to).back().month;
            events.push_back({{stay.state, stay.cause}, 0, stay.combination, month, 1});
        }
    }
    return events;
}

// The events of each move, by level of one factor.
FactorModel make_factor(GibbsModel const& model, std::vector<MoveFit> const& fits,
                        Variation const& variation, std::size_t j) {
    std::size_t const levels = variation.factors[j].levels.size();
    Numbers events(levels * fits.size());
    for (EventCell const& cell : all_events(variation)) {
        auto const at = std::ranges::lower_bound(fits, cell.move, {}, &MoveFit::move);
        auto const move = static_cast<std::size_t>(at - fits.begin());
        auto const state = std::ranges::find(model.states, cell.move.from, &StateCells::state);
        auto const level = static_cast<std::size_t>(
            variation.combinations[static_cast<std::size_t>(cell.combination)][j]);
        events[levels * state->first_move + level * state->moves + (move - state->first_move)] +=
            static_cast<double>(cell.events);
    }
    return {levels, events, EffectSpread(model.effect_grid, events)};
}

void count_by_time(GibbsModel& model, Variation const& variation) {
    model.season_events.resize(12 * model.state_count);
    for (EventCell const& cell : all_events(variation)) {
        auto const events = static_cast<double>(cell.events);
        auto const state = static_cast<std::size_t>(cell.move.from);
        model.season_events[12 * state + static_cast<std::size_t>(cell.month % 12)] += events;
        model.year_events[static_cast<std::size_t>(cell.month / 12 - model.first_year)] += events;
    }
}

}  // namespace

GibbsModel make_model(Trajectory const& trajectory, std::vector<double> const& band_edges_months,
                      std::vector<MoveFit> const& fits, Variation const& variation) {
    GibbsModel model{.bands = fits.empty() ? 0 : fits.front().events.size(),
                     .edges = edges_in_days(band_edges_months),
                     .state_count = static_cast<std::size_t>(trajectory.state_count()),
                     .effect_grid = SpreadGrid(variation.effect_scale),
                     .has_shock = variation.shock_scale > 0,
                     .shock_grid = SpreadGrid(variation.shock_scale),
                     .season = variation.season,
                     .season_shape = variation.season_shape};
    std::set<int> years;
    for (ExposureCell const& cell : variation.exposure) {
        years.insert(cell.month / 12);
    }
    for (EventCell const& cell : variation.events) {
        years.insert(cell.month / 12);
    }
    for (UndatedStay const& stay : variation.imputed) {
        for (CalendarPart const& part : calendar_parts(variation, stay.from, stay.to)) {
            years.insert(part.month / 12);
        }
    }
    if (!years.empty()) {
        model.first_year = *years.begin();
        model.year_events.resize(static_cast<std::size_t>(*years.rbegin() - *years.begin() + 1));
    }
    std::ranges::transform(fits, std::back_inserter(model.moves), make_move);
    model.states = make_states(fits, variation, model.first_year);
    add_undated(model, fits, variation);
    for (std::size_t j = 0; j < variation.factors.size(); ++j) {
        model.factors.push_back(make_factor(model, fits, variation, j));
    }
    count_by_time(model, variation);
    return model;
}

}  // namespace opgave::detail
