#pragma once
/// Rows for tests, written short.

#include <opgave/register.hpp>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace rows {

/// A day from text; the empty text is unknown.
inline opgave::Day day(std::string const& text) {
    return text.empty() ? opgave::unknown_day : opgave::parse_iso(text);
}

struct Event {
    std::string id;
    std::string stage;
    std::string date;
    std::string recorded_on = "";
    std::string corrects = "";
};

inline opgave::EventRows events(std::vector<Event> const& list) {
    opgave::EventRows rows;
    for (auto const& event : list) {
        rows.dwelling_id.push_back(event.id);
        rows.stage.push_back(event.stage);
        rows.date.push_back(day(event.date));
        rows.recorded_on.push_back(day(event.recorded_on));
        rows.corrects.push_back(day(event.corrects));
    }
    return rows;
}

inline opgave::DwellingRows dwellings(std::vector<std::string> const& ids) {
    opgave::DwellingRows rows;
    rows.dwelling_id = ids;
    return rows;
}

/// a, b → done; exits gone, lost; pause held.
inline opgave::Trajectory trajectory() {
    return {{"a", "b", "c"}, "done", {"gone", "lost"}, "held"};
}

/// Only the given rows of `all`, in their order.
inline opgave::EventRows pick(opgave::EventRows const& all,
                              std::vector<std::size_t> const& chosen) {
    opgave::EventRows rows;
    for (auto const i : chosen) {
        rows.dwelling_id.push_back(all.dwelling_id[i]);
        rows.stage.push_back(all.stage[i]);
        rows.date.push_back(all.date[i]);
        rows.recorded_on.push_back(all.recorded_on[i]);
        rows.corrects.push_back(all.corrects[i]);
    }
    return rows;
}

inline std::vector<std::string> const& ids() {
    static std::vector<std::string> const names{"p", "q", "r", "s", "t"};
    return names;
}

using Random = std::mt19937;

inline std::size_t below(Random& random, std::size_t n) { return random() % n; }

/// Events of five dwellings within 12 days from 2025-01-01; many fall together. A part of them are
/// corrections, not all of which correct anything.
inline opgave::EventRows random_events(Random& random, std::size_t n, bool with_corrections) {
    auto const first = opgave::parse_iso("2025-01-01");
    auto const some_day = [&](std::size_t width) {
        return first + static_cast<opgave::Day>(below(random, width));
    };
    auto const states = trajectory().states();
    opgave::EventRows rows;
    for (std::size_t i = 0; i < n; ++i) {
        auto const date = some_day(12);
        bool const is_correction = with_corrections && below(random, 3) == 0;
        bool const is_recorded = is_correction || below(random, 2) == 0;
        rows.dwelling_id.push_back(ids()[below(random, ids().size())]);
        rows.stage.push_back(states[below(random, states.size())]);
        rows.corrects.push_back(is_correction ? some_day(12) : opgave::unknown_day);
        rows.date.push_back(is_correction && below(random, 2) == 0 ? opgave::unknown_day : date);
        rows.recorded_on.push_back(is_recorded ? some_day(40) : opgave::unknown_day);
    }
    return rows;
}

inline bool has_code(opgave::Issue const& issue, std::string const& code) {
    return issue.code == code;
}

/// Rows with an issue of this code, in order.
inline std::vector<std::int64_t> rows_with(opgave::Issues const& issues, std::string const& code) {
    std::vector<std::int64_t> rows;
    for (auto const& issue : issues) {
        if (has_code(issue, code)) rows.push_back(issue.row);
    }
    return rows;
}

/// The issues of rows that do not make a register; empty if they do.
template <class... Arguments>
opgave::Issues refused(Arguments const&... arguments) {
    try {
        opgave::Register const reg{arguments...};
    } catch (opgave::RegisterError const& refusal) {
        return refusal.issues();
    }
    return {};
}

/// A register of random events without those that correct nothing.
inline opgave::Register random_register(Random& random, std::size_t n, bool with_corrections,
                                        opgave::RegisterRules const& rules = {}) {
    auto all = random_events(random, n, with_corrections);
    for (;;) {
        auto const bad =
            rows_with(refused(trajectory(), all, dwellings(ids())), "correction_of_nothing");
        if (bad.empty()) return {trajectory(), all, dwellings(ids()), rules};
        std::vector<std::size_t> good;
        for (std::size_t i = 0; i < all.date.size(); ++i) {
            if (!std::binary_search(bad.begin(), bad.end(), static_cast<std::int64_t>(i))) {
                good.push_back(i);
            }
        }
        all = pick(all, good);
    }
}

}  // namespace rows
