#include "outlook.hpp"
#include "target_count.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace opgave {

namespace {

// The mean of draws, and the variance of their means and by chance.
struct Parts {
    double mean = 0;
    double parameters = 0;
    double chance = 0;
};

Parts parts_of(std::vector<detail::Outlook> const& outlooks) {
    auto const n = static_cast<double>(outlooks.size());
    Parts parts;
    for (auto const& outlook : outlooks) {
        parts.mean += outlook.mean / n;
        parts.chance += outlook.variance / n;
    }
    for (auto const& outlook : outlooks) {
        double const deviation = outlook.mean - parts.mean;
        parts.parameters += deviation * deviation / n;
    }
    return parts;
}

// The posterior mean of what was seen in few events; the rest is drawn.
Rates seldom_seen(Hazards const& hazards) {
    Rates known = hazards.mean();
    for (Eigen::Index move = 0; move < known.rows(); ++move) {
        auto const& events = hazards.fits()[static_cast<std::size_t>(move)].events;
        for (Eigen::Index band = 0; band < known.cols(); ++band) {
            if (events[static_cast<std::size_t>(band)] >= few_events) {
                known(move, band) = std::numeric_limits<double>::quiet_NaN();
            }
        }
    }
    return known;
}

}  // namespace

Spread spread(Projection const& projection, Target const& target,
              std::function<bool(double)> const& progress) {
    auto const counted = detail::counted_by(projection, target);
    if (!projection.source) {
        throw NotEnoughData("target '" + target.name +
                            "': the projection does not know what made it, so not what its "
                            "variance comes from");
    }
    auto const& [hazards, cohorts, run] = *projection.source;
    Run watched = run;
    watched.progress = progress;
    detail::Plan plan(hazards, cohorts, watched);
    if (!plan.is_free()) {
        throw NotEnoughData("target '" + target.name +
                            "': where dwellings wait at gates or for money, what the variance "
                            "comes from is not known; ask a projection without them");
    }
    Parts const all = parts_of(detail::outlooks(plan, counted, 0));
    plan.known = seldom_seen(hazards);
    Parts const known = parts_of(detail::outlooks(plan, counted, 0));
    double const variance = all.parameters + all.chance;
    if (!(variance > 0)) {
        return {.mean = all.mean};
    }
    return {.mean = all.mean,
            .variance = variance,
            .chance_share = all.chance / variance,
            .prior_share = std::max(0.0, all.parameters - known.parameters) / variance};
}

}  // namespace opgave
