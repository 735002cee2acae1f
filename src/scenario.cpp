#include <opgave/scenario.hpp>

#include <cmath>
#include <stdexcept>
#include <string>

namespace opgave {

void check(Scenario const& scenario) {
    for (std::size_t month = 0; month < scenario.inflow.size(); ++month) {
        double const inflow = scenario.inflow[month];
        if (!std::isfinite(inflow) || inflow < 0) {
            throw std::invalid_argument("inflow must be finite and >= 0, got " +
                                        std::to_string(inflow) + " in month " +
                                        std::to_string(month + 1));
        }
    }
    if (!std::isfinite(scenario.adherence_sd) || scenario.adherence_sd < 0) {
        throw std::invalid_argument("adherence_sd must be finite and >= 0, got " +
                                    std::to_string(scenario.adherence_sd));
    }
}

}  // namespace opgave
