#include "bag.hpp"
#include "catch.hpp"

#include <opgave/stock.hpp>

#include <algorithm>
#include <numeric>
#include <set>
#include <string>

using namespace opgave;

namespace {

using B = BuildingStatus;
using U = UnitStatus;
using Lines = std::vector<std::string>;

Day const far = parse_iso("2100-01-01");

/// `1 2015-03-01 new_build: new_building`.
Lines written(StockEvents const& events) {
    Lines lines;
    for (std::size_t i = 0; i < events.size(); ++i) {
        lines.push_back(std::to_string(events.dwelling[i] - bag::first_unit) + " " +
                        to_iso(events.date[i]) + " " +
                        std::string(name_of(category_of(events.reason[i]))) + ": " +
                        std::string(name_of(events.reason[i])));
    }
    return lines;
}

Lines events_of(std::vector<bag::Unit> const& units, std::vector<bag::Building> const& buildings,
                Day known_on = far) {
    return written(stock_events(bag::history(units, buildings), known_on));
}

StockChanges changes_of(StockEvents const& events, std::string const& first,
                        std::string const& last, Every every) {
    std::vector<std::int32_t> const group(events.size(), 0);
    return stock_changes(events, periods(parse_iso(first), parse_iso(last), every), group, 1);
}

std::vector<bag::Building> const standing{{1, "1950-01-01", B::in_use}};
std::vector<bag::Building> const built{{1, "2014-01-01", B::permitted},
                                       {1, "2014-06-01", B::started},
                                       {1, "2015-03-01", B::in_use_unmeasured},
                                       {1, "2015-09-01", B::in_use}};

}  // namespace

TEST_CASE("a dwelling formed with a building that is built since is new build") {
    CHECK(events_of({{1, "2014-01-01", U::formed}, {1, "2015-03-01", U::in_use}}, built) ==
          Lines{"1 2015-03-01 new_build: new_building"});
    // The dwelling may be used later or, by a day, earlier than its building.
    CHECK(events_of({{1, "2014-01-01", U::formed}, {1, "2015-04-07", U::in_use}}, built) ==
          Lines{"1 2015-04-07 new_build: new_building"});
    CHECK(events_of({{1, "2014-01-01", U::formed}, {1, "2015-02-28", U::in_use}}, built) ==
          Lines{"1 2015-02-28 new_build: new_building"});
    CHECK(events_of({{1, "2015-03-01", U::in_use}}, built) ==
          Lines{"1 2015-03-01 new_build: new_building"});
}

TEST_CASE("a dwelling formed in a building that stands is another addition") {
    CHECK(events_of({{1, "2015-03-02", U::formed}, {1, "2016-01-01", U::in_use}}, built) ==
          Lines{"1 2016-01-01 other_addition: formed_in_existing"});
    CHECK(events_of({{1, "2015-03-02", U::formed}, {1, "2016-01-01", U::in_use}}, standing) ==
          Lines{"1 2016-01-01 other_addition: formed_in_existing"});
    CHECK(events_of({{1, "2016-01-01", U::in_use}}, standing) ==
          Lines{"1 2016-01-01 other_addition: first_recorded_in_use"});
    // A permit that comes after the first use rebuilds what stood.
    CHECK(events_of({{1, "1950-01-01", U::in_use}}, {{1, "1950-01-01", B::in_use},
                                                     {1, "2015-01-01", B::permitted},
                                                     {1, "2016-01-01", B::in_use}}) ==
          Lines{"1 1950-01-01 other_addition: first_recorded_in_use"});
}

TEST_CASE("a dwelling in a building that is never used is not new build") {
    CHECK(events_of({{1, "2014-01-01", U::in_use}, {1, "2014-01-07", U::formed}},
                    {{1, "2014-01-01", B::permitted}}) ==
          Lines{"1 2014-01-01 other_addition: first_recorded_in_use",
                "1 2014-01-07 other_withdrawal: never_realised"});
}

TEST_CASE("a dwelling in several buildings is new build only if all of them are new") {
    std::vector<bag::Building> both = built;
    both.push_back({2, "1950-01-01", B::in_use});
    CHECK(events_of({{1, "2014-01-01", U::formed, bag::home, {1, 2}},
                     {1, "2015-03-01", U::in_use, bag::home, {1, 2}}},
                    both) == Lines{"1 2015-03-01 other_addition: formed_in_existing"});
}

TEST_CASE("a dwelling whose building is not in the extract is not called new build") {
    CHECK(events_of({{1, "2014-01-01", U::formed}, {1, "2015-03-01", U::in_use}}, {}) ==
          Lines{"1 2015-03-01 other_addition: formed_in_existing"});
}

