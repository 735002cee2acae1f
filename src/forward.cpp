#include "forward.hpp"

#include "vectorised.hpp"

#include <algorithm>
#include <utility>

namespace opgave::detail {

namespace {

// One age older, of the ages of one group, the oldest first. Adds up who was at risk and who stays.
OPGAVE_VECTORISED
void grow_older(int ages, double const* staying, double* now, double* at_risk,
                double* stayed) noexcept {
    now += (ages - 1) * lanes;
    for (int age = 0; age < ages; ++age, now -= lanes) {
        for (int lane = 0; lane < lanes; ++lane) {
            double const before = now[lane - lanes];
            now[lane] = before * staying[lane];
            at_risk[lane] += before;
            stayed[lane] += now[lane];
        }
    }
}

}  // namespace

Forward::Forward(StateSpace const& space, AgeGrid const& grid)
    : space_(space),
      grid_(grid),
      now_(static_cast<std::size_t>(space.size() * grid.ages())),
      arriving_(static_cast<std::size_t>(space.size())),
      returning_(arriving_.size()),
      total_(arriving_.size()),
      occupied_(arriving_.size()) {}

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
    for (int state = 0; state < space_.size(); ++state) {
        auto const at = static_cast<std::size_t>(state);
        Lanes const back = std::exchange(returning_[at], Lanes{});
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            now_[cell(state, 0)][lane] += back[lane];
            total_[at][lane] += back[lane];
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
    Lanes stayed{};
    auto const go = [&](int group, Lanes const& at_risk) {
        Lanes const* going = month.going(state, group);
        for (Way const& way : ways) {
            auto const to = static_cast<std::size_t>(way.to);
            add_product(*going++, at_risk, (way.cascades ? arriving_ : returning_)[to]);
            occupied_[to] = true;
        }
    };
    // The last age stays the last: who was there joins those who reach it.
    Lanes const oldest = std::exchange(now_[cell(state, grid_.ages() - 1)], Lanes{});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        now_[cell(state, grid_.ages() - 2)][lane] += oldest[lane];
    }
    for (int group = grid_.groups() - 1; group > 0; --group) {
        Lanes at_risk{};
        int const first = grid_.first(group);
        grow_older(grid_.first(group + 1) - first, month.staying(state, group).data(),
                   now_[cell(state, first)].data(), at_risk.data(), stayed.data());
        go(group, at_risk);
    }
    Lanes youngest{};
    add_product(month.staying(state, 0), arriving, youngest);
    go(0, arriving);
    now_[cell(state, 0)] = youngest;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        total_[at][lane] = stayed[lane] + youngest[lane];
    }
}

}  // namespace opgave::detail
