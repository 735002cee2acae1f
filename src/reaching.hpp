#pragma once
// A register in which reaching a stage, or passing it, is the completion.

#include <opgave/hazard.hpp>
#include <opgave/register.hpp>

namespace opgave::detail {

struct Reaching {
    Register reg;
    HazardPrior prior;
};

// Later stages and the completion become the stage itself. Throws std::invalid_argument for the
// first stage, before which there is nothing.
[[nodiscard]] Reaching reaching(Register const& reg, HazardPrior const& prior, State stage);

}  // namespace opgave::detail
