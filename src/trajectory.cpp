#include <opgave/trajectory.hpp>

#include "text.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace opgave {

namespace {

constexpr std::size_t most_states = 64;

std::vector<std::string> join_states(std::vector<std::string> stages, std::string complete,
                                     std::vector<std::string> const& exits,
                                     std::optional<std::string> const& pause) {
    stages.push_back(std::move(complete));
    stages.insert(stages.end(), exits.begin(), exits.end());
    if (pause) stages.push_back(*pause);
    return stages;
}

std::vector<std::string> places(std::size_t stages, std::size_t exits, bool pause) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= stages; ++i) names.push_back("stage " + std::to_string(i));
    names.emplace_back("completion");
    for (std::size_t i = 1; i <= exits; ++i) names.push_back("exit " + std::to_string(i));
    if (pause) names.emplace_back("pause");
    return names;
}

void check_size(std::size_t stages, std::size_t states) {
    if (stages == 0) {
        throw std::invalid_argument("a trajectory must have at least one stage, got none");
    }
    if (states > most_states) {
        throw std::invalid_argument("a trajectory must have at most 64 states, got " +
                                    std::to_string(states));
    }
}

void check_names(std::vector<std::string> const& states, std::vector<std::string> const& place) {
    std::map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < states.size(); ++i) {
        auto const& name = states[i];
        if (name.empty()) {
            throw std::invalid_argument("a state must have a name, got an empty one as " +
                                        place[i]);
        }
        if (name == "return" || name == "not_started") {
            throw std::invalid_argument("the names return and not_started are reserved, got " +
                                        quote(name) + " as " + place[i]);
        }
        auto const [earlier, is_first] = seen.emplace(name, i);
        if (!is_first) {
            throw std::invalid_argument("states must have different names, got " + quote(name) +
                                        " as " + place[earlier->second] + " and as " + place[i]);
        }
    }
}

}  // namespace

Trajectory::Trajectory(std::vector<std::string> stages, std::string complete,
                       std::vector<std::string> exits, std::optional<std::string> pause,
                       PauseClock pause_clock)
    : stage_count_{0}, exit_count_{0}, has_pause_{pause.has_value()}, pause_clock_{pause_clock} {
    auto const place = places(stages.size(), exits.size(), has_pause_);
    check_size(stages.size(), place.size());
    stage_count_ = static_cast<int>(stages.size());
    exit_count_ = static_cast<int>(exits.size());
    states_ = join_states(std::move(stages), std::move(complete), exits, pause);
    check_names(states_, place);
}

std::optional<State> Trajectory::pause() const noexcept {
    if (!has_pause_) return std::nullopt;
    return static_cast<State>(state_count() - 1);
}

bool Trajectory::is_stage(State state) const noexcept { return state >= 0 && state < stage_count_; }

bool Trajectory::is_exit(State state) const noexcept {
    return state > stage_count_ && state <= stage_count_ + exit_count_;
}

bool Trajectory::is_pause(State state) const noexcept {
    return has_pause_ && state == state_count() - 1;
}

std::optional<State> Trajectory::find(std::string_view name) const noexcept {
    auto const found = std::find(states_.begin(), states_.end(), name);
    if (found == states_.end()) return std::nullopt;
    return static_cast<State>(found - states_.begin());
}

State Trajectory::index(std::string_view name) const {
    if (auto const state = find(name)) return *state;
    throw std::out_of_range("state must be one of " + join(states_) + ", got " + quote(name));
}

Trajectory default_trajectory() {
    return {{"approached", "intake", "advised", "applied", "granted", "contracted", "started"},
            "delivered",
            {"withdrawn"},
            "paused"};
}

}  // namespace opgave
