#include <opgave/hazard.hpp>

#include <algorithm>
#include <cmath>

namespace opgave {

namespace {

// The number of events that a cell's prior is worth: 1 / (variance of the rate / mean²).
double prior_events(MoveFit const& fit) {
    double const level = 1 / fit.level_shape;
    double const band = 1 / fit.band_shape;
    return 1 / (level + band + level * band);
}

}  // namespace

std::vector<CellSummary> cells(Hazards const& hazards) {
    constexpr int draws = 4000;
    auto const moves = hazards.fits().size();
    auto const bands = static_cast<std::size_t>(hazards.band_count());
    std::vector<std::vector<double>> sample(moves * bands);
    for (std::uint64_t path = 0; path < draws; ++path) {
        Rates const rates = hazards.draw(0, path).rates;
        for (std::size_t i = 0; i < sample.size(); ++i) {
            sample[i].push_back(rates.data()[i]);
        }
    }
    Rates const mean = hazards.mean();
    std::vector<CellSummary> summaries;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        MoveFit const& fit = hazards.fits()[i / bands];
        std::size_t const band = i % bands;
        std::ranges::sort(sample[i]);
        double const a = prior_events(fit);
        auto const events = static_cast<double>(fit.events[band]);
        summaries.push_back({.cell = {.move = fit.move,
                                      .band = static_cast<int>(band),
                                      .prior_per_month = fit.prior_per_month[band],
                                      .events = fit.events[band],
                                      .exposure_months = fit.exposure_months[band]},
                             .mean = mean.data()[i],
                             .q05 = sample[i][draws / 20],
                             .q95 = sample[i][draws - draws / 20],
                             .shrinkage = std::isinf(a) ? 1 : a / (a + events)});
    }
    return summaries;
}

}  // namespace opgave
