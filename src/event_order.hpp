#pragma once
/// Which events stand, once corrections are applied, and what each does to its dwelling.

#include <opgave/event.hpp>
#include <opgave/trajectory.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace opgave {

/// An event that stands: `row` is the row of `Events` that says so.
struct Fact {
    Day date = unknown_day;
    State state = 0;
    std::int32_t row = 0;
    bool found = false;  ///< in the state already on that day
};

/// Whether a row says that its dwelling was found in the stage, at a date that is not known.
[[nodiscard]] inline bool is_found(Events const& events, std::size_t row) noexcept {
    return events.date[row] == unknown_day && events.corrects[row] == unknown_day;
}

/// The day from which on a row counts; unknown if it only takes another back.
[[nodiscard]] inline Day day_of(Events const& events, std::size_t row) noexcept {
    return is_found(events, row) ? events.recorded_on[row] : events.date[row];
}

/// What a row of events adds nothing with.
enum class RowFault : std::int8_t { repeated, corrects_nothing };

/// What a fact does to a dwelling.
enum class Step : std::int8_t { stay, enter, reopen, after_completion };

[[nodiscard]] inline Step step(Trajectory const& trajectory, State current, State next) noexcept {
    if (next == current) return Step::stay;
    if (current == trajectory.complete()) return Step::after_completion;
    return trajectory.is_exit(current) ? Step::reopen : Step::enter;
}

/// Rows per dwelling, in the order in which they became known.
struct RowsByDwelling {
    std::vector<std::size_t> begin;
    std::vector<std::int32_t> row;

    [[nodiscard]] std::span<std::int32_t const> of(std::size_t dwelling) const {
        return {row.data() + begin[dwelling], begin[dwelling + 1] - begin[dwelling]};
    }
};

/// Plain events of a day come before its corrections, so that a file may be in any order.
inline void sort_as_known(Events const& events, std::span<std::int32_t> rows) {
    auto const key = [&events](std::int32_t row) {
        auto const i = static_cast<std::size_t>(row);
        return std::make_tuple(events.recorded_on[i], events.corrects[i] != unknown_day, row);
    };
    std::sort(rows.begin(), rows.end(),
              [&key](std::int32_t a, std::int32_t b) { return key(a) < key(b); });
}

/// Only rows for which `use(row)` holds.
template <class Use>
[[nodiscard]] RowsByDwelling rows_by_dwelling(Events const& events, std::size_t dwellings,
                                              Use use) {
    RowsByDwelling rows;
    rows.begin.assign(dwellings + 1, 0);
    auto const each = [&](auto action) {
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (use(i)) action(static_cast<std::size_t>(events.dwelling[i]), i);
        }
    };
    each([&](std::size_t dwelling, std::size_t) { ++rows.begin[dwelling + 1]; });
    std::partial_sum(rows.begin.begin(), rows.begin.end(), rows.begin.begin());
    rows.row.resize(rows.begin.back());
    auto next = rows.begin;
    each([&](std::size_t dwelling, std::size_t i) {
        rows.row[next[dwelling]++] = static_cast<std::int32_t>(i);
    });
    for (std::size_t i = 0; i < dwellings; ++i) {
        sort_as_known(
            events, std::span{rows.row}.subspan(rows.begin[i], rows.begin[i + 1] - rows.begin[i]));
    }
    return rows;
}

/// The facts of one dwelling without corrections, by date and state.
template <class Report>
[[nodiscard]] std::vector<Fact> plain_facts(Events const& events,
                                            std::span<std::int32_t const> rows, Report report) {
    std::vector<Fact> sorted;
    sorted.reserve(rows.size());
    for (auto const row : rows) {
        auto const i = static_cast<std::size_t>(row);
        sorted.push_back({day_of(events, i), events.stage[i], row, is_found(events, i)});
    }
    auto const key = [](Fact const& fact) { return std::pair{fact.date, fact.state}; };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&key](Fact const& a, Fact const& b) { return key(a) < key(b); });
    std::vector<Fact> facts;
    facts.reserve(sorted.size());
    for (auto const& fact : sorted) {
        if (!facts.empty() && key(facts.back()) == key(fact)) {
            report(fact.row, RowFault::repeated);
        } else {
            facts.push_back(fact);
        }
    }
    return facts;
}

/// The facts of one dwelling, by date and state, after its corrections.
template <class Report>
[[nodiscard]] std::vector<Fact> corrected_facts(Events const& events,
                                                std::span<std::int32_t const> rows, Report report) {
    std::map<std::pair<Day, State>, std::int32_t> standing;
    for (auto const row : rows) {
        auto const i = static_cast<std::size_t>(row);
        auto const state = events.stage[i];
        bool const is_correction = events.corrects[i] != unknown_day;
        if (is_correction && standing.erase({events.corrects[i], state}) == 0) {
            report(row, RowFault::corrects_nothing);
        } else if (auto const day = day_of(events, i); day != unknown_day) {
            bool const is_first = standing.emplace(std::pair{day, state}, row).second;
            if (!is_first && !is_correction) report(row, RowFault::repeated);
        }
    }
    std::vector<Fact> facts;
    for (auto const& [key, row] : standing) {
        facts.push_back(
            {key.first, key.second, row, is_found(events, static_cast<std::size_t>(row))});
    }
    return facts;
}

/// The facts of one dwelling, by date and state; `report(row, fault)` hears of rows without effect.
template <class Report>
[[nodiscard]] std::vector<Fact> facts_of(Events const& events, std::span<std::int32_t const> rows,
                                         Report report) {
    bool const has_corrections = std::any_of(rows.begin(), rows.end(), [&events](auto row) {
        return events.corrects[static_cast<std::size_t>(row)] != unknown_day;
    });
    return has_corrections ? corrected_facts(events, rows, report)
                           : plain_facts(events, rows, report);
}

}  // namespace opgave
