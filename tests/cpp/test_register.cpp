#include "catch.hpp"
#include "rows.hpp"

#include <opgave/register.hpp>

#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>

using namespace opgave;

namespace {

using Names = std::vector<std::string>;
using Rows = std::vector<std::int64_t>;

Day const far = parse_iso("2100-01-01");

Register make(std::vector<rows::Event> const& events, RegisterRules const& rules = {}) {
    return {rows::trajectory(), rows::events(events), rows::dwellings(rows::ids()), rules};
}

Issues faults(std::vector<rows::Event> const& events, RegisterRules const& rules = {}) {
    return rows::refused(rows::trajectory(), rows::events(events), rows::dwellings(rows::ids()),
                         rules);
}

/// `a 2025-01-01, b 2025-02-01`: the stays of dwelling p.
std::string stays(Register const& reg, Day as_of = far, Day known_on = far) {
    auto const all = visits(reg, as_of, known_on);
    std::string text;
    for (auto row = all.begin[0]; row < all.begin[1]; ++row) {
        if (!text.empty()) text += ", ";
        text += reg.trajectory().states()[static_cast<std::size_t>(all.state[row])];
        text += " " + to_iso(all.day[row]);
    }
    return text;
}

/// A second way to find the stays: one dwelling at a time, one row at a time, by plain search.
struct Slow {
    std::vector<std::pair<Day, State>> stays;
    Rows repeated;
    Rows corrects_nothing;
    Rows after_completion;
    Rows after_exit;
};

struct Standing {
    Day date;
    State state;
    std::int64_t row;
};

std::vector<std::size_t> known_rows(EventRows const& rows, std::string const& id, Day known_on) {
    std::vector<std::tuple<Day, int, std::size_t>> order;
    for (std::size_t i = 0; i < rows.date.size(); ++i) {
        Day known = rows.recorded_on[i];
        if (known == unknown_day || known < rows.date[i]) known = rows.date[i];
        int const turn = rows.corrects[i] == unknown_day ? 0 : 1;
        if (rows.dwelling_id[i] == id && known <= known_on) order.emplace_back(known, turn, i);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::size_t> list;
    for (auto const& each : order) list.push_back(std::get<2>(each));
    return list;
}

Slow slow(EventRows const& rows, std::string const& id, Day as_of, Day known_on) {
    auto const way = rows::trajectory();
    Slow result;
    std::vector<Standing> standing;
    auto const find = [&standing](Day date, State state) {
        return std::find_if(standing.begin(), standing.end(), [&](Standing const& each) {
            return each.date == date && each.state == state;
        });
    };
    for (auto const i : known_rows(rows, id, known_on)) {
        auto const state = way.index(rows.stage[i]);
        auto const row = static_cast<std::int64_t>(i);
        bool const is_correction = rows.corrects[i] != unknown_day;
        if (is_correction) {
            auto const wrong = find(rows.corrects[i], state);
            if (wrong == standing.end()) {
                result.corrects_nothing.push_back(row);
                continue;
            }
            standing.erase(wrong);
        }
        if (rows.date[i] == unknown_day) continue;
        if (find(rows.date[i], state) == standing.end()) {
            standing.push_back({rows.date[i], state, row});
        } else if (!is_correction) {
            result.repeated.push_back(row);
        }
    }
    State now = not_started;
    for (Day date = parse_iso("2024-12-01"); date <= as_of; ++date) {
        for (State state = 0; state < way.state_count(); ++state) {
            auto const found = find(date, state);
            if (found == standing.end() || state == now) continue;
            if (now == way.complete()) {
                result.after_completion.push_back(found->row);
                continue;
            }
            if (now > way.complete() && !way.is_pause(now)) result.after_exit.push_back(found->row);
            now = state;
            result.stays.emplace_back(date, state);
        }
    }
    return result;
}

EventRows rows_of(Register const& reg) {
    EventRows rows;
    auto const& events = reg.events();
    for (std::size_t i = 0; i < events.size(); ++i) {
        rows.dwelling_id.push_back(
            reg.dwellings().id()[static_cast<std::size_t>(events.dwelling[i])]);
        rows.stage.push_back(reg.trajectory().states()[static_cast<std::size_t>(events.stage[i])]);
    }
    rows.date = events.date;
    rows.recorded_on = events.recorded_on;
    rows.corrects = events.corrects;
    return rows;
}

Visits slow_visits(Register const& reg, Day as_of, Day known_on) {
    auto const rows = rows_of(reg);
    Visits all;
    all.begin.push_back(0);
    for (auto const& id : rows::ids()) {
        for (auto const& [date, state] : slow(rows, id, as_of, known_on).stays) {
            all.day.push_back(date);
            all.state.push_back(state);
            all.found.push_back(0);
        }
        all.begin.push_back(all.day.size());
    }
    return all;
}

std::vector<Day> const some_days{parse_iso("2024-12-31"), parse_iso("2025-01-05"),
                                 parse_iso("2025-01-12"), parse_iso("2025-01-20"),
                                 parse_iso("2025-02-03"), parse_iso("2025-03-20")};

}  // namespace

TEST_CASE("stays are those of a slow second implementation") {
    rows::Random random{1};
    for (int round = 0; round < 200; ++round) {
        auto const reg = rows::random_register(random, rows::below(random, 60), round % 4 != 0);
        for (auto const as_of : some_days) {
            for (auto const known_on : some_days) {
                REQUIRE(visits(reg, as_of, known_on) == slow_visits(reg, as_of, known_on));
            }
        }
    }
}

TEST_CASE("warnings and corrections of nothing are those of a slow second implementation") {
    rows::Random random{2};
    for (int round = 0; round < 300; ++round) {
        auto const rows = rows::random_events(random, rows::below(random, 60), round % 4 != 0);
        std::map<std::string, std::set<std::int64_t>> expected;
        for (auto const& id : rows::ids()) {
            auto const found = slow(rows, id, parse_iso("2025-03-20"), far);
            expected["duplicate_event"].insert(found.repeated.begin(), found.repeated.end());
            expected["correction_of_nothing"].insert(found.corrects_nothing.begin(),
                                                     found.corrects_nothing.end());
            expected["after_completion"].insert(found.after_completion.begin(),
                                                found.after_completion.end());
            expected["after_exit"].insert(found.after_exit.begin(), found.after_exit.end());
        }
        auto issues = rows::refused(rows::trajectory(), rows, rows::dwellings(rows::ids()));
        CHECK(issues.empty() == expected["correction_of_nothing"].empty());
        if (issues.empty()) {
            issues = Register{rows::trajectory(), rows, rows::dwellings(rows::ids())}.issues();
        }
        for (auto const& [code, list] : expected) {
            CAPTURE(code);
            CHECK(rows::rows_with(issues, code) == Rows(list.begin(), list.end()));
        }
    }
}

TEST_CASE("what is known on a day is the register that held only what was known then") {
    rows::Random random{3};
    for (int round = 0; round < 100; ++round) {
        auto const reg = rows::random_register(random, 50, true);
        auto const all = rows_of(reg);
        for (auto const known_on : some_days) {
            std::vector<std::size_t> known;
            for (std::size_t i = 0; i < all.date.size(); ++i) {
                if (reg.events().recorded_on[i] <= known_on) known.push_back(i);
            }
            Register const then{rows::trajectory(), rows::pick(all, known),
                                rows::dwellings(rows::ids())};
            for (auto const as_of : some_days) {
                REQUIRE(visits(reg, as_of, known_on) == visits(then, as_of, far));
            }
        }
    }
}

TEST_CASE("the order of the rows does not matter") {
    rows::Random random{4};
    for (int round = 0; round < 100; ++round) {
        auto const reg = rows::random_register(random, 50, false);
        auto const all = rows_of(reg);
        std::vector<std::size_t> order(all.date.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::shuffle(order.begin(), order.end(), random);
        Register const shuffled{rows::trajectory(), rows::pick(all, order),
                                rows::dwellings(rows::ids())};
        for (auto const as_of : some_days) {
            REQUIRE(visits(reg, as_of, far) == visits(shuffled, as_of, far));
        }
    }
}

TEST_CASE("stays grow with the day and never change backwards") {
    rows::Random random{5};
    for (int round = 0; round < 100; ++round) {
        auto const reg = rows::random_register(random, 50, true);
        auto const last = visits(reg, far, far);
        for (auto const as_of : some_days) {
            auto const then = visits(reg, as_of, far);
            for (std::size_t i = 0; i < rows::ids().size(); ++i) {
                auto const n = then.begin[i + 1] - then.begin[i];
                REQUIRE(n <= last.begin[i + 1] - last.begin[i]);
                for (std::size_t k = 0; k < n; ++k) {
                    REQUIRE(then.state[then.begin[i] + k] == last.state[last.begin[i] + k]);
                    REQUIRE(then.day[then.begin[i] + k] == last.day[last.begin[i] + k]);
                }
                bool const is_all = n == last.begin[i + 1] - last.begin[i];
                REQUIRE((is_all || last.day[last.begin[i] + n] > as_of));
            }
        }
    }
}

TEST_CASE("a step back keeps both stays and a skipped stage has none") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "c", "2025-02-01"},
                           {"p", "a", "2025-03-01"},
                           {"p", "c", "2025-04-01"}});
    CHECK(stays(reg) == "a 2025-01-01, c 2025-02-01, a 2025-03-01, c 2025-04-01");
    CHECK(reg.issues().empty());
}

