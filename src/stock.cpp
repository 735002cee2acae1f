#include <opgave/stock.hpp>

#include "timeline.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace opgave {

namespace {

using detail::Stretch;

bool is_used(UnitStatus status) {
    switch (status) {
        case UnitStatus::in_use_unmeasured:
        case UnitStatus::in_use:
        case UnitStatus::rebuilding:
        case UnitStatus::out_of_use:
            return true;
        default:
            return false;
    }
}

/// Whether the building was first used on or after `formed`, and was to be built before that.
bool is_built_since(std::vector<Stretch> const& life, std::vector<BuildingStatus> const& status,
                    Day formed) {
    auto const first_use = std::find_if(life.begin(), life.end(), [&](Stretch const& stretch) {
        return detail::is_standing(status[stretch.row]);
    });
    return first_use != life.end() && formed <= first_use->begin &&
           std::any_of(life.begin(), first_use, [&](Stretch const& stretch) {
               return detail::is_under_way(status[stretch.row]);
           });
}

/// Whether the building is demolished on `day`, or permitted to be and demolished later.
bool is_demolished(std::vector<Stretch> const& life, std::vector<BuildingStatus> const& status,
                   Day day) {
    bool is_doomed = false;  // demolished, or permitted to be, on the day itself
    for (auto const& stretch : life) {
        if (stretch.end <= day) continue;
        auto const now = status[stretch.row];
        is_doomed = is_doomed || stretch.begin <= day;
        if (now == BuildingStatus::demolished) return is_doomed;
        if (now != BuildingStatus::demolition_permitted) return false;
    }
    return false;
}

/// Follows one dwelling after the other through its history.
class Follower {
public:
    Follower(BagHistory const& history, Day known_on)
        : units_{history.units()}, buildings_{history.buildings()}, known_on_{known_on} {
        first_building_.reserve(units_.versions.size() + 1);
        first_building_.push_back(0);
        for (auto const count : units_.building_count)
            first_building_.push_back(first_building_.back() + static_cast<std::size_t>(count));
    }

    StockEvents follow() {
        auto const n = units_.versions.size();
        for (std::size_t row = 0; row < n;) {
            auto const rows = detail::rows_from(units_.versions, row);
            detail::find_timeline(units_.versions, rows, known_on_, life_);
            follow_dwelling();
            row = rows.last;
        }
        return std::move(events_);
    }

private:
    void follow_dwelling() {
        Stretch const* before = nullptr;
        Day formed = unknown_day;
        for (auto const& now : life_) {
            bool const is_gap = before != nullptr && before->end < now.begin;
            if (is_gap && is_counted(before->row))
                add(before->row, before->end, StockReason::record_ends);
            bool const was_formed =
                before != nullptr && !is_gap && status(*before) == UnitStatus::formed;
            if (!was_formed) formed = now.begin;
            bool const was_counted = before != nullptr && !is_gap && is_counted(before->row);
            if (is_counted(now.row) && !was_counted)
                add(now.row, now.begin, reason_to_enter(before, is_gap, now, formed));
            if (was_counted && !is_counted(now.row))
                add(now.row, now.begin, reason_to_leave(*before, now));
            before = &now;
        }
        if (before != nullptr && before->end != detail::for_ever && is_counted(before->row))
            add(before->row, before->end, StockReason::record_ends);
    }

    StockReason reason_to_enter(Stretch const* before, bool is_gap, Stretch const& now,
                                Day formed) {
        bool const is_first = before == nullptr;
        if (is_gap) return StockReason::restored;
        if (is_first || status(*before) == UnitStatus::formed) {
            if (is_new(now.row, formed)) return StockReason::new_building;
            return is_first ? StockReason::first_recorded_in_use : StockReason::formed_in_existing;
        }
        return is_used(status(*before)) ? StockReason::became_residential : StockReason::restored;
    }

    StockReason reason_to_leave(Stretch const& before, Stretch const& now) {
        if (is_used(status(now))) return StockReason::no_longer_residential;
        if (status(now) != UnitStatus::withdrawn) return StockReason::never_realised;
        bool is_known = has_buildings(before.row);
        bool are_demolished = is_known;
        each_building(before.row, [&](std::vector<Stretch> const& life) {
            is_known = is_known && !life.empty();
            are_demolished = are_demolished && is_demolished(life, buildings_.status, now.begin);
        });
        if (!is_known) return StockReason::building_unknown;
        return are_demolished ? StockReason::building_demolished : StockReason::building_stands;
    }

    bool is_new(std::size_t row, Day formed) {
        bool are_new = has_buildings(row);
        each_building(row, [&](std::vector<Stretch> const& life) {
            are_new = are_new && is_built_since(life, buildings_.status, formed);
        });
        return are_new;
    }

    template <class Look>
    void each_building(std::size_t row, Look look) {
        for (auto i = first_building_[row]; i < first_building_[row + 1]; ++i) {
            auto const rows = detail::rows_of(buildings_.versions, units_.building[i]);
            detail::find_timeline(buildings_.versions, rows, known_on_, building_life_);
            look(building_life_);
        }
    }