TEST_CASE("a change of use is another addition or withdrawal, in a new building too") {
    CHECK(events_of({{1, "2014-01-01", U::formed, bag::shop},
                     {1, "2015-03-01", U::in_use, bag::shop},
                     {1, "2016-01-01", U::in_use, bag::home | bag::shop},
                     {1, "2017-01-01", U::in_use, bag::shop}},
                    built) == Lines{"1 2016-01-01 other_addition: became_residential",
                                    "1 2017-01-01 other_withdrawal: no_longer_residential"});
}

TEST_CASE("rebuilding, out of use and not measured are in the stock") {
    CHECK(events_of({{1, "2015-01-01", U::in_use_unmeasured},
                     {1, "2016-01-01", U::in_use},
                     {1, "2017-01-01", U::rebuilding},
                     {1, "2018-01-01", U::out_of_use},
                     {1, "2019-01-01", U::in_use}},
                    standing) == Lines{"1 2015-01-01 other_addition: first_recorded_in_use"});
}

TEST_CASE("a dwelling withdrawn with its building is demolition") {
    std::vector<bag::Unit> const units{{1, "1950-01-01", U::in_use},
                                       {1, "2015-01-01", U::withdrawn}};
    auto const last = [&units](std::vector<bag::Building> const& life) {
        return events_of(units, life).back();
    };
    std::string const demolition = "1 2015-01-01 demolition: building_demolished";
    std::string const withdrawal = "1 2015-01-01 other_withdrawal: building_stands";
    CHECK(last({{1, "1950-01-01", B::in_use}, {1, "2015-01-01", B::demolished}}) == demolition);
    CHECK(last({{1, "1950-01-01", B::in_use}, {1, "2014-12-01", B::demolished}}) == demolition);
    CHECK(last({{1, "1950-01-01", B::in_use},
                {1, "2014-12-01", B::demolition_permitted},
                {1, "2015-02-01", B::demolished}}) == demolition);
    CHECK(last({{1, "1950-01-01", B::in_use}}) == withdrawal);
    CHECK(last({{1, "1950-01-01", B::in_use}, {1, "2019-01-01", B::demolished}}) == withdrawal);
    CHECK(last({{1, "1950-01-01", B::in_use},
                {1, "2014-12-01", B::demolition_permitted},
                {1, "2015-02-01", B::in_use},
                {1, "2019-02-01", B::demolished}}) == withdrawal);
    CHECK(last({}) == "1 2015-01-01 other_withdrawal: building_unknown");
}

TEST_CASE("a dwelling in several buildings is demolished only if all of them are") {
    std::vector<bag::Unit> const units{{1, "1950-01-01", U::in_use, bag::home, {1, 2}},
                                       {1, "2015-01-01", U::withdrawn, bag::home, {1, 2}}};
    std::vector<bag::Building> life{{1, "1950-01-01", B::in_use},
                                    {1, "2015-01-01", B::demolished},
                                    {2, "1950-01-01", B::in_use}};
    CHECK(events_of(units, life).back() == "1 2015-01-01 other_withdrawal: building_stands");
    life.push_back({2, "2015-01-01", B::demolished});
    CHECK(events_of(units, life).back() == "1 2015-01-01 demolition: building_demolished");
}

TEST_CASE("a correction takes a dwelling out, and what comes back is restored") {
    CHECK(events_of({{1, "2012-01-01", U::in_use},
                     {1, "2013-01-01", U::not_realised},
                     {1, "2014-01-01", U::in_use},
                     {1, "2015-01-01", U::erroneous}},
                    standing) == Lines{"1 2012-01-01 other_addition: first_recorded_in_use",
                                       "1 2013-01-01 other_withdrawal: never_realised",
                                       "1 2014-01-01 other_addition: restored",
                                       "1 2015-01-01 other_withdrawal: never_realised"});
    CHECK(events_of({{1, "2012-01-01", U::in_use, bag::home, {1}, "2013-01-01"},
                     {1, "2014-01-01", U::in_use, bag::home, {1}, "2015-01-01"}},
                    standing) == Lines{"1 2012-01-01 other_addition: first_recorded_in_use",
                                       "1 2013-01-01 other_withdrawal: record_ends",
                                       "1 2014-01-01 other_addition: restored",
                                       "1 2015-01-01 other_withdrawal: record_ends"});
}

TEST_CASE("of several versions on a day the last one holds") {
    CHECK(events_of({{1, "2012-01-01", U::in_use, bag::home, {1}, "2013-01-01"},
                     {1, "2013-01-01", U::withdrawn, bag::home, {1}, "2013-01-01"},
                     {1, "2013-01-01", U::in_use}},
                    standing) == Lines{"1 2012-01-01 other_addition: first_recorded_in_use"});
}

