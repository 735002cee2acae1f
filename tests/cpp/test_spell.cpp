#include "catch.hpp"
#include "rows.hpp"

#include <opgave/spell.hpp>

#include <string>

using namespace opgave;

namespace {

Day const far = parse_iso("2100-01-01");
Day const cut = parse_iso("2025-03-20");

std::string name(State state) {
    if (state == censored) return "censored";
    if (state == returned) return "returned";
    return rows::trajectory().states()[static_cast<std::size_t>(state)];
}

/// `a: 2025-01-01 to 2025-02-01, b`, with the origin of a pause and a late first day.
std::vector<std::string> written(Spells const& all) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto line = name(all.stage[i]);
        if (all.origin[i] != all.stage[i]) line += " of " + name(all.origin[i]);
        line += ": " + to_iso(all.enter[i]) + " to " + to_iso(all.exit[i]);
        if (all.first_observed[i] != all.enter[i]) line += " from " + to_iso(all.first_observed[i]);
        lines.push_back(line + ", " + name(all.cause[i]));
    }
    return lines;
}

Register make(std::vector<rows::Event> const& events, std::string const& start = "") {
    RegisterRules rules;
    if (!start.empty()) rules.programme_start = rows::day(start);
    return {rows::trajectory(), rows::events(events), rows::dwellings(rows::ids()), rules};
}

std::vector<std::string> spells_of(std::vector<rows::Event> const& events,
                                   std::string const& start = "") {
    return written(spells(make(events, start), cut, far));
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("spells follow each other from the first event to completion or the cut-off") {
    rows::Random random{21};
    for (int round = 0; round < 200; ++round) {
        auto const reg = rows::random_register(random, rows::below(random, 60), true);
        auto const all = spells(reg, cut, far);
        auto const stays = visits(reg, cut, far);
        std::size_t row = 0;
        for (std::int32_t i = 0; i < 5; ++i) {
            auto const begin = stays.begin[static_cast<std::size_t>(i)];
            auto const end = stays.begin[static_cast<std::size_t>(i) + 1];
            if (begin == end) continue;
            auto day = stays.day[begin];
            for (; row < all.size() && all.dwelling[row] == i; ++row) {
                REQUIRE(all.enter[row] == day);
                REQUIRE(all.first_observed[row] == all.enter[row]);
                REQUIRE(all.exit[row] >= all.enter[row]);
                day = all.exit[row];
                bool const is_last = row + 1 == all.size() || all.dwelling[row + 1] != i;
                REQUIRE((is_last || all.cause[row] != censored));
                if (is_last) break;
                auto const next = all.stage[row + 1];
                REQUIRE((all.cause[row] == next || all.cause[row] == returned));
            }
            bool const completed = stays.state[end - 1] == reg.trajectory().complete();
            if (completed && end - begin == 1) continue;
            REQUIRE(all.cause[row] == (completed ? reg.trajectory().complete() : censored));
            REQUIRE(day == (completed ? stays.day[end - 1] : cut));
            ++row;
        }
        REQUIRE(row == all.size());
    }
}

TEST_CASE("only a pause returns, to its origin, and the origin is a stage") {
    rows::Random random{22};
    for (int round = 0; round < 200; ++round) {
        auto const reg = rows::random_register(random, rows::below(random, 60), true);
        auto const all = spells(reg, cut, far);
        for (std::size_t i = 0; i < all.size(); ++i) {
            bool const is_pause = reg.trajectory().is_pause(all.stage[i]);
            bool const is_open = all.cause[i] == censored;
            REQUIRE(is_pause == (all.origin[i] != all.stage[i]));
            REQUIRE((!is_pause || reg.trajectory().is_stage(all.origin[i])));
            bool const is_left = !is_open && reg.trajectory().is_exit(all.cause[i]);
            REQUIRE((all.cause[i] == returned) == (is_pause && !is_open && !is_left));
            if (all.cause[i] != returned) continue;
            REQUIRE(all.stage[i + 1] == all.origin[i]);
            REQUIRE(all.enter[i + 1] == all.exit[i]);
        }
    }
}

TEST_CASE("a late entry cuts the time before the start and nothing after it") {
    rows::Random random{23};
    for (int round = 0; round < 200; ++round) {
        auto const seed = static_cast<unsigned>(round);
        auto const start = parse_iso("2025-01-01") + static_cast<Day>(rows::below(random, 20));
        rows::Random one{seed};
        rows::Random two{seed};
        RegisterRules rules;
        rules.programme_start = start;
        auto const whole = spells(rows::random_register(one, 50, true), cut, far);
        auto const late = spells(rows::random_register(two, 50, true, rules), cut, far);
        std::size_t row = 0;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            bool const is_seen = whole.enter[i] >= start || whole.exit[i] > start;
            if (!is_seen) continue;
            REQUIRE(row < late.size());
            REQUIRE(late.dwelling[row] == whole.dwelling[i]);
            REQUIRE(late.stage[row] == whole.stage[i]);
            REQUIRE(late.origin[row] == whole.origin[i]);
            REQUIRE(late.enter[row] == whole.enter[i]);
            REQUIRE(late.exit[row] == whole.exit[i]);
            REQUIRE(late.cause[row] == whole.cause[i]);
            REQUIRE(late.first_observed[row] == std::max(whole.enter[i], start));
            ++row;
        }
        REQUIRE(row == late.size());
    }
}

