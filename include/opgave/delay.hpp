#pragma once
/// How long it takes until an event is recorded, and so how many of the last ones are still
/// missing.
///
/// What was recorded by a day holds few of the events just before it: those with a short delay. The
/// chance that a delay is of u days, given that it is of at most u, does not suffer from that: it
/// is learned from the events that happened at least u days ago. Their product gives the
/// distribution (reverse-time hazards: Kalbfleisch and Lawless 1989, "Inference based on
/// retrospective ascertainment", JASA 84; with counts by week it is the chain ladder).
///
/// A Dirichlet prior on the delay is a Beta prior on each of these chances, so the posterior is
/// exact. Delays longer than the longest seen are taken not to exist: what would be recorded later
/// still, nobody can tell from the register.

#include <opgave/register.hpp>
#include <opgave/variation.hpp>

#include <cstdint>
#include <vector>

namespace opgave {

/// The triangle of delays, summed over the days of the events; a row per delay of 0, 1, … days.
///
/// Invariant: equal lengths; reported <= at_risk. Empty: nothing is ever late.
struct ReportingDelay {
    Day known_on = unknown_day;
    std::vector<std::int64_t> reported = {};  ///< events with this delay
    /// Events with this delay or a shorter one that happened at least so many days before.
    std::vector<std::int64_t> at_risk = {};
    double prior_events = 1;  ///< the Dirichlet prior is worth so many, spread evenly
    friend bool operator==(ReportingDelay const&, ReportingDelay const&) = default;
};

/// The delays of the events dated `since` or later, as known on `known_on`. Corrections, and events
/// without a date, do not count. Give `since` where older events were recorded at once, when the
/// register began. Throws std::invalid_argument if `known_on` is unknown.
[[nodiscard]] ReportingDelay reporting_delay(Register const& reg, Day known_on,
                                             Day since = unknown_day);

/// The chance that an event is recorded within 0, 1, … days; 1 from the longest delay on.
[[nodiscard]] std::vector<double> recorded_within(ReportingDelay const& delay);

/// The same with its uncertainty; the quantiles are those of 4,000 draws.
[[nodiscard]] std::vector<Estimate> recorded_within_estimates(ReportingDelay const& delay);

/// The share of the events of the last `days` days that is not yet recorded, where events come
/// steadily. Throws std::invalid_argument unless days > 0.
[[nodiscard]] Estimate unrecorded(ReportingDelay const& delay, int days = 30);

}  // namespace opgave
