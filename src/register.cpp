#include <opgave/register.hpp>

#include <opgave/bag_id.hpp>

#include "bag_id_text.hpp"
#include "event_order.hpp"
#include "text.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace opgave {

namespace {

DwellingRows dwellings_named_by(EventRows const& events, bool bag_identifications) {
    DwellingRows rows;
    std::unordered_set<std::string_view> seen;
    for (auto const& id : events.dwelling_id) {
        bool const is_valid =
            !id.empty() && (!bag_identifications || check_bag_id(id) == BagIdFault::none);
        if (is_valid && seen.insert(id).second) rows.dwelling_id.push_back(id);
    }
    return rows;
}

/// Faults of identifications belong to the events where the dwellings are named by them.
DwellingRules rules_of(RegisterRules const& rules, bool has_own_dwellings) {
    auto dwelling_rules = rules.dwellings;
    if (!has_own_dwellings) dwelling_rules.bag_identifications = false;
    return dwelling_rules;
}

bool is_possible(Day day) {
    static Day const first = to_day(Date{1400, 1, 1});
    static Day const last = to_day(Date{9999, 12, 31});
    return day >= first && day <= last;
}

/// What rows are checked against and where the result goes.
struct Work {
    EventRows const& rows;
    Trajectory const& trajectory;
    Dwellings const& dwellings;
    RegisterRules const& rules;
    Issues& issues;
    std::unordered_map<std::string_view, State> state_of;
    std::vector<bool> in_error;
    Events events;
};

Issue issue(Severity severity, std::string code, std::size_t row, std::string column,
            std::string message, std::string fix) {
    return {severity,          std::move(code),    "events",      static_cast<std::int64_t>(row),
            std::move(column), std::move(message), std::move(fix)};
}

void add_error(Work& work, std::string code, std::size_t row, std::string column,
               std::string message, std::string fix) {
    work.in_error[row] = true;
    work.issues.push_back(issue(Severity::error, std::move(code), row, std::move(column),
                                std::move(message), std::move(fix)));
}

void add_warning(Work& work, std::string code, std::size_t row, std::string column,
                 std::string message, std::string fix) {
    work.issues.push_back(issue(Severity::warning, std::move(code), row, std::move(column),
                                std::move(message), std::move(fix)));
}

void check_length(char const* name, std::size_t length, std::size_t rows, bool may_be_absent) {
    if (length == rows || (may_be_absent && length == 0)) return;
    throw std::invalid_argument("column " + std::string{name} +
                                " must have as many rows as dwelling_id (" + std::to_string(rows) +
                                "), got " + std::to_string(length));
}

void check_columns(EventRows const& rows) {
    auto const n = rows.dwelling_id.size();
    check_length("stage", rows.stage.size(), n, false);
    check_length("date", rows.date.size(), n, false);
    check_length("recorded_on", rows.recorded_on.size(), n, true);
    check_length("corrects", rows.corrects.size(), n, true);
    check_length("amount_cents", rows.amount_cents.size(), n, true);
    check_length("source", rows.source.size(), n, true);
    check_length("note", rows.note.size(), n, true);
}

template <class Value>
std::vector<Value> filled(std::vector<Value> const& column, std::size_t rows, Value absent) {
    return column.empty() ? std::vector<Value>(rows, std::move(absent)) : column;
}

Events copy_columns(EventRows const& rows) {
    auto const n = rows.dwelling_id.size();
    return {.dwelling = std::vector<std::int32_t>(n, 0),
            .stage = std::vector<State>(n, 0),
            .date = rows.date,
            .recorded_on = filled(rows.recorded_on, n, unknown_day),
            .corrects = filled(rows.corrects, n, unknown_day),
            .amount_cents = filled(rows.amount_cents, n, unknown_cents),
            .source = make_category(filled(rows.source, n, std::string{})),
            .note = filled(rows.note, n, std::string{})};
}

std::unordered_map<std::string_view, State> states_by_name(Trajectory const& trajectory) {
    std::unordered_map<std::string_view, State> state_of;
    State next = 0;
    for (auto const& name : trajectory.states()) state_of.emplace(name, next++);
    return state_of;
}

void read_dwelling(Work& work, std::size_t row) {
    auto const& id = work.rows.dwelling_id[row];
    auto const add = [&](BagIdText const& text) {
        add_error(work, text.code, row, "dwelling_id", text.message, text.fix);
    };
    if (id.empty()) return add(describe(BagIdFault::empty, id));
    if (work.rules.dwellings.bag_identifications) {
        if (auto const text = bag_dwelling_fault(id)) return add(*text);
    }
    if (auto const dwelling = work.dwellings.find(id)) {
        work.events.dwelling[row] = *dwelling;
        return;
    }
    add_error(work, "unknown_dwelling", row, "dwelling_id",
              "a dwelling must be among the dwellings, got " + quote(mask_id(id)),
              "add the dwelling to the dwellings, or correct the identification");
}

void read_stage(Work& work, std::size_t row) {
    auto const& name = work.rows.stage[row];
    auto const found = work.state_of.find(name);
    if (found != work.state_of.end()) {
        work.events.stage[row] = found->second;
        return;
    }
    add_error(
        work, "unknown_stage", row, "stage",
        "stage must be a state of the trajectory, got " + (name.empty() ? "none" : quote(name)),
        "write one of " + join(work.trajectory.states()));
}

bool check_possible(Work& work, std::size_t row, char const* column, Day day) {
    if (day == unknown_day || is_possible(day)) return true;
    add_error(work, "impossible_date", row, column,
              std::string{column} + " must lie in the years 1400-9999, got day " +
                  std::to_string(day) + " since 1970-01-01",
              "correct the date");
    return false;
}

bool check_days(Work& work, std::size_t row) {
    auto const& events = work.events;
    auto const date = events.date[row];
    bool const is_correction = events.corrects[row] != unknown_day;
    bool possible = check_possible(work, row, "date", date);
    possible &= check_possible(work, row, "recorded_on", events.recorded_on[row]);
    possible &= check_possible(work, row, "corrects", events.corrects[row]);
    if (is_correction && events.recorded_on[row] == unknown_day) {
        add_error(work, "correction_undated", row, "recorded_on",
                  "a correction must say since when it is known, got none", "fill in recorded_on");
        return false;
    }
    bool const is_dated = date != unknown_day || events.recorded_on[row] != unknown_day;
    if (!is_correction && !is_dated) {
        add_error(work, "missing_date", row, "date", "an event must have a date, got none",
                  "fill in the day on which it happened; if nobody knows it, the day on which the "
                  "dwelling was found there as recorded_on; or remove the row");
        return false;
    }
    return possible;
}

void warn_of_date(Work& work, std::size_t row, Day date) {
    auto const& start = work.rules.programme_start;
    if (start && date < *start) {
        add_warning(work, "before_programme", row, "date",
                    "date must not be before the programme, which starts on " + to_iso(*start) +
                        ", got " + to_iso(date),
                    "correct the date if it is wrong; it counts, observed from the start");
    }
    auto const& as_of = work.rules.as_of;
    if (as_of && date > *as_of) {
        add_warning(work, "after_as_of", row, "date",
                    "date must not be after " + to_iso(*as_of) + ", got " + to_iso(date),
                    "correct the date if it is wrong; it counts from its day on");
    }
}

void settle_known_day(Work& work, std::size_t row) {
    auto const date = work.events.date[row];
    auto& known = work.events.recorded_on[row];
    if (known != unknown_day && known < date) {
        add_warning(
            work, "recorded_before_date", row, "recorded_on",
            "recorded_on must not be before date, got " + to_iso(known) + " before " + to_iso(date),
            "correct one of both; the event counts from its date on");
    }
    known = std::max(known, date);
}

void check_row(Work& work, std::size_t row) {
    read_dwelling(work, row);
    read_stage(work, row);
    if (!check_days(work, row)) return;
    if (work.events.date[row] != unknown_day) warn_of_date(work, row, work.events.date[row]);
    settle_known_day(work, row);
}

std::string state_on(Work const& work, Fact const& fact) {
    auto const state = static_cast<std::size_t>(fact.state);
    return quote(work.trajectory.states()[state]) + " on " + to_iso(fact.date);
}

void report_row(Work& work, std::int32_t row, RowFault fault) {
    auto const i = static_cast<std::size_t>(row);
    auto const& events = work.events;
    if (fault == RowFault::repeated) {
        add_warning(work, "duplicate_event", i, "date",
                    "an event must be reported once, got " +
                        state_on(work, {events.date[i], events.stage[i], row}) + " again",
                    "remove the row; the event is counted once");
        return;
    }
    add_error(work, "correction_of_nothing", i, "corrects",
              "a correction must name an event of the same dwelling that is known before it, got " +
                  state_on(work, {events.corrects[i], events.stage[i], row}),
              "write the date as it was reported, or leave corrects empty for an event of its own");
}

void warn_of_order(Work& work, std::vector<Fact> const& facts) {
    Fact current{unknown_day, not_started, -1};
    for (auto const& fact : facts) {
        auto const row = static_cast<std::size_t>(fact.row);
        switch (step(work.trajectory, current.state, fact.state)) {
            case Step::stay:
                continue;
            case Step::after_completion:
                add_warning(work, "after_completion", row, "date",
                            "nothing must follow the completion, " + state_on(work, current) +
                                ", got " + state_on(work, fact),
                            "correct the completion if it is wrong; this event changes nothing");
                continue;
            case Step::reopen:
                add_warning(work, "after_exit", row, "date",
                            "nothing must follow the exit, " + state_on(work, current) + ", got " +
                                state_on(work, fact),
                            "correct the exit if it is wrong; the dwelling counts as reopened");
                break;
            case Step::enter:
                break;
        }
        if (fact.found && current.state != not_started) {
            add_error(work, "undated_move", row, "date",
                      "an event without a date must be the first of its dwelling, got " +
                          state_on(work, fact) + " after " + state_on(work, current),
                      "fill in the day on which it happened");
        }
        current = fact;
    }
}

void check_histories(Work& work) {
    auto const n = work.dwellings.size();
    auto const rows =
        rows_by_dwelling(work.events, n, [&](std::size_t i) { return !work.in_error[i]; });
    for (std::size_t i = 0; i < n; ++i) {
        auto const facts = facts_of(work.events, rows.of(i), [&](std::int32_t row, RowFault fault) {
            report_row(work, row, fault);
        });
        warn_of_order(work, facts);
    }
}

/// Appends what is wrong to `issues`, in the order of the rows.
Events check_events(EventRows const& rows, Trajectory const& trajectory, Dwellings const& dwellings,
                    RegisterRules const& rules, Issues& issues) {
    check_columns(rows);
    auto const n = rows.dwelling_id.size();
    auto const first = static_cast<std::ptrdiff_t>(issues.size());
    Work work{rows,
              trajectory,
              dwellings,
              rules,
              issues,
              states_by_name(trajectory),
              std::vector<bool>(n, false),
              copy_columns(rows)};
    for (std::size_t row = 0; row < n; ++row) check_row(work, row);
    check_histories(work);
    std::stable_sort(issues.begin() + first, issues.end(),
                     [](Issue const& a, Issue const& b) { return a.row < b.row; });
    return std::move(work.events);
}

void append_visits(Trajectory const& trajectory, std::vector<Fact> const& facts, Day as_of,
                   Visits& visits) {
    State current = not_started;
    for (auto const& fact : facts) {
        if (fact.date > as_of) return;
        auto const next = step(trajectory, current, fact.state);
        if (next == Step::after_completion) return;
        if (next == Step::stay) continue;
        current = fact.state;
        visits.state.push_back(current);
        visits.day.push_back(fact.date);
        visits.found.push_back(fact.found ? 1 : 0);
    }
}

}  // namespace

