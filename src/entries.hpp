#pragma once
// Who enters the first stage, and when.

#include "plan.hpp"

#include <cstdint>
#include <vector>

namespace opgave::detail {

// Whole dwellings entering per month: each year's plan is carried out at its own rate.
[[nodiscard]] std::vector<std::int64_t> entries_of(Plan const& plan, std::uint64_t path);

// Items that enter the first state of each stratum, by month and stratum, up to so many months.
using Entering = std::vector<std::int64_t>;
[[nodiscard]] Entering entering_of(Plan const& plan, std::uint64_t path, int months);

// The pools with the scenario's order within each priority.
[[nodiscard]] std::vector<Pool> pools_in_order(Plan const& plan);

}  // namespace opgave::detail
