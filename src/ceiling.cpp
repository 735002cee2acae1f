#include "ceiling.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace opgave::detail {

namespace {

// From which states of the engine the counted one is reached without passing a gate before `gate`.
std::vector<bool> free_states(StateSpace const& space, State counted, int gate) {
    std::vector<bool> free(static_cast<std::size_t>(space.size()));
    for (int state = 0; state < space.size(); ++state) {
        free[static_cast<std::size_t>(state)] = space.state(state) == counted;
    }
    auto const leads_there = [&](Way const& way) {
        bool const passes = way.cascades && way.to == gate;
        return !passes && free[static_cast<std::size_t>(way.to)];
    };
    for (bool grows = true; grows;) {
        grows = false;
        for (int state = 0; state < space.size(); ++state) {
            auto const at = static_cast<std::size_t>(state);
            if (!free[at] && std::ranges::any_of(space.ways(state), leads_there)) {
                free[at] = grows = true;
            }
        }
    }
    return free;
}

// Slots or cents up to and including a month. A block is not split: it can take more than is left,
// which is paid back later, but where only so many can be inside at once.
std::int64_t supplied(Capacity const& capacity, int month) {
    std::int64_t const excess =
        capacity.shortage == Shortage::overdraws ? std::ranges::max(capacity.unit) - 1 : 0;
    std::int64_t sum = excess;
    for (int i = 0; i <= month; ++i) {
        std::int64_t const more = capacity.supply[static_cast<std::size_t>(i)];
        if (more == unlimited) {
            return unlimited;
        }
        sum += more + (capacity.capacitated && i > 0 ? excess : 0);
    }
    return sum;
}

// Items of a stratum.
struct Group {
    std::int64_t count = 0;
    std::int64_t unit = 0;  // of the capacity, for each
    int weight = 1;         // dwellings of each
};

// The most dwellings among those that are let in: the cheapest first.
std::int64_t most_within(std::vector<Group> groups, std::int64_t supply) {
    __extension__ using Wide = __int128;
    std::ranges::sort(groups, [](Group const& a, Group const& b) {
        return Wide{a.unit} * b.weight < Wide{b.unit} * a.weight;
    });
    std::int64_t dwellings = 0;
    for (Group const& group : groups) {
        if (group.unit > 0 && group.count > supply / group.unit) {
            // The last one in part, as a dearer one of another size can fit better.
            return dwellings + static_cast<std::int64_t>(Wide{supply} * group.weight / group.unit);
        }
        supply -= group.unit * group.count;
        dwellings += group.count * group.weight;
    }
    return dwellings;
}

std::int64_t most_let_in(Plan const& plan, Counted const& counted, Capacity const& capacity) {
    std::int64_t const supply = supplied(capacity, counted.month);
    if (capacity.is_uncertain() || supply == unlimited) {
        return unlimited;
    }
    auto const free = free_states(plan.space, counted.state, capacity.state);
    std::vector<Group> gated(static_cast<std::size_t>(plan.run.strata));
    std::int64_t passing = 0;
    auto const add = [&](int stratum, int state, std::int64_t count) {
        auto const at = static_cast<std::size_t>(stratum);
        if (std::ranges::count(counted.strata, plan.counted_in(stratum)) == 0) {
            return;
        }
        if (capacity.unit[at] == 0 || free[static_cast<std::size_t>(state)]) {
            passing += count * plan.weight(stratum);
        } else {
            gated[at].count += count;
            gated[at].unit = capacity.unit[at];
            gated[at].weight = plan.weight(stratum);
        }
    };
    for (StartCell const& start : plan.start) {
        add(start.stratum, start.state, start.count);
    }
    for (Pool const& pool : plan.run.pools) {
        add(pool.stratum, 0, pool.count);
    }
    if (plan.run.pools.empty()) {
        add(0, 0, std::numeric_limits<std::int32_t>::max());  // as many as the plan brings in
    }
    return passing + most_within(std::move(gated), supply);
}

}  // namespace

std::int64_t most_let_in(Plan const& plan, Counted const& counted) {
    std::int64_t most = unlimited;
    for (Capacity const& capacity : plan.capacities) {
        most = std::min(most, most_let_in(plan, counted, capacity));
    }
    return most;
}

}  // namespace opgave::detail
