#pragma once
// How many dwellings are expected in each state and age, month by month: Kolmogorov's forward
// equation on the grid, in several paths. Linear in where they start.

#include "month_chances.hpp"

#include <vector>

namespace opgave::detail {

class Forward {
public:
    Forward(StateSpace const& space, AgeGrid const& grid);

    // Nobody is anywhere.
    void begin();
    void add(int state, int age, double count);
    // A month in which so many enter the first state.
    void step(MonthChances const& month, Lanes const& entering);

    // At the end of the month, or before the first.
    [[nodiscard]] Lanes const& in(int state) const {
        return total_[static_cast<std::size_t>(state)];
    }

private:
    static constexpr int nobody = -1;

    [[nodiscard]] std::size_t cell(int state, int age) const {
        return static_cast<std::size_t>(state * grid_.ages() + age);
    }
    void leave(MonthChances const& month, int state);
    void leave_by_age(MonthChances const& month, int state, std::size_t way);

    StateSpace const& space_;
    AgeGrid const& grid_;
    std::vector<Lanes> now_;        // by state and age
    std::vector<Lanes> arriving_;   // by state
    std::vector<Lanes> returning_;  // by state and age: at the end of the month
    std::vector<Lanes> total_;      // by state
    std::vector<int> oldest_;       // by state: the oldest age of anybody there, or `nobody`
    std::vector<Lanes> at_risk_;    // by group: of the state at hand
    std::vector<int> first_;        // age of each group, and their number
};

}  // namespace opgave::detail