TEST_CASE("a spell ends in the state entered next or at the cut-off") {
    CHECK(spells_of({{"p", "a", "2025-01-01"},
                     {"p", "c", "2025-02-01"},
                     {"q", "a", "2025-01-05"},
                     {"q", "done", "2025-03-01"},
                     {"r", "a", "2025-01-07"},
                     {"r", "gone", "2025-02-07"}}) ==
          Lines{"a: 2025-01-01 to 2025-02-01, c", "c: 2025-02-01 to 2025-03-20, censored",
                "a: 2025-01-05 to 2025-03-01, done", "a: 2025-01-07 to 2025-02-07, gone",
                "gone: 2025-02-07 to 2025-03-20, censored"});
}

TEST_CASE("a pause that ends in its own stage returns") {
    CHECK(spells_of(
              {{"p", "b", "2025-01-01"}, {"p", "held", "2025-02-01"}, {"p", "b", "2025-03-01"}}) ==
          Lines{"b: 2025-01-01 to 2025-02-01, held",
                "held of b: 2025-02-01 to 2025-03-01, returned",
                "b: 2025-03-01 to 2025-03-20, censored"});
}

TEST_CASE("a pause can end in an exit") {
    CHECK(
        spells_of(
            {{"p", "b", "2025-01-01"}, {"p", "held", "2025-02-01"}, {"p", "gone", "2025-03-01"}}) ==
        Lines{"b: 2025-01-01 to 2025-02-01, held", "held of b: 2025-02-01 to 2025-03-01, gone",
              "gone: 2025-03-01 to 2025-03-20, censored"});
}

TEST_CASE("time after the last day of knowledge is not observed") {
    Register const reg(rows::trajectory(), rows::events({{"p", "a", "2025-01-01"}}));
    auto const known = spells(reg, parse_iso("2025-03-01"), parse_iso("2025-02-01"));
    CHECK(known.exit == std::vector<Day>{parse_iso("2025-02-01")});
}

TEST_CASE("a pause that ends in another stage returns and its stage is left on the same day") {
    CHECK(
        spells_of(
            {{"p", "b", "2025-01-01"}, {"p", "held", "2025-02-01"}, {"p", "done", "2025-03-01"}}) ==
        Lines{"b: 2025-01-01 to 2025-02-01, held", "held of b: 2025-02-01 to 2025-03-01, returned",
              "b: 2025-03-01 to 2025-03-01, done"});
}

TEST_CASE("a pause interrupts the last stage there was, the first if there was none") {
    CHECK(spells_of({{"p", "held", "2025-01-01"},
                     {"q", "c", "2025-01-01"},
                     {"q", "gone", "2025-01-02"},
                     {"q", "held", "2025-01-03"}}) ==
          Lines{"held of a: 2025-01-01 to 2025-03-20, censored",
                "c: 2025-01-01 to 2025-01-02, gone", "gone: 2025-01-02 to 2025-01-03, held",
                "held of c: 2025-01-03 to 2025-03-20, censored"});
}

TEST_CASE("a reopened exit is a spell of its own, as is each step back") {
    CHECK(spells_of({{"p", "b", "2025-01-01"},
                     {"p", "gone", "2025-01-11"},
                     {"p", "a", "2025-01-21"},
                     {"p", "b", "2025-01-31"}}) ==
          Lines{"b: 2025-01-01 to 2025-01-11, gone", "gone: 2025-01-11 to 2025-01-21, a",
                "a: 2025-01-21 to 2025-01-31, b", "b: 2025-01-31 to 2025-03-20, censored"});
}

