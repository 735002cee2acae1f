#include "bag.hpp"
#include "catch.hpp"

#include <string>

using namespace opgave;

TEST_CASE("a history keeps its rows by identification, day and sequence") {
    auto const made = bag::history({{2, "2015-01-01", UnitStatus::in_use, bag::home, {7, 8}},
                                    {1, "2016-01-01", UnitStatus::withdrawn, bag::home, {}},
                                    {1, "2015-01-01", UnitStatus::in_use, bag::shop, {9}}},
                                   {});
    auto const& units = made.units();
    CHECK(units.versions.identification ==
          std::vector<std::int64_t>{bag::first_unit + 1, bag::first_unit + 1, bag::first_unit + 2});
    CHECK(units.uses == std::vector<std::int16_t>{bag::shop, bag::home, bag::home});
    CHECK(units.building_count == std::vector<std::int16_t>{1, 0, 2});
    CHECK(units.building == std::vector<std::int64_t>{bag::first_building + 9,
                                                      bag::first_building + 7,
                                                      bag::first_building + 8});
}

TEST_CASE("a column that breaks the rules is refused with its row, masked") {
    auto rows = bag::units({{17, "2015-01-01", UnitStatus::in_use}});
    auto const day = parse_iso("2021-10-15");
    auto const refusal = [&](UnitRows const& units) {
        try {
            BagHistory(units, {}, day);
        } catch (std::invalid_argument const& error) {
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    CHECK(refusal(rows) == "accepted");
    auto wrong = rows;
    wrong.versions.identification[0] += 9'0000000000;
    CHECK(refusal(wrong) ==
          "an identification must be that of a verblijfsobject at row 0 (**************17)");
    wrong = rows;
    wrong.versions.end[0] = wrong.versions.begin[0] - 1;
    CHECK(refusal(wrong) == "a version must not end before it begins at row 0 (**************17)");
    wrong = rows;
    wrong.versions.begin[0] = unknown_day;
    CHECK(refusal(wrong) ==
          "a version must have a first day and a day of registration at row 0 "
          "(**************17)");
    wrong = rows;
    wrong.status[0] = static_cast<UnitStatus>(8);
    CHECK(refusal(wrong) == "a status must be known, got code 8 at row 0 (**************17)");
    wrong = rows;
    wrong.building.clear();
    CHECK(refusal(wrong) == "column building must have 1 row, got 0");
    wrong = rows;
    wrong.uses.clear();
    CHECK(refusal(wrong) == "column uses must have 1 row, got 0");
    CHECK_THROWS_WITH(BagHistory(rows, {}, unknown_day), "the day of an extract must be known");
}

TEST_CASE("statuses are read by their names in the BAG") {
    CHECK(parse_unit_status("Verblijfsobject in gebruik (niet ingemeten)") ==
          UnitStatus::in_use_unmeasured);
    CHECK(parse_unit_status("Verbouwing verblijfsobject") == UnitStatus::rebuilding);
    CHECK(parse_building_status("Bouwvergunning verleend") == BuildingStatus::permitted);
    CHECK(parse_building_status("Pand ten onrechte opgevoerd") == BuildingStatus::erroneous);
    CHECK_THROWS_AS(parse_unit_status("Pand in gebruik"), std::invalid_argument);
}

TEST_CASE("the first use is woonfunctie") {
    CHECK(use_names().front() == "woonfunctie");
    CHECK(use_names().size() == 11);
}
