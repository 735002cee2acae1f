#pragma once
// One Markov chain through the joint posterior of the rates: its parameters, and how each of them
// is drawn given the others.

#include "cell_passes.hpp"
#include "effect_spread.hpp"
#include "exchange.hpp"
#include "gibbs.hpp"
#include "imputation.hpp"
#include "proposals.hpp"
#include "sequence.hpp"

#include <cstdint>
#include <vector>

namespace opgave::detail {

// Effects, seasons and shocks are drawn with a flat prior on the logarithm of the rate of each band
// of a move without prior: what each band is worth there is little, all of them together are not,
// and must not move what the bands share (Jacob et al. 2017, "Better together?", arXiv:1708.08719).
// Only the rates that are written have it.
class Chain {
public:
    // The sums over the cells of each state, of which this chain has one lane.
    Chain(GibbsModel const& model, std::uint64_t seed, std::uint64_t number,
          std::vector<CellSums>& sums, std::size_t lane);

    // A sweep: first this, …
    void impute();
    // … where there are factors, these, and the events expected from them in between, …
    void set_rates();
    void draw_factor(std::size_t j);
    // … and with the exposures this.
    void draw_rates_and_time();

    void write(DrawLayout const& layout, float* out);

private:
    [[nodiscard]] double rate(std::size_t move, std::size_t band) const {
        return model_.moves[move].prior[band] * level_[move] * band_[move * model_.bands + band];
    }
    [[nodiscard]] double season(StateCells const& s, RowKey const& row) const {
        return season_.empty() ? 1 : season_[season_at(s, row)];
    }
    [[nodiscard]] static std::size_t season_at(StateCells const& s, RowKey const& row) {
        return 12 * static_cast<std::size_t>(s.state) +
               static_cast<std::size_t>(row.calendar_month);
    }
    [[nodiscard]] double shock(RowKey const& row) const {
        return shock_[static_cast<std::size_t>(row.year)];
    }

    void expect_by_level(std::size_t j);
    void draw_spread(std::size_t j);
    void set_effects(std::size_t j);
    void exchange_effects(std::size_t j);
    [[nodiscard]] Numbers exposure(std::size_t state) const;
    void draw_levels_and_bands();
    void draw_levels(Numbers const& exposure);
    void draw_bands(Numbers const& exposure);
    void exchange_bands();
    void expect(std::size_t state, Numbers& expected, auto const& place, auto const& factor);
    void draw_season();
    void draw_season(StateCells const& s, Numbers const& expected);
    void draw_shock();
    void draw_shock_spread();
    void scale_shock_spread(Numbers const& expected);
    void shift_shock();
    [[nodiscard]] double steps_squared(double shift) const;

    void begin_undated();
    [[nodiscard]] Leaving leaving(UndatedCells const& stay, Numbers const& rates) const;
    void place(std::size_t stay, Day waited);
    [[nodiscard]] Numbers draw_rates(std::size_t state);
    [[nodiscard]] bool is_carried(std::size_t move) const;
    [[nodiscard]] bool is_carried(StateCells const& s) const;
    [[nodiscard]] static bool has_level(MoveModel const& m);
    [[nodiscard]] static bool has_bands(MoveModel const& m);
    [[nodiscard]] Mass mass(std::size_t move) const;
    [[nodiscard]] Mass bands_mass(std::size_t move) const;
    void scale(std::size_t move, double factor);

    [[nodiscard]] Lane lane(Numbers& numbers) const { return {numbers, lane_}; }

    GibbsModel const& model_;
    std::vector<CellSums>& sums_;
    std::size_t lane_;
    Sequence random_;
    std::vector<Numbers> events_;  // per move and band, with those of stays imputed
    Numbers level_;
    Numbers band_;
    Numbers exchanged_;  // what levels have taken from effects since rates were set
    std::vector<Numbers> effect_;
    std::vector<std::size_t> spread_;
    std::vector<EffectSpread> effect_spread_;
    Numbers season_;
    Numbers eta_;
    Numbers shock_;  // exp(eta), or 1
    std::size_t shock_spread_ = 0;
    std::vector<Day> waited_;  // of each undated stay, before it was observed
    Numbers expected_;         // of the factor at hand, by level
    // Of what is drawn at once.
    Proposals proposals_;
    Numbers shape_;
    Numbers value_;
    Exchange exchange_;
};

}  // namespace opgave::detail