TEST_CASE("what ended before the programme is not observed") {
    std::vector<rows::Event> const events{{"p", "a", "2024-06-01"}, {"p", "b", "2024-11-01"},
                                          {"p", "c", "2025-02-01"}, {"q", "a", "2024-10-01"},
                                          {"q", "b", "2025-01-01"}, {"r", "a", "2025-01-01"},
                                          {"r", "b", "2025-01-01"}};
    CHECK(spells_of(events, "2025-01-01") ==
          Lines{"b: 2024-11-01 to 2025-02-01 from 2025-01-01, c",
                "c: 2025-02-01 to 2025-03-20, censored", "b: 2025-01-01 to 2025-03-20, censored",
                "a: 2025-01-01 to 2025-01-01, b", "b: 2025-01-01 to 2025-03-20, censored"});
}

TEST_CASE("spells are those of what was known") {
    auto const reg = make({{"p", "a", "2025-01-01"}, {"p", "b", "2025-02-01", "2025-03-01"}});
    CHECK(written(spells(reg, cut, parse_iso("2025-02-28"))) ==
          Lines{"a: 2025-01-01 to 2025-02-28, censored"});
    CHECK(spells(reg, cut, parse_iso("2025-03-01")).size() == 2);
    CHECK(spells(reg, parse_iso("2024-12-31"), far).size() == 0);
}

TEST_CASE("a dwelling that was found in a stage is observed from that day on") {
    CHECK(spells_of({{"p", "b", "", "2025-01-11"}, {"p", "c", "2025-02-01"}}) ==
          Lines{"b:  to 2025-02-01 from 2025-01-11, c", "c: 2025-02-01 to 2025-03-20, censored"});
    CHECK(spells_of({{"p", "b", "", "2025-01-11"}}, "2025-02-01") ==
          Lines{"b:  to 2025-03-20 from 2025-02-01, censored"});
    CHECK(spells_of({{"p", "b", "", "2025-02-01"}, {"p", "c", "2025-02-01"}}) ==
          Lines{"c: 2025-02-01 to 2025-03-20, censored"});
}

TEST_CASE("a clock that resumes goes on after a pause from the days waited before it") {
    Trajectory const way({"a", "b", "c"}, "done", {"gone", "lost"}, "held", PauseClock::resume);
    auto const resumed = [&](std::vector<rows::Event> const& events) {
        return written(spells({way, rows::events(events)}, cut, far));
    };
    std::vector<rows::Event> const twice{{"p", "b", "2025-01-01"}, {"p", "held", "2025-01-11"},
                                         {"p", "b", "2025-02-01"}, {"p", "held", "2025-02-06"},
                                         {"p", "b", "2025-02-20"}, {"p", "c", "2025-03-01"}};
    CHECK(resumed(twice) == Lines{"b: 2025-01-01 to 2025-01-11, held",
                                  "held of b: 2025-01-11 to 2025-02-01, returned",
                                  "b: 2025-01-22 to 2025-02-06 from 2025-02-01, held",
                                  "held of b: 2025-02-06 to 2025-02-20, returned",
                                  "b: 2025-02-05 to 2025-03-01 from 2025-02-20, c",
                                  "c: 2025-03-01 to 2025-03-20, censored"});
    CHECK(spells_of(twice)[2] == "b: 2025-02-01 to 2025-02-06, held");
    CHECK(resumed(
              {{"p", "b", "2025-01-01"}, {"p", "held", "2025-01-11"}, {"p", "c", "2025-02-01"}}) ==
          Lines{"b: 2025-01-01 to 2025-01-11, held",
                "held of b: 2025-01-11 to 2025-02-01, returned",
                "b: 2025-01-22 to 2025-02-01 from 2025-02-01, c",
                "c: 2025-02-01 to 2025-03-20, censored"});
    CHECK(resumed({{"p", "b", "2025-01-01"},
                   {"p", "held", "2025-01-11"},
                   {"p", "a", "2025-02-01"}})[3] == "a: 2025-02-01 to 2025-03-20, censored");
    // A stage that was left by an exit begins again; one before a pause that was found is not
    // known.
    CHECK(resumed({{"p", "b", "2025-01-01"},
                   {"p", "gone", "2025-01-11"},
                   {"p", "held", "2025-01-21"},
                   {"p", "b", "2025-02-01"}})[3] == "b: 2025-02-01 to 2025-03-20, censored");
    CHECK(resumed({{"p", "held", "", "2025-01-11"}, {"p", "a", "2025-02-01"}})[1] ==
          "a:  to 2025-03-20 from 2025-02-01, censored");
}