TEST_CASE("a state reported again is the same stay") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "a", "2025-01-15"},
                           {"p", "b", "2025-02-01"},
                           {"p", "b", "2025-03-01"},
                           {"p", "done", "2025-04-01"},
                           {"p", "done", "2025-05-01"}});
    CHECK(stays(reg) == "a 2025-01-01, b 2025-02-01, done 2025-04-01");
    CHECK(reg.issues().empty());
}

TEST_CASE("events of one day are taken in the order of the trajectory") {
    auto const reg = make({{"p", "done", "2025-01-01"},
                           {"p", "c", "2025-01-01"},
                           {"p", "a", "2025-01-01"},
                           {"q", "held", "2025-01-01"},
                           {"q", "gone", "2025-01-01"},
                           {"q", "b", "2025-01-01"}});
    CHECK(stays(reg) == "a 2025-01-01, c 2025-01-01, done 2025-01-01");
    auto const all = visits(reg, far, far);
    CHECK(std::vector<State>(all.state.begin() + 3, all.state.end()) ==
          std::vector<State>{1, 4, 6});
}

TEST_CASE("nothing follows a completion but a warning") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "done", "2025-02-01"},
                           {"p", "gone", "2025-03-01"},
                           {"p", "c", "2025-04-01"}});
    CHECK(stays(reg) == "a 2025-01-01, done 2025-02-01");
    CHECK(reg.events().size() == 4);
    CHECK(rows::rows_with(reg.issues(), "after_completion") == Rows{2, 3});
    CHECK(reg.issues().size() == 2);
    CHECK(reg.issues()[0].message ==
          "nothing must follow the completion, \"done\" on 2025-02-01, got \"gone\" on 2025-03-01");
    CHECK(reg.issues()[0].severity == Severity::warning);
}

