#pragma once
/// Which version of a dwelling or a building holds on which days.

#include <opgave/bag_history.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace opgave::detail {

inline constexpr Day for_ever = std::numeric_limits<Day>::max();

/// Row `row` holds on the days from `begin` up to, not including, `end`.
struct Stretch {
    Day begin;
    Day end;
    std::size_t row;
};

/// Rows from `first` up to, not including, `last`.
struct Rows {
    std::size_t first;
    std::size_t last;
};

/// As was known on `known_on`: an end that was registered later is open.
inline Day known_end(Versions const& versions, std::size_t row, Day known_on) {
    bool const is_later =
        versions.superseded[row] != unknown_day && versions.superseded[row] > known_on;
    return versions.end[row] == unknown_day || is_later ? for_ever : versions.end[row];
}

/// The stretches of one object, in order and apart: where two versions overlap, the one that begins
/// later holds, and of those that begin on one day the last.
inline void find_timeline(Versions const& versions, Rows rows, Day known_on,
                          std::vector<Stretch>& stretches) {
    stretches.clear();
    for (auto row = rows.first; row < rows.last; ++row) {
        auto const begin = versions.begin[row];
        auto const end = known_end(versions, row, known_on);
        if (versions.registered[row] > known_on || end <= begin) continue;
        if (!stretches.empty() && stretches.back().begin == begin) stretches.pop_back();
        if (!stretches.empty()) stretches.back().end = std::min(stretches.back().end, begin);
        stretches.push_back({begin, end, row});
    }
}

/// The rows of the object that begins at row `first`.
inline Rows rows_from(Versions const& versions, std::size_t first) {
    auto last = first + 1;
    while (last < versions.size() &&
           versions.identification[last] == versions.identification[first]) {
        ++last;
    }
    return {first, last};
}

/// The rows of an object; none if there is no such object.
inline Rows rows_of(Versions const& versions, std::int64_t identification) {
    auto const& ids = versions.identification;
    auto const [first, last] = std::equal_range(ids.begin(), ids.end(), identification);
    return {static_cast<std::size_t>(first - ids.begin()),
            static_cast<std::size_t>(last - ids.begin())};
}

/// Whether a building in this status stands finished.
inline bool is_standing(BuildingStatus status) {
    switch (status) {
        case BuildingStatus::in_use_unmeasured:
        case BuildingStatus::in_use:
        case BuildingStatus::rebuilding:
        case BuildingStatus::demolition_permitted:
        case BuildingStatus::out_of_use:
            return true;
        default:
            return false;
    }
}

/// Whether a building in this status is still to be finished.
inline bool is_under_way(BuildingStatus status) {
    return status == BuildingStatus::permitted || status == BuildingStatus::started;
}

}  // namespace opgave::detail
