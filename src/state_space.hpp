#pragma once
// The states that the engine walks through: a pause is one state per stage that it interrupts.
// Order: stages, pauses, exits, completion. A way to a later state cascades within a month.

#include <opgave/hazard.hpp>

#include <vector>

namespace opgave::detail {

// One way out of a state: the row of its rates, where it leads, and when it takes effect.
struct Way {
    int move = 0;
    int to = 0;
    bool cascades = false;
};

class StateSpace {
public:
    explicit StateSpace(Hazards const& hazards);

    [[nodiscard]] int size() const noexcept { return static_cast<int>(state_.size()); }
    // The state of the trajectory.
    [[nodiscard]] State state(int index) const { return state_[static_cast<std::size_t>(index)]; }
    [[nodiscard]] std::vector<Way> const& ways(int index) const {
        return ways_[static_cast<std::size_t>(index)];
    }
    // `origin` is the stage that a pause interrupts.
    [[nodiscard]] int index(State state, State origin = 0) const;

private:
    std::vector<State> state_;
    std::vector<std::vector<Way>> ways_;
    std::vector<int> first_;  // per state of the trajectory
    bool has_pause_;
};

}  // namespace opgave::detail
