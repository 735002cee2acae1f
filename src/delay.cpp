#include <opgave/delay.hpp>
#include <opgave/random.hpp>

#include "estimate.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace opgave {

namespace {

// Beta(on, off): that the delay is of u days if it is of at most u, in the posterior. A Dirichlet
// prior with the same weight on each of the delays gives u + 1 of them this share.
struct Beta {
    double on;
    double off;
};

Beta chance_of(ReportingDelay const& delay, std::size_t u) {
    double const weight = delay.prior_events / static_cast<double>(delay.reported.size());
    auto const reported = static_cast<double>(delay.reported[u]);
    auto const shorter = static_cast<double>(delay.at_risk[u] - delay.reported[u]);
    return {weight + reported, weight * static_cast<double>(u) + shorter};
}

// P(at most u days) for each u, from the chance of a longer delay at each step down.
template <class Shorter>
std::vector<double> products(std::size_t size, Shorter const& shorter) {
    std::vector<double> within(size, 1);
    for (std::size_t u = size; u-- > 1;) {
        within[u - 1] = within[u] * shorter(u);
    }
    return within;
}

std::vector<double> draw(ReportingDelay const& delay, std::uint64_t path) {
    Stream const stream(0, Purpose::delay, path);
    return products(delay.reported.size(), [&](std::size_t u) {
        Beta const chance = chance_of(delay, u);
        auto const cell = static_cast<std::uint32_t>(u);
        double const on = gamma(stream, cell, 0, chance.on);
        double const off = gamma(stream, cell, 1, chance.off);
        return off / (on + off);
    });
}

// One estimate per number that `read` makes of a distribution.
template <class Read>
std::vector<Estimate> estimates_of(ReportingDelay const& delay, Read const& read) {
    std::vector<std::vector<double>> samples;
    for (std::uint64_t path = 0; path < detail::table_draws; ++path) {
        std::vector<double> const values = read(draw(delay, path));
        samples.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            samples[i].push_back(values[i]);
        }
    }
    std::vector<Estimate> result;
    std::ranges::transform(samples, std::back_inserter(result), detail::estimate);
    return result;
}

}  // namespace

ReportingDelay reporting_delay(Register const& reg, Day known_on, Day since) {
    if (known_on == unknown_day) {
        throw std::invalid_argument("known_on must be a known day, got an unknown one");
    }
    ReportingDelay result{.known_on = known_on};
    Events const& events = reg.events();
    std::vector<std::pair<Day, Day>> seen;
    Day longest = -1;
    for (std::size_t i = 0; i < events.size(); ++i) {
        bool const counts = events.corrects[i] == unknown_day && events.date[i] != unknown_day &&
                            events.date[i] >= since && events.recorded_on[i] <= known_on;
        if (counts) {
            seen.emplace_back(events.recorded_on[i] - events.date[i], known_on - events.date[i]);
            longest = std::max(longest, seen.back().first);
        }
    }
    auto const size = static_cast<std::size_t>(longest + 1);
    result.reported.assign(size, 0);
    // An event of delay u that happened t days ago is at risk at u, …, t.
    std::vector<std::int64_t> change(size + 1, 0);
    for (auto const& [delay, ago] : seen) {
        ++result.reported[static_cast<std::size_t>(delay)];
        ++change[static_cast<std::size_t>(delay)];
        --change[std::min(size, static_cast<std::size_t>(ago) + 1)];
    }
    std::int64_t sum = 0;
    for (std::size_t u = 0; u < size; ++u) {
        sum += change[u];
        result.at_risk.push_back(sum);
    }
    return result;
}

// Chances at different delays are independent, so the mean of the product is that of the means.
std::vector<double> recorded_within(ReportingDelay const& delay) {
    return products(delay.reported.size(), [&](std::size_t u) {
        Beta const chance = chance_of(delay, u);
        return chance.off / (chance.on + chance.off);
    });
}

std::vector<Estimate> recorded_within_estimates(ReportingDelay const& delay) {
    auto result = estimates_of(delay, [](std::vector<double> const& within) { return within; });
    auto const mean = recorded_within(delay);
    for (std::size_t u = 0; u < result.size(); ++u) {
        result[u].mean = mean[u];
    }
    return result;
}

Estimate unrecorded(ReportingDelay const& delay, int days) {
    if (days <= 0) {
        throw std::invalid_argument("days must be > 0, got " + std::to_string(days));
    }
    auto const share = [&](std::vector<double> const& within) {
        double missing = 0;
        for (std::size_t t = 0; t < std::min(within.size(), static_cast<std::size_t>(days)); ++t) {
            missing += 1 - within[t];
        }
        return missing / days;
    };
    Estimate result = estimates_of(delay, [&](std::vector<double> const& within) {
        return std::vector<double>{share(within)};
    })[0];
    result.mean = share(recorded_within(delay));
    return result;
}

}  // namespace opgave
