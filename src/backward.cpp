#include "backward.hpp"

#include <algorithm>

namespace opgave::detail {

Backward::Backward(StateSpace const& space, AgeGrid const& grid)
    : space_(space),
      grid_(grid),
      now_(static_cast<std::size_t>(space.size() * grid.ages())),
      arriving_(static_cast<std::size_t>(space.size())),
      back_(arriving_.size()) {}

void Backward::begin(State target) {
    for (int state = 0; state < space_.size(); ++state) {
        double const certain = space_.state(state) == target ? 1 : 0;
        std::fill_n(now_.data() + row(state), grid_.ages(), certain);
    }
}

// Of those who leave in the month at hand.
double Backward::after_leaving(StepTable const& table, int state, int group) const {
    auto const& ways = space_.ways(state);
    double const* const share = table.shares(state, group);
    double sum = 0;
    for (std::size_t k = 0; k < ways.size(); ++k) {
        auto const to = static_cast<std::size_t>(ways[k].to);
        sum += share[k] * (ways[k].cascades ? arriving_[to] : back_[to]);
    }
    return sum;
}

// Ways that cascade lead to later states: those first.
void Backward::enter(StepTable const& table) {
    for (int state = space_.size() - 1; state >= 0; --state) {
        auto const at = static_cast<std::size_t>(state);
        arriving_[at] = back_[at] = now_[row(state)];
    }
    for (int state = space_.size() - 1; state >= 0; --state) {
        if (!space_.ways(state).empty()) {
            Chance const& chance = table.leaving(state, 0);
            double& arriving = arriving_[static_cast<std::size_t>(state)];
            arriving =
                staying(chance) * arriving + probability(chance) * after_leaving(table, state, 0);
        }
    }
}

void Backward::step(StepTable const& table) {
    int const last = grid_.ages() - 1;
    for (int state = 0; state < space_.size(); ++state) {
        if (space_.ways(state).empty()) {
            continue;
        }
        double* const now = now_.data() + row(state);
        for (int group = 1; group < grid_.groups(); ++group) {
            Chance const& chance = table.leaving(state, group);
            double const stay = staying(chance);
            double const left = probability(chance) * after_leaving(table, state, group);
            for (int age = grid_.first(group); age < grid_.first(group + 1); ++age) {
                now[age - 1] = stay * now[age] + left;
            }
        }
        now[last] = now[last - 1];  // the last age stays the last
    }
}

}  // namespace opgave::detail
