#pragma once
// Forecasts that need no model of a dwelling, and models that know less.

#include <opgave/backtest.hpp>
#include <opgave/random.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

// Completions in each of the past months, the last month first: row k holds what counts for the
// month that lies k + 1 ahead.
using Past = std::vector<std::vector<std::int64_t>>;

// The sum of so many months, each drawn from its row of `past`.
[[nodiscard]] CountDistribution resampled_months(Past const& past, int months, int paths,
                                                 Stream const& stream);

// The mean paces of `past` carried on, with the spread of Poisson.
[[nodiscard]] CountDistribution carried_on(Past const& past, int months);

// One band per move: the rate of each is its mean over the time spent in the stage.
[[nodiscard]] HazardPrior without_duration(HazardPrior const& prior);

// The posterior mean, for sure.
[[nodiscard]] Hazards certain_mean(Hazards const& hazards);

}  // namespace opgave::detail
