#pragma once
// The states that the engine walks through: a pause is one state per stage that it interrupts and,
// where the clock of the stage resumes, per age at which it does.
// Order: stages, pauses, exits, completion. A way to a later state cascades within a month.
//
// A return takes effect at the end of a month: what is left of the month is half of one, as a rule,
// and is lost to the stage. Where the clock begins again, the stage goes on at age 1. Where it
// resumes, a stay of age d was interrupted between d - 1/2 and d + 1/2. Half of those who return go
// on from the one, half from the other, which is where they were in the mean: no hazard is lived
// through twice or skipped, but for a quarter of a month at age 0.

#include "age_grid.hpp"

#include <opgave/hazard.hpp>

#include <cstddef>
#include <vector>

namespace opgave::detail {

// One way out of a state: the row of its rates, where it leads, and when it takes effect.
struct Way {
    int move = 0;
    int to = 0;
    bool cascades = false;
    bool by_age = false;   // each age of those who leave has a state of its own, `to` that of age 0
    int age = 0;           // at which one arrives
    std::size_t back = 0;  // the number of where one comes back to, if it does not cascade
    double part = 1;       // of the move

    [[nodiscard]] int target(int left_at) const noexcept { return by_age ? to + left_at : to; }
};

// A state that one can come back to, and the age at which one does.
struct Back {
    int state = 0;
    int age = 0;
};

class StateSpace {
public:
    StateSpace(Hazards const& hazards, AgeGrid const& grid);

    [[nodiscard]] int size() const noexcept { return static_cast<int>(state_.size()); }
    // The state of the trajectory: all that share one have the same rates, way by way.
    [[nodiscard]] State state(int index) const { return state_[static_cast<std::size_t>(index)]; }
    // How many of these there are.
    [[nodiscard]] int states() const noexcept { return static_cast<int>(first_.size()); }
    [[nodiscard]] std::vector<Way> const& ways(int index) const {
        return ways_[static_cast<std::size_t>(index)];
    }
    // Of a state, and at least one.
    [[nodiscard]] std::size_t most_ways() const noexcept;
    // `origin` is the stage that a pause interrupts, `age` that at which it does.
    [[nodiscard]] int index(State state, State origin = 0, int age = 0) const;
    [[nodiscard]] bool resumes() const noexcept { return pauses_ > 1; }

    // By state, then by age: stages of every age where they resume.
    [[nodiscard]] std::vector<Back> const& backs() const noexcept { return backs_; }
    // The number of one of them.
    [[nodiscard]] std::size_t back(int index, int age) const {
        return first_back_[static_cast<std::size_t>(index)] + static_cast<std::size_t>(age);
    }

private:
    void add_states(Trajectory const& trajectory);
    void add_way(int from, int row, Move move, Trajectory const& trajectory);

    bool has_pause_;
    int pauses_;  // per stage: one, or one per age
    std::vector<State> state_;
    std::vector<std::vector<Way>> ways_;
    std::vector<int> first_;  // per state of the trajectory
    std::vector<Back> backs_;
    std::vector<std::size_t> first_back_;  // per state
};

}  // namespace opgave::detail
