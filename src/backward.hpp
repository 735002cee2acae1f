#pragma once
// The probability of being in one state at the end of some month, by where a dwelling is before.
// Kolmogorov's backward equation on the grid, from the last month to the first, in several paths.

#include "month_chances.hpp"

#include <vector>

namespace opgave::detail {

class Backward {
public:
    Backward(StateSpace const& space, AgeGrid const& grid);

    // At the end of the last month: certain.
    void begin(State target);
    // A month with these chances: first of those who enter in it, …
    void enter(MonthChances const& month);
    // … then of those who stood somewhere before it.
    void step(MonthChances const& month);

    [[nodiscard]] Lanes const& arriving(int state) const {
        return arriving_[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] Lanes const& at(int state, int age) const { return now_[cell(state, age)]; }

private:
    [[nodiscard]] std::size_t cell(int state, int age) const {
        return static_cast<std::size_t>(state * grid_.ages() + age);
    }
    [[nodiscard]] Lanes const& there(Way const& way) const;

    StateSpace const& space_;
    AgeGrid const& grid_;
    std::vector<Lanes> now_;       // by state and age
    std::vector<Lanes> arriving_;  // by state
    std::vector<int> first_;       // age of each group, and their number
    std::vector<double const*> there_;
    std::vector<std::ptrdiff_t> step_;
};

}  // namespace opgave::detail
