#pragma once
/// How long it takes to build, from BAG history: permit, start, use, or none of it.

#include <opgave/bag_history.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace opgave {

/// States of a building site; the last two are where it ends.
enum class BuildingState : std::int8_t { permitted, started, in_use, not_realised };

/// The state of a spell that had not ended.
inline constexpr BuildingState still_open = BuildingState{-1};

/// Stays of buildings in `permitted` and `started`, by building and day.
///
/// At risk on the days (first_observed, exit]: a building that was permitted before it was first
/// registered is observed from then on. Buildings that are erroneous, or whose first status is
/// another one, are left out.
struct BuildingSpells {
    std::vector<std::int64_t> building;
    std::vector<Day> permit;  ///< the first day of the building's first stay
    std::vector<BuildingState> from_state;
    std::vector<BuildingState> to_state;
    std::vector<Day> enter;
    std::vector<Day> exit;
    std::vector<Day> first_observed;

    [[nodiscard]] std::size_t size() const noexcept { return building.size(); }
    friend bool operator==(BuildingSpells const&, BuildingSpells const&) = default;
};

[[nodiscard]] BuildingSpells building_spells(BagHistory const& history, Day known_on);

[[nodiscard]] std::string_view name_of(BuildingState state) noexcept;

}  // namespace opgave
