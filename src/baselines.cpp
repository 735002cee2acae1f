#include "baselines.hpp"

#include "elementary.hpp"

#include <cmath>
#include <numeric>

namespace opgave::detail {

CountDistribution resampled_months(Past const& past, int months, int paths, Stream const& stream) {
    std::vector<std::int32_t> sums;
    for (int path = 0; path < paths; ++path) {
        std::int64_t sum = 0;
        for (int month = 0; month < months; ++month) {
            auto const& row = past[static_cast<std::size_t>(month)];
            auto const bits =
                stream.bits(static_cast<std::uint32_t>(path), static_cast<std::uint32_t>(month));
            auto const place = uniform(bits[0], bits[1]) * static_cast<double>(row.size());
            sum += row[static_cast<std::size_t>(place)];
        }
        sums.push_back(static_cast<std::int32_t>(sum));
    }
    return distribution_of(sums);
}

CountDistribution carried_on(Past const& past, int months) {
    double total = 0;
    for (int month = 0; month < months; ++month) {
        auto const& row = past[static_cast<std::size_t>(month)];
        total += std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(row.size());
    }
    return poisson_distribution(total);
}

namespace {

// The expected time spent in each band by a dwelling that enters, given the rate at which it
// leaves. Where nobody leaves the last band, what comes before it does not count.
std::vector<double> time_in_bands(std::vector<double> const& edges,
                                  std::vector<double> const& leaving) {
    std::vector<double> time(edges.size(), 0);
    double left = 1;
    for (std::size_t band = 0; band + 1 < edges.size(); ++band) {
        double const width = edges[band + 1] - edges[band];
        double const gone = -elementary::expm1(-leaving[band] * width);
        time[band] = leaving[band] > 0 ? left * gone / leaving[band] : left * width;
        left *= 1 - gone;
    }
    if (leaving.back() > 0) {
        time.back() = left / leaving.back();
    } else if (left > 0) {
        time.assign(edges.size(), 0);
        time.back() = 1;
    }
    return time;
}

}  // namespace

HazardPrior without_duration(HazardPrior const& prior) {
    std::map<std::string, std::vector<double>> leaving;
    for (auto const& [move, rates] : prior.per_month) {
        auto& total = leaving[move.first];
        total.resize(rates.size(), 0);
        for (std::size_t band = 0; band < rates.size(); ++band) {
            total[band] += rates[band];
        }
    }
    HazardPrior result = prior;
    result.band_edges_months = {0};
    for (auto& [move, rates] : result.per_month) {
        auto const time = time_in_bands(prior.band_edges_months, leaving[move.first]);
        double const moved = std::inner_product(rates.begin(), rates.end(), time.begin(), 0.0);
        rates = {moved / std::accumulate(time.begin(), time.end(), 0.0)};
    }
    return result;
}

Hazards certain_mean(Hazards const& hazards) {
    Rates const mean = hazards.mean();
    RateTable table;
    for (std::size_t i = 0; i < hazards.fits().size(); ++i) {
        auto const row = mean.row(static_cast<Eigen::Index>(i));
        table[names(hazards.trajectory(), hazards.fits()[i].move)] = {row.begin(), row.end()};
    }
    return {hazards.trajectory(), hazards.band_edges_months(), table};
}

}  // namespace opgave::detail
