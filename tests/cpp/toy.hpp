#pragma once
// A model whose exact results were computed elsewhere: three stages, three duration bands,
// withdrawal everywhere, a hundred dwellings under way and ten more a month for a year.

#include <opgave/projection.hpp>

namespace toy {

inline opgave::Hazards hazards() {
    return {opgave::Trajectory({"A", "B", "C"}, "done", {"withdrawn"}),
            {0, 3, 6},
            opgave::RateTable{{{"A", "B"}, {.3, .2, .1}},
                              {{"B", "C"}, {.15, .25, .2}},
                              {{"C", "done"}, {.1, .3, .5}},
                              {{"A", "withdrawn"}, {.02, .02, .02}},
                              {{"B", "withdrawn"}, {.01, .01, .01}},
                              {{"C", "withdrawn"}, {.005, .005, .005}}}};
}

inline opgave::Cohorts cohorts() {
    return {.stage = {"A", "B", "C"}, .age_months = {2, 0, 4}, .count = {60, 25, 15}};
}

inline std::vector<double> inflow() { return std::vector<double>(12, 10.0); }

inline constexpr opgave::State done = 3;
inline constexpr opgave::State withdrawn = 4;

}  // namespace toy
