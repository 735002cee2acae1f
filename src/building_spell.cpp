#include <opgave/building_spell.hpp>

#include "timeline.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace opgave {

namespace {

using detail::Stretch;

/// The state of a building site; nothing for a building that should not be in the register.
std::optional<BuildingState> state_of(BuildingStatus status) {
    switch (status) {
        case BuildingStatus::permitted:
            return BuildingState::permitted;
        case BuildingStatus::started:
            return BuildingState::started;
        case BuildingStatus::not_realised:
            return BuildingState::not_realised;
        case BuildingStatus::erroneous:
            return std::nullopt;
        default:
            return BuildingState::in_use;
    }
}

bool is_end(BuildingState state) {
    return state == BuildingState::in_use || state == BuildingState::not_realised;
}

struct Stay {
    Day enter;
    BuildingState state;
};

/// The stays up to the first end, apart; empty if the building is to be left out.
std::vector<Stay> stays_of(std::vector<Stretch> const& life,
                           std::vector<BuildingStatus> const& status) {
    std::vector<Stay> stays;
    for (auto const& stretch : life) {
        auto const state = state_of(status[stretch.row]);
        if (!state || (stays.empty() && is_end(*state))) return {};
        if (stays.empty() || stays.back().state != *state) stays.push_back({stretch.begin, *state});
        if (is_end(*state)) break;
    }
    return stays;
}

void append(BuildingSpells& spells, std::int64_t building, std::vector<Stay> const& stays,
            Day first_known, Day last_day) {
    for (std::size_t i = 0; i < stays.size() && !is_end(stays[i].state); ++i) {
        bool const is_open = i + 1 == stays.size();
        auto const exit = is_open ? last_day : stays[i + 1].enter;
        auto const first_observed = std::max(stays[i].enter, first_known);
        bool const is_seen = first_observed == stays[i].enter || exit > first_observed;
        if (exit < stays[i].enter || !is_seen) continue;
        spells.building.push_back(building);
        spells.permit.push_back(stays.front().enter);
        spells.from_state.push_back(stays[i].state);
        spells.to_state.push_back(is_open ? still_open : stays[i + 1].state);
        spells.enter.push_back(stays[i].enter);
        spells.exit.push_back(exit);
        spells.first_observed.push_back(first_observed);
    }
}

}  // namespace

BuildingSpells building_spells(BagHistory const& history, Day known_on) {
    auto const& versions = history.buildings().versions;
    auto const last_day = std::min(history.as_of(), known_on);
    BuildingSpells spells;
    std::vector<Stretch> life;
    for (std::size_t row = 0; row < versions.size();) {
        auto const rows = detail::rows_from(versions, row);
        detail::find_timeline(versions, rows, known_on, life);
        auto const first = versions.registered.begin();
        auto const first_known = *std::min_element(first + static_cast<std::ptrdiff_t>(rows.first),
                                                   first + static_cast<std::ptrdiff_t>(rows.last));
        append(spells, versions.identification[row], stays_of(life, history.buildings().status),
               first_known, last_day);
        row = rows.last;
    }
    return spells;
}

std::string_view name_of(BuildingState state) noexcept {
    constexpr std::array<std::string_view, 4> names{"permitted", "started", "in_use",
                                                    "not_realised"};
    if (state == still_open) return "";
    return names.at(static_cast<std::size_t>(state));
}

}  // namespace opgave
