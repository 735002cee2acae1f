#include "catch.hpp"
#include "rows.hpp"

#include <opgave/snapshot.hpp>

#include <numeric>
#include <stdexcept>
#include <string>

using namespace opgave;

namespace {

using Column = std::vector<std::int64_t>;

Day const far = parse_iso("2100-01-01");

std::vector<Day> const some_days{parse_iso("2024-12-31"), parse_iso("2025-01-05"),
                                 parse_iso("2025-01-12"), parse_iso("2025-01-20"),
                                 parse_iso("2025-02-03"), parse_iso("2025-03-20")};

Register make(std::vector<rows::Event> const& events) {
    return {rows::trajectory(), rows::events(events), rows::dwellings(rows::ids())};
}

Grouping one_group(Register const& reg) { return group_by(reg.dwellings(), {}); }

Column row_of(Counts const& counts, Eigen::Index row = 0) {
    Column list;
    for (Eigen::Index i = 0; i < counts.cols(); ++i) list.push_back(counts(row, i));
    return list;
}

Grouping random_grouping(rows::Random& random, std::size_t dwellings) {
    Grouping grouping{{"any"}, {}, {{"x"}, {"y"}, {"z"}}};
    for (std::size_t i = 0; i < dwellings; ++i) {
        grouping.group.push_back(static_cast<std::int32_t>(rows::below(random, 3)));
    }
    return grouping;
}

std::int64_t total(Throughput const& throughput) {
    return std::accumulate(throughput.count.begin(), throughput.count.end(), std::int64_t{0});
}

/// Calls `check(register, as_of, known_on)` for many registers and days.
template <class Check>
void for_each_random(unsigned seed, bool with_corrections, Check check) {
    rows::Random random{seed};
    for (int round = 0; round < 60; ++round) {
        auto const reg = rows::random_register(random, rows::below(random, 50), with_corrections);
        for (auto const day : some_days) {
            for (auto const known_on : some_days) check(reg, day, known_on);
        }
    }
}

}  // namespace

TEST_CASE("a snapshot is the end of each dwelling's stays") {
    for_each_random(11, true, [](Register const& reg, Day day, Day known_on) {
        auto const snapshot = as_of(reg, day, known_on);
        auto const stays = visits(reg, day, known_on);
        REQUIRE(snapshot.as_of == day);
        REQUIRE(snapshot.known_on == known_on);
        for (std::size_t i = 0; i < rows::ids().size(); ++i) {
            auto const end = stays.begin[i + 1];
            bool const started = end > stays.begin[i];
            REQUIRE(snapshot.state[i] == (started ? stays.state[end - 1] : not_started));
            REQUIRE(snapshot.since[i] == (started ? stays.day[end - 1] : unknown_day));
            REQUIRE((snapshot.reached[i] != 0) == started);
        }
    });
}

TEST_CASE("counts add up to the dwellings in every grouping") {
    rows::Random random{12};
    for_each_random(13, true, [&](Register const& reg, Day day, Day known_on) {
        auto const snapshot = as_of(reg, day, known_on);
        auto const grouping = random_grouping(random, reg.dwellings().size());
        auto const grouped = stage_counts(reg, snapshot, grouping);
        auto const all = stage_counts(reg, snapshot, one_group(reg));
        REQUIRE(grouped.rows() == 3);
        REQUIRE(all.sum() == 5);
        REQUIRE((grouped.colwise().sum() == all.row(0)).all());
        for (std::int32_t g = 0; g < 3; ++g) {
            REQUIRE(grouped.row(g).sum() ==
                    std::count(grouping.group.begin(), grouping.group.end(), g));
        }
        auto const reached = ever_reached(reg, snapshot, grouping);
        REQUIRE(
            (reached.colwise().sum() == ever_reached(reg, snapshot, one_group(reg)).row(0)).all());
    });
}

TEST_CASE("each dwelling has reached the state it is in, and a funnel only narrows") {
    for_each_random(14, true, [](Register const& reg, Day day, Day known_on) {
        auto const snapshot = as_of(reg, day, known_on);
        auto const now = stage_counts(reg, snapshot, one_group(reg));
        auto const reached = ever_reached(reg, snapshot, one_group(reg));
        auto const passed = reached_or_passed(reg, snapshot, one_group(reg));
        auto const complete = 1 + reg.trajectory().complete();
        REQUIRE((now <= reached).all());
        REQUIRE(now(0, 0) == reached(0, 0));
        REQUIRE(now(0, complete) == reached(0, complete));
        REQUIRE(passed(0, complete) == reached(0, complete));
        for (Eigen::Index stage = 1; stage <= complete; ++stage) {
            REQUIRE(passed(0, stage) >= reached(0, stage));
            REQUIRE((stage == 1 || passed(0, stage) <= passed(0, stage - 1)));
        }
        for (Eigen::Index other = complete + 1; other < passed.cols(); ++other) {
            REQUIRE(passed(0, other) == 0);
        }
    });
}

