#include "backward.hpp"

#include "vectorised.hpp"

#include <algorithm>

namespace opgave::detail {

namespace {

// One age younger, of the ages of one group.
OPGAVE_VECTORISED
void grow_younger(int ages, double const* staying, double const* left, double* now) noexcept {
    for (int age = 0; age < ages; ++age, now += lanes) {
        for (int lane = 0; lane < lanes; ++lane) {
            now[lane - lanes] = staying[lane] * now[lane] + left[lane];
        }
    }
}

}  // namespace

Backward::Backward(StateSpace const& space, AgeGrid const& grid)
    : space_(space),
      grid_(grid),
      now_(static_cast<std::size_t>(space.size() * grid.ages())),
      arriving_(static_cast<std::size_t>(space.size())) {}

void Backward::begin(State target) {
    for (int state = 0; state < space_.size(); ++state) {
        Lanes certain{};
        certain.fill(space_.state(state) == target ? 1 : 0);
        std::fill_n(now_.data() + cell(state, 0), grid_.ages(), certain);
    }
}

// Of those who leave in the month at hand, before those who stay in an earlier state are looked at.
// Where a way goes by age, a group is one.
Lanes Backward::after_leaving(MonthChances const& month, int state, int group) const {
    Lanes const* going = month.going(state, group);
    Lanes sum{};
    for (Way const& way : space_.ways(state)) {
        Lanes const& there = way.cascades ? arriving_[static_cast<std::size_t>(way.target(group))]
                                          : now_[cell(way.to, way.age)];
        add_product(*going++, there, sum);
    }
    return sum;
}

// Ways that cascade lead to later states: those first.
void Backward::enter(MonthChances const& month) {
    for (int state = space_.size() - 1; state >= 0; --state) {
        auto const at = static_cast<std::size_t>(state);
        arriving_[at] = now_[cell(state, 0)];
        if (!space_.ways(state).empty()) {
            Lanes arriving = after_leaving(month, state, 0);
            add_product(month.staying(state, 0), now_[cell(state, 0)], arriving);
            arriving_[at] = arriving;
        }
    }
}

// Ways back lead to earlier states: those last.
void Backward::step(MonthChances const& month) {
    int const last = grid_.ages() - 1;
    for (int state = space_.size() - 1; state >= 0; --state) {
        if (space_.ways(state).empty()) {
            continue;
        }
        for (int group = 1; group < grid_.groups(); ++group) {
            Lanes const left = after_leaving(month, state, group);
            int const first = grid_.first(group);
            grow_younger(grid_.first(group + 1) - first, month.staying(state, group).data(),
                         left.data(), now_[cell(state, first)].data());
        }
        now_[cell(state, last)] = now_[cell(state, last - 1)];  // the last age stays the last
    }
}

}  // namespace opgave::detail
