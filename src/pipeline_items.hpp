#pragma once
// The open projects of a pipeline on a day, and the draws of what is believed of their phases.

#include "net_mixture.hpp"

#include <opgave/pipeline.hpp>

#include <string>
#include <vector>

namespace opgave::detail {

// One open row: its homes, days and phase.
struct OpenPart {
    std::size_t row = 0;
    std::int64_t added = 0;  // gross
    std::int64_t demolished = 0;
    Day demolition = unknown_day;  // unknown: with completion
    Day planned = unknown_day;
    std::size_t phase = 0;
};

// The open parts that share one fate.
struct OpenProject {
    std::string name = {};
    std::vector<OpenPart> parts = {};
};

// Throws NotEnoughData if none can be counted, or fewer than half.
[[nodiscard]] std::vector<OpenProject> open_projects(Pipeline const& pipeline, Day as_of);

// How the project stands to the last day that counts.
[[nodiscard]] Item item_of(OpenProject const& project, Day as_of, Day last_day);

// The same if it were planned a year earlier, though not before the as-of day.
[[nodiscard]] OpenProject a_year_earlier(OpenProject project, Day as_of);

// What it adds if everything goes as planned.
[[nodiscard]] std::int64_t as_planned(OpenProject const& project, Day last_day);

// One component per draw; draw i meets stratum i of the common factor.
[[nodiscard]] std::vector<Component> components(Pipeline const& pipeline);

}  // namespace opgave::detail
