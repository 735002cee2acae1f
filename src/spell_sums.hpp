#pragma once
// Sums of spells: the time waited and the moves made, by state, band, group and month.

#include <opgave/dwelling.hpp>
#include <opgave/spell.hpp>
#include <opgave/variation.hpp>

#include <vector>

namespace opgave::detail {

// Fills factors, combinations, exposure, events and the days observed; what varies with time is
// read from the variation. Exposures are whole half days, so cutting a spell in two changes
// nothing: a day waited is two, and a move on the day of entry took one. Throws
// std::invalid_argument if `by` does not hold a dwelling.
void add_up(Variation& variation, Spells const& spells, std::vector<double> const& edges_months,
            Grouping const& by);

}  // namespace opgave::detail
