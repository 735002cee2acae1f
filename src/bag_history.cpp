#include <opgave/bag_history.hpp>

#include <opgave/bag_id.hpp>

#include "text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace opgave {

namespace {

constexpr std::array<std::string_view, 8> unit_statuses{
    "Verblijfsobject gevormd",
    "Niet gerealiseerd verblijfsobject",
    "Verblijfsobject in gebruik (niet ingemeten)",
    "Verblijfsobject in gebruik",
    "Verbouwing verblijfsobject",
    "Verblijfsobject ingetrokken",
    "Verblijfsobject buiten gebruik",
    "Verblijfsobject ten onrechte opgevoerd",
};

constexpr std::array<std::string_view, 10> building_statuses{
    "Bouwvergunning verleend",          "Niet gerealiseerd pand", "Bouw gestart",
    "Pand in gebruik (niet ingemeten)", "Pand in gebruik",        "Verbouwing pand",
    "Sloopvergunning verleend",         "Pand gesloopt",          "Pand buiten gebruik",
    "Pand ten onrechte opgevoerd",
};

template <class Status, std::size_t n>
Status parse_status(std::array<std::string_view, n> const& names, std::string_view text,
                    char const* object) {
    auto const found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) {
        throw std::invalid_argument(std::string("the status of a ") + object + " must be one of " +
                                    join({names.begin(), names.end()}) + ", got " + quote(text));
    }
    return static_cast<Status>(found - names.begin());
}

std::string masked(std::int64_t identification) {
    auto const digits = std::to_string(identification);
    return mask_id(std::string(digits.size() < 16 ? 16 - digits.size() : 0, '0') + digits);
}

[[noreturn]] void refuse(std::string const& message, std::size_t row, Versions const& versions) {
    throw std::invalid_argument(message + " at row " + std::to_string(row) + " (" +
                                masked(versions.identification[row]) + ")");
}

template <class Column>
void check_length(Column const& column, std::size_t rows, char const* name) {
    if (column.size() != rows) {
        throw std::invalid_argument(std::string("column ") + name + " must have " +
                                    count_of(rows, "row") + ", got " +
                                    std::to_string(column.size()));
    }
}

bool is_object(std::int64_t identification, BagObject object) {
    constexpr std::int64_t numbers = 10'000'000'000;
    constexpr std::int64_t objects = 100;
    return identification >= 0 && identification < numbers * objects * 10'000 &&
           identification / numbers % objects == static_cast<std::int64_t>(object);
}

void check(Versions const& versions, BagObject object, char const* name) {
    auto const n = versions.size();
    check_length(versions.sequence, n, "sequence");
    check_length(versions.begin, n, "begin");
    check_length(versions.end, n, "end");
    check_length(versions.registered, n, "registered");
    check_length(versions.superseded, n, "superseded");
    for (std::size_t i = 0; i < n; ++i) {
        if (!is_object(versions.identification[i], object))
            refuse(std::string("an identification must be that of a ") + name, i, versions);
        if (versions.begin[i] == unknown_day || versions.registered[i] == unknown_day)
            refuse("a version must have a first day and a day of registration", i, versions);
        if (versions.end[i] != unknown_day && versions.end[i] < versions.begin[i])
            refuse("a version must not end before it begins", i, versions);
    }
}

template <class Status>
void check(std::vector<Status> const& status, Versions const& versions, std::size_t known) {
    check_length(status, versions.size(), "status");
    for (std::size_t i = 0; i < status.size(); ++i) {
        auto const code = static_cast<std::int64_t>(status[i]);
        if (code < 0 || code >= static_cast<std::int64_t>(known))
            refuse("a status must be known, got code " + std::to_string(code), i, versions);
    }
}

void check_links(UnitRows const& units) {
    check_length(units.uses, units.versions.size(), "uses");
    check_length(units.building_count, units.versions.size(), "building_count");
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < units.building_count.size(); ++i) {
        if (units.building_count[i] < 0)
            refuse("a number of buildings must be >= 0", i, units.versions);
        sum += units.building_count[i];
    }
    check_length(units.building, static_cast<std::size_t>(sum), "building");
}

/// The rows in order; nothing if they are in order already.
std::optional<std::vector<std::size_t>> order_of(Versions const& versions) {
    auto const key = [&versions](std::size_t i) {
        return std::make_tuple(versions.identification[i], versions.begin[i], versions.sequence[i]);
    };
    std::vector<std::size_t> order(versions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto const is_less = [&key](std::size_t a, std::size_t b) { return key(a) < key(b); };
    if (std::is_sorted(order.begin(), order.end(), is_less)) return std::nullopt;
    std::stable_sort(order.begin(), order.end(), is_less);
    return order;
}

template <class T>
void arrange(std::vector<T>& column, std::vector<std::size_t> const& order) {
    std::vector<T> arranged;
    arranged.reserve(column.size());
    for (auto const row : order) arranged.push_back(column[row]);
    column = std::move(arranged);
}

void arrange(Versions& versions, std::vector<std::size_t> const& order) {
    arrange(versions.identification, order);
    arrange(versions.sequence, order);
    arrange(versions.begin, order);
    arrange(versions.end, order);
    arrange(versions.registered, order);
    arrange(versions.superseded, order);
}

void arrange_links(UnitRows& units, std::vector<std::size_t> const& order) {
    std::vector<std::size_t> start{0};
    for (auto const count : units.building_count)
        start.push_back(start.back() + static_cast<std::size_t>(count));
    std::vector<std::int64_t> arranged;
    arranged.reserve(units.building.size());
    for (auto const row : order) {
        for (auto i = start[row]; i < start[row + 1]; ++i) arranged.push_back(units.building[i]);
    }
    units.building = std::move(arranged);
    arrange(units.building_count, order);
}

}  // namespace

BagHistory::BagHistory(UnitRows units, BuildingRows buildings, Day as_of)
    : units_{std::move(units)}, buildings_{std::move(buildings)}, as_of_{as_of} {
    check(units_.versions, BagObject::verblijfsobject, "verblijfsobject");
    check(units_.status, units_.versions, unit_statuses.size());
    check_links(units_);
    check(buildings_.versions, BagObject::pand, "pand");
    check(buildings_.status, buildings_.versions, building_statuses.size());
    if (as_of_ == unknown_day) throw std::invalid_argument("the day of an extract must be known");
    if (auto const order = order_of(units_.versions)) {
        arrange_links(units_, *order);
        arrange(units_.versions, *order);
        arrange(units_.status, *order);
        arrange(units_.uses, *order);
    }
    if (auto const order = order_of(buildings_.versions)) {
        arrange(buildings_.versions, *order);
        arrange(buildings_.status, *order);
    }
}

UnitStatus parse_unit_status(std::string_view text) {
    return parse_status<UnitStatus>(unit_statuses, text, "verblijfsobject");
}

BuildingStatus parse_building_status(std::string_view text) {
    return parse_status<BuildingStatus>(building_statuses, text, "pand");
}

std::vector<std::string> const& use_names() {
    static std::vector<std::string> const names{"woonfunctie",
                                                "bijeenkomstfunctie",
                                                "celfunctie",
                                                "gezondheidszorgfunctie",
                                                "industriefunctie",
                                                "kantoorfunctie",
                                                "logiesfunctie",
                                                "onderwijsfunctie",
                                                "sportfunctie",
                                                "winkelfunctie",
                                                "overige gebruiksfunctie"};
    return names;
}

}  // namespace opgave
