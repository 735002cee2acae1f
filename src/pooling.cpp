#include "pooling.hpp"

#include "elementary.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace opgave::detail {

// Stirling's series from 12 on; below it, the recurrence.
double log_gamma(double x) {
    double product = 1;
    while (x < 12) {
        product *= x;
        x += 1;
    }
    constexpr double half_log_two_pi = 0.91893853320467274178;
    double const inverse = 1 / x;
    double const square = inverse * inverse;
    double const series =
        inverse *
        (1.0 / 12 -
         square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188))));
    return (x - 0.5) * elementary::log(x) - x + half_log_two_pi + series - elementary::log(product);
}

double log_marginal(GroupCounts const& counts, double shape, double rate) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.events.size(); ++i) {
        double const y = counts.events[i];
        double const e = counts.expected[i];
        sum += log_gamma(shape + y) - log_gamma(shape) - log_gamma(y + 1);
        sum -= shape * elementary::log((rate + e) / rate);
        sum += y > 0 ? y * elementary::log(e / (rate + e)) : 0;
    }
    return sum;
}

SpreadGrid::SpreadGrid(double scale) {
    double total = 0;
    for (std::size_t g = 0; g < spread.size(); ++g) {
        double const x = 0.04 * (static_cast<double>(g) + 0.5);
        spread[g] = x * scale;
        log_spread[g] = elementary::log(spread[g]);
        log_prior[g] = -x * x / 2;
        total += elementary::exp(log_prior[g]);
    }
    for (double& value : log_prior) {
        value -= elementary::log(total);
    }
}

Pooled pool(GroupCounts const& counts, SpreadGrid const& grid) {
    Pooled result;
    for (std::size_t g = 0; g < grid.spread.size(); ++g) {
        double const nu = 1 / (grid.spread[g] * grid.spread[g]);
        result.weight.push_back(grid.log_prior[g] + log_marginal(counts, nu, nu));
    }
    double const peak = std::ranges::max(result.weight);
    for (double& value : result.weight) {
        value = elementary::exp(value - peak);
    }
    double const total = std::accumulate(result.weight.begin(), result.weight.end(), 0.0);
    result.log_evidence = peak + elementary::log(total);
    result.effect.assign(counts.events.size(), 0);
    for (std::size_t g = 0; g < grid.spread.size(); ++g) {
        double const nu = 1 / (grid.spread[g] * grid.spread[g]);
        result.weight[g] /= total;
        result.spread += result.weight[g] * grid.spread[g];
        for (std::size_t i = 0; i < counts.events.size(); ++i) {
            result.effect[i] +=
                result.weight[g] * (nu + counts.events[i]) / (nu + counts.expected[i]);
        }
    }
    return result;
}

}  // namespace opgave::detail
