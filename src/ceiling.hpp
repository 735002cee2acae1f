#pragma once
// What slots and money leave possible: a bound that no chance can pass.

#include "outlook.hpp"
#include "plan.hpp"

#include <cstdint>

namespace opgave::detail {

// No more dwellings than this can be in the counted state at its month, as those that have to pass
// the gate of a capacity are at most what it lets in; `unlimited` where none bounds them.
[[nodiscard]] std::int64_t most_let_in(Plan const& plan, Counted const& counted);

}  // namespace opgave::detail
