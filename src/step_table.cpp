#include "step_table.hpp"

#include <algorithm>

namespace opgave::detail {

StepTable::StepTable(StateSpace const& space, AgeGrid const& grid)
    : space_(space), grid_(grid), ways_(1) {
    for (int state = 0; state < space.size(); ++state) {
        ways_ = std::max(ways_, space.ways(state).size());
    }
    leaving_.resize(static_cast<std::size_t>(space.size() * grid.groups()));
    shares_.resize(leaving_.size() * ways_);
}

void StepTable::fill(Rates const& rates, double length) {
    for (int state = 0; state < space_.size(); ++state) {
        auto const& ways = space_.ways(state);
        for (int group = 0; group < grid_.groups(); ++group) {
            double* const share = shares_.data() + cell(state, group) * ways_;
            auto const& part = grid_.part(group);
            double total = 0;
            for (std::size_t k = 0; k < ways.size(); ++k) {
                double const* const rate = rates.data() + ways[k].move * rates.cols();
                share[k] = 0;
                for (std::size_t band = 0; band < part.size(); ++band) {
                    share[k] += rate[band] * part[band];
                }
                total += share[k];
            }
            for (std::size_t k = 0; k < ways.size() && total > 0; ++k) {
                share[k] /= total;
            }
            leaving_[cell(state, group)] = chance_of_hazard(total * length);
        }
    }
}

}  // namespace opgave::detail
