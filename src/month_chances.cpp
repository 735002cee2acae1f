#include "month_chances.hpp"

#include <algorithm>

namespace opgave::detail {

bool Paces::are_alike(int month, int other) const {
    return std::ranges::all_of(paces_,
                               [&](Pace const& pace) { return pace.are_alike(month, other); });
}

MonthChances::MonthChances(Plan const& plan)
    : space_(plan.space), groups_(plan.grid.groups()), ways_(plan.space.most_ways()) {
    staying_.resize(static_cast<std::size_t>(plan.space.states() * groups_));
    going_.resize(staying_.size() * ways_);
}

void MonthChances::read(Paces& paces, int rate_class, int month) {
    if (rate_class != rate_class_ || !paces.are_alike(month, month_)) {
        read_anew(paces, rate_class, month);
    }
}

void MonthChances::read_anew(Paces& paces, int rate_class, int month) {
    for (int lane = 0; lane < lanes; ++lane) {
        StepTable const& table = paces[lane].table(rate_class, month);
        auto const at = static_cast<std::size_t>(lane);
        for (State name = 0; name < space_.states(); ++name) {
            int const state = space_.index(name);
            std::size_t const ways = space_.ways(state).size();
            for (int group = 0; group < groups_ && ways > 0; ++group) {
                Chance const& chance = table.leaving(state, group);
                double const* const share = table.shares(state, group);
                staying_[cell(state, group)][at] = detail::staying(chance);
                for (std::size_t k = 0; k < ways; ++k) {
                    going_[cell(state, group) * ways_ + k][at] = probability(chance) * share[k];
                }
            }
        }
    }
    rate_class_ = rate_class;
    month_ = month;
}

}  // namespace opgave::detail
