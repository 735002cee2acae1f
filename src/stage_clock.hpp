#pragma once
// The time that a dwelling waits in a stage, told of its stays in order. A pause interrupts the
// stage entered last; where the trajectory resumes, the stage goes on after it from the time waited
// before.

#include <opgave/date.hpp>
#include <opgave/trajectory.hpp>

#include <algorithm>

namespace opgave::detail {

// Whether a stage goes on after a pause from where it was.
[[nodiscard]] inline bool resumes(Trajectory const& trajectory) {
    return trajectory.pause() && trajectory.pause_clock() == PauseClock::resume;
}

class StageClock {
public:
    explicit StageClock(Trajectory const& trajectory)
        : trajectory_(trajectory), resumes_(resumes(trajectory)) {}

    // A stay begins on a day, `unknown_day` if it is not known when: the day from which it counts.
    Day begin(State state, Day day) {
        bool const is_back = is_paused_ && state == stage();
        is_paused_ = trajectory_.is_pause(state);
        is_stage_ = trajectory_.is_stage(state);
        stage_ = is_stage_ ? state : stage_;
        if (is_paused_) {
            bool const is_found = stage_ == not_started && day == unknown_day;
            waited_ = resumes_ && is_found ? unknown_day : waited_;
        }
        since_ = is_back ? resumed(day) : day;
        return since_;
    }

    // The stay ends.
    void end(Day day) {
        if (!is_paused_) {
            bool const counts = resumes_ && is_stage_;
            waited_ = !counts ? 0 : since_ == unknown_day ? unknown_day : day - since_;
        }
    }

    // The day from which the stay at hand counts.
    [[nodiscard]] Day since() const noexcept { return since_; }
    // The stage entered last, which a pause interrupts; before any the first.
    [[nodiscard]] State stage() const noexcept { return std::max(stage_, State{0}); }
    // Days in it before the pause at hand; 0 where it begins again after it.
    [[nodiscard]] Day waited() const noexcept { return waited_; }
    // The day from which a stay counts that goes on in this stage after the pause.
    [[nodiscard]] Day resumed(Day day) const noexcept {
        return day == unknown_day || waited_ == unknown_day ? unknown_day : day - waited_;
    }

private:
    Trajectory const& trajectory_;
    bool resumes_;
    State stage_ = not_started;
    bool is_paused_ = false;
    bool is_stage_ = false;
    Day since_ = unknown_day;
    Day waited_ = 0;
};

}  // namespace opgave::detail
