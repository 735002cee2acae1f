#include "forward.hpp"

#include "vectorised.hpp"

#include <algorithm>
#include <utility>

namespace opgave::detail {

namespace {

// Of one state: all ages from 1 on grow a month older, the oldest first, and some leave by each of
// so many ways. `first` holds the first age of each group, and the end of the last. Adds up who
// stays and who goes.
OPGAVE_VECTORISED
void grow_older(std::size_t groups, int const* __restrict first, std::size_t ways,
                std::size_t stride, double const* __restrict staying,
                double const* __restrict going, double* __restrict now, double* __restrict stayed,
                double* __restrict gone) noexcept {
    Pack all = {};
    for (std::size_t group = groups - 1; group > 0; --group) {
        Pack const stay = *reinterpret_cast<Pack const*>(staying + group * lanes);
        Pack at_risk = {};
        for (int age = first[group + 1] - 1; age >= first[group]; --age) {
            double* const here = now + static_cast<std::ptrdiff_t>(age) * lanes;
            Pack const before = *reinterpret_cast<Pack const*>(here - lanes);
            Pack const after = before * stay;
            *reinterpret_cast<Pack*>(here) = after;
            at_risk += before;
            all += after;
        }
        for (std::size_t way = 0; way < ways; ++way) {
            Pack const sum =
                *reinterpret_cast<Pack const*>(gone + way * lanes) +
                *reinterpret_cast<Pack const*>(going + (group * stride + way) * lanes) * at_risk;
            *reinterpret_cast<Pack*>(gone + way * lanes) = sum;
        }
    }
    *reinterpret_cast<Pack*>(stayed) = all;
}

}  // namespace

Forward::Forward(StateSpace const& space, AgeGrid const& grid)
    : space_(space),
      grid_(grid),
      now_(static_cast<std::size_t>(space.size() * grid.ages())),
      arriving_(static_cast<std::size_t>(space.size())),
      returning_(space.backs().size()),
      total_(arriving_.size()),
      occupied_(arriving_.size()) {
    for (int group = 0; group <= grid.groups(); ++group) {
        first_.push_back(grid.first(group));
    }
}

void Forward::begin() {
    std::ranges::fill(now_, Lanes{});
    std::ranges::fill(arriving_, Lanes{});
    std::ranges::fill(returning_, Lanes{});
    std::ranges::fill(total_, Lanes{});
    occupied_.assign(occupied_.size(), false);
}

void Forward::add(int state, int age, double count) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        now_[cell(state, age)][lane] += count;
        total_[static_cast<std::size_t>(state)][lane] += count;
    }
    occupied_[static_cast<std::size_t>(state)] = true;
}

void Forward::step(MonthChances const& month, Lanes const& entering) {
    arriving_[0] = entering;
    occupied_[0] = occupied_[0] || std::ranges::any_of(entering, [](double n) { return n != 0; });
    for (int state = 0; state < space_.size(); ++state) {
        if (occupied_[static_cast<std::size_t>(state)]) {
            leave(month, state);
        }
    }
    auto returning = returning_.begin();
    for (auto const& [state, age] : space_.backs()) {
        Lanes const back = std::exchange(*returning++, Lanes{});
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            now_[cell(state, age)][lane] += back[lane];
            total_[static_cast<std::size_t>(state)][lane] += back[lane];
        }
    }
}

// Those who were there, the oldest first, then those who arrive in the month.
void Forward::leave(MonthChances const& month, int state) {
    auto const at = static_cast<std::size_t>(state);
    auto const& ways = space_.ways(state);
    Lanes const arriving = std::exchange(arriving_[at], Lanes{});
    if (ways.empty()) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            total_[at][lane] += arriving[lane];
        }
        return;
    }
    // The last age stays the last: who was there joins those who reach it.
    Lanes const oldest = std::exchange(now_[cell(state, grid_.ages() - 1)], Lanes{});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        now_[cell(state, grid_.ages() - 2)][lane] += oldest[lane];
    }
    for (std::size_t k = 0; k < ways.size(); ++k) {
        if (ways[k].by_age) {
            leave_by_age(month, state, k, arriving);
        }
    }
    Lanes stayed{};
    gone_.assign(ways.size(), Lanes{});
    grow_older(first_.size() - 1, first_.data(), ways.size(), month.ways(),
               month.staying(state, 0).data(), month.going(state, 0)->data(),
               now_[cell(state, 0)].data(), stayed.data(), gone_.front().data());
    Lanes youngest{};
    add_product(month.staying(state, 0), arriving, youngest);
    for (std::size_t k = 0; k < ways.size(); ++k) {
        if (ways[k].by_age) {
            continue;
        }
        auto const to = static_cast<std::size_t>(ways[k].to);
        add_product(month.going(state, 0)[k], arriving, gone_[k]);
        Lanes& there =
            ways[k].cascades ? arriving_[to] : returning_[space_.back(ways[k].to, ways[k].age)];
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            there[lane] += gone_[k][lane];
        }
        occupied_[to] = true;
    }
    now_[cell(state, 0)] = youngest;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        total_[at][lane] = stayed[lane] + youngest[lane];
    }
}

// To another state from every age; a group is one age then.
void Forward::leave_by_age(MonthChances const& month, int state, std::size_t way,
                           Lanes const& arriving) {
    for (int age = 0; age < grid_.ages(); ++age) {
        Lanes const& at_risk = age == 0 ? arriving : now_[cell(state, age - 1)];
        if (std::ranges::any_of(at_risk, [](double n) { return n != 0; })) {
            auto const to = static_cast<std::size_t>(space_.ways(state)[way].target(age));
            add_product(month.going(state, age)[way], at_risk, arriving_[to]);
            occupied_[to] = true;
        }
    }
}

}  // namespace opgave::detail
