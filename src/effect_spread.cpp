#include "effect_spread.hpp"

#include "elementary.hpp"
#include "vectorised.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace opgave::detail {

namespace {

constexpr std::size_t together = 8;  // places with equal events that share a logarithm
constexpr std::size_t lanes = 8;

// Places in order of their events.
std::vector<std::size_t> order(std::vector<double> const& events) {
    std::vector<std::size_t> places(events.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::stable_sort(places, {}, [&](std::size_t i) { return events[i]; });
    return places;
}

// log of prior x product of Gamma(nu + Y) / Gamma(nu) x nu^-Y.
double weigh(double log_prior, double nu, std::map<double, double> const& times) {
    double weight = log_prior;
    for (auto const& [y, n] : times) {
        weight += n * (log_gamma(nu + y) - log_gamma(nu) - y * elementary::log(nu));
    }
    return weight;
}

// The sum of (nu + Y) log(1 + E / nu), in a fixed order: of whole vectors of groups, whose expected
// numbers lie `groups` apart.
OPGAVE_VECTORISED
double exposure_cost(std::size_t groups, double spread, double const* __restrict events,
                     double const* __restrict expected) noexcept {
    double const inverse = spread * spread;
    double const nu = 1 / inverse;
    double sum[lanes] = {};
    for (std::size_t first = 0; first < groups; first += lanes) {
        double product[lanes];
        std::ranges::fill(product, 1.0);
        for (std::size_t i = 0; i < together; ++i) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                product[lane] *= 1 + expected[i * groups + first + lane] * inverse;
            }
        }
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            sum[lane] += (nu + events[first + lane]) * elementary::log(product[lane]);
        }
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

}  // namespace

EffectSpread::EffectSpread(SpreadGrid const& grid, std::vector<double> const& events)
    : spread_(grid.spread), slot_(events.size()) {
    std::map<double, double> times;
    std::vector<std::size_t> group(events.size());
    std::vector<std::size_t> rank(events.size());
    std::size_t size = 0;  // of the last group
    for (std::size_t const place : order(events)) {
        double const y = events[place];
        times[y] += y > 0 ? 1 : 0;
        if (size == together || events_.empty() || events_.back() != y) {
            events_.push_back(y);
            size = 0;
        }
        group[place] = events_.size() - 1;
        rank[place] = size++;
    }
    events_.resize((events_.size() + lanes - 1) / lanes * lanes);
    for (std::size_t place = 0; place < events.size(); ++place) {
        slot_[place] = rank[place] * events_.size() + group[place];
    }
    expected_.resize(together * events_.size());
    for (std::size_t g = 0; g < spread_.size(); ++g) {
        log_weight_[g] = weigh(grid.log_prior[g], 1 / (spread_[g] * spread_[g]), times);
    }
}

void EffectSpread::expect(std::vector<double> const& expected) {
    for (std::size_t place = 0; place < slot_.size(); ++place) {
        expected_[slot_[place]] = expected[place];
    }
}

double EffectSpread::log_density(std::size_t point) const {
    return log_weight_[point] -
           exposure_cost(events_.size(), spread_[point], events_.data(), expected_.data());
}

}  // namespace opgave::detail