TEST_CASE("a change falls on its day, however late it is registered") {
    std::vector<bag::Unit> const units{
        {1, "2012-01-01", U::in_use, bag::home, {1}, "2013-06-01", "2012-01-02", "2015-01-05"},
        {1, "2013-06-01", U::withdrawn, bag::home, {1}, "", "2015-01-05"}};
    CHECK(events_of(units, standing).back() == "1 2013-06-01 other_withdrawal: building_stands");
    CHECK(events_of(units, standing, parse_iso("2015-01-04")) ==
          Lines{"1 2012-01-01 other_addition: first_recorded_in_use"});
    CHECK(events_of(units, standing, parse_iso("2012-01-01")).empty());
}

TEST_CASE("the order of the rows changes nothing") {
    rows::Random random{31};
    std::vector<bag::Unit> units{{1, "2014-01-01", U::formed},
                                 {1, "2015-03-01", U::in_use},
                                 {2, "1950-01-01", U::in_use, bag::home, {2, 3}},
                                 {2, "2016-01-01", U::withdrawn, bag::home, {2, 3}}};
    auto buildings = built;
    buildings.push_back({2, "1950-01-01", B::in_use});
    buildings.push_back({2, "2016-01-01", B::demolished});
    buildings.push_back({3, "1950-01-01", B::in_use});
    buildings.push_back({3, "2016-01-01", B::demolished});
    auto const expected = bag::history(units, buildings);
    REQUIRE(written(stock_events(expected, far)).size() == 3);
    for (int round = 0; round < 50; ++round) {
        std::shuffle(units.begin(), units.end(), random);
        std::shuffle(buildings.begin(), buildings.end(), random);
        CHECK(stock_events(bag::history(units, buildings), far) == stock_events(expected, far));
    }
}

namespace {

struct Random {
    rows::Random engine;
    int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine); }
};

/// Versions of a few dwellings in a few buildings, with gaps, several on a day and late ones.
BagHistory random_history(Random& random) {
    UnitRows units;
    BuildingRows buildings;
    auto const first = parse_iso("2010-01-01");
    auto const add = [&](Versions& versions, std::int64_t id) {
        versions.identification.push_back(id);
        versions.sequence.push_back(static_cast<std::int32_t>(versions.size()));
        auto const begin = first + random.below(60) * 40;
        versions.begin.push_back(begin);
        versions.end.push_back(random.below(3) == 0 ? begin + random.below(20) * 40 : unknown_day);
        versions.registered.push_back(begin + random.below(3) * 30);
        versions.superseded.push_back(random.below(3) == 0 ? begin + random.below(900)
                                                           : unknown_day);
    };
    for (int i = 0, n = random.below(30); i < n; ++i) {
        add(units.versions, bag::first_unit + random.below(5));
        units.status.push_back(static_cast<U>(random.below(8)));
        units.uses.push_back(random.below(3) == 0 ? bag::shop : bag::home);
        auto const count = random.below(3);
        units.building_count.push_back(static_cast<std::int16_t>(count));
        for (int j = 0; j < count; ++j)
            units.building.push_back(bag::first_building + random.below(4));
    }
    for (int i = 0, n = random.below(20); i < n; ++i) {
        add(buildings.versions, bag::first_building + random.below(4));
        buildings.status.push_back(static_cast<B>(random.below(10)));
    }
    return {units, buildings, parse_iso("2021-10-15")};
}

/// The slow way: of each dwelling the last version that has begun, and whether it holds on the day.
std::int64_t stock_on(BagHistory const& history, Day day, Day known_on) {
    auto const& [versions, status, uses, count, building] = history.units();
    std::set<std::int64_t> const ids(versions.identification.begin(),
                                     versions.identification.end());
    std::int64_t stock = 0;
    for (auto const id : ids) {
        bool is_in = false;
        for (std::size_t i = 0; i < versions.size(); ++i) {
            if (versions.identification[i] != id || versions.begin[i] > day ||
                versions.registered[i] > known_on)
                continue;
            bool const is_ended =
                versions.end[i] != unknown_day &&
                (versions.superseded[i] == unknown_day || versions.superseded[i] <= known_on);
            if (is_ended && versions.end[i] == versions.begin[i]) continue;
            bool const holds = !is_ended || versions.end[i] > day;
            bool const is_used = status[i] == U::in_use || status[i] == U::in_use_unmeasured ||
                                 status[i] == U::rebuilding || status[i] == U::out_of_use;
            is_in = holds && is_used && (uses[i] & residential_use) != 0;
        }
        stock += is_in ? 1 : 0;
    }
    return stock;
}

}  // namespace

