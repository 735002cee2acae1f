#include "mean_draw.hpp"

#include "elementary.hpp"
#include "estimate.hpp"

#include <algorithm>

namespace opgave::detail {

namespace {

double log_of(double x) { return elementary::log(std::max(x, 1e-300)); }

void add_log(Rates& sum, Rates const& values) { sum += values.unaryExpr(&log_of); }

void take_mean(Rates& sum) {
    sum = (sum / table_draws).unaryExpr([](double x) { return elementary::exp(x); });
}

}  // namespace

Years years_of(Variation const& variation) {
    if (variation.shock_scale == 0 || variation.first_day == unknown_day) {
        return {};
    }
    int const first = to_date(variation.first_day).year();
    return {first, to_date(variation.last_day).year() - first + 1};
}

Draw mean_draw(Hazards const& hazards, Years years) {
    DrawFor const what{.first_year = years.first, .years = years.count};
    Draw mean = hazards.draw(0, 0, what);
    Rates shock = Rates::Zero(1, static_cast<Eigen::Index>(mean.shock.size()));
    mean.rates.setZero();
    mean.season.setZero();
    std::ranges::for_each(mean.effects, [](Rates& effect) { effect.setZero(); });
    for (std::uint64_t path = 0; path < table_draws; ++path) {
        Draw const draw = hazards.draw(0, path, what);
        add_log(mean.rates, draw.rates);
        add_log(mean.season, draw.season);
        for (std::size_t j = 0; j < mean.effects.size(); ++j) {
            add_log(mean.effects[j], draw.effects[j]);
        }
        add_log(shock, Eigen::Map<Rates const>(draw.shock.data(), 1, shock.size()));
    }
    take_mean(mean.rates);
    take_mean(mean.season);
    std::ranges::for_each(mean.effects, take_mean);
    take_mean(shock);
    mean.shock.assign(shock.data(), shock.data() + shock.size());
    return mean;
}

double rate_in(Draw const& mean, Years years, Eigen::Index move, ExposureCell const& cell,
               std::vector<int> const& levels) {
    double rate = mean.rates(move, cell.band);
    for (std::size_t j = 0; j < levels.size(); ++j) {
        rate *= levels[j] < 0 ? 1 : mean.effects[j](move, levels[j]);
    }
    rate *= mean.season.size() == 0 ? 1 : mean.season(cell.state, cell.month % 12);
    auto const year = static_cast<std::size_t>(cell.month / 12 - years.first);
    return rate * (mean.shock.empty() ? 1 : mean.shock[year]);
}

}  // namespace opgave::detail
