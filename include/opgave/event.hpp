#pragma once
/// What happened to which dwelling, when, and since when it is known. Append-only.

#include <opgave/date.hpp>
#include <opgave/dwelling.hpp>
#include <opgave/trajectory.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace opgave {

/// The amount that stands for "not known".
inline constexpr std::int64_t unknown_cents = std::numeric_limits<std::int64_t>::min();

/// Events as they are read, not yet checked. `recorded_on` and what follows may be empty: absent.
///
/// A correction is an event too. It names in `corrects` the date of the earlier event of the same
/// dwelling and stage, and carries the right `date`, or none if that event never happened.
/// An event without a `date` that corrects nothing says that the dwelling was in the stage on the
/// day of recording, and that nobody knows since when. It is the first of its dwelling.
struct EventRows {
    std::vector<std::string> dwelling_id = {};
    std::vector<std::string> stage = {};
    std::vector<Day> date = {};
    std::vector<Day> recorded_on = {};  ///< unknown: on the date itself
    std::vector<Day> corrects = {};
    std::vector<std::int64_t> amount_cents = {};
    std::vector<std::string> source = {};
    std::vector<std::string> note = {};
    friend bool operator==(EventRows const&, EventRows const&) = default;
};

/// Checked events, in the order of the input; `dwelling` indexes the register's dwellings.
/// Invariant: all columns have the same length; `recorded_on` is known and not before `date`.
struct Events {
    std::vector<std::int32_t> dwelling;
    std::vector<State> stage;
    std::vector<Day> date;
    std::vector<Day> recorded_on;
    std::vector<Day> corrects;
    std::vector<std::int64_t> amount_cents;
    Category source;
    std::vector<std::string> note;

    [[nodiscard]] std::size_t size() const noexcept { return dwelling.size(); }
    friend bool operator==(Events const&, Events const&) = default;
};

}  // namespace opgave
