#pragma once
// Means and quantiles of the posterior draws.

#include <opgave/variation_tables.hpp>

#include <vector>

namespace opgave::detail {

inline constexpr int table_draws = 4000;

// Of a sample of `table_draws` numbers, which it sorts.
[[nodiscard]] Estimate estimate(std::vector<double>& sample);

// One estimate per number that `read` appends for a draw.
template <class Read>
std::vector<Estimate> estimates(Hazards const& hazards, DrawFor const& what, Read const& read) {
    std::vector<std::vector<double>> samples;
    std::vector<double> values;
    for (std::uint64_t path = 0; path < table_draws; ++path) {
        values.clear();
        read(hazards.draw(0, path, what), values);
        samples.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            samples[i].push_back(values[i]);
        }
    }
    std::vector<Estimate> result;
    for (auto& sample : samples) {
        result.push_back(estimate(sample));
    }
    return result;
}

}  // namespace opgave::detail
