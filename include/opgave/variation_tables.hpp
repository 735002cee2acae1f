#pragma once
/// What is known of groups, seasons and years after the data; quantiles are those of 4,000 draws.

#include <opgave/hazard.hpp>

#include <cstdint>
#include <vector>

namespace opgave {

/// The effect of one level of a factor on one move: its rate is that many times the baseline.
struct EffectSummary {
    int factor = 0;
    int level = 0;
    Move move;
    std::int64_t events = 0;
    double expected = 0;  ///< events expected without it, at the geometric mean of all else
    Estimate effect;
    double shrinkage = 0;  ///< 1: all prior, 0: all data
};

/// By factor, move and level. Empty without factors.
[[nodiscard]] std::vector<EffectSummary> effects(Hazards const& hazards);

/// The standard deviation between the levels of each factor, in the order of `Hazards::factors`.
[[nodiscard]] std::vector<Estimate> effect_spreads(Hazards const& hazards);

/// The season of each state that is left (rows of twelve months), January first. Empty without a
/// season.
struct SeasonSummary {
    State state = 0;
    int month = 0;  ///< 1 is January
    Estimate season;
};
[[nodiscard]] std::vector<SeasonSummary> seasons(Hazards const& hazards);

/// The shock of each calendar year observed. Empty without a shock.
struct ShockSummary {
    int year = 0;
    Estimate shock;
};
[[nodiscard]] std::vector<ShockSummary> shocks(Hazards const& hazards);

/// The standard deviation of what is new in the logarithm of the shock of a year; zero without one.
[[nodiscard]] Estimate shock_spread(Hazards const& hazards);

}  // namespace opgave
