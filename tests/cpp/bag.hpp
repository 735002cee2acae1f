#pragma once
/// Small histories of dwellings and buildings, written short.

#include "rows.hpp"

#include <opgave/bag_history.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bag {

using opgave::BuildingStatus;
using opgave::UnitStatus;

inline constexpr std::int64_t first_unit = 505'01'0000000000;
inline constexpr std::int64_t first_building = 505'10'0000000000;
inline constexpr std::int16_t home = opgave::residential_use;
inline constexpr std::int16_t shop = 1 << 9;

struct Unit {
    int id;
    std::string begin;
    UnitStatus status;
    std::int16_t uses = home;
    std::vector<int> buildings = {1};
    std::string end = "";
    std::string registered = "";
    std::string superseded = "";
};

struct Building {
    int id;
    std::string begin;
    BuildingStatus status;
    std::string end = "";
    std::string registered = "";
};

inline void add(opgave::Versions& versions, std::int64_t id, std::string const& begin,
                std::string const& end, std::string const& registered,
                std::string const& superseded) {
    versions.identification.push_back(id);
    versions.sequence.push_back(static_cast<std::int32_t>(versions.size()));
    versions.begin.push_back(rows::day(begin));
    versions.end.push_back(rows::day(end));
    versions.registered.push_back(rows::day(registered.empty() ? begin : registered));
    versions.superseded.push_back(rows::day(superseded));
}

inline opgave::UnitRows units(std::vector<Unit> const& list) {
    opgave::UnitRows rows;
    for (auto const& unit : list) {
        add(rows.versions, first_unit + unit.id, unit.begin, unit.end, unit.registered,
            unit.superseded);
        rows.status.push_back(unit.status);
        rows.uses.push_back(unit.uses);
        rows.building_count.push_back(static_cast<std::int16_t>(unit.buildings.size()));
        for (int const id : unit.buildings) rows.building.push_back(first_building + id);
    }
    return rows;
}

inline opgave::BuildingRows buildings(std::vector<Building> const& list) {
    opgave::BuildingRows rows;
    for (auto const& building : list) {
        add(rows.versions, first_building + building.id, building.begin, building.end,
            building.registered, "");
        rows.status.push_back(building.status);
    }
    return rows;
}

inline opgave::BagHistory history(std::vector<Unit> const& unit_list,
                                  std::vector<Building> const& building_list,
                                  std::string const& as_of = "2021-10-15") {
    return {units(unit_list), buildings(building_list), rows::day(as_of)};
}

}  // namespace bag
