#include "catch.hpp"
#include "rows.hpp"

#include <opgave/target.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

using namespace opgave;

namespace {

Day const far = parse_iso("2100-01-01");

Target target(std::int64_t goal, std::vector<std::pair<std::string, std::string>> scope = {},
              std::string const& deadline = "2025-12-31", std::string const& state = "done") {
    return {"renovated", state, std::move(scope), goal, by(parse_iso(deadline))};
}

/// Ten dwellings; those below `done` are complete. Neighbourhood oud, nieuw or unknown in turn.
Register make(int done) {
    DwellingRows dwellings;
    std::vector<rows::Event> events;
    for (int i = 0; i < 10; ++i) {
        auto const id = std::to_string(i);
        dwellings.dwelling_id.push_back(id);
        dwellings.neighbourhood.emplace_back(i % 3 == 0 ? "oud" : i % 3 == 1 ? "nieuw" : "");
        dwellings.backlog.emplace_back(i < 5 ? "yes" : "no");
        if (i < done) events.push_back({id, "done", "2025-01-01"});
    }
    return {rows::trajectory(), rows::events(events), dwellings};
}

Progress progress_of(Register const& reg, Target const& goal,
                     std::string const& day = "2025-06-30") {
    return progress(reg, as_of(reg, parse_iso(day), far), goal);
}

/// A projection of two strata, oud and nieuw, over the months to 2025-04-30: `done[path][month]`
/// dwellings of oud are complete, of nieuw one; each stratum has 10 dwellings.
Projection projection(std::vector<std::vector<int>> const& done) {
    auto const paths = static_cast<int>(done.size());
    Projection result{rows::trajectory(), 2, paths, 3, 1};
    for (std::size_t path = 0; path < done.size(); ++path) {
        for (std::size_t month = 0; month < 3; ++month) {
            auto const at = path * 3 + month;
            result.counts(3, 0)[at] = done[path][month];
            result.counts(0, 0)[at] = 10 - done[path][month];
            result.counts(3, 1)[at] = 1;
            result.counts(not_started, 1)[at] = 9;
        }
    }
    result.as_of = parse_iso("2025-01-31");
    result.month_end = {parse_iso("2025-02-28"), parse_iso("2025-03-31"), parse_iso("2025-04-30")};
    result.grouping = {{"neighbourhood"}, {}, {{"oud"}, {"nieuw"}}};
    result.attainable = {8, 5};
    return result;
}

std::vector<std::pair<std::string, std::string>> const oud{{"neighbourhood", "oud"}};

Target until(std::string const& deadline, std::int64_t goal = 5) {
    return target(goal, oud, deadline);
}

std::string refusal(Projection const& from, Target const& goal) {
    try {
        (void)probability(from, goal);
    } catch (NotEnoughData const& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("done and unknown of all values of a scope add up to what is done") {
    for (int done = 0; done <= 10; ++done) {
        auto const reg = make(done);
        auto const in_oud = progress_of(reg, target(5, oud));
        auto const in_nieuw = progress_of(reg, target(5, {{"neighbourhood", "nieuw"}}));
        CHECK(in_oud.unknown == in_nieuw.unknown);
        CHECK(in_oud.done + in_nieuw.done + in_oud.unknown == done);
        CHECK(progress_of(reg, target(5)).done == done);
        CHECK(progress_of(reg, target(5)).unknown == 0);
    }
}

TEST_CASE("a dwelling that is outside the scope for sure is not unknown") {
    auto const reg = make(10);
    auto const both = progress_of(reg, target(5, {{"neighbourhood", "oud"}, {"backlog", "yes"}}));
    CHECK(both.done == 2);
    CHECK(both.unknown == 1);
    auto const nobody = progress_of(reg, target(5, {{"neighbourhood", "west"}}));
    CHECK(nobody.done == 0);
    CHECK(nobody.unknown == 3);
}

TEST_CASE("the pace needed makes the goal on the last day") {
    auto const reg = make(4);
    for (auto const* day : {"2025-01-01", "2025-06-30", "2025-12-30"}) {
        auto const result = progress_of(reg, target(10), day);
        CHECK(result.done == 4);
        CHECK(result.goal == 10);
        CHECK(std::abs(result.share - 0.4) < 1e-12);
        auto const days = parse_iso("2025-12-31") - parse_iso(day);
        CHECK(std::abs(result.months_left * days_per_month - days) < 1e-9);
        CHECK(std::abs(4 + result.pace_per_month * result.months_left - 10) < 1e-9);
    }
}

TEST_CASE("on and after the deadline no month is left") {
    auto const reg = make(4);
    for (auto const* day : {"2025-12-31", "2026-06-30"}) {
        auto const open = progress_of(reg, target(10), day);
        CHECK(open.months_left == 0);
        CHECK(open.pace_per_month == std::numeric_limits<double>::infinity());
        CHECK(progress_of(reg, target(4), day).pace_per_month == 0);
    }
    CHECK(progress_of(reg, target(2)).pace_per_month == 0);
    CHECK(progress_of(reg, target(2)).share == 2);
}

TEST_CASE("progress counts what stands on the day") {
    auto const reg = make(4);
    CHECK(progress_of(reg, target(5), "2024-12-31").done == 0);
    CHECK(progress_of(reg, target(5), "2025-01-01").done == 4);
    CHECK(progress_of(reg, target(5, {}, "2025-12-31", "a")).done == 0);
    CHECK_THROWS_AS(progress_of(reg, target(5, {{"colour", "red"}})), std::out_of_range);
    CHECK_THROWS_AS(progress_of(reg, target(5, {}, "2025-12-31", "finished")), std::out_of_range);
}

TEST_CASE("a target has a name, a goal and a deadline") {
    CHECK_NOTHROW(check(target(1)));
    CHECK_THROWS_AS(check(target(0)), std::invalid_argument);
    CHECK_THROWS_AS(check(target(-3)), std::invalid_argument);
    auto nameless = target(5);
    nameless.name.clear();
    CHECK_THROWS_AS(check(nameless), std::invalid_argument);
    auto endless = target(5);
    endless.deadline = {};
    CHECK_THROWS_AS(check(endless), std::invalid_argument);
    CHECK_THROWS_AS(progress_of(make(1), endless), std::invalid_argument);
    CHECK_THROWS_AS(probability(projection({{0, 0, 0}}), target(0)), std::invalid_argument);
}

TEST_CASE("a probability is the mean of its posterior and falls as the goal rises") {
    std::vector<std::vector<int>> done;
    for (int path = 0; path < 40; ++path) done.push_back({0, path % 4, path % 8});
    auto const from = projection(done);
    double last = 1;
    for (int goal = 1; goal <= 8; ++goal) {
        auto const result = probability(from, until("2025-04-30", goal));
        auto const k = goal < 8 ? 5 * (8 - goal) : 0;
        CHECK(std::abs(result.value - (k + 0.5) / 41) < 1e-12);
        CHECK(result.value < last);
        CHECK(result.value > 0);
        CHECK(result.method == "simulation");
        CHECK(result.ceiling == 8);
        CHECK(result.goal == goal);
        // The variance of Beta(a, b) is a b / ((a + b)^2 (a + b + 1)).
        auto const a = k + 0.5;
        auto const b = 40 - k + 0.5;
        CHECK(std::abs(result.std_error * result.std_error - a * b / (41.0 * 41.0 * 42.0)) < 1e-12);
        last = result.value;
    }
}

TEST_CASE("a simulation never says 0 or 1") {
    CHECK(probability(projection({{0, 5, 5}, {0, 6, 6}}), until("2025-04-30")).value == 2.5 / 3);
    CHECK(probability(projection({{0, 4, 4}, {0, 0, 0}}), until("2025-04-30")).value == 0.5 / 3);
    CHECK(probability(projection({{5, 5, 5}, {4, 5, 5}}), until("2025-04-30")).value == 2.5 / 3);
}

TEST_CASE("the last month end up to the deadline counts") {
    auto const from = projection({{0, 5, 6}, {0, 0, 6}, {0, 0, 6}});
    auto const value = [&from](char const* deadline) {
        return probability(from, until(deadline, 5)).value;
    };
    CHECK(value("2025-02-28") == 0.5 / 4);
    CHECK(value("2025-03-30") == 0.5 / 4);
    CHECK(value("2025-03-31") == 1.5 / 4);
    CHECK(value("2025-04-29") == 1.5 / 4);
    CHECK(value("2025-04-30") == 3.5 / 4);
    CHECK(value("2025-05-30") == 3.5 / 4);
}

TEST_CASE("a deadline outside the projection is refused with the reason") {
    auto from = projection({{0, 5, 6}});
    CHECK(refusal(from, until("2025-02-27")) ==
          "target \"renovated\": the deadline 2025-02-27 lies before the first projected month, "
          "which ends on 2025-02-28");
    CHECK(refusal(from, until("2025-05-31")) ==
          "target \"renovated\": the deadline 2025-05-31 lies beyond the projection, which ends on "
          "2025-04-30");
    from.month_end.clear();
    CHECK(refusal(from, until("2025-04-30")) ==
          "target \"renovated\": the projection has no dates, as it starts from no register");
}

TEST_CASE("a goal that is done is reached, one above the ceiling is unreachable") {
    auto from = projection({{5, 5, 6}, {6, 7, 8}});
    // That every path has it after a month is likely, not certain.
    CHECK(probability(from, until("2025-04-30", 5)).method == "simulation");
    from.completed = {5, 2};
    auto const reached = probability(from, until("2025-04-30", 5));
    CHECK(reached.method == "reached");
    CHECK(reached.value == 1);
    CHECK(reached.std_error == 0);
    CHECK(reached.ceiling == 8);
    CHECK(probability(from, until("2025-04-30", 6)).method == "simulation");
    CHECK(probability(from, until("2025-04-30", 8)).method == "simulation");
    auto const unreachable = probability(from, until("2025-04-30", 9));
    CHECK(unreachable.method == "unreachable");
    CHECK(unreachable.value == 0);
    CHECK(unreachable.std_error == 0);
    CHECK(unreachable.ceiling == 8);
    CHECK(unreachable.goal == 9);
}

TEST_CASE("the ceiling is what can still complete, or all dwellings where that is not known") {
    auto from = projection({{1, 2, 3}});
    CHECK(probability(from, target(2, {}, "2025-04-30")).ceiling == 13);
    CHECK(probability(from, target(2, {{"neighbourhood", "nieuw"}}, "2025-04-30")).ceiling == 5);
    CHECK(probability(from, target(2, {}, "2025-04-30", "a")).ceiling == 20);
    from.attainable.clear();
    CHECK(probability(from, target(2, {}, "2025-04-30")).ceiling == 20);
    CHECK(probability(from, until("2025-04-30")).ceiling == 10);
}

TEST_CASE("a state that is not completion is never reached for sure") {
    auto const from = projection({{0, 1, 2}, {0, 1, 2}});
    auto const result = probability(from, target(5, oud, "2025-04-30", "a"));
    CHECK(result.method == "simulation");
    CHECK(result.value == 2.5 / 3);
    CHECK(probability(from, target(9, oud, "2025-04-30", "a")).value == 0.5 / 3);
}

TEST_CASE("the scope chooses strata, and must be among them") {
    auto const from = projection({{0, 3, 5}, {0, 3, 4}});
    CHECK(probability(from, until("2025-04-30", 5)).value == 1.5 / 3);
    CHECK(probability(from, target(6, {}, "2025-04-30")).value == 1.5 / 3);
    CHECK(probability(from, target(5, {}, "2025-04-30")).value == 2.5 / 3);
    CHECK_THROWS_AS(probability(from, target(5, {{"backlog", "yes"}}, "2025-04-30")),
                    std::out_of_range);
    CHECK_THROWS_AS(probability(from, target(5, {{"neighbourhood", "west"}}, "2025-04-30")),
                    NotEnoughData);
    CHECK_THROWS_AS(probability(from, target(5, {}, "2025-04-30", "finished")), std::out_of_range);
}
