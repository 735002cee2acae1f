#pragma once
/// Dwellings and buildings as the Dutch register of addresses and buildings (BAG) records them:
/// versions (`voorkomens`) with the days on which they hold and the days on which they were known.

#include <opgave/date.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace opgave {

/// Statuses of a verblijfsobject.
enum class UnitStatus : std::int8_t {
    formed,             ///< verblijfsobject gevormd
    not_realised,       ///< niet gerealiseerd verblijfsobject
    in_use_unmeasured,  ///< verblijfsobject in gebruik (niet ingemeten)
    in_use,             ///< verblijfsobject in gebruik
    rebuilding,         ///< verbouwing verblijfsobject
    withdrawn,          ///< verblijfsobject ingetrokken
    out_of_use,         ///< verblijfsobject buiten gebruik
    erroneous,          ///< verblijfsobject ten onrechte opgevoerd
};

/// Statuses of a pand.
enum class BuildingStatus : std::int8_t {
    permitted,             ///< bouwvergunning verleend
    not_realised,          ///< niet gerealiseerd pand
    started,               ///< bouw gestart
    in_use_unmeasured,     ///< pand in gebruik (niet ingemeten)
    in_use,                ///< pand in gebruik
    rebuilding,            ///< verbouwing pand
    demolition_permitted,  ///< sloopvergunning verleend
    demolished,            ///< pand gesloopt
    out_of_use,            ///< pand buiten gebruik
    erroneous,             ///< pand ten onrechte opgevoerd
};

/// The bit of `UnitRows::uses` that stands for woonfunctie.
inline constexpr std::int16_t residential_use = 1;

/// What versions of dwellings and of buildings share, one row per version.
///
/// A version holds on the days from `begin` up to, not including, `end`. It is known from
/// `registered` on; its end is known from `superseded` on. Where an end is unknown it is open.
struct Versions {
    std::vector<std::int64_t> identification;  ///< the 16 digits as a number
    std::vector<std::int32_t> sequence;        ///< voorkomenidentificatie
    std::vector<Day> begin;
    std::vector<Day> end;
    std::vector<Day> registered;
    std::vector<Day> superseded;

    [[nodiscard]] std::size_t size() const noexcept { return identification.size(); }
    friend bool operator==(Versions const&, Versions const&) = default;
};

/// Versions of verblijfsobjecten. `building` holds the panden of the first row, then those of the
/// second, and so on; a row has `building_count` of them.
struct UnitRows {
    Versions versions = {};
    std::vector<UnitStatus> status = {};
    std::vector<std::int16_t> uses = {};  ///< a bit per gebruiksdoel
    std::vector<std::int16_t> building_count = {};
    std::vector<std::int64_t> building = {};
    friend bool operator==(UnitRows const&, UnitRows const&) = default;
};

/// Versions of panden.
struct BuildingRows {
    Versions versions = {};
    std::vector<BuildingStatus> status = {};
    friend bool operator==(BuildingRows const&, BuildingRows const&) = default;
};

/// The history of the dwellings and buildings of an extract.
///
/// Invariant: columns of equal lengths; identifications of the right object; no version ends before
/// it begins; rows are in the order of identification, first day and sequence.
class BagHistory {
public:
    /// `as_of` is the day up to which the register is known.
    /// Throws std::invalid_argument, with the row, if a column breaks the invariant.
    BagHistory(UnitRows units, BuildingRows buildings, Day as_of);

    [[nodiscard]] UnitRows const& units() const noexcept { return units_; }
    [[nodiscard]] BuildingRows const& buildings() const noexcept { return buildings_; }
    [[nodiscard]] Day as_of() const noexcept { return as_of_; }

    friend bool operator==(BagHistory const&, BagHistory const&) = default;

private:
    UnitRows units_;
    BuildingRows buildings_;
    Day as_of_;
};

/// The status with this name in the BAG. Throws std::invalid_argument that lists the names.
[[nodiscard]] UnitStatus parse_unit_status(std::string_view text);
[[nodiscard]] BuildingStatus parse_building_status(std::string_view text);

/// The names of the uses in the BAG, in the order of their bits.
[[nodiscard]] std::vector<std::string> const& use_names();

}  // namespace opgave
