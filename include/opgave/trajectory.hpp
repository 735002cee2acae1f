#pragma once
/// The way a dwelling goes: stages in order, completion, exits, pause.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opgave {

/// Index of a state in `Trajectory::states()`.
using State = std::int16_t;

/// The state of a dwelling without an event.
inline constexpr State not_started = -1;

/// What happens to the time waited in a stage that a pause interrupts: on return it begins again,
/// or goes on where it was.
///
/// Begin again where a return starts the work anew, as after a new owner; go on where the work that
/// was done stays done, as after an illness. A register tells which fits: make a `backtest` with
/// either clock and compare the scores of the model. Where few dwellings pause, or paces hardly
/// depend on the time waited, the difference is small.
enum class PauseClock : std::int8_t { reset, resume };

/// Stages in order, the state that completes them, exits, and at most one pause.
///
/// States are numbered: stages 0 … n-1, completion n, exits n+1 …, pause last.
/// Events of one day are taken in this order.
/// Invariant: at least one stage, at most 64 states, names not empty and all different.
class Trajectory {
public:
    /// Throws std::invalid_argument that names the repeated or empty name and its places;
    /// `return` and `not_started` are reserved.
    Trajectory(std::vector<std::string> stages, std::string complete,
               std::vector<std::string> exits = {}, std::optional<std::string> pause = {},
               PauseClock pause_clock = PauseClock::reset);

    [[nodiscard]] std::vector<std::string> const& states() const noexcept { return states_; }
    [[nodiscard]] int stage_count() const noexcept { return stage_count_; }
    [[nodiscard]] int exit_count() const noexcept { return exit_count_; }
    [[nodiscard]] int state_count() const noexcept { return static_cast<int>(states_.size()); }
    [[nodiscard]] State complete() const noexcept { return static_cast<State>(stage_count_); }
    [[nodiscard]] std::optional<State> pause() const noexcept;
    [[nodiscard]] PauseClock pause_clock() const noexcept { return pause_clock_; }

    [[nodiscard]] bool is_stage(State state) const noexcept;
    [[nodiscard]] bool is_exit(State state) const noexcept;
    [[nodiscard]] bool is_pause(State state) const noexcept;

    [[nodiscard]] std::optional<State> find(std::string_view name) const noexcept;
    /// Throws std::out_of_range that lists the states.
    [[nodiscard]] State index(std::string_view name) const;

    friend bool operator==(Trajectory const&, Trajectory const&) = default;

private:
    std::vector<std::string> states_;
    int stage_count_;
    int exit_count_;
    bool has_pause_;
    PauseClock pause_clock_;
};

/// approached, intake, advised, applied, granted, contracted, started → delivered;
/// exit withdrawn; pause paused.
[[nodiscard]] Trajectory default_trajectory();

}  // namespace opgave
