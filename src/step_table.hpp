#pragma once
// What one month does, for one set of rates: the chance to leave each state at each age, and the
// shares of the ways out.

#include "age_grid.hpp"
#include "binomial.hpp"
#include "state_space.hpp"

#include <vector>

namespace opgave::detail {

class StepTable {
public:
    StepTable(StateSpace const& space, AgeGrid const& grid);

    // `length` is the part of a month that the step takes.
    void fill(Rates const& rates, double length);

    [[nodiscard]] Chance const& leaving(int state, int group) const {
        return leaving_[cell(state, group)];
    }
    // The share of each way among those that leave; they sum to one.
    [[nodiscard]] double const* shares(int state, int group) const {
        return shares_.data() + cell(state, group) * ways_;
    }

private:
    [[nodiscard]] std::size_t cell(int state, int group) const {
        return static_cast<std::size_t>(state * grid_.groups() + group);
    }

    StateSpace const& space_;
    AgeGrid const& grid_;
    std::size_t ways_;
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
