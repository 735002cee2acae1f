#pragma once
// The days waited before a stay was observed, where its day of entry is unknown.

#include "gibbs_model.hpp"
#include "sequence.hpp"

#include <vector>

namespace opgave::detail {

// The rates at which one dwelling leaves a state, per day and band; `time` multiplies them, per
// part of the calendar.
struct Leaving {
    std::vector<double> per_day = {};
    std::vector<double> time = {};
    std::vector<double> event = {};  // of the move by which it left; empty: it did not
};

// The days waited by a dwelling found in the state: with steady entries, their density is
// proportional to the chance of having waited so long (Cox 1962, "Renewal theory", chapter 5).
// The last band ends after a hundred years.
[[nodiscard]] Day draw_wait(Sequence& random, std::vector<Day> const& edges,
                            std::vector<double> const& per_day);

// Of the days (from, to] since the first observation, those in a band.
[[nodiscard]] Day days_in_band(std::vector<Day> const& edges, std::size_t band, Day waited,
                               Day from, Day to);

// The log density of how the stay went on.
[[nodiscard]] double log_density(UndatedCells const& stay, std::vector<Day> const& edges,
                                 Leaving const& leaving, Day waited);

}  // namespace opgave::detail