TEST_CASE("only a correction takes a completion back") {
    auto const reg = make({{"p", "done", "2025-02-01"},
                           {"p", "c", "2025-04-01"},
                           {"p", "done", "", "2025-05-01", "2025-02-01"}});
    CHECK(stays(reg, far, rows::day("2025-04-30")) == "done 2025-02-01");
    CHECK(stays(reg) == "c 2025-04-01");
    CHECK(reg.issues().empty());
}

TEST_CASE("a completion that becomes known late ends what follows it") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "c", "2025-03-01"},
                           {"p", "done", "2025-02-01", "2025-04-01"}});
    CHECK(stays(reg, far, rows::day("2025-03-31")) == "a 2025-01-01, c 2025-03-01");
    CHECK(stays(reg) == "a 2025-01-01, done 2025-02-01");
    CHECK(rows::rows_with(reg.issues(), "after_completion") == Rows{1});
}

TEST_CASE("an event after an exit reopens the dwelling with a warning") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "gone", "2025-02-01"},
                           {"p", "lost", "2025-03-01"},
                           {"p", "b", "2025-04-01"},
                           {"p", "c", "2025-05-01"}});
    CHECK(stays(reg) ==
          "a 2025-01-01, gone 2025-02-01, lost 2025-03-01, b 2025-04-01, c 2025-05-01");
    CHECK(rows::rows_with(reg.issues(), "after_exit") == Rows{2, 3});
    CHECK(reg.issues().size() == 2);
}

