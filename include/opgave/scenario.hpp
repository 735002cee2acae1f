#pragma once
/// What is planned: how many owners are approached, month by month.

#include <vector>

namespace opgave {

/// A plan.
///
/// `inflow` is the number of dwellings entering the first stage per month, nothing after its end.
/// Fractions accumulate. Each year's plan is carried out at a rate that is Gamma distributed with
/// mean one and this standard deviation; 0 means exactly as planned.
struct Scenario {
    std::vector<double> inflow = {};
    double adherence_sd = 0;
    friend bool operator==(Scenario const&, Scenario const&) = default;
};

/// Throws std::invalid_argument, with the month, for a plan that is negative or not finite.
void check(Scenario const& scenario);

}  // namespace opgave
