#include "catch.hpp"
#include "sequence.hpp"

#include <opgave/blocks.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace opgave;

namespace {

Trajectory one_stage() { return Trajectory({"A"}, "done"); }

// Stays of dwellings that enter at any time in five years and leave at a constant pace; each is of
// a block of `size` dwellings that do all together.
Spells stays(int blocks, int size) {
    Spells spells;
    detail::Sequence random(5, Purpose::stays, 0);
    Day const start = parse_iso("2018-01-01");
    Day const end = parse_iso("2022-12-31");
    for (int i = 0; i < blocks; ++i) {
        Day const enter = start + static_cast<Day>(1826 * random.uniform());
        Day const exit = enter + 1 + static_cast<Day>(-150 * std::log(random.uniform()));
        for (int k = 0; k < size; ++k) {
            spells.dwelling.push_back(i * size + k);
            spells.stage.push_back(0);
            spells.origin.push_back(0);
            spells.enter.push_back(enter);
            spells.exit.push_back(std::min(exit, std::max(end, enter)));
            spells.cause.push_back(exit <= end ? State{1} : censored);
            spells.first_observed.push_back(enter);
        }
    }
    return spells;
}

Grouping blocks_of(int blocks, int size) {
    Grouping grouping{.columns = {"complex_id"}, .group = {}, .labels = {}};
    for (int i = 0; i < blocks; ++i) {
        grouping.labels.push_back({"block " + std::to_string(i)});
        grouping.group.insert(grouping.group.end(), static_cast<std::size_t>(size), i);
    }
    return grouping;
}

HazardPrior prior() {
    return {.band_edges_months = {0, 6}, .per_month = {{{"A", "done"}, {.2, .2}}}};
}

}  // namespace

TEST_CASE("Dwellings that move as one are one observation") {
    Spells const eight = stays(50, 8);
    Spells const merged = merge_blocks(eight, blocks_of(50, 8));
    Spells const single = stays(50, 1);
    CHECK(merged.enter == single.enter);
    CHECK(merged.exit == single.exit);
    CHECK(merged.dwelling[3] == 24);
    CHECK(fit_hazards(merged, one_stage(), prior()) == fit_hazards(single, one_stage(), prior()));
    CHECK(merge_blocks(single, blocks_of(50, 1)) == single);
}

TEST_CASE("Those that differ in a day, or are of no known block, are not merged") {
    Spells spells = stays(2, 3);
    ++spells.exit[1];
    CHECK(merge_blocks(spells, blocks_of(2, 3)).size() == 3);
    Grouping blocks = blocks_of(2, 3);
    blocks.labels[1] = {"unknown"};
    CHECK(merge_blocks(spells, blocks).size() == 5);
    CHECK_THROWS_AS(merge_blocks(spells, blocks_of(1, 3)), std::invalid_argument);
}

TEST_CASE("Independent dwellings have a dispersion near one, blocks of eight one near eight") {
    // Of 59 months: 1 with a standard deviation of 0.18; the bounds are five of them. The seed is
    // fixed.
    Spells const single = stays(600, 1);
    Hazards const hazards = fit_hazards(single, one_stage(), prior());
    auto const alone = dispersion(single, hazards);
    REQUIRE(alone.size() == 1);
    CHECK(alone[0].periods > 50);
    CHECK(std::fabs(alone[0].phi - 1) < .9);
    CHECK_FALSE(alone[0].is_suspect());
    Spells const eight = stays(600, 8);
    auto const together = dispersion(eight, fit_hazards(eight, one_stage(), prior()));
    CHECK(together[0].is_suspect());
    CHECK(std::fabs(together[0].phi - 8) < 7);
}

TEST_CASE("Dispersion needs the groups of the hazards, and enough events") {
    Spells const spells = stays(20, 1);
    Grouping const by = blocks_of(20, 1);
    Hazards const hazards = fit_hazards(spells, one_stage(), prior(), by);
    CHECK_THROWS_AS(dispersion(spells, hazards), std::invalid_argument);
    CHECK(dispersion(spells, hazards, by).size() == 1);
    CHECK(std::isnan(dispersion({}, fit_hazards({}, one_stage(), prior()))[0].phi));
}

TEST_CASE("Stays of which nobody knows when they began are left out and counted") {
    Spells spells = stays(20, 1);
    Hazards const before = fit_hazards(spells, one_stage(), prior());
    CHECK(before.variation().undated == 0);
    spells.dwelling.push_back(20);
    spells.stage.push_back(0);
    spells.origin.push_back(0);
    spells.enter.push_back(unknown_day);
    spells.exit.push_back(spells.exit[0]);
    spells.cause.push_back(1);
    spells.first_observed.push_back(spells.first_observed[0]);
    Hazards const after = fit_hazards(spells, one_stage(), prior());
    CHECK(after.variation().undated == 1);
    CHECK(after.fits() == before.fits());
    HazardPrior plain = prior();
    plain.shock_scale = 0;
    CHECK(fit_hazards(spells, one_stage(), plain).variation().undated == 1);
}
