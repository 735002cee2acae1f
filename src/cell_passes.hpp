#pragma once
// Going over the cells of a state: what takes most of the time of a sweep.

#include "gibbs_model.hpp"

namespace opgave::detail {

// Sums over the entries of a state: months x rate, by combination, or months x the product of the
// effects, by row.
void pull(StateCells const& s, Numbers const& by_row, Numbers& by_combination);
void push(StateCells const& s, Numbers const& by_combination, Numbers& by_row);

// by_combination *= the value of its level.
void multiply(StateCells const& s, std::vector<int> const& level, double const* by_level,
              Numbers& by_combination);

// The same; and sums += expected x by_combination, over the combinations of the level of another
// factor: in one go, as going over the combinations is what takes the time.
void multiply_and_sum(StateCells const& s, std::vector<int> const& level, double const* by_level,
                      Numbers& by_combination, Numbers const& expected,
                      std::vector<int> const& other_level, double* sums);

}  // namespace opgave::detail