TEST_CASE("a correction moves an event from the day it is known") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "b", "2025-02-01"},
                           {"p", "b", "2025-01-20", "2025-03-01", "2025-02-01"},
                           {"p", "b", "2025-01-25", "2025-04-01", "2025-01-20"}});
    CHECK(stays(reg, far, rows::day("2025-02-28")) == "a 2025-01-01, b 2025-02-01");
    CHECK(stays(reg, far, rows::day("2025-03-01")) == "a 2025-01-01, b 2025-01-20");
    CHECK(stays(reg, far, rows::day("2025-03-31")) == "a 2025-01-01, b 2025-01-20");
    CHECK(stays(reg) == "a 2025-01-01, b 2025-01-25");
    CHECK(reg.events().size() == 4);
}

TEST_CASE("corrections of one day are applied in the order of the input, plain events first") {
    auto const reg = make({{"p", "b", "2025-01-02", "2025-03-01", "2025-01-01"},
                           {"p", "b", "2025-01-03", "2025-03-01", "2025-01-02"},
                           {"p", "b", "2025-01-01", "2025-03-01"}});
    CHECK(stays(reg) == "b 2025-01-03");
    auto const issues = faults({{"p", "b", "2025-01-03", "2025-03-01", "2025-01-02"},
                                {"p", "b", "2025-01-02", "2025-03-01", "2025-01-01"},
                                {"p", "b", "2025-01-01", "2025-03-01"}});
    CHECK(rows::rows_with(issues, "correction_of_nothing") == Rows{0});
}

TEST_CASE("an event that was taken back can be reported again") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "a", "", "2025-02-01", "2025-01-01"},
                           {"p", "a", "2025-01-01", "2025-03-01"}});
    CHECK(stays(reg, far, rows::day("2025-01-31")) == "a 2025-01-01");
    CHECK(stays(reg, far, rows::day("2025-02-28")).empty());
    CHECK(stays(reg) == "a 2025-01-01");
    CHECK(reg.issues().empty());
}

TEST_CASE("a correction of a repeated event corrects both reports") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "a", "2025-01-01"},
                           {"p", "a", "2025-01-09", "2025-02-01", "2025-01-01"}});
    CHECK(stays(reg) == "a 2025-01-09");
    CHECK(rows::rows_with(reg.issues(), "duplicate_event") == Rows{1});
}

TEST_CASE("an event that is moved onto another is counted once, without a warning") {
    auto const reg = make({{"p", "a", "2025-01-01"},
                           {"p", "a", "2025-01-09"},
                           {"p", "a", "2025-01-09", "2025-02-01", "2025-01-01"}});
    CHECK(stays(reg) == "a 2025-01-09");
    CHECK(reg.issues().empty());
}

TEST_CASE("a correction needs an event of the same dwelling and stage that is known before it") {
    rows::Event const event{"p", "b", "2025-01-10"};
    auto const refused = [&event](rows::Event const& correction) {
        return rows::rows_with(faults({event, correction}), "correction_of_nothing") == Rows{1};
    };
    CHECK(refused({"q", "b", "2025-01-01", "2025-02-01", "2025-01-10"}));
    CHECK(refused({"p", "a", "2025-01-01", "2025-02-01", "2025-01-10"}));
    CHECK(refused({"p", "b", "2025-01-01", "2025-02-01", "2025-01-11"}));
    CHECK(refused({"p", "b", "2025-01-01", "2025-01-09", "2025-01-10"}));
    CHECK_FALSE(refused({"p", "b", "2025-01-01", "2025-01-10", "2025-01-10"}));
    CHECK(rows::rows_with(faults({event, {"p", "b", "2025-01-01", "", "2025-01-10"}}),
                          "correction_undated") == Rows{1});
}

