#include <opgave/scenario.hpp>

#include <cmath>
#include <stdexcept>
#include <string>

namespace opgave {

void check(Scenario const& scenario) {
    for (std::size_t month = 0; month < scenario.inflow.size(); ++month) {
        double const inflow = scenario.inflow[month];
        if (!(inflow >= 0 && inflow <= 1e9)) {
            throw std::invalid_argument("inflow must be in 0-1000000000, got " +
                                        std::to_string(inflow) + " in month " +
                                        std::to_string(month + 1));
        }
    }
    double const sd = scenario.adherence_sd;
    if (sd != 0 && !(sd >= 1e-3 && sd <= 10)) {
        throw std::invalid_argument("adherence_sd must be 0 or in 0.001-10, got " +
                                    std::to_string(scenario.adherence_sd));
    }
}

}  // namespace opgave
