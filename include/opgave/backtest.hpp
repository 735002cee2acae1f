#pragma once
/// How good forecasts from earlier days would have been.
///
/// On each origin only what was known that day is used: the snapshot, the spells and the rates
/// fitted to them. The outcome is what the register says at its end.

#include <opgave/projection.hpp>
#include <opgave/score.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opgave {

/// Who makes the forecasts.
///
/// `throughput`: months drawn from the last twelve; in a closed cohort, for the month that lies k
/// ahead, the completions of dwellings under way for k months. `linear`: their mean, and Poisson.
/// `plan`: the plan itself. `no_duration`: rates that do not depend on the time already waited.
/// `plug_in`: the mean rates as if they were certain.
enum class Method : std::int8_t { model, throughput, linear, no_duration, plug_in, plan };

/// `model`, `throughput`, `linear`, `no_duration`, `plug_in`, `plan`.
[[nodiscard]] std::string const& name_of(Method method);
/// Throws std::invalid_argument that lists them.
[[nodiscard]] Method parse_method(std::string_view name);

/// Whose completions are counted.
///
/// `closed`: those of the dwellings under way on the origin, as future arrivals are a plan and not
/// a forecast. `open`: those of all dwellings; arrivals go on as in the twelve months before.
enum class Arrivals : std::int8_t { closed, open };

/// `closed` or `open`. Throws std::invalid_argument that lists them.
[[nodiscard]] Arrivals parse_arrivals(std::string_view text);

/// How a register is tested.
///
/// `state` is completion; a stage other than the first: dwellings that reach or pass it; or an
/// exit: dwellings in it.
struct BacktestOptions {
    std::vector<Day> origins = {};  ///< last days of months, rising
    std::vector<int> horizons_months = {6, 12, 24};
    HazardPrior prior = {};
    std::optional<State> state = {};  ///< what is counted; completion without it
    Arrivals arrivals = Arrivals::closed;
    std::map<Day, std::int64_t> plan = {};  ///< planned completions per month, by its last day
    int paths = 2000;
    std::uint64_t seed = 1;
    int threads = 0;
    std::function<bool(double)> progress = {};
};

/// Levels of the quantiles of a forecast.
inline constexpr std::array<double, 7> forecast_levels = {.025, .1, .25, .5, .75, .9, .975};

/// What is said of a forecast once the outcome is known.
struct Verdict {
    double mean = 0;
    double sd = 0;
    std::array<std::int64_t, forecast_levels.size()> quantiles = {};
    Pit pit = {};
    double crps = 0;
    double log_score = 0;
    double interval_score = 0;  ///< of the central 80 %
};

/// `floor` is the least probability that the log score takes.
[[nodiscard]] Verdict judge(CountDistribution const& forecast, std::int64_t outcome, double floor);

/// One forecast and its outcome: how many more dwellings are completed, or in the chosen state,
/// `horizon_months` after the origin than were known to be on it.
struct ForecastRow {
    Day origin = unknown_day;
    int horizon_months = 0;
    Method method = Method::model;
    std::int64_t outcome = 0;
    Verdict verdict = {};
};

/// Rows by origin, horizon and method. A horizon that ends after the last day of the register has
/// no rows, nor has a plan that does not cover it. Throws NotEnoughData, naming the origin, where
/// too little was known; std::invalid_argument for origins that are not rising month ends or
/// horizons that are not rising and positive; std::runtime_error if `progress` stopped the run.
[[nodiscard]] std::vector<ForecastRow> backtest(Register const& reg,
                                                BacktestOptions const& options);

/// The scores of one method at one horizon, over origins.
struct ScoreRow {
    int horizon_months = 0;
    Method method = Method::model;
    int n = 0;
    double crps = 0;
    Skill skill = {};  ///< of the model against this method
    double log_score = 0;
    double interval_score = 0;
    std::array<double, 3> coverage = {};  ///< of 50, 80 and 95 %
    double bias = 0;                      ///< mean forecast minus outcome
};

/// One row per horizon and method. Rows are those of `backtest`.
[[nodiscard]] std::vector<ScoreRow> scores(std::vector<ForecastRow> const& rows,
                                           std::uint64_t seed = 1);

}  // namespace opgave