    bool has_buildings(std::size_t row) const {
        return first_building_[row] < first_building_[row + 1];
    }

    UnitStatus status(Stretch const& stretch) const { return units_.status[stretch.row]; }

    bool is_counted(std::size_t row) const {
        return is_used(units_.status[row]) && (units_.uses[row] & residential_use) != 0;
    }

    void add(std::size_t row, Day date, StockReason reason) {
        events_.dwelling.push_back(units_.versions.identification[row]);
        events_.date.push_back(date);
        events_.reason.push_back(reason);
    }

    UnitRows const& units_;
    BuildingRows const& buildings_;
    Day known_on_;
    std::vector<std::size_t> first_building_;
    std::vector<Stretch> life_;
    std::vector<Stretch> building_life_;
    StockEvents events_;
};

StockEvents in_order(StockEvents const& events) {
    std::vector<std::size_t> order(events.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&events](std::size_t a, std::size_t b) {
        return std::tie(events.date[a], events.dwelling[a]) <
               std::tie(events.date[b], events.dwelling[b]);
    });
    StockEvents sorted;
    for (auto const i : order) {
        sorted.dwelling.push_back(events.dwelling[i]);
        sorted.date.push_back(events.date[i]);
        sorted.reason.push_back(events.reason[i]);
    }
    return sorted;
}

constexpr std::size_t categories = 4;
using Counts = std::array<std::int64_t, categories>;

std::int64_t net_of(Counts const& counts) { return counts[0] + counts[1] - counts[2] - counts[3]; }

void check_groups(StockEvents const& events, std::span<std::int32_t const> group,
                  std::int32_t groups) {
    if (group.size() != events.size()) {
        throw std::invalid_argument("group must have one value per event, " +
                                    std::to_string(events.size()) + ", got " +
                                    std::to_string(group.size()));
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (group[i] < 0 || group[i] >= groups) {
            throw std::invalid_argument("group must lie in [0, " + std::to_string(groups) +
                                        "), got " + std::to_string(group[i]) + " at row " +
                                        std::to_string(i));
        }
    }
}

void append(StockChanges& table, std::int32_t group, Period period, std::int64_t opening,
            Counts const& counts) {
    table.group.push_back(group);
    table.begin.push_back(period.begin);
    table.end.push_back(period.end);
    table.opening.push_back(opening);
    table.new_build.push_back(counts[0]);
    table.other_addition.push_back(counts[1]);
    table.demolition.push_back(counts[2]);
    table.other_withdrawal.push_back(counts[3]);
    table.net.push_back(net_of(counts));
    table.closing.push_back(opening + net_of(counts));
}

}  // namespace

StockCategory category_of(StockReason reason) noexcept {
    if (reason == StockReason::new_building) return StockCategory::new_build;
    if (reason == StockReason::building_demolished) return StockCategory::demolition;
    return sign_of(reason) > 0 ? StockCategory::other_addition : StockCategory::other_withdrawal;
}

int sign_of(StockReason reason) noexcept { return reason <= StockReason::restored ? 1 : -1; }

std::string_view name_of(StockCategory category) noexcept {
    constexpr std::array<std::string_view, categories> names{"new_build", "other_addition",
                                                             "demolition", "other_withdrawal"};
    return names.at(static_cast<std::size_t>(category));
}

std::string_view name_of(StockReason reason) noexcept {
    constexpr std::array<std::string_view, 11> names{
        "new_building",       "formed_in_existing", "first_recorded_in_use",
        "became_residential", "restored",           "building_demolished",
        "building_stands",    "building_unknown",   "no_longer_residential",
        "never_realised",     "record_ends"};
    return names.at(static_cast<std::size_t>(reason));
}

StockEvents stock_events(BagHistory const& history, Day known_on) {
    return in_order(Follower(history, known_on).follow());
}

StockChanges stock_changes(StockEvents const& events, std::vector<Period> const& periods,
                           std::span<std::int32_t const> group, std::int32_t groups) {
    check_groups(events, group, groups);
    if (periods.empty()) throw std::invalid_argument("there must be a period, got none");
    auto const slots = periods.size() + 1;  // the first slot is the time before
    std::vector<Counts> counts(slots * static_cast<std::size_t>(groups), Counts{});
    for (std::size_t i = 0; i < events.size(); ++i) {
        auto const after =
            std::upper_bound(periods.begin(), periods.end(), events.date[i],
                             [](Day day, Period const& period) { return day < period.begin; });
        auto const slot = static_cast<std::size_t>(after - periods.begin());
        if (events.date[i] >= periods.back().end) continue;
        auto const category = static_cast<std::size_t>(category_of(events.reason[i]));
        ++counts[static_cast<std::size_t>(group[i]) * slots + slot].at(category);
    }
    StockChanges table;
    for (std::int32_t g = 0; g < groups; ++g) {
        auto const first = static_cast<std::size_t>(g) * slots;
        auto stock = net_of(counts[first]);
        for (std::size_t p = 0; p < periods.size(); ++p) {
            append(table, g, periods[p], stock, counts[first + p + 1]);
            stock = table.closing.back();
        }
    }
    return table;
}

}  // namespace opgave
