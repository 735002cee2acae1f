#include "state_space.hpp"

#include "stage_clock.hpp"

#include <algorithm>

namespace opgave::detail {

StateSpace::StateSpace(Hazards const& hazards, AgeGrid const& grid)
    : has_pause_(hazards.trajectory().pause().has_value()),
      pauses_(detail::resumes(hazards.trajectory()) ? grid.ages() : 1),
      first_(static_cast<std::size_t>(hazards.trajectory().state_count())) {
    Trajectory const& trajectory = hazards.trajectory();
    add_states(trajectory);
    ways_.resize(state_.size());
    for (int from = 0; from < size(); ++from) {
        for (std::size_t row = 0; row < hazards.fits().size(); ++row) {
            if (Move const move = hazards.fits()[row].move; move.from == state(from)) {
                add_way(from, static_cast<int>(row), move, trajectory);
            }
        }
    }
    for (int at = 0; at < size(); ++at) {
        first_back_.push_back(backs_.size());
        for (int age = 0; age < (trajectory.is_stage(state(at)) ? pauses_ : 1); ++age) {
            backs_.push_back({at, age});
        }
    }
    for (auto& ways : ways_) {
        for (Way& way : ways) {
            way.back = back(way.to, way.age);
        }
    }
}

void StateSpace::add_states(Trajectory const& trajectory) {
    auto const add = [&](State state, int copies) {
        first_[static_cast<std::size_t>(state)] = size();
        state_.insert(state_.end(), static_cast<std::size_t>(copies), state);
    };
    for (State stage = 0; stage < trajectory.complete(); ++stage) {
        add(stage, 1);
    }
    if (auto const pause = trajectory.pause()) {
        add(*pause, trajectory.stage_count() * pauses_);
    }
    for (int i = 1; i <= trajectory.exit_count(); ++i) {
        add(static_cast<State>(trajectory.complete() + i), 1);
    }
    add(trajectory.complete(), 1);
}

// A pause out of an exit is taken to interrupt the first stage, at its beginning.
void StateSpace::add_way(int from, int row, Move move, Trajectory const& trajectory) {
    auto& ways = ways_[static_cast<std::size_t>(from)];
    bool const is_interrupted = trajectory.is_stage(move.from);
    if (move.to != returned) {
        int const to = index(move.to, is_interrupted ? move.from : State{0});
        bool const by_age = is_interrupted && trajectory.is_pause(move.to) && resumes();
        ways.push_back({.move = row, .to = to, .cascades = to > from, .by_age = by_age});
        return;
    }
    int const pause = from - index(move.from);
    int const origin = pause / pauses_;
    if (!resumes()) {
        ways.push_back({.move = row, .to = origin});
        return;
    }
    int const age = pause % pauses_;
    for (int const back : {std::max(age - 1, 0), age}) {
        ways.push_back({.move = row, .to = origin, .age = back, .part = .5});
    }
}

std::size_t StateSpace::most_ways() const noexcept {
    std::size_t most = 1;
    for (auto const& ways : ways_) {
        most = std::max(most, ways.size());
    }
    return most;
}

int StateSpace::index(State state, State origin, int age) const {
    int const first = first_[static_cast<std::size_t>(state)];
    bool const paused = has_pause_ && state == static_cast<State>(first_.size() - 1);
    return paused ? first + origin * pauses_ + std::min(age, pauses_ - 1) : first;
}

}  // namespace opgave::detail
