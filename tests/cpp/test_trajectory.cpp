#include "catch.hpp"

#include <opgave/trajectory.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace opgave;

namespace {

std::vector<std::string> names(std::string const& prefix, int n) {
    std::vector<std::string> list;
    for (int i = 0; i < n; ++i) list.push_back(prefix + std::to_string(i));
    return list;
}

template <class... Arguments>
std::string refusal(Arguments const&... arguments) {
    try {
        Trajectory const trajectory{arguments...};
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
    return "none";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("each state has one kind, and stages, completion, exits and pause follow in this order") {
    for (int stages = 1; stages <= 5; ++stages) {
        for (int exits = 0; exits <= 3; ++exits) {
            for (bool const has_pause : {false, true}) {
                auto const pause = has_pause ? std::optional<std::string>{"hold"} : std::nullopt;
                Trajectory const way{names("s", stages), "done", names("x", exits), pause};
                CHECK(way.state_count() == stages + 1 + exits + (has_pause ? 1 : 0));
                CHECK(way.stage_count() == stages);
                CHECK(way.exit_count() == exits);
                CHECK(way.complete() == stages);
                CHECK(way.pause().has_value() == has_pause);
                std::string kinds;
                for (State s = -2; s < way.state_count() + 2; ++s) {
                    int const count = int{way.is_stage(s)} + int{way.is_exit(s)} +
                                      int{way.is_pause(s)} + int{s == way.complete()};
                    CHECK(count == (s >= 0 && s < way.state_count() ? 1 : 0));
                    if (way.is_stage(s)) kinds += 's';
                    if (s == way.complete()) kinds += 'c';
                    if (way.is_exit(s)) kinds += 'x';
                    if (way.is_pause(s)) kinds += 'p';
                }
                CHECK(kinds == std::string(static_cast<std::size_t>(stages), 's') + "c" +
                                   std::string(static_cast<std::size_t>(exits), 'x') +
                                   (has_pause ? "p" : ""));
            }
        }
    }
}

TEST_CASE("a state is found by its name and only by it") {
    auto const way = default_trajectory();
    for (State s = 0; s < way.state_count(); ++s) {
        auto const& name = way.states()[static_cast<std::size_t>(s)];
        CHECK(way.find(name) == s);
        CHECK(way.index(name) == s);
    }
    CHECK_FALSE(way.find("Approached").has_value());
    CHECK_FALSE(way.find("").has_value());
    CHECK_THROWS_AS(way.index("return"), std::out_of_range);
}

TEST_CASE("an unknown state is refused with the list of states") {
    std::string message;
    try {
        (void)Trajectory{{"a", "b"}, "done"}.index("B");
    } catch (std::out_of_range const& error) {
        message = error.what();
    }
    CHECK(message == "state must be one of a, b, done, got \"B\"");
}

TEST_CASE("the default trajectory is that of a private renovation") {
    auto const way = default_trajectory();
    CHECK(way.states() == Names{"approached", "intake", "advised", "applied", "granted",
                                "contracted", "started", "delivered", "withdrawn", "paused"});
    CHECK(way.index("delivered") == way.complete());
    CHECK(way.is_exit(way.index("withdrawn")));
    CHECK(way.pause() == way.index("paused"));
}

TEST_CASE("names are given, different and not reserved") {
    CHECK(refusal(Names{"a", "b", "a"}, "done") ==
          "states must have different names, got \"a\" as stage 1 and as stage 3");
    CHECK(refusal(Names{"a"}, "a") ==
          "states must have different names, got \"a\" as stage 1 and as completion");
    CHECK(refusal(Names{"a"}, "done", Names{"x", "done"}) ==
          "states must have different names, got \"done\" as completion and as exit 2");
    CHECK(refusal(Names{"a"}, "done", Names{"x"}, std::optional<std::string>{"x"}) ==
          "states must have different names, got \"x\" as exit 1 and as pause");
    CHECK(refusal(Names{"a", ""}, "done") ==
          "a state must have a name, got an empty one as stage 2");
    CHECK(refusal(Names{"a"}, "") == "a state must have a name, got an empty one as completion");
    CHECK(refusal(Names{"a"}, "return") ==
          "the names return and not_started are reserved, got \"return\" as completion");
    CHECK(refusal(Names{"not_started"}, "done") ==
          "the names return and not_started are reserved, got \"not_started\" as stage 1");
}

TEST_CASE("a trajectory has from one stage to 64 states") {
    CHECK(refusal(Names{}, "done") == "a trajectory must have at least one stage, got none");
    CHECK(Trajectory{names("s", 63), "done"}.state_count() == 64);
    CHECK(refusal(names("s", 64), "done") == "a trajectory must have at most 64 states, got 65");
    CHECK(refusal(names("s", 60), "done", names("x", 3), std::optional<std::string>{"hold"}) ==
          "a trajectory must have at most 64 states, got 65");
}

TEST_CASE("trajectories are the same if names and kinds are") {
    Trajectory const way{{"a", "b"}, "done", {"x"}};
    CHECK(way == Trajectory{{"a", "b"}, "done", {"x"}});
    CHECK_FALSE(way == Trajectory{{"a", "b", "done"}, "x"});
    CHECK_FALSE(way == Trajectory{{"a", "b"}, "done", {}, "x"});
}

TEST_CASE("the clock of a pause begins again unless it resumes") {
    Trajectory const reset({"a"}, "done", {}, "held");
    Trajectory const resume({"a"}, "done", {}, "held", PauseClock::resume);
    CHECK(reset.pause_clock() == PauseClock::reset);
    CHECK(resume.pause_clock() == PauseClock::resume);
    CHECK_FALSE(reset == resume);
}
