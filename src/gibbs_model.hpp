#pragma once
// What a Gibbs sampler of the rates reads: sums of spells, arranged by state.
//
// A cell of a state is (band, month) x combination of levels. The expected number of events of a
// move there is exposure x prior rate x V x W x effect of each level x season x exp(eta).

#include <opgave/hazard.hpp>

#include "effect_spread.hpp"
#include "pooling.hpp"

#include <cstddef>
#include <vector>

namespace opgave::detail {

using Numbers = std::vector<double>;

// A row of the exposures of a state: one band in one month.
struct RowKey {
    int band = 0;
    int calendar_month = 0;  // 0 is January
    int year = 0;            // counted from the first one seen
    friend auto operator<=>(RowKey const&, RowKey const&) = default;
};

// One state: its moves are neighbours, and its exposures are stored by combination. Numbers per row
// or level are stored by move within it; an index counts those before it.
struct StateCells {
    // An exposure that is drawn.
    struct Entry {
        std::size_t combination;
        std::size_t row;
    };
    State state = 0;
    std::size_t first_move = 0;
    std::size_t moves = 0;
    std::size_t factors = 0;
    std::vector<std::size_t> first_level =
        {};  // per factor, and their end: all levels are numbered
    std::vector<RowKey> rows = {};
    std::vector<int> numbers = {};  // per combination: its number in the variation
    std::vector<int> level = {};    // per combination and factor: its index
    std::vector<int> begin = {0};   // per combination: its first entry; and their end
    std::vector<int> row = {};      // per entry: its index
    Numbers months = {};            // per entry: the exposure
    std::vector<Entry> undated = {};

    [[nodiscard]] std::size_t combinations() const { return numbers.size(); }
    [[nodiscard]] std::size_t levels() const { return first_level.back(); }
};

// A move: the shapes of its level and bands, with mean one, around the rates of the prior.
struct MoveModel {
    double level_shape = 0;
    double band_shape = 0;
    bool has_prior = true;
    std::vector<double> prior = {};
    Numbers events = {};
};

// A factor: events per level and move. A state's effects are stored by level, then by move.
struct FactorModel {
    std::size_t levels = 0;
    Numbers events = {};
    EffectSpread spread;
};

// A stay of which the days waited before it was observed are drawn. Its exposures are undated
// entries of its state, by part of the calendar and then by band.
struct UndatedCells {
    struct Part {
        Day from;  // days (from, to] since the first observation
        Day to;
        std::size_t row;  // some row of the state in that month
        double recorded;
    };
    std::size_t state = 0;  // among `GibbsModel::states`
    std::size_t combination = 0;
    std::size_t move = 0;  // how it ended, among all moves; their number if it did not
    std::vector<Part> parts = {};
    std::size_t first_entry = 0;  // among the undated

    [[nodiscard]] Day days() const { return parts.back().to; }
};

struct GibbsModel {
    std::size_t bands = 0;
    std::vector<Day> edges = {};  // of the bands, in days
    std::size_t state_count = 0;
    std::vector<MoveModel> moves = {};
    std::vector<StateCells> states = {};
    std::vector<FactorModel> factors = {};
    std::vector<UndatedCells> undated = {};  // by state
    SpreadGrid effect_grid{1};
    bool has_shock = false;
    SpreadGrid shock_grid{1};
    int first_year = 0;
    Numbers year_events = {};  // per year seen
    Numbers season = {};       // the prior; empty: none
    double season_shape = 0;
    Numbers season_events = {};  // per state and calendar month

    // Where the effects of a state's moves begin.
    [[nodiscard]] std::size_t offset(std::size_t factor, StateCells const& state) const {
        return factors[factor].levels * state.first_move;
    }
};

// Moves are those of `fits`, sorted.
[[nodiscard]] GibbsModel make_model(Trajectory const& trajectory,
                                    std::vector<double> const& band_edges_months,
                                    std::vector<MoveFit> const& fits, Variation const& variation);

}  // namespace opgave::detail
