#pragma once
// Where in a projection the answer to a target stands.

#include "outlook.hpp"

#include <opgave/target.hpp>

namespace opgave::detail {

// The month is the last that ends on or before the deadline. Throws as `probability`.
[[nodiscard]] Counted counted_by(Projection const& projection, Target const& target);

}  // namespace opgave::detail
