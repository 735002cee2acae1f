#include <opgave/snapshot.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace opgave {

namespace {

void check_same_size(Register const& reg, Snapshot const& snapshot, Grouping const& grouping) {
    auto const n = reg.dwellings().size();
    if (snapshot.state.size() == n && grouping.group.size() == n) return;
    throw std::invalid_argument(
        "snapshot and grouping must have as many dwellings as the register (" + std::to_string(n) +
        "), got " + std::to_string(snapshot.state.size()) + " and " +
        std::to_string(grouping.group.size()));
}

Counts zeros(Register const& reg, Grouping const& grouping) {
    return Counts::Zero(static_cast<Eigen::Index>(grouping.labels.size()),
                        reg.trajectory().state_count() + 1);
}

/// Calls `count(dwelling, row)` for each dwelling that is known of.
template <class Count>
Counts count_dwellings(Register const& reg, Snapshot const& snapshot, Grouping const& grouping,
                       Count count) {
    check_same_size(reg, snapshot, grouping);
    auto counts = zeros(reg, grouping);
    for (std::size_t i = 0; i < snapshot.state.size(); ++i) {
        if (snapshot.state[i] != not_known) count(i, counts.row(grouping.group[i]));
    }
    return counts;
}

bool has_reached(Snapshot const& snapshot, std::size_t dwelling, State state) {
    return (snapshot.reached[dwelling] >> static_cast<unsigned>(state) & 1U) != 0;
}

void check_state(Trajectory const& trajectory, State state) {
    if (state >= 0 && state < trajectory.state_count()) return;
    throw std::out_of_range("state must be from 0 to " +
                            std::to_string(trajectory.state_count() - 1) + ", got " +
                            std::to_string(state));
}

/// The day on which each dwelling that entered `state` did so first, where it is known.
std::vector<Day> first_entries(Visits const& visits, State state) {
    std::vector<Day> days;
    for (std::size_t i = 0; i + 1 < visits.begin.size(); ++i) {
        auto const begin = visits.state.begin() + static_cast<std::ptrdiff_t>(visits.begin[i]);
        auto const end = visits.state.begin() + static_cast<std::ptrdiff_t>(visits.begin[i + 1]);
        auto const entry = std::find(begin, end, state);
        auto const row = static_cast<std::size_t>(entry - visits.state.begin());
        if (entry == end || visits.found[row] != 0) continue;
        days.push_back(visits.day[row]);
    }
    return days;
}

}  // namespace

Snapshot as_of(Register const& reg, Day as_of, Day known_on) {
    auto const stays = visits(reg, as_of, known_on);
    auto const n = reg.dwellings().size();
    auto const untouched = reg.has_own_dwellings() ? not_started : not_known;
    Snapshot snapshot{as_of,
                      known_on,
                      std::vector<State>(n, untouched),
                      std::vector<Day>(n, unknown_day),
                      std::vector<State>(n, not_started),
                      std::vector<std::uint64_t>(n, 0)};
    for (std::size_t i = 0; i < n; ++i) {
        for (auto row = stays.begin[i]; row < stays.begin[i + 1]; ++row) {
            auto const state = stays.state[row];
            snapshot.state[i] = state;
            snapshot.since[i] = stays.day[row];
            snapshot.reached[i] |= std::uint64_t{1} << static_cast<unsigned>(state);
            if (state <= reg.trajectory().complete()) {
                snapshot.furthest[i] = std::max(snapshot.furthest[i], state);
            }
        }
    }
    return snapshot;
}

Counts stage_counts(Register const& reg, Snapshot const& snapshot, Grouping const& grouping) {
    return count_dwellings(reg, snapshot, grouping,
                           [&](std::size_t i, auto row) { ++row[1 + snapshot.state[i]]; });
}

Counts ever_reached(Register const& reg, Snapshot const& snapshot, Grouping const& grouping) {
    auto const states = reg.trajectory().state_count();
    return count_dwellings(reg, snapshot, grouping, [&](std::size_t i, auto row) {
        if (snapshot.reached[i] == 0) ++row[0];
        for (State state = 0; state < states; ++state) {
            if (has_reached(snapshot, i, state)) ++row[1 + state];
        }
    });
}

Counts reached_or_passed(Register const& reg, Snapshot const& snapshot, Grouping const& grouping) {
    return count_dwellings(reg, snapshot, grouping, [&](std::size_t i, auto row) {
        if (snapshot.reached[i] == 0) ++row[0];
        for (State state = 0; state <= snapshot.furthest[i]; ++state) ++row[1 + state];
    });
}

Throughput throughput(Register const& reg, State state, Every every, Day as_of, Day known_on) {
    check_state(reg.trajectory(), state);
    auto const stays = visits(reg, as_of, known_on);
    if (stays.day.empty()) return {};
    auto const first = *std::min_element(stays.day.begin(), stays.day.end());
    Throughput result{periods(first, as_of, every), {}};
    result.count.assign(result.period.size(), 0);
    for (auto const day : first_entries(stays, state)) {
        auto const after =
            std::upper_bound(result.period.begin(), result.period.end(), day,
                             [](Day entry, Period const& period) { return entry < period.begin; });
        ++result.count[static_cast<std::size_t>(after - result.period.begin()) - 1];
    }
    return result;
}

}  // namespace opgave
