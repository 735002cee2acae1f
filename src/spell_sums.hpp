#pragma once
// Sums of spells: the time waited and the moves made, by state, band, group and month.

#include <opgave/dwelling.hpp>
#include <opgave/spell.hpp>
#include <opgave/variation.hpp>

#include <cstddef>
#include <vector>

namespace opgave::detail {

// Whole days of the band edges: exposures are integers, so splitting rows changes nothing.
[[nodiscard]] std::vector<Day> edges_in_days(std::vector<double> const& months);

// The band that holds a duration: (edge, next edge], and 0 itself in the first.
[[nodiscard]] std::size_t band_of(std::vector<Day> const& edges, Day duration);

// Days that follow each other, of one month or year as the variation tells them apart.
struct CalendarPart {
    int month = 0;
    Day days = 0;
    double recorded = 1;  // the mean chance over these days that a move would have been recorded
};

// The days (from, to], which lie within those observed.
[[nodiscard]] std::vector<CalendarPart> calendar_parts(Variation const& variation, Day from,
                                                       Day to);

// Fills factors, combinations, exposure, events and the days observed; what varies with time is
// read from the variation. Exposures are whole half days, so cutting a spell in two changes
// nothing: a day waited is two, and a move on the day of entry took one. What delays take from them
// is rounded to half days per cell. Throws
// std::invalid_argument if `by` does not hold a dwelling.
void add_up(Variation& variation, Spells const& spells, std::vector<double> const& edges_months,
            Grouping const& by, Undated undated = Undated::drop);

}  // namespace opgave::detail
