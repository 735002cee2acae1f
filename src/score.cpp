#include <opgave/random.hpp>
#include <opgave/score.hpp>

#include "elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace opgave {

namespace {

double sum(std::vector<double> const& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

void normalise(std::vector<double>& mass) {
    double const total = sum(mass);
    for (double& value : mass) {
        value /= total;
    }
}

// Calls act(x, F(x)) for each count but the last: F is constant on [x, x + 1).
template <typename Act>
void for_each_step(CountDistribution const& forecast, Act act) {
    double below = 0;
    for (std::size_t i = 0; i + 1 < forecast.mass.size(); ++i) {
        below += forecast.mass[i];
        act(static_cast<double>(forecast.first) + static_cast<double>(i), below);
    }
}

double last(CountDistribution const& forecast) {
    return static_cast<double>(forecast.first) + static_cast<double>(forecast.mass.size()) - 1;
}

}  // namespace

void check(CountDistribution const& forecast) {
    auto const bad = [](double mass) { return !(mass >= 0); };
    if (forecast.mass.empty() || std::ranges::any_of(forecast.mass, bad)) {
        throw std::invalid_argument("a distribution needs masses, all of them >= 0");
    }
    if (std::fabs(sum(forecast.mass) - 1) > 1e-6) {
        throw std::invalid_argument("the masses of a distribution must sum to 1, got " +
                                    std::to_string(sum(forecast.mass)));
    }
}

CountDistribution distribution_of(std::span<std::int32_t const> sample) {
    if (sample.empty()) {
        throw std::invalid_argument("a sample needs at least one draw");
    }
    auto const [low, high] = std::ranges::minmax(sample);
    CountDistribution result{low, std::vector<double>(static_cast<std::size_t>(high - low) + 1),
                             static_cast<std::int64_t>(sample.size())};
    for (std::int32_t const count : sample) {
        result.mass[static_cast<std::size_t>(count - low)] += 1;
    }
    normalise(result.mass);
    return result;
}

CountDistribution poisson_distribution(double mean) {
    if (!(mean >= 0 && mean <= 1e9)) {
        throw std::invalid_argument("the mean of a Poisson distribution must be in 0-1e9, got " +
                                    std::to_string(mean));
    }
    // From the mode outwards, so that nothing underflows.
    constexpr double negligible = 1e-15;
    double const mode = std::floor(mean);
    std::vector<double> below;
    for (double k = mode, mass = 1; k > 0 && mass > negligible; --k) {
        mass *= k / mean;
        below.push_back(mass);
    }
    CountDistribution result{
        static_cast<std::int64_t>(mode) - static_cast<std::int64_t>(below.size()),
        {below.rbegin(), below.rend()}};
    for (double k = mode + 1, mass = 1; mass > negligible; ++k) {
        result.mass.push_back(mass);
        mass *= mean / k;
    }
    normalise(result.mass);
    return result;
}

CountDistribution certain_count(std::int64_t count) { return {.first = count, .mass = {1}}; }

CountDistribution at_most(CountDistribution forecast, std::int64_t most) {
    if (most < forecast.first) {
        return {most, {1}, forecast.sample_size};
    }
    auto const kept = static_cast<std::size_t>(most - forecast.first) + 1;
    if (kept < forecast.mass.size()) {
        auto const cut = forecast.mass.begin() + static_cast<std::ptrdiff_t>(kept);
        forecast.mass[kept - 1] = std::accumulate(cut, forecast.mass.end(), *(cut - 1));
        forecast.mass.resize(kept);
    }
    return forecast;
}

double mean(CountDistribution const& forecast) {
    double offset = 0;
    for (std::size_t i = 0; i < forecast.mass.size(); ++i) {
        offset += static_cast<double>(i) * forecast.mass[i];
    }
    return static_cast<double>(forecast.first) + offset;
}

double standard_deviation(CountDistribution const& forecast) {
    double const centre = mean(forecast);
    double square = 0;
    for (std::size_t i = 0; i < forecast.mass.size(); ++i) {
        double const off = static_cast<double>(forecast.first) + static_cast<double>(i) - centre;
        square += off * off * forecast.mass[i];
    }
    return std::sqrt(square);
}

std::int64_t quantile(CountDistribution const& forecast, double level) {
    if (!(level > 0 && level <= 1)) {
        throw std::invalid_argument("a level must be in (0, 1], got " + std::to_string(level));
    }
    // Sums that differ from the level by rounding reach it.
    constexpr double rounding = 1e-9;
    double below = 0;
    std::size_t i = 0;
    for (; i + 1 < forecast.mass.size(); ++i) {
        below += forecast.mass[i];
        if (below >= level - rounding) {
            break;
        }
    }
    return forecast.first + static_cast<std::int64_t>(i);
}

double cumulative(CountDistribution const& forecast, double x) {
    if (x >= last(forecast)) {
        return 1;
    }
    double const steps = std::floor(x) - static_cast<double>(forecast.first);
    double below = 0;
    for (std::size_t i = 0; static_cast<double>(i) <= steps; ++i) {
        below += forecast.mass[i];
    }
    return std::min(1.0, below);
}

double crps(CountDistribution const& forecast, double outcome) {
    double const first = static_cast<double>(forecast.first);
    double integral = std::max(0.0, first - outcome) + std::max(0.0, outcome - last(forecast));
    double spread = 0;
    for_each_step(forecast, [&](double x, double below) {
        double const before = std::clamp(outcome - x, 0.0, 1.0);
        integral += before * below * below + (1 - before) * (1 - below) * (1 - below);
        spread += below * (1 - below);
    });
    // Half the mean difference of two draws is the sum of F (1 - F); among M draws it comes out
    // too small by the factor (M - 1) / M.
    auto const draws = static_cast<double>(forecast.sample_size);
    return integral - (draws > 1 ? spread / (draws - 1) : 0);
}

double crps_ensemble(std::vector<double> draws, double outcome, bool fair) {
    if (draws.size() < (fair ? 2U : 1U)) {
        throw std::invalid_argument("a score of draws needs at least " +
                                    std::to_string(fair ? 2 : 1) + ", got " +
                                    std::to_string(draws.size()));
    }
    std::ranges::sort(draws);
    auto const n = static_cast<double>(draws.size());
    double distance = 0;
    double spread = 0;
    for (std::size_t i = 0; i < draws.size(); ++i) {
        distance += std::fabs(draws[i] - outcome);
        spread += draws[i] * (2 * static_cast<double>(i) + 1 - n);
    }
    return distance / n - spread / (n * (fair ? n - 1 : n));
}

double log_score(CountDistribution const& forecast, double outcome, double floor) {
    double const at = outcome - static_cast<double>(forecast.first);
    bool const inside = at >= 0 && outcome <= last(forecast) && at == std::floor(at);
    double const mass = inside ? forecast.mass[static_cast<std::size_t>(at)] : 0;
    return -elementary::log(std::max(mass, floor));
}

double brier(double probability, bool happened) {
    double const off = probability - (happened ? 1 : 0);
    return off * off;
}

double interval_score(double low, double high, double level, double outcome) {
    double const outside = std::max(0.0, low - outcome) + std::max(0.0, outcome - high);
    return high - low + 2 / (1 - level) * outside;
}

Pit pit(CountDistribution const& forecast, std::int64_t outcome) {
    auto const at = static_cast<double>(outcome);
    return {cumulative(forecast, at - 1), cumulative(forecast, at)};
}

double share_within(Pit const& pit, double begin, double end) {
    if (pit.high <= pit.low) {
        // No mass on the outcome: all of it at one point, which belongs to the interval above it.
        return pit.low >= begin && (pit.low < end || end >= 1) ? 1 : 0;
    }
    double const common = std::min(pit.high, end) - std::max(pit.low, begin);
    return std::max(0.0, common) / (pit.high - pit.low);
}

std::vector<double> pit_histogram(std::vector<Pit> const& pits, int bins) {
    if (pits.empty() || bins < 1) {
        throw std::invalid_argument("a PIT histogram needs outcomes and bins, got " +
                                    std::to_string(pits.size()) + " and " + std::to_string(bins));
    }
    std::vector<double> height(static_cast<std::size_t>(bins), 0);
    for (Pit const& one : pits) {
        for (int bin = 0; bin < bins; ++bin) {
            height[static_cast<std::size_t>(bin)] += share_within(
                one, static_cast<double>(bin) / bins, static_cast<double>(bin + 1) / bins);
        }
    }
    for (double& value : height) {
        value *= static_cast<double>(bins) / static_cast<double>(pits.size());
    }
    return height;
}

double coverage(std::vector<Pit> const& pits, double level) {
    double sum = 0;
    for (Pit const& one : pits) {
        sum += share_within(one, (1 - level) / 2, (1 + level) / 2);
    }
    return pits.empty() ? std::numeric_limits<double>::quiet_NaN()
                        : sum / static_cast<double>(pits.size());
}

namespace {

// The skill in one resample of blocks.
double resampled_skill(std::vector<double> const& score, std::vector<double> const& baseline,
                       std::size_t block, Stream const& stream) {
    std::size_t const n = score.size();
    double own = 0;
    double other = 0;
    for (std::size_t taken = 0; taken < n; taken += block) {
        auto const bits = stream.bits(static_cast<std::uint32_t>(taken / block), 0);
        auto const begin = static_cast<std::size_t>(uniform(bits[0], bits[1]) *
                                                    static_cast<double>(n - block + 1));
        for (std::size_t i = begin; i < begin + std::min(block, n - taken); ++i) {
            own += score[i];
            other += baseline[i];
        }
    }
    return other > 0 ? 1 - own / other : 0;
}

}  // namespace

Skill skill(std::vector<double> const& score, std::vector<double> const& baseline, int block,
            int independent, std::uint64_t seed) {
    if (score.empty() || score.size() != baseline.size() || block < 1) {
        throw std::invalid_argument(
            "a skill needs as many scores as baseline scores and blocks of at least 1, got " +
            std::to_string(score.size()) + ", " + std::to_string(baseline.size()) + " and " +
            std::to_string(block));
    }
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    auto const n = static_cast<double>(score.size());
    double const own = sum(score) / n;
    double const other = sum(baseline) / n;
    Skill result{other > 0 ? 1 - own / other : nan, nan, nan, own - other, independent};
    if (independent < fewest_for_a_test) {
        return result;
    }
    constexpr std::size_t resamples = 2000;
    std::vector<double> skills;
    auto const length = std::min(static_cast<std::size_t>(block), score.size());
    for (std::size_t i = 0; i < resamples; ++i) {
        skills.push_back(
            resampled_skill(score, baseline, length, Stream(seed, Purpose::backtest, i)));
    }
    std::ranges::sort(skills);
    result.low = skills[resamples / 20];
    result.high = skills[resamples - 1 - resamples / 20];
    return result;
}

}  // namespace opgave