TEST_CASE("what is recorded before its date counts from its date on") {
    auto const reg = make({{"p", "a", "2025-02-01", "2025-01-01"}});
    CHECK(rows::rows_with(reg.issues(), "recorded_before_date") == Rows{0});
    CHECK(reg.events().recorded_on[0] == rows::day("2025-02-01"));
    CHECK(stays(reg, far, rows::day("2025-01-31")).empty());
    CHECK(stays(reg, far, rows::day("2025-02-01")) == "a 2025-02-01");
}

TEST_CASE("each fault of an event is an issue with its code, row and column") {
    auto const issues = faults({{"p", "a", "2025-01-01"},
                                {"", "a", "2025-01-01"},
                                {"nobody-at-home", "a", "2025-01-01"},
                                {"p", "B", "2025-01-02"},
                                {"p", "", "2025-01-02"},
                                {"p", "b", ""},
                                {"p", "b", "2025-01-02", "", "2025-01-01"},
                                {"p", "b", "2025-01-02", "2025-02-01", "2025-01-01"}});
    std::vector<std::tuple<std::string, std::int64_t, std::string>> found;
    for (auto const& issue : issues) {
        found.emplace_back(issue.code, issue.row, issue.column);
        CHECK(issue.severity == Severity::error);
        CHECK(issue.table == "events");
        CHECK(issue.message.find("must") != std::string::npos);
        CHECK(issue.message.find("got") != std::string::npos);
        CHECK_FALSE(issue.fix.empty());
        CHECK(issue.message.find("nobody") == std::string::npos);
    }
    CHECK(found == std::vector<std::tuple<std::string, std::int64_t, std::string>>{
                       {"missing_id", 1, "dwelling_id"},
                       {"unknown_dwelling", 2, "dwelling_id"},
                       {"unknown_stage", 3, "stage"},
                       {"unknown_stage", 4, "stage"},
                       {"missing_date", 5, "date"},
                       {"correction_undated", 6, "recorded_on"},
                       {"correction_of_nothing", 7, "corrects"}});
}

TEST_CASE("several faults of one row are several issues") {
    auto const issues = faults({{"x", "y", ""}});
    CHECK(issues.size() == 3);
}

TEST_CASE("a message names the rule, the value and the mend") {
    auto const issues = faults({{"p", "intke", "2025-01-02"}});
    REQUIRE(issues.size() == 1);
    CHECK(issues[0].message == "stage must be a state of the trajectory, got \"intke\"");
    CHECK(issues[0].fix == "write one of a, b, c, done, gone, lost, held");
}

