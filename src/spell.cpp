#include <opgave/spell.hpp>

#include "stage_clock.hpp"

#include <algorithm>

namespace opgave {

namespace {

struct Spell {
    std::int32_t dwelling;
    State stage;
    State origin;
    Day enter;
    Day exit;
    State cause;
    Day observed;  // from when on the dwelling was known to be there: the entry, if that is known
};

/// Adds a spell as far as it is observed: nothing of one that ended before the start.
void append(Spells& spells, Spell const& spell, Day start) {
    Day const first = std::max(spell.observed, start);
    bool const is_undated = spell.enter == unknown_day;
    if ((spell.observed < start || is_undated) && spell.exit <= first) return;
    spells.dwelling.push_back(spell.dwelling);
    spells.stage.push_back(spell.stage);
    spells.origin.push_back(spell.origin);
    spells.enter.push_back(spell.enter);
    spells.exit.push_back(spell.exit);
    spells.cause.push_back(spell.cause);
    spells.first_observed.push_back(first);
}

/// Adds a pause that ended: in an exit, or back in the stage it interrupts, which may have been
/// left on the same day. A stay in this stage counts from `resumed`.
void append_ended_pause(Spells& spells, Trajectory const& trajectory, Spell pause, Day resumed,
                        Day start) {
    auto const next = pause.cause;
    if (trajectory.is_exit(next)) {
        append(spells, pause, start);
        return;
    }
    pause.cause = returned;
    append(spells, pause, start);
    if (next == pause.origin) return;
    append(spells,
           {pause.dwelling, pause.origin, pause.origin, resumed, pause.exit, next, pause.exit},
           start);
}

void append_dwelling(Spells& spells, Trajectory const& trajectory, Visits const& visits,
                     std::int32_t dwelling, Day as_of, Day start) {
    auto const end = visits.begin[static_cast<std::size_t>(dwelling) + 1];
    detail::StageClock clock(trajectory);
    for (auto row = visits.begin[static_cast<std::size_t>(dwelling)]; row < end; ++row) {
        auto const state = visits.state[row];
        if (state == trajectory.complete()) return;
        bool const is_pause = trajectory.is_pause(state);
        bool const is_last = row + 1 == end;
        Day const enter =
            clock.begin(state, visits.found[row] != 0 ? unknown_day : visits.day[row]);
        Spell const spell{.dwelling = dwelling,
                          .stage = state,
                          .origin = is_pause ? clock.stage() : state,
                          .enter = enter,
                          .exit = is_last ? as_of : visits.day[row + 1],
                          .cause = is_last ? censored : visits.state[row + 1],
                          .observed = visits.day[row]};
        if (is_pause && !is_last) {
            append_ended_pause(spells, trajectory, spell, clock.resumed(spell.exit), start);
        } else {
            append(spells, spell, start);
        }
        clock.end(spell.exit);
    }
}

}  // namespace

Spells spells(Register const& reg, Day as_of, Day known_on) {
    auto const stays = visits(reg, as_of, known_on);
    auto const start = reg.programme_start().value_or(unknown_day);
    auto const n = static_cast<std::int32_t>(reg.dwellings().size());
    // What happened after the last day of knowledge was not observed.
    auto const cut_off = std::min(as_of, known_on);
    Spells spells;
    for (std::int32_t i = 0; i < n; ++i) {
        append_dwelling(spells, reg.trajectory(), stays, i, cut_off, start);
    }
    return spells;
}

}  // namespace opgave