TEST_CASE("the stock at each border is that of a count of dwellings on the day") {
    Random random{rows::Random{32}};
    for (int round = 0; round < 300; ++round) {
        auto const history = random_history(random);
        auto const known_on = parse_iso("2010-01-01") + random.below(4000);
        auto const events = stock_events(history, known_on);
        auto const table = changes_of(events, "2011-01-01", "2016-12-31", Every::quarter);
        REQUIRE(table.size() == 24);
        for (std::size_t i = 0; i < table.size(); ++i) {
            REQUIRE(table.opening[i] == stock_on(history, table.begin[i] - 1, known_on));
            REQUIRE(table.closing[i] == stock_on(history, table.end[i] - 1, known_on));
            REQUIRE(table.opening[i] + table.net[i] == table.closing[i]);
            REQUIRE(table.new_build[i] + table.other_addition[i] - table.demolition[i] -
                        table.other_withdrawal[i] ==
                    table.net[i]);
        }
    }
}

TEST_CASE("a dwelling comes in and leaves by turns") {
    Random random{rows::Random{33}};
    for (int round = 0; round < 300; ++round) {
        auto const events = stock_events(random_history(random), far);
        std::map<std::int64_t, int> stock;
        for (std::size_t i = 0; i < events.size(); ++i) {
            auto& count = stock[events.dwelling[i]];
            count += sign_of(events.reason[i]);
            REQUIRE((count == 0 || count == 1));
            REQUIRE((i == 0 || events.date[i - 1] <= events.date[i]));
        }
    }
}

TEST_CASE("months add up to quarters and quarters to years") {
    Random random{rows::Random{34}};
    auto const sum = [](std::vector<std::int64_t> const& column) {
        return std::accumulate(column.begin(), column.end(), std::int64_t{0});
    };
    for (int round = 0; round < 100; ++round) {
        auto const events = stock_events(random_history(random), far);
        auto const year = changes_of(events, "2013-01-01", "2013-12-31", Every::year);
        for (auto const every : {Every::quarter, Every::month}) {
            auto const parts = changes_of(events, "2013-01-01", "2013-12-31", every);
            CHECK(sum(parts.new_build) == year.new_build[0]);
            CHECK(sum(parts.other_addition) == year.other_addition[0]);
            CHECK(sum(parts.demolition) == year.demolition[0]);
            CHECK(sum(parts.other_withdrawal) == year.other_withdrawal[0]);
            CHECK(parts.opening.front() == year.opening[0]);
            CHECK(parts.closing.back() == year.closing[0]);
        }
    }
}

TEST_CASE("groups add up to the whole") {
    Random random{rows::Random{35}};
    for (int round = 0; round < 100; ++round) {
        auto const events = stock_events(random_history(random), far);
        auto const all = periods(parse_iso("2012-01-01"), parse_iso("2015-12-31"), Every::year);
        std::vector<std::int32_t> group;
        for (auto const dwelling : events.dwelling)
            group.push_back(static_cast<std::int32_t>(dwelling % 3));
        auto const apart = stock_changes(events, all, group, 3);
        auto const whole = changes_of(events, "2012-01-01", "2015-12-31", Every::year);
        REQUIRE(apart.size() == 3 * whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i) {
            auto const at = [&](std::vector<std::int64_t> const& column) {
                return column[i] + column[i + whole.size()] + column[i + 2 * whole.size()];
            };
            CHECK(at(apart.opening) == whole.opening[i]);
            CHECK(at(apart.new_build) == whole.new_build[i]);
            CHECK(at(apart.net) == whole.net[i]);
            CHECK(at(apart.closing) == whole.closing[i]);
        }
    }
}

TEST_CASE("groups that do not fit are refused") {
    auto const events = stock_events(bag::history({{1, "2015-01-01", U::in_use}}, standing), far);
    auto const year = periods(parse_iso("2015-01-01"), parse_iso("2015-12-31"), Every::year);
    std::vector<std::int32_t> const none;
    std::vector<std::int32_t> const two{2};
    CHECK_THROWS_WITH(stock_changes(events, year, none, 1),
                      "group must have one value per event, 1, got 0");
    CHECK_THROWS_WITH(stock_changes(events, year, two, 2),
                      "group must lie in [0, 2), got 2 at row 0");
    CHECK_THROWS_WITH(stock_changes(events, {}, two, 3), "there must be a period, got none");
}

TEST_CASE("every reason has a name, a sign and a category") {
    std::set<std::string> names;
    for (int code = 0; code <= static_cast<int>(StockReason::record_ends); ++code) {
        auto const reason = static_cast<StockReason>(code);
        names.insert(std::string(name_of(reason)));
        bool const comes = category_of(reason) == StockCategory::new_build ||
                           category_of(reason) == StockCategory::other_addition;
        CHECK(sign_of(reason) == (comes ? 1 : -1));
    }
    CHECK(names.size() == 11);
}
