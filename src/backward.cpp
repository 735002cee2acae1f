#include "backward.hpp"

#include "vectorised.hpp"

#include <algorithm>
#include <iterator>

namespace opgave::detail {

namespace {

// Of one state: all ages from 1 on grow a month younger. `first` holds the first age of each group,
// and the end of the last; `there` what each way leads to from age 0, and `step` how far that of
// the next group lies from it.
OPGAVE_VECTORISED
void grow_younger(std::ptrdiff_t groups, int const* __restrict first, std::ptrdiff_t ways,
                  std::ptrdiff_t stride, double const* __restrict staying,
                  double const* __restrict going, double const* const* __restrict there,
                  std::ptrdiff_t const* __restrict step, double* now) noexcept {
    for (std::ptrdiff_t group = 1; group < groups; ++group) {
        LaneNumbers left = {};
        for (std::ptrdiff_t way = 0; way < ways; ++way) {
            left += all_lanes(going, group * stride + way).value *
                    all_lanes(there[way], group * step[way]).value;
        }
        LaneNumbers const stay = all_lanes(staying, group).value;
        for (int age = first[group]; age < first[group + 1]; ++age) {
            LaneNumbers const younger = stay * all_lanes(now, age).value + left;
            all_lanes(now, age - 1).value = younger;
        }
    }
}

}  // namespace

Backward::Backward(StateSpace const& space, AgeGrid const& grid)
    : space_(space),
      grid_(grid),
      now_(static_cast<std::size_t>(space.size() * grid.ages())),
      arriving_(static_cast<std::size_t>(space.size())) {
    for (int group = 0; group <= grid.groups(); ++group) {
        first_.push_back(grid.first(group));
    }
}

void Backward::begin(State target) {
    for (int state = 0; state < space_.size(); ++state) {
        Lanes certain{};
        certain.fill(space_.state(state) == target ? 1 : 0);
        std::fill_n(now_.data() + cell(state, 0), grid_.ages(), certain);
    }
}

// What a way leads to from age 0.
Lanes const& Backward::there(Way const& way) const {
    return way.cascades ? arriving_[static_cast<std::size_t>(way.to)] : now_[cell(way.to, way.age)];
}

// Ways that cascade lead to later states: those first.
void Backward::enter(MonthChances const& month) {
    for (int state = space_.size() - 1; state >= 0; --state) {
        Lanes const& stayed = now_[cell(state, 0)];
        Lanes arriving = stayed;
        if (!space_.ways(state).empty()) {
            arriving.fill(0);
            Lanes const* going = month.going(state, 0);
            for (Way const& way : space_.ways(state)) {
                add_product(*going++, there(way), arriving);
            }
            add_product(month.staying(state, 0), stayed, arriving);
        }
        arriving_[static_cast<std::size_t>(state)] = arriving;
    }
}

// Ways back lead to earlier states, as they are before the month: those last. Where a way goes by
// age, a group is one.
void Backward::step(MonthChances const& month) {
    int const last = grid_.ages() - 1;
    for (int state = space_.size() - 1; state >= 0; --state) {
        auto const& ways = space_.ways(state);
        if (ways.empty()) {
            continue;
        }
        there_.clear();
        step_.clear();
        for (Way const& way : ways) {
            there_.push_back(there(way).data());
            step_.push_back(way.by_age ? 1 : 0);
        }
        grow_younger(std::ssize(first_) - 1, first_.data(), std::ssize(ways),
                     static_cast<std::ptrdiff_t>(month.ways()), month.staying(state, 0).data(),
                     month.going(state, 0)->data(), there_.data(), step_.data(),
                     now_[cell(state, 0)].data());
        now_[cell(state, last)] = now_[cell(state, last - 1)];  // the last age stays the last
    }
}

}  // namespace opgave::detail
