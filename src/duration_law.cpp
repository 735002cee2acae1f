#include "duration_law.hpp"

#include "elementary.hpp"

#include <cmath>

namespace opgave::detail {

namespace {

constexpr double usual_power = 1;
constexpr double precision = 1 / (0.5 * 0.5);  // of the power

struct Band {
    double log_time;
    double events;
    double months;
};

struct Law {
    double log_rate;
    double power;
    [[nodiscard]] double at(double log_time) const {
        return elementary::exp(log_rate - power * log_time);
    }
};

// The log density of a law, its gradient, and minus its Hessian, which is positive definite.
struct Local {
    double value, by_rate, by_power;
    double rate_rate, rate_power, power_power;
};

Local look(std::vector<Band> const& bands, Law law, double events_added) {
    double const off = law.power - usual_power;
    Local at{events_added * law.log_rate - precision * off * off / 2,
             events_added,
             -precision * off,
             0,
             0,
             precision};
    for (auto const& [x, events, months] : bands) {
        double const mean = months * law.at(x);
        double const part = mean / (1 + mean);
        double const residual = events - (events + 1) * part;
        double const weight = (events + 1) * part * (1 - part);
        at.value +=
            events * (law.log_rate - law.power * x) - (events + 1) * elementary::log(1 + mean);
        at.by_rate += residual;
        at.by_power -= residual * x;
        at.rate_rate += weight;
        at.rate_power -= weight * x;
        at.power_power += weight * x * x;
    }
    return at;
}

// Newton's method, with half the step until the density rises.
Law fit_law(std::vector<Band> const& bands, Law law, double events_added) {
    Local at = look(bands, law, events_added);
    for (int i = 0; i < 100; ++i) {
        double const determinant = at.rate_rate * at.power_power - at.rate_power * at.rate_power;
        double const up = (at.power_power * at.by_rate - at.rate_power * at.by_power) / determinant;
        double const over = (at.rate_rate * at.by_power - at.rate_power * at.by_rate) / determinant;
        for (double step = 1; step > 1e-6; step /= 2) {
            Law const next{law.log_rate + step * up, law.power + step * over};
            Local const there = look(bands, next, events_added);
            if (there.value > at.value) {
                law = next;
                at = there;
                break;
            }
        }
    }
    return law;
}

// The middle of a band, the last of which is open.
double middle(std::vector<double> const& edges, std::size_t band) {
    bool const is_last = band + 1 == edges.size();
    return is_last ? 1.5 * edges[band] : (edges[band] + edges[band + 1]) / 2;
}

}  // namespace

std::vector<double> expected_by_duration(MoveFit const& fit, std::vector<double> const& edges,
                                         double events_added) {
    std::size_t const count = edges.size();
    bool const has_day = count > 1 && edges[1] < 1.5 / days_per_month;
    std::size_t const first = has_day ? 1 : 0;
    std::vector<double> log_time(count, 0);
    std::vector<Band> bands;
    double events = events_added;
    double months = 0;
    for (std::size_t b = first; b < count; ++b) {
        log_time[b] = count == 1 ? 0 : elementary::log(middle(edges, b));
        if (fit.exposure_months[b] > 0) {
            events += static_cast<double>(fit.events[b]);
            months += fit.exposure_months[b];
            bands.push_back(
                {log_time[b], static_cast<double>(fit.events[b]), fit.exposure_months[b]});
        }
    }
    double const day_rate =
        (static_cast<double>(fit.events[0]) + events_added) / fit.exposure_months[0];
    Law law{elementary::log(months > 0 ? events / months : day_rate), months > 0 ? usual_power : 0};
    if (months > 0) {
        law = fit_law(bands, law, events_added);
    }
    std::vector<double> rates;
    for (double const x : log_time) {
        rates.push_back(law.at(x));
    }
    if (has_day) {
        rates[0] = fit.exposure_months[0] > 0 ? day_rate : rates[1];
    }
    return rates;
}

}  // namespace opgave::detail
