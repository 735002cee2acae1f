#pragma once
/// Stays in a state with how they ended: the rows that estimators read.

#include <opgave/register.hpp>

#include <cstdint>
#include <vector>

namespace opgave {

/// The cause of a spell that had not ended at the cut-off.
inline constexpr State censored = -1;
/// The cause of a pause that ended in the stage it interrupted.
inline constexpr State returned = -2;

/// One row per stay in a stage, a pause or an exit.
///
/// A stay is at risk on the days (first_observed, exit]. One that began before the programme is
/// observed from the programme's start (late entry). One of a dwelling that was found in the state
/// has an unknown `enter`, and is observed from that day on. A pause belongs to the stage it
/// interrupts. It ends in an exit, or it returns; if the next event is another stage or completion,
/// it returns and the stage it interrupts is left on the same day. Where the clock of the
/// trajectory resumes, the stay after a return has entered earlier, by the days waited before the
/// pause, and is observed from the return on.
///
/// Invariant: equal lengths; enter <= first_observed <= exit.
struct Spells {
    std::vector<std::int32_t> dwelling;
    std::vector<State> stage;
    std::vector<State> origin;  ///< of a pause: the stage it interrupts; else the stage itself
    std::vector<Day> enter;
    std::vector<Day> exit;     ///< the cut-off if censored
    std::vector<State> cause;  ///< state entered next, `censored` or `returned`
    std::vector<Day> first_observed;

    [[nodiscard]] std::size_t size() const noexcept { return dwelling.size(); }
    friend bool operator==(Spells const&, Spells const&) = default;
};

/// The spells up to and including `as_of`, or `known_on` if that is earlier, as known on
/// `known_on`.
[[nodiscard]] Spells spells(Register const& reg, Day as_of, Day known_on);

}  // namespace opgave
