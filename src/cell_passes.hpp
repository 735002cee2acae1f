#pragma once
// Going over the cells of a state, which is what takes the time of a sweep: several chains do it
// abreast, as they have their cells in common.

#include "gibbs_model.hpp"

#include <cstddef>

namespace opgave::detail {

// So many chains.
inline constexpr std::size_t abreast = 4;

// What one of them has of numbers of all.
class Lane {
public:
    Lane(Numbers& numbers, std::size_t chain) : first_(numbers.data() + chain) {}
    double& operator[](std::size_t place) const { return first_[place * abreast]; }

private:
    double* first_;
};

// What chains abreast need of a state in a sweep: by place, then by move, then by chain.
struct CellSums {
    explicit CellSums(StateCells const& s);

    Numbers rate;            // by row: all that multiplies but the effects
    Numbers effect;          // by level of every factor
    Numbers undated_months;  // by entry that is drawn
    Numbers expected;        // by combination: events without the effects
    Numbers by_level;        // events by level of every factor, without its own effect
    Numbers exposure;        // by row: months with the effects
};

// Expects events in every combination, from the rates.
void pull(StateCells const& s, CellSums& sums);
// Adds them up by the level of one factor.
void sum_by_level(StateCells const& s, std::size_t factor, CellSums& sums);
// Adds up the exposures of every row.
void push(StateCells const& s, CellSums& sums);

}  // namespace opgave::detail
