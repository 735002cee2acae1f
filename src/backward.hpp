#pragma once
// The probability of being in one state at the end of some month, by where a dwelling is before.
// Kolmogorov's backward equation on the grid, from the last month to the first.

#include "age_grid.hpp"
#include "state_space.hpp"
#include "step_table.hpp"

#include <vector>

namespace opgave::detail {

class Backward {
public:
    Backward(StateSpace const& space, AgeGrid const& grid);

    // At the end of the last month: certain.
    void begin(State target);
    // A month with these chances: first of those who enter in it, …
    void enter(StepTable const& table);
    // … then of those who stood somewhere before it.
    void step(StepTable const& table);

    [[nodiscard]] double arriving(int state) const {
        return arriving_[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] double at(int state, int age) const {
        return now_[row(state) + static_cast<std::size_t>(age)];
    }

private:
    [[nodiscard]] std::size_t row(int state) const {
        return static_cast<std::size_t>(state) * static_cast<std::size_t>(grid_.ages());
    }
    [[nodiscard]] double after_leaving(StepTable const& table, int state, int group) const;

    StateSpace const& space_;
    AgeGrid const& grid_;
    std::vector<double> now_;       // by state and age
    std::vector<double> arriving_;  // by state
    std::vector<double> back_;      // by state: of age 0 at the end of the month at hand
};

}  // namespace opgave::detail
