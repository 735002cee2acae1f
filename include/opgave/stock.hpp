#pragma once
/// Changes of the dwelling stock from BAG history, in the categories of Statistics Netherlands.
///
/// In the stock is a verblijfsobject with a woonfunctie that is in use, in use but not measured,
/// being rebuilt, or out of use (CBS, Voorraad woningen en niet-woningen, 81955NED). A change falls
/// on the day from which it holds, not on the day on which it was registered. Versions that hold
/// on no day change nothing; several on one day count as the last of them.

#include <opgave/bag_history.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace opgave {

enum class StockCategory : std::int8_t {
    new_build,
    other_addition,
    demolition,
    other_withdrawal,
};

/// Why a dwelling came into the stock or left it.
enum class StockReason : std::int8_t {
    new_building,           ///< formed with its buildings, which were built since: new build
    formed_in_existing,     ///< formed in a building that stood: split off or transformed
    first_recorded_in_use,  ///< in a building that stood, and never formed
    became_residential,     ///< in use before, without a woonfunctie
    restored,               ///< back from withdrawn, not realised or erroneous
    building_demolished,    ///< withdrawn with its buildings: demolition
    building_stands,        ///< withdrawn from a building that stands: merged or transformed
    building_unknown,       ///< withdrawn, and its building is not in the extract
    no_longer_residential,  ///< in use without a woonfunctie
    never_realised,         ///< formed, not realised or erroneous after all: a correction
    record_ends,            ///< no version follows
};

/// New build only where every building is new; demolition only where every building is demolished.
[[nodiscard]] StockCategory category_of(StockReason reason) noexcept;

/// +1 for a reason to come in, -1 for one to leave.
[[nodiscard]] int sign_of(StockReason reason) noexcept;

/// `new_build`, `building_stands` and so on.
[[nodiscard]] std::string_view name_of(StockCategory category) noexcept;
[[nodiscard]] std::string_view name_of(StockReason reason) noexcept;

/// Each time that a dwelling came into the stock or left it, by day and identification.
struct StockEvents {
    std::vector<std::int64_t> dwelling;
    std::vector<Day> date;
    std::vector<StockReason> reason;

    [[nodiscard]] std::size_t size() const noexcept { return dwelling.size(); }
    friend bool operator==(StockEvents const&, StockEvents const&) = default;
};

/// Everything that moved the stock, as registered by `known_on`.
///
/// A dwelling that comes in is new build if it was formed no later than the first use of each of
/// its buildings, and each was permitted or under construction before that. One that is withdrawn
/// is demolished if each of its buildings is demolished by that day, or is permitted to be
/// demolished on that day and is demolished later.
[[nodiscard]] StockEvents stock_events(BagHistory const& history, Day known_on);

/// Counts per group and period: the periods of the first group, then those of the second.
/// Invariant: opening + new_build + other_addition - demolition - other_withdrawal = closing.
struct StockChanges {
    std::vector<std::int32_t> group;
    std::vector<Day> begin;
    std::vector<Day> end;  ///< not in the period
    std::vector<std::int64_t> opening;
    std::vector<std::int64_t> new_build;
    std::vector<std::int64_t> other_addition;
    std::vector<std::int64_t> demolition;
    std::vector<std::int64_t> other_withdrawal;
    std::vector<std::int64_t> net;
    std::vector<std::int64_t> closing;

    [[nodiscard]] std::size_t size() const noexcept { return group.size(); }
    friend bool operator==(StockChanges const&, StockChanges const&) = default;
};

/// `periods` follow each other, as `opgave::periods` gives them; `group` is that of each event,
/// from 0 up to, not including, `groups`. Throws std::invalid_argument if it is not, or if the
/// lengths differ.
[[nodiscard]] StockChanges stock_changes(StockEvents const& events,
                                         std::vector<Period> const& periods,
                                         std::span<std::int32_t const> group, std::int32_t groups);

}  // namespace opgave
