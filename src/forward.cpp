#include "forward.hpp"

#include "vectorised.hpp"

#include <algorithm>
#include <utility>

namespace opgave::detail {

namespace {

// A state in a month: its groups of ages, of which `first` holds the first age, and the end of the
// last; the chances of each group; and who is there, by age.
struct Leaving {
    std::ptrdiff_t groups;
    int const* first;
    int oldest;  // that anybody can have
    double const* staying;
    double* now;
    double* at_risk;  // by group
};

// All ages from 1 on grow a month older, the oldest first, and those who arrive become the
// youngest. Counts who is at risk, and all who stay.
OPGAVE_VECTORISED
void grow_older(Leaving const& state, double const* __restrict arriving,
                double* __restrict stayed) noexcept {
    LaneNumbers all = {};
    for (std::ptrdiff_t group = state.groups - 1; group > 0; --group) {
        LaneNumbers const stay = all_lanes(state.staying, group).value;
        LaneNumbers at_risk = {};
        int const last = state.first[group + 1] - 1;
        for (int age = last < state.oldest ? last : state.oldest; age >= state.first[group];
             --age) {
            LaneNumbers const before = all_lanes(state.now, age - 1).value;
            LaneNumbers const after = before * stay;
            all_lanes(state.now, age).value = after;
            at_risk += before;
            all += after;
        }
        all_lanes(state.at_risk, group).value = at_risk;
    }
    LaneNumbers const youngest = all_lanes(state.staying, 0).value * all_lanes(arriving, 0).value;
    all_lanes(state.now, 0).value = youngest;
    all_lanes(state.at_risk, 0).value = all_lanes(arriving, 0).value;
    all_lanes(stayed, 0).value = all + youngest;
}

// Adds up those who go one way, of which `going` holds the chances of each group, so far apart.
OPGAVE_VECTORISED
void go(std::ptrdiff_t groups, std::ptrdiff_t apart, double const* __restrict going,
        double const* __restrict at_risk, double* __restrict there) noexcept {
    LaneNumbers gone = {};
    for (std::ptrdiff_t group = groups - 1; group >= 0; --group) {
        gone += all_lanes(going, group * apart).value * all_lanes(at_risk, group).value;
    }
    all_lanes(there, 0).value += gone;
}

void add(Lanes const& from, Lanes& to) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        to[lane] += from[lane];
    }
}

}  // namespace

Forward::Forward(StateSpace const& space, AgeGrid const& grid)
    : space_(space),
      grid_(grid),
      now_(static_cast<std::size_t>(space.size() * grid.ages())),
      arriving_(static_cast<std::size_t>(space.size())),
      returning_(space.backs().size()),
      total_(arriving_.size()),
      oldest_(arriving_.size()),
      at_risk_(static_cast<std::size_t>(grid.groups())) {
    for (int group = 0; group <= grid.groups(); ++group) {
        first_.push_back(grid.first(group));
    }
}

void Forward::begin() {
    std::ranges::fill(now_, Lanes{});
    std::ranges::fill(arriving_, Lanes{});
    std::ranges::fill(returning_, Lanes{});
    std::ranges::fill(total_, Lanes{});
    std::ranges::fill(oldest_, nobody);
}

void Forward::add(int state, int age, double count) {
    auto const at = static_cast<std::size_t>(state);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        now_[cell(state, age)][lane] += count;
        total_[at][lane] += count;
    }
    oldest_[at] = std::max(oldest_[at], age);
}

void Forward::step(MonthChances const& month, Lanes const& entering) {
    arriving_[0] = entering;
    if (std::ranges::any_of(entering, [](double n) { return n != 0; })) {
        oldest_[0] = std::max(oldest_[0], 0);
    }
    for (int state = 0; state < space_.size(); ++state) {
        if (oldest_[static_cast<std::size_t>(state)] != nobody) {
            leave(month, state);
        }
    }
    auto returning = returning_.begin();
    for (auto const& [state, age] : space_.backs()) {
        Lanes const back = std::exchange(*returning++, Lanes{});
        detail::add(back, now_[cell(state, age)]);
        detail::add(back, total_[static_cast<std::size_t>(state)]);
    }
}

// Those who were there, the oldest first, then those who arrive in the month.
void Forward::leave(MonthChances const& month, int state) {
    auto const at = static_cast<std::size_t>(state);
    auto const& ways = space_.ways(state);
    Lanes const arriving = std::exchange(arriving_[at], Lanes{});
    if (ways.empty()) {
        detail::add(arriving, total_[at]);
        return;
    }
    // The last age stays the last: who was there joins those who reach it.
    int const last = grid_.ages() - 1;
    if (oldest_[at] == last) {
        detail::add(now_[cell(state, last)], now_[cell(state, last - 1)]);
    }
    oldest_[at] = std::min(oldest_[at] + 1, last);
    auto const groups = static_cast<std::ptrdiff_t>(at_risk_.size());
    grow_older({.groups = groups,
                .first = first_.data(),
                .oldest = oldest_[at],
                .staying = month.staying(state, 0).data(),
                .now = now_[cell(state, 0)].data(),
                .at_risk = at_risk_.front().data()},
               arriving.data(), total_[at].data());
    for (std::size_t k = 0; k < ways.size(); ++k) {
        Way const& way = ways[k];
        if (way.by_age) {
            leave_by_age(month, state, k);
            continue;
        }
        auto const to = static_cast<std::size_t>(way.to);
        Lanes& there = way.cascades ? arriving_[to] : returning_[way.back];
        go(groups, static_cast<std::ptrdiff_t>(month.ways()), month.going(state, 0)[k].data(),
           at_risk_.front().data(), there.data());
        oldest_[to] = std::max(oldest_[to], way.age);
    }
}

// To another state from every age; a group is one age then.
void Forward::leave_by_age(MonthChances const& month, int state, std::size_t way) {
    for (int age = 0; age < grid_.ages(); ++age) {
        Lanes const& at_risk = at_risk_[static_cast<std::size_t>(age)];
        if (std::ranges::any_of(at_risk, [](double n) { return n != 0; })) {
            auto const to = static_cast<std::size_t>(space_.ways(state)[way].target(age));
            add_product(month.going(state, age)[way], at_risk, arriving_[to]);
            oldest_[to] = std::max(oldest_[to], 0);
        }
    }
}

}  // namespace opgave::detail
