#include "state_space.hpp"

#include <stdexcept>

namespace opgave::detail {

namespace {

// A pause out of an exit is taken to interrupt the first stage.
State interrupted(Trajectory const& trajectory, State from) {
    return trajectory.is_stage(from) ? from : State{0};
}

}  // namespace

StateSpace::StateSpace(Hazards const& hazards)
    : first_(static_cast<std::size_t>(hazards.trajectory().state_count())),
      has_pause_(hazards.trajectory().pause().has_value()) {
    Trajectory const& trajectory = hazards.trajectory();
    if (has_pause_ && trajectory.pause_clock() == PauseClock::resume) {
        throw std::invalid_argument(
            "a projection is not possible where the clock resumes after a pause: the time that "
            "each "
            "paused dwelling had waited in its stage is not kept; give the trajectory the pause "
            "clock 'reset' and fit again");
    }
    auto const add = [&](State state, int copies) {
        first_[static_cast<std::size_t>(state)] = size();
        state_.insert(state_.end(), static_cast<std::size_t>(copies), state);
    };
    for (State stage = 0; stage < trajectory.complete(); ++stage) {
        add(stage, 1);
    }
    if (has_pause_) {
        add(*trajectory.pause(), trajectory.stage_count());
    }
    for (int i = 1; i <= trajectory.exit_count(); ++i) {
        add(static_cast<State>(trajectory.complete() + i), 1);
    }
    add(trajectory.complete(), 1);

    ways_.resize(state_.size());
    for (int from = 0; from < size(); ++from) {
        State const origin = static_cast<State>(from - index(state(from)));
        for (std::size_t row = 0; row < hazards.fits().size(); ++row) {
            Move const move = hazards.fits()[row].move;
            if (move.from == state(from)) {
                int const to = move.to == returned
                                   ? index(origin)
                                   : index(move.to, interrupted(trajectory, move.from));
                ways_[static_cast<std::size_t>(from)].push_back(
                    {static_cast<int>(row), to, to > from});
            }
        }
    }
}

int StateSpace::index(State state, State origin) const {
    int const first = first_[static_cast<std::size_t>(state)];
    bool const paused = has_pause_ && state == static_cast<State>(first_.size() - 1);
    return paused ? first + origin : first;
}

}  // namespace opgave::detail
