#include "elementary.hpp"
#include "posterior.hpp"
#include "proposals.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace opgave::detail {

namespace {

// The log density of u = log V given the data, W integrated out, and its derivative.
struct LogDensity {
    double value;
    double slope;
};

LogDensity level_density(MoveFit const& fit, double u) {
    double const level = elementary::exp(u);
    LogDensity result{fit.level_shape * (u - level), fit.level_shape * (1 - level)};
    for (std::size_t b = 0; b < fit.events.size(); ++b) {
        auto const events = static_cast<double>(fit.events[b]);
        double const mean = fit.prior_per_month[b] * level * fit.exposure_months[b];
        if (std::isinf(fit.band_shape)) {
            result.value += events * u - mean;
            result.slope += events - mean;
        } else {
            double const shape = fit.band_shape + events;
            result.value += events * u - shape * elementary::log(fit.band_shape + mean);
            result.slope += events - shape * mean / (fit.band_shape + mean);
        }
    }
    return result;
}

// The density is log-concave: the mode lies where the slope changes sign.
double find_mode(MoveFit const& fit) {
    double low = -60;
    double high = 60;
    for (int i = 0; i < 60; ++i) {
        double const middle = (low + high) / 2;
        (level_density(fit, middle).slope > 0 ? low : high) = middle;
    }
    return (low + high) / 2;
}

// How far from the mode, in one direction, the density falls to e^-40 of its peak.
double reach(MoveFit const& fit, double mode, double direction) {
    double const floor = level_density(fit, mode).value - 40;
    double distance = 0.01;
    while (level_density(fit, mode + direction * distance).value > floor && distance < 600) {
        distance *= 1.25;
    }
    return distance;
}

// The distribution of a level on a grid of its logarithm.
struct Level {
    std::vector<double> log_level = {};
    std::vector<double> cumulative = {};
};

Level tabulate(MoveFit const& fit) {
    if (std::isinf(fit.level_shape)) {
        return {};
    }
    constexpr int points = 1025;
    double const mode = find_mode(fit);
    double const peak = level_density(fit, mode).value;
    double const low = mode - reach(fit, mode, -1);
    double const step = (mode + reach(fit, mode, 1) - low) / (points - 1);
    Level level;
    double total = 0;
    double before = 0;
    for (int i = 0; i < points; ++i) {
        double const u = low + i * step;
        double const density = elementary::exp(level_density(fit, u).value - peak);
        total += i == 0 ? 0 : (before + density) / 2;
        before = density;
        level.log_level.push_back(u);
        level.cumulative.push_back(total);
    }
    for (double& value : level.cumulative) {
        value /= total;
    }
    return level;
}

double quantile(Level const& level, double probability) {
    auto const& [log_level, cumulative] = level;
    if (cumulative.empty()) {
        return 1;
    }
    auto const right = std::ranges::upper_bound(cumulative, probability) - cumulative.begin();
    auto const k = static_cast<std::size_t>(right);
    double const part = (probability - cumulative[k - 1]) / (cumulative[k] - cumulative[k - 1]);
    return elementary::exp(log_level[k - 1] + part * (log_level[k] - log_level[k - 1]));
}

// The mean rate of one band given the level.
double mean_given_level(MoveFit const& fit, std::size_t band, double level) {
    double const rate = fit.prior_per_month[band] * level;
    if (std::isinf(fit.band_shape)) {
        return rate;
    }
    return rate * (fit.band_shape + static_cast<double>(fit.events[band])) /
           (fit.band_shape + rate * fit.exposure_months[band]);
}

class SeparatePosterior final : public Posterior {
public:
    SeparatePosterior(std::vector<MoveFit> fits, std::size_t bands)
        : fits_(std::move(fits)), bands_(bands) {
        std::ranges::transform(fits_, std::back_inserter(levels_), tabulate);
        for (MoveFit const& fit : fits_) {
            for (std::int64_t const events : fit.events) {
                bool const certain = std::isinf(fit.band_shape);
                shape_.push_back(certain ? 1 : fit.band_shape + static_cast<double>(events));
            }
        }
    }

    void prepare(std::function<bool(double)> const& /*progress*/) const override {}

    // All levels first, then W of every band given these: Gamma, or 1 where the shape is certain.
    [[nodiscard]] Draw draw(std::uint64_t seed, std::uint64_t path,
                            DrawFor const& /*what*/) const override {
        Sequence random(seed, Purpose::posterior, path);
        std::vector<double> level;
        for (Level const& each : levels_) {
            level.push_back(quantile(each, random.uniform()));
        }
        Proposals proposals;
        std::vector<double> unit;
        draw_gammas(random, proposals, shape_, unit);
        Rates rates(static_cast<Eigen::Index>(fits_.size()), static_cast<Eigen::Index>(bands_));
        for (std::size_t i = 0; i < fits_.size(); ++i) {
            MoveFit const& fit = fits_[i];
            for (std::size_t band = 0; band < bands_; ++band) {
                double const rate = fit.prior_per_month[band] * level[i];
                bool const certain = std::isinf(fit.band_shape);
                double const shape_rate = fit.band_shape + rate * fit.exposure_months[band];
                rates(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(band)) =
                    certain ? rate : rate * unit[i * bands_ + band] / shape_rate;
            }
        }
        return {.rates = std::move(rates)};
    }

    [[nodiscard]] std::optional<int> batch(std::uint64_t) const override { return {}; }

    [[nodiscard]] Rates mean() const override {
        Rates rates(static_cast<Eigen::Index>(fits_.size()), static_cast<Eigen::Index>(bands_));
        for (std::size_t i = 0; i < fits_.size(); ++i) {
            auto const& [u, cumulative] = levels_[i];
            for (std::size_t band = 0; band < bands_; ++band) {
                double sum = cumulative.empty() ? mean_given_level(fits_[i], band, 1) : 0;
                for (std::size_t k = 1; k < cumulative.size(); ++k) {
                    double const level = elementary::exp((u[k - 1] + u[k]) / 2);
                    sum += (cumulative[k] - cumulative[k - 1]) *
                           mean_given_level(fits_[i], band, level);
                }
                rates(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(band)) = sum;
            }
        }
        return rates;
    }

private:
    std::vector<MoveFit> fits_;
    std::size_t bands_;
    std::vector<Level> levels_;
    std::vector<double> shape_;  // by move and band: of W, given the level
};

}  // namespace

std::shared_ptr<Posterior const> make_separate_posterior(std::vector<MoveFit> fits,
                                                         std::size_t bands) {
    return std::make_shared<SeparatePosterior>(std::move(fits), bands);
}

}  // namespace opgave::detail
