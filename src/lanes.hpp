#pragma once
// Several paths side by side: one number of each fills a vector.

#include <array>

namespace opgave::detail {

// So many paths go through an engine together.
inline constexpr int lanes = 8;

// One number per path.
using Lanes = std::array<double, lanes>;

}  // namespace opgave::detail
