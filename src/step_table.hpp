#pragma once
// What one month does, for one set of rates: the chance to leave each state at each age, and the
// shares of the ways out. States of one name have these in common.

#include "age_grid.hpp"
#include "binomial.hpp"
#include "state_space.hpp"

#include <span>
#include <vector>

namespace opgave::detail {

class StepTable {
public:
    StepTable(StateSpace const& space, AgeGrid const& grid);

    // Hazards and shares from rates; chances are unknown until `stretch`.
    void fill(Rates const& rates);
    // Chances to leave when a month is worth so many months, per state of the trajectory.
    void stretch(std::span<double const> months);

    // The hazard of leaving in a whole month.
    [[nodiscard]] double hazard(int state, int group) const { return hazard_[cell(state, group)]; }
    [[nodiscard]] Chance const& leaving(int state, int group) const {
        return leaving_[cell(state, group)];
    }
    // The share of each way among those that leave; they sum to one.
    [[nodiscard]] double const* shares(int state, int group) const {
        return shares_.data() + cell(state, group) * ways_;
    }

private:
    [[nodiscard]] std::size_t cell(int state, int group) const {
        return static_cast<std::size_t>(space_.state(state) * grid_.groups() + group);
    }

    StateSpace const& space_;
    AgeGrid const& grid_;
    std::size_t ways_;
    std::vector<double> hazard_;
    std::vector<Chance> leaving_;
    std::vector<double> shares_;
};

// The probability of an event that `Chance` may hold the other way round.
inline double probability(Chance const& chance) noexcept {
    return chance.exchanged ? chance.q : chance.p;
}

inline double staying(Chance const& chance) noexcept {
    return chance.exchanged ? chance.p : chance.q;
}

}  // namespace opgave::detail
