#pragma once
/// How good forecasts of a count were, once the outcome is known.
///
/// Outcomes are real numbers: where the literature scores a count with 1.5 or -1, so does this.
/// A lower score is better.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace opgave {

/// A distribution of a count: `mass[i]` is the probability of `first + i`.
///
/// Invariant of what the functions here return: masses are >= 0 and sum to one.
struct CountDistribution {
    std::int64_t first = 0;
    std::vector<double> mass = {};
    std::int64_t sample_size = 0;  ///< of how many draws the masses are shares; 0: exact
    friend bool operator==(CountDistribution const&, CountDistribution const&) = default;
};

/// Throws std::invalid_argument unless masses are >= 0 and sum to one within 1e-6.
void check(CountDistribution const& forecast);

/// The shares of a sample. Throws std::invalid_argument if it is empty.
[[nodiscard]] CountDistribution distribution_of(std::span<std::int32_t const> sample);

/// Poisson, cut where less than 1e-15 of the peak is left. Throws std::invalid_argument unless
/// 0 <= mean <= 1e9.
[[nodiscard]] CountDistribution poisson_distribution(double mean);

/// Certainly this count.
[[nodiscard]] CountDistribution certain_count(std::int64_t count);

/// The same with every count above `most` put on `most`.
[[nodiscard]] CountDistribution at_most(CountDistribution forecast, std::int64_t most);

[[nodiscard]] double mean(CountDistribution const& forecast);
[[nodiscard]] double standard_deviation(CountDistribution const& forecast);

/// The smallest count that is reached with probability `level`, in (0, 1].
[[nodiscard]] std::int64_t quantile(CountDistribution const& forecast, double level);

/// P(X <= x).
[[nodiscard]] double cumulative(CountDistribution const& forecast, double x);

/// Continuous ranked probability score: the integral of (F(x) - 1{outcome <= x})^2 over x. Of a
/// sample it is the fair one, which a small sample does not worsen: Ferro 2014, "Fair scores for
/// ensemble forecasts", QJRMS 140.
[[nodiscard]] double crps(CountDistribution const& forecast, double outcome);

/// The same of real-valued draws: fair, or with `fair` false that of the sample as it is.
/// Throws std::invalid_argument without draws, or for a fair score of one draw.
[[nodiscard]] double crps_ensemble(std::vector<double> draws, double outcome, bool fair = true);

/// -log of the probability of the outcome, which counts as `floor` if it is less.
[[nodiscard]] double log_score(CountDistribution const& forecast, double outcome, double floor);

/// (probability - 1)^2 if it happened, else probability^2.
[[nodiscard]] double brier(double probability, bool happened);

/// Of a central interval that holds `level`: its width, and 2 / (1 - level) per unit that the
/// outcome lies outside. Gneiting and Raftery 2007, JASA 102, equation 43.
[[nodiscard]] double interval_score(double low, double high, double level, double outcome);

/// The probability integral transform of a count: F(outcome - 1) and F(outcome).
struct Pit {
    double low = 0;
    double high = 0;
};

[[nodiscard]] Pit pit(CountDistribution const& forecast, std::int64_t outcome);

/// The part of the uniform distribution on [low, high] that lies in [begin, end].
[[nodiscard]] double share_within(Pit const& pit, double begin, double end);

/// The non-randomised PIT histogram; the mean height is one. Czado, Gneiting and Held 2009,
/// "Predictive model assessment for count data", Biometrics 65. Throws std::invalid_argument
/// without outcomes or bins.
[[nodiscard]] std::vector<double> pit_histogram(std::vector<Pit> const& pits, int bins = 10);

/// The chance, averaged over outcomes, that the randomised PIT lies in the central interval of
/// this level. If forecasts are calibrated its expectation is the level itself, however coarse the
/// counts are; intervals between quantiles of counts hold more.
[[nodiscard]] double coverage(std::vector<Pit> const& pits, double level);

/// 1 - score / score of a baseline, over forecasts in order of their origins.
struct Skill {
    double value = 0;
    double low = 0;         ///< 5 % of the moving-block bootstrap; NaN without a test
    double high = 0;        ///< 95 %
    double difference = 0;  ///< mean score minus mean score of the baseline
    int independent = 0;    ///< forecasts that share no time
    friend bool operator==(Skill const&, Skill const&) = default;
};

/// Blocks of `block` neighbours are drawn with replacement: forecasts that share time stay
/// together. Künsch 1989, Annals of Statistics 17. Below 20 independent forecasts there is no
/// interval. Throws std::invalid_argument for no forecasts, unequal lengths or block < 1.
[[nodiscard]] Skill skill(std::vector<double> const& score, std::vector<double> const& baseline,
                          int block, int independent, std::uint64_t seed = 1);

/// Fewer independent forecasts than this do not test anything.
inline constexpr int fewest_for_a_test = 20;

}  // namespace opgave
