#pragma once
// Where in a projection the answer to a target stands.

#include <opgave/target.hpp>

#include <vector>

namespace opgave::detail {

struct TargetPaths {
    State state = 0;
    std::vector<int> strata = {};
    int month = 0;  // the last that ends on or before the deadline
};

// Throws as `probability`.
[[nodiscard]] TargetPaths find_paths(Projection const& projection, Target const& target);

}  // namespace opgave::detail