Register::Register(Trajectory trajectory, EventRows const& events, DwellingRows const& dwellings,
                   RegisterRules const& rules)
    : Register{std::move(trajectory), events, dwellings, rules, true} {}

Register::Register(Trajectory trajectory, EventRows const& events, RegisterRules const& rules)
    : Register{std::move(trajectory), events,
               dwellings_named_by(events, rules.dwellings.bag_identifications), rules, false} {}

Register::Register(Trajectory trajectory, EventRows const& events, DwellingRows const& dwellings,
                   RegisterRules const& rules, bool has_own_dwellings)
    : trajectory_{std::move(trajectory)},
      dwellings_{dwellings, rules_of(rules, has_own_dwellings), issues_},
      events_{check_events(events, trajectory_, dwellings_, rules, issues_)},
      programme_start_{rules.programme_start},
      has_own_dwellings_{has_own_dwellings} {
    if (has_errors(issues_)) throw RegisterError{std::move(issues_)};
}

Day Register::last_day() const noexcept {
    auto last = unknown_day;
    for (auto const day : events_.date) last = std::max(last, day);
    for (auto const day : events_.recorded_on) last = std::max(last, day);
    return last;
}

Visits visits(Register const& reg, Day as_of, Day known_on) {
    if (as_of == unknown_day || known_on == unknown_day) {
        throw std::invalid_argument("as_of and known_on must be known days, got an unknown one");
    }
    auto const& events = reg.events();
    auto const n = reg.dwellings().size();
    auto const rows = rows_by_dwelling(
        events, n, [&](std::size_t i) { return events.recorded_on[i] <= known_on; });
    Visits visits;
    visits.begin.reserve(n + 1);
    visits.begin.push_back(0);
    for (std::size_t i = 0; i < n; ++i) {
        auto const facts = facts_of(events, rows.of(i), [](std::int32_t, RowFault) {});
        append_visits(reg.trajectory(), facts, as_of, visits);
        visits.begin.push_back(visits.state.size());
    }
    return visits;
}

}  // namespace opgave