TEST_CASE("a long value is cut in a message at the border of a character") {
    std::string stage = "x";
    for (int i = 0; i < 50'000; ++i) stage += "é";
    auto const issues = faults({{"p", stage, "2025-01-02"}});
    REQUIRE(issues.size() == 1);
    auto const& message = issues[0].message;
    CHECK(message.size() < 150);
    CHECK(message.substr(message.size() - 6) == "é…\"");
}

TEST_CASE("days outside the calendar are impossible dates") {
    auto rows = rows::events({{"p", "a", "2025-01-01"},
                              {"p", "b", "2025-01-01"},
                              {"p", "c", "2025-01-01", "2025-02-01", "2025-01-01"}});
    rows.date[0] = parse_iso("9999-12-31") + 1;
    rows.recorded_on[1] = parse_iso("1400-01-01") - 1;
    rows.corrects[2] = std::numeric_limits<Day>::max();
    auto const issues = rows::refused(rows::trajectory(), rows, rows::dwellings(rows::ids()));
    CHECK(rows::rows_with(issues, "impossible_date") == Rows{0, 1, 2});
    CHECK(issues.size() == 3);
}

TEST_CASE("events outside the programme and after the day asked for are warned about") {
    std::vector<rows::Event> const events{{"p", "a", "2024-12-31"},
                                          {"p", "b", "2025-01-01"},
                                          {"q", "a", "2025-06-30"},
                                          {"q", "b", "2025-07-01"}};
    CHECK(make(events).issues().empty());
    auto const reg = make(events, {.dwellings = {},
                                   .programme_start = rows::day("2025-01-01"),
                                   .as_of = rows::day("2025-06-30")});
    CHECK(rows::rows_with(reg.issues(), "before_programme") == Rows{0});
    CHECK(rows::rows_with(reg.issues(), "after_as_of") == Rows{3});
    CHECK(reg.issues().size() == 2);
    CHECK_FALSE(has_errors(reg.issues()));
    CHECK(reg.programme_start() == rows::day("2025-01-01"));
}

TEST_CASE("faults of dwellings and of events are reported together, dwellings first") {
    auto dwellings = rows::dwellings({"p", "q"});
    dwellings.energy_label = {"A", "Z"};
    auto const issues = rows::refused(
        rows::trajectory(), rows::events({{"p", "x", "2025-01-01"}, {"r", "a", "2025-01-01"}}),
        dwellings);
    REQUIRE(issues.size() == 3);
    CHECK(issues[0].code == "label_out_of_range");
    CHECK(issues[1].code == "unknown_stage");
    CHECK(issues[2].code == "unknown_dwelling");
}

TEST_CASE("ten thousand bad rows are ten thousand issues in the order of the rows") {
    std::vector<rows::Event> events;
    for (int i = 0; i < 10'000; ++i) {
        events.push_back(
            {i % 3 == 0 ? "x" : "p", i % 3 == 1 ? "y" : "a", i % 3 == 2 ? "" : "2025-01-01"});
    }
    auto const issues = faults(events);
    REQUIRE(issues.size() == 10'000);
    for (std::size_t i = 0; i < issues.size(); ++i) {
        REQUIRE(issues[i].row == static_cast<std::int64_t>(i));
    }
}

TEST_CASE("BAG identifications of events are checked, each fault once per row") {
    RegisterRules const rules{
        .dwellings = {.bag_identifications = true}, .programme_start = {}, .as_of = {}};
    auto const events = rows::events({{"0505010000012345", "a", "2025-01-01"},
                                      {"505010000012345", "a", "2025-01-01"},
                                      {"5,05E+14", "a", "2025-01-01"},
                                      {"0505100000012345", "a", "2025-01-01"}});
    Names const expected{"bag_id_leading_zero", "bag_id_scientific", "bag_id_type"};
    auto const codes = [](Issues const& issues) {
        Names names;
        for (auto const& issue : issues)
            names.push_back(issue.code + (issue.table == "events" ? "" : "!"));
        return names;
    };
    CHECK(codes(rows::refused(rows::trajectory(), events, rules)) == expected);
    CHECK(codes(rows::refused(rows::trajectory(), events, rows::dwellings({"0505010000012345"}),
                              rules)) == expected);
}

TEST_CASE("without dwellings of its own a register has those that the events name") {
    Register const reg{rows::trajectory(), rows::events({{"z", "a", "2025-01-01"},
                                                         {"y", "a", "2025-01-01"},
                                                         {"z", "b", "2025-01-02"},
                                                         {"x", "a", "2025-01-01"}})};
    CHECK(reg.dwellings().id() == Names{"z", "y", "x"});
    CHECK_FALSE(reg.has_own_dwellings());
    CHECK(make({}).has_own_dwellings());
    CHECK(reg.events().dwelling == std::vector<std::int32_t>{0, 1, 0, 2});
}

TEST_CASE("the last day is the last that anything happened or became known") {
    CHECK(make({}).last_day() == unknown_day);
    CHECK(make({{"p", "a", "2025-01-01"}, {"p", "b", "2024-01-01"}}).last_day() ==
          rows::day("2025-01-01"));
    CHECK(make({{"p", "a", "2025-01-01", "2025-03-01"}}).last_day() == rows::day("2025-03-01"));
    CHECK(make({{"p", "a", "2025-01-01"}, {"p", "a", "", "2025-04-01", "2025-01-01"}}).last_day() ==
          rows::day("2025-04-01"));
}

TEST_CASE("optional columns may be absent and are filled with unknown") {
    EventRows rows;
    rows.dwelling_id = {"p", "q"};
    rows.stage = {"a", "b"};
    rows.date = {rows::day("2025-01-01"), rows::day("2025-01-02")};
    Register const reg{rows::trajectory(), rows, rows::dwellings(rows::ids())};
    CHECK(reg.events().recorded_on == rows.date);
    CHECK(reg.events().corrects == std::vector<Day>{unknown_day, unknown_day});
    CHECK(reg.events().amount_cents == std::vector<std::int64_t>{unknown_cents, unknown_cents});
    CHECK(reg.events().source.code == std::vector<std::int32_t>{-1, -1});
    CHECK(reg.events().note == Names{"", ""});
    rows.amount_cents = {100, unknown_cents};
    rows.source = {"municipality", ""};
    rows.note = {"by letter", ""};
    Register const full{rows::trajectory(), rows, rows::dwellings(rows::ids())};
    CHECK(full.events().amount_cents == rows.amount_cents);
    CHECK(full.events().source == Category{{0, -1}, {"municipality"}});
    CHECK(full.events().note == rows.note);
    CHECK_FALSE(full == reg);
    CHECK(full == Register{rows::trajectory(), rows, rows::dwellings(rows::ids())});
}

TEST_CASE("columns of events of another length are refused") {
    auto const valid = rows::events({{"p", "a", "2025-01-01"}, {"p", "b", "2025-01-02"}});
    auto const is_refused = [](EventRows const& rows) {
        try {
            Register const reg{rows::trajectory(), rows};
        } catch (std::invalid_argument const&) {
            return true;
        }
        return false;
    };
    CHECK_FALSE(is_refused(valid));
    auto rows = valid;
    rows.stage.pop_back();
    CHECK(is_refused(rows));
    rows = valid;
    rows.date.clear();
    CHECK(is_refused(rows));
    rows = valid;
    rows.corrects.pop_back();
    CHECK(is_refused(rows));
    rows = valid;
    rows.note = {"one"};
    CHECK(is_refused(rows));
}

TEST_CASE("a register may be empty") {
    Register const reg{rows::trajectory(), EventRows{}};
    CHECK(reg.dwellings().size() == 0);
    CHECK(visits(reg, far, far) == Visits{{0}, {}, {}});
}

TEST_CASE("visits need both days") {
    auto const reg = make({});
    CHECK_THROWS_AS(visits(reg, unknown_day, far), std::invalid_argument);
    CHECK_THROWS_AS(visits(reg, far, unknown_day), std::invalid_argument);
}

TEST_CASE("a dwelling may be found in a stage, since when nobody knows") {
    auto const rows = rows::events({{"p", "b", "", "2025-02-01"},
                                    {"p", "c", "2025-03-01"},
                                    {"q", "b", "", "2025-02-01"},
                                    {"q", "b", "2024-12-01", "2025-04-01"}});
    Register const reg{rows::trajectory(), rows};
    auto const seen = visits(reg, far, far);
    CHECK(seen.state == std::vector<State>{1, 2, 1});
    CHECK(seen.day == std::vector<Day>{rows::day("2025-02-01"), rows::day("2025-03-01"),
                                       rows::day("2024-12-01")});
    CHECK(seen.found == std::vector<std::uint8_t>{1, 0, 0});
    auto const before = visits(reg, far, rows::day("2025-03-31"));
    CHECK(before.found == std::vector<std::uint8_t>{1, 0, 1});
    CHECK(visits(reg, rows::day("2025-01-31"), far).state == std::vector<State>{1});
}

TEST_CASE("an event without a date is known on a day, and the first of its dwelling") {
    auto const rows =
        rows::events({{"p", "a", "2025-01-01"}, {"p", "b", "", "2025-02-01"}, {"q", "a", ""}});
    auto const issues = rows::refused(rows::trajectory(), rows);
    CHECK(rows::rows_with(issues, "undated_move") == std::vector<std::int64_t>{1});
    CHECK(rows::rows_with(issues, "missing_date") == std::vector<std::int64_t>{2});
}

TEST_CASE("what is found can be corrected by the day on which it was") {
    auto const rows = rows::events(
        {{"p", "b", "", "2025-02-01"}, {"p", "b", "2024-11-01", "2025-05-01", "2025-02-01"}});
    Register const reg{rows::trajectory(), rows};
    CHECK(visits(reg, far, far).day == std::vector<Day>{rows::day("2024-11-01")});
    CHECK(visits(reg, far, far).found == std::vector<std::uint8_t>{0});
}
