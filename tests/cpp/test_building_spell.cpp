#include "bag.hpp"
#include "catch.hpp"

#include <opgave/building_spell.hpp>

#include <string>

using namespace opgave;

namespace {

using B = BuildingStatus;
using Lines = std::vector<std::string>;

Lines spells_of(std::vector<bag::Building> const& buildings,
                std::string const& known_on = "2100-01-01") {
    auto const all = building_spells(bag::history({}, buildings), parse_iso(known_on));
    Lines lines;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto line = std::string(name_of(all.from_state[i])) + ": " + to_iso(all.enter[i]) + " to " +
                    to_iso(all.exit[i]) + ", " + std::string(name_of(all.to_state[i]));
        if (all.first_observed[i] != all.enter[i]) line += " from " + to_iso(all.first_observed[i]);
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

TEST_CASE("a building goes from permit to start to use, and its life ends there") {
    CHECK(spells_of({{1, "2014-01-01", B::permitted},
                     {1, "2014-02-01", B::permitted},
                     {1, "2014-06-01", B::started},
                     {1, "2015-03-01", B::in_use_unmeasured},
                     {1, "2015-09-01", B::in_use},
                     {1, "2018-09-01", B::demolished}}) ==
          Lines{"permitted: 2014-01-01 to 2014-06-01, started",
                "started: 2014-06-01 to 2015-03-01, in_use"});
}

TEST_CASE("a building that is not realised says so, and one that waits is open") {
    CHECK(spells_of({{1, "2014-01-01", B::permitted}, {1, "2016-01-01", B::not_realised}}) ==
          Lines{"permitted: 2014-01-01 to 2016-01-01, not_realised"});
    CHECK(spells_of({{1, "2014-01-01", B::permitted}}) ==
          Lines{"permitted: 2014-01-01 to 2021-10-15, "});
    CHECK(spells_of({{1, "2014-01-01", B::permitted}, {1, "2016-01-01", B::started}},
                    "2015-05-05") == Lines{"permitted: 2014-01-01 to 2015-05-05, "});
}

TEST_CASE("a building permitted before it was registered is observed from then on") {
    CHECK(spells_of({{1, "2007-01-01", B::permitted, "", "2010-11-26"},
                     {1, "2012-01-01", B::started},
                     {1, "2013-01-01", B::in_use}}) ==
          Lines{"permitted: 2007-01-01 to 2012-01-01, started from 2010-11-26",
                "started: 2012-01-01 to 2013-01-01, in_use"});
}

TEST_CASE("a building that stood, or is erroneous, has no spells") {
    CHECK(spells_of({{1, "1950-01-01", B::in_use}, {1, "2015-01-01", B::permitted}}).empty());
    CHECK(spells_of({{1, "2014-01-01", B::permitted}, {1, "2015-01-01", B::erroneous}}).empty());
}
