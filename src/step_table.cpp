#include "step_table.hpp"

namespace opgave::detail {

StepTable::StepTable(StateSpace const& space, AgeGrid const& grid)
    : space_(space), grid_(grid), ways_(space.most_ways()) {
    hazard_.resize(static_cast<std::size_t>(space.states() * grid.groups()));
    leaving_.resize(hazard_.size());
    shares_.resize(hazard_.size() * ways_);
}

void StepTable::fill(Rates const& rates) {
    for (State name = 0; name < space_.states(); ++name) {
        int const state = space_.index(name);
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
                share[k] *= ways[k].part;
                total += share[k];
            }
            for (std::size_t k = 0; k < ways.size() && total > 0; ++k) {
                share[k] /= total;
            }
            hazard_[cell(state, group)] = total;
        }
    }
}

void StepTable::stretch(std::span<double const> months) {
    for (State name = 0; name < space_.states(); ++name) {
        for (int group = 0; group < grid_.groups(); ++group) {
            std::size_t const at = cell(space_.index(name), group);
            leaving_[at] = chance_of_hazard(hazard_[at] * months[static_cast<std::size_t>(name)]);
        }
    }
}

}  // namespace opgave::detail
