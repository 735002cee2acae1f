#pragma once
/// The register: dwellings and events, checked once, asked on two axes of time.

#include <opgave/dwelling.hpp>
#include <opgave/event.hpp>
#include <opgave/issue.hpp>
#include <opgave/trajectory.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace opgave {

/// What the input is checked against.
struct RegisterRules {
    DwellingRules dwellings = {};
    std::optional<Day> programme_start = {};  ///< events before it are warned about
    std::optional<Day> as_of = {};            ///< events after it are warned about
    friend bool operator==(RegisterRules const&, RegisterRules const&) = default;
};

/// Dwellings and events of one programme.
///
/// Invariant: no issue is an error.
class Register {
public:
    /// Checks dwellings and events. Throws RegisterError with all issues if one is an error.
    Register(Trajectory trajectory, EventRows const& events, DwellingRows const& dwellings,
             RegisterRules const& rules = {});

    /// The same; the dwellings are those that the events name.
    Register(Trajectory trajectory, EventRows const& events, RegisterRules const& rules = {});

    /// From parts that were checked before. Throws std::invalid_argument if an event points outside
    /// the dwellings or the trajectory, a length does not fit, or an issue is an error.
    Register(Trajectory trajectory, Dwellings dwellings, Events events, Issues issues,
             std::optional<Day> programme_start, bool has_own_dwellings);

    [[nodiscard]] Trajectory const& trajectory() const noexcept { return trajectory_; }
    [[nodiscard]] Dwellings const& dwellings() const noexcept { return dwellings_; }
    [[nodiscard]] Events const& events() const noexcept { return events_; }
    [[nodiscard]] Issues const& issues() const noexcept { return issues_; }
    [[nodiscard]] std::optional<Day> programme_start() const noexcept { return programme_start_; }

    /// Whether dwellings were given, so that one without events is known not to have started.
    [[nodiscard]] bool has_own_dwellings() const noexcept { return has_own_dwellings_; }

    /// The last day on which anything happened or became known; `unknown_day` without events.
    [[nodiscard]] Day last_day() const noexcept;

    friend bool operator==(Register const&, Register const&) = default;

private:
    Register(Trajectory trajectory, EventRows const& events, DwellingRows const& dwellings,
             RegisterRules const& rules, bool has_own_dwellings);

    Trajectory trajectory_;
    Issues issues_;
    Dwellings dwellings_;
    Events events_;
    std::optional<Day> programme_start_;
    bool has_own_dwellings_;
};

inline Register::Register(Trajectory trajectory, Dwellings dwellings, Events events, Issues issues,
                          std::optional<Day> programme_start, bool has_own_dwellings)
    : trajectory_{std::move(trajectory)},
      issues_{std::move(issues)},
      dwellings_{std::move(dwellings)},
      events_{std::move(events)},
      programme_start_{programme_start},
      has_own_dwellings_{has_own_dwellings} {
    auto const n = events_.size();
    auto const index = [](auto const& column, std::int64_t end) {
        return std::ranges::all_of(column, [end](auto i) { return i >= 0 && i < end; });
    };
    if (events_.stage.size() != n || events_.date.size() != n || events_.recorded_on.size() != n ||
        events_.corrects.size() != n || events_.amount_cents.size() != n ||
        events_.source.code.size() != n || events_.note.size() != n)
        throw std::invalid_argument("columns of events must have equal lengths");
    if (!index(events_.dwelling, static_cast<std::int64_t>(dwellings_.size())) ||
        !index(events_.stage, trajectory_.state_count()))
        throw std::invalid_argument("an event must have a dwelling and a state of the register");
    if (has_errors(issues_))
        throw std::invalid_argument("a register has no issue that is an error");
}

/// The stays of each dwelling: which state was entered when, in order.
///
/// Corrections are applied. A state reported again while a dwelling is in it is the same stay.
/// Nothing follows a completion. An event without a date says that the dwelling was found in its
/// state on the day of recording; since when is not known. A step back is a new stay; a skipped
/// stage has none.
struct Visits {
    std::vector<std::size_t> begin;  ///< dwelling i has rows begin[i] up to begin[i + 1]
    std::vector<State> state;
    std::vector<Day> day;
    std::vector<std::uint8_t> found = {};  ///< 1: found there on `day`, entered before or on it
    friend bool operator==(Visits const&, Visits const&) = default;
};

/// The stays that began on `as_of` or before, as known on `known_on`.
[[nodiscard]] Visits visits(Register const& reg, Day as_of, Day known_on);

}  // namespace opgave
