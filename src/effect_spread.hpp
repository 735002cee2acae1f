#pragma once
// How much the effects of a factor differ: what data say of the standard deviation, with the
// effects integrated out.

#include "pooling.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace opgave::detail {

// The events per place (a level and a move), and the log density of each point of the grid.
class EffectSpread {
public:
    EffectSpread(SpreadGrid const& grid, std::vector<double> const& events);

    // The expected events of each place without its effect.
    void expect(std::vector<double> const& expected);
    [[nodiscard]] double log_density(std::size_t point) const;

private:
    std::array<double, SpreadGrid::points> spread_;
    std::array<double, SpreadGrid::points> log_weight_;  // what does not depend on the exposures
    std::vector<std::size_t> slot_;                      // of each place
    std::vector<double> events_;                         // by group of places with equal events
    std::vector<double> expected_;                       // by slot
};

}  // namespace opgave::detail