TEST_CASE("without corrections what is reached only grows with knowledge and with time") {
    for_each_random(15, false, [](Register const& reg, Day day, Day known_on) {
        auto const then = as_of(reg, day, known_on);
        for (int const more : {1, 5, 400}) {
            auto const better_known = as_of(reg, day, known_on + more);
            auto const later = as_of(reg, day + more, known_on);
            for (std::size_t i = 0; i < then.state.size(); ++i) {
                REQUIRE(better_known.furthest[i] >= then.furthest[i]);
                REQUIRE((then.reached[i] == 0 || better_known.reached[i] != 0));
                REQUIRE(later.furthest[i] >= then.furthest[i]);
                REQUIRE((later.reached[i] & then.reached[i]) == then.reached[i]);
            }
        }
    });
}

TEST_CASE("throughput adds up to what was ever reached, in periods without gaps up to the day") {
    for_each_random(16, true, [](Register const& reg, Day day, Day known_on) {
        auto const reached = ever_reached(reg, as_of(reg, day, known_on), one_group(reg));
        for (State state = 0; state < reg.trajectory().state_count(); ++state) {
            auto const months = throughput(reg, state, Every::month, day, known_on);
            auto const years = throughput(reg, state, Every::year, day, known_on);
            REQUIRE(total(months) == reached(0, 1 + state));
            REQUIRE(total(years) == reached(0, 1 + state));
            REQUIRE(months.period.size() == months.count.size());
            if (months.period.empty()) continue;
            REQUIRE(months.period.back().begin <= day);
            REQUIRE(months.period.back().end > day);
        }
    });
}

TEST_CASE("an exit does not erase the furthest stage, nor does a step back") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "c", "2025-02-01"},
                           {"p", "gone", "2025-03-01"},
                           {"q", "c", "2025-01-01"},
                           {"q", "a", "2025-02-01"},
                           {"r", "held", "2025-01-01"}});
    auto const snapshot = as_of(reg, far, far);
    CHECK(snapshot.state == std::vector<State>{4, 0, 6, not_started, not_started});
    CHECK(snapshot.furthest == std::vector<State>{2, 2, -1, -1, -1});
    CHECK(snapshot.reached == std::vector<std::uint64_t>{0b10101, 0b101, 0b1000000, 0, 0});
    CHECK(snapshot.since[0] == rows::day("2025-03-01"));
    CHECK(snapshot.since[1] == rows::day("2025-02-01"));
}

TEST_CASE("a skipped stage is not reached but passed") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "done", "2025-02-01"},
                           {"q", "b", "2025-01-01"},
                           {"r", "gone", "2025-01-01"}});
    auto const snapshot = as_of(reg, far, far);
    // Columns: not started, a, b, c, done, gone, lost, held.
    CHECK(row_of(stage_counts(reg, snapshot, one_group(reg))) == Column{2, 0, 1, 0, 1, 1, 0, 0});
    CHECK(row_of(ever_reached(reg, snapshot, one_group(reg))) == Column{2, 1, 1, 0, 1, 1, 0, 0});
    CHECK(row_of(reached_or_passed(reg, snapshot, one_group(reg))) ==
          Column{2, 2, 2, 1, 1, 0, 0, 0});
}

TEST_CASE("the last of 64 states is counted") {
    std::vector<std::string> stages;
    for (int i = 0; i < 62; ++i) stages.push_back("s" + std::to_string(i));
    Register const reg{Trajectory{stages, "done", {}, "held"},
                       rows::events({{"p", "held", "2025-01-01"}, {"q", "done", "2025-01-01"}})};
    auto const snapshot = as_of(reg, far, far);
    CHECK(snapshot.reached[0] == std::uint64_t{1} << 63U);
    CHECK(snapshot.reached[1] == std::uint64_t{1} << 62U);
    auto const reached = ever_reached(reg, snapshot, one_group(reg));
    CHECK(reached.sum() == 2);
    CHECK(reached(0, 63) == 1);
    CHECK(reached(0, 64) == 1);
}

TEST_CASE("the day itself counts on both axes of time") {
    auto const reg = make({{"p", "a", "2025-01-10", "2025-02-10"}});
    auto const state = [&reg](char const* day, char const* known_on) {
        return as_of(reg, parse_iso(day), parse_iso(known_on)).state[0];
    };
    CHECK(state("2025-01-10", "2025-02-10") == 0);
    CHECK(state("2025-01-09", "2025-02-10") == not_started);
    CHECK(state("2025-01-10", "2025-02-09") == not_started);
}

