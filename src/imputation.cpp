#include "imputation.hpp"

#include "elementary.hpp"
#include "spell_sums.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace opgave::detail {

namespace {

constexpr Day hundred_years = 36525;

Day end_of(std::vector<Day> const& edges, std::size_t band) {
    return band + 1 < edges.size() ? edges[band + 1] : edges.back() + hundred_years;
}

// The integral of exp(-rate x) over a length.
double mass(double rate, double length) {
    double const hazard = rate * length;
    return hazard < 1e-9 ? length : -elementary::expm1(-hazard) / rate;
}

}  // namespace

Day draw_wait(Sequence& random, std::vector<Day> const& edges, std::vector<double> const& per_day) {
    std::vector<double> cumulative;
    double hazard = 0;
    double total = 0;
    for (std::size_t band = 0; band < edges.size(); ++band) {
        double const length = end_of(edges, band) - edges[band];
        total += elementary::exp(-hazard) * mass(per_day[band], length);
        hazard += per_day[band] * length;
        cumulative.push_back(total);
    }
    double const at = total * random.uniform();
    auto const band =
        static_cast<std::size_t>(std::ranges::upper_bound(cumulative, at) - cumulative.begin());
    double const length = end_of(edges, band) - edges[band];
    double const rate = per_day[band];
    double const u = random.uniform();
    double const within = rate * length < 1e-9
                              ? u * length
                              : -elementary::log(1 + u * elementary::expm1(-rate * length)) / rate;
    return edges[band] + static_cast<Day>(within);
}

Day days_in_band(std::vector<Day> const& edges, std::size_t band, Day waited, Day from, Day to) {
    Day const first = std::max(from + waited, edges[band]);
    Day const last = band + 1 < edges.size() ? std::min(to + waited, edges[band + 1]) : to + waited;
    return std::max(0, last - first);
}

double log_density(UndatedCells const& stay, std::vector<Day> const& edges, Leaving const& leaving,
                   Day waited) {
    double sum = 0;
    for (std::size_t p = 0; p < stay.parts.size(); ++p) {
        for (std::size_t band = 0; band < edges.size(); ++band) {
            sum -= leaving.time[p] * leaving.per_day[band] *
                   days_in_band(edges, band, waited, stay.parts[p].from, stay.parts[p].to);
        }
    }
    if (leaving.event.empty()) {
        return sum;
    }
    double const rate = leaving.event[band_of(edges, waited + stay.days())];
    return rate > 0 ? sum + elementary::log(rate) : -std::numeric_limits<double>::infinity();
}

}  // namespace opgave::detail
