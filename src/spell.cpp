#include <opgave/spell.hpp>

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

/// The day from which a stay counts that goes on after so many days, or after a number not known.
Day entry_of(Day day, Day waited) { return waited == unknown_day ? unknown_day : day - waited; }

/// Adds a pause that ended: in an exit, or back in the stage it interrupts, which may have been
/// left on the same day. `waited` are the days that this stage goes on from.
void append_ended_pause(Spells& spells, Trajectory const& trajectory, Spell pause, Day waited,
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
           {pause.dwelling, pause.origin, pause.origin, entry_of(pause.exit, waited), pause.exit,
            next, pause.exit},
           start);
}

void append_dwelling(Spells& spells, Trajectory const& trajectory, Visits const& visits,
                     std::int32_t dwelling, Day as_of, Day start) {
    auto const end = visits.begin[static_cast<std::size_t>(dwelling) + 1];
    bool const resumes = trajectory.pause_clock() == PauseClock::resume;
    State last_stage = 0;
    Day waited = 0;  // in the stage that a pause interrupts, where it resumes
    bool was_paused = false;
    for (auto row = visits.begin[static_cast<std::size_t>(dwelling)]; row < end; ++row) {
        auto const state = visits.state[row];
        if (state == trajectory.complete()) return;
        bool const is_pause = trajectory.is_pause(state);
        bool const is_last = row + 1 == end;
        bool const is_back = was_paused && state == last_stage;
        if (trajectory.is_stage(state)) last_stage = state;
        Spell const spell{.dwelling = dwelling,
                          .stage = state,
                          .origin = is_pause ? last_stage : state,
                          .enter = visits.found[row] != 0
                                       ? unknown_day
                                       : entry_of(visits.day[row], is_back ? waited : 0),
                          .exit = is_last ? as_of : visits.day[row + 1],
                          .cause = is_last ? censored : visits.state[row + 1],
                          .observed = visits.day[row]};
        if (is_pause && !is_last) {
            append_ended_pause(spells, trajectory, spell, waited, start);
        } else {
            append(spells, spell, start);
        }
        if (!is_pause) {
            bool const is_known = spell.enter != unknown_day;
            waited = !resumes ? 0 : is_known ? spell.exit - spell.enter : unknown_day;
        }
        was_paused = is_pause;
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