TEST_CASE("without dwellings of its own a register does not know of a dwelling before its event") {
    Register const reg{rows::trajectory(),
                       rows::events({{"p", "a", "2025-01-01"},
                                     {"q", "a", "2025-03-01"},
                                     {"r", "a", "2025-01-01"},
                                     {"r", "a", "", "2025-02-01", "2025-01-01"}})};
    auto const snapshot = as_of(reg, parse_iso("2025-02-01"), far);
    CHECK(snapshot.state == std::vector<State>{0, not_known, not_known});
    CHECK(row_of(stage_counts(reg, snapshot, one_group(reg))) == Column{0, 1, 0, 0, 0, 0, 0, 0});
    CHECK(ever_reached(reg, snapshot, one_group(reg)).sum() == 1);
    CHECK(reached_or_passed(reg, snapshot, one_group(reg)).sum() == 1);
    CHECK(stage_counts(reg, as_of(reg, far, far), one_group(reg)).sum() == 2);
}

TEST_CASE("groups without dwellings in a state show zeros") {
    auto dwellings = rows::dwellings({"1", "2", "3"});
    dwellings.neighbourhood = {"oud", "nieuw", ""};
    Register const reg{rows::trajectory(), rows::events({{"1", "b", "2025-01-01"}}), dwellings};
    auto const grouping = group_by(reg.dwellings(), {"neighbourhood"});
    auto const counts = stage_counts(reg, as_of(reg, far, far), grouping);
    REQUIRE(counts.rows() == 3);
    CHECK(row_of(counts, 0) == Column{0, 0, 1, 0, 0, 0, 0, 0});
    CHECK(row_of(counts, 1) == Column{1, 0, 0, 0, 0, 0, 0, 0});
    CHECK(row_of(counts, 2) == Column{1, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("a stall at the end shows as zeros") {
    auto const reg = make({{"p", "a", "2025-01-15"},
                           {"p", "done", "2025-02-28"},
                           {"q", "a", "2025-02-01"},
                           {"q", "done", "2025-02-01"}});
    auto const result =
        throughput(reg, rows::trajectory().complete(), Every::month, parse_iso("2025-05-01"), far);
    CHECK(result.count == Column{0, 2, 0, 0, 0});
    CHECK(result.period.front() == Period{parse_iso("2025-01-01"), parse_iso("2025-02-01")});
    CHECK(result.period.back() == Period{parse_iso("2025-05-01"), parse_iso("2025-06-01")});
}

TEST_CASE("throughput counts the first entry of each dwelling only") {
    auto const reg = make({{"p", "b", "2025-01-31"},
                           {"p", "a", "2025-02-01"},
                           {"p", "b", "2025-03-01"},
                           {"q", "b", "2025-03-31"}});
    auto const result = throughput(reg, 1, Every::month, parse_iso("2025-03-31"), far);
    CHECK(result.count == Column{1, 0, 1});
    CHECK(throughput(reg, 1, Every::quarter, parse_iso("2025-04-01"), far).count == Column{2, 0});
    CHECK(throughput(make({}), 1, Every::month, far, far) == Throughput{});
}

TEST_CASE("what does not fit is refused") {
    auto const reg = make({{"p", "a", "2025-01-01"}});
    auto const snapshot = as_of(reg, far, far);
    CHECK_THROWS_AS(as_of(reg, unknown_day, far), std::invalid_argument);
    CHECK_THROWS_AS(as_of(reg, far, unknown_day), std::invalid_argument);
    CHECK_THROWS_AS(throughput(reg, -1, Every::month, far, far), std::out_of_range);
    CHECK_THROWS_AS(throughput(reg, 7, Every::month, far, far), std::out_of_range);
    Grouping const short_one{{}, {0, 0}, {{}}};
    CHECK_THROWS_AS(stage_counts(reg, snapshot, short_one), std::invalid_argument);
    auto const other = as_of(Register{rows::trajectory(), EventRows{}}, far, far);
    CHECK_THROWS_AS(ever_reached(reg, other, one_group(reg)), std::invalid_argument);
}

TEST_CASE("a dwelling that was found in a stage is there, and is not counted as entering it") {
    auto const reg = make({{"p", "b", "", "2025-01-11"}, {"q", "b", "2025-02-01"}});
    CHECK(total(throughput(reg, 1, Every::month, far, far)) == 1);
    auto const snapshot = as_of(reg, far, far);
    CHECK(snapshot.state[0] == 1);
    CHECK(snapshot.since[0] == rows::day("2025-01-11"));
}
