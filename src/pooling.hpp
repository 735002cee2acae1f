#pragma once
// Counts of groups that differ by a Gamma distributed factor: how much they differ, and by how
// much each. A group has events ~ Poisson(u expected) with u ~ Gamma(nu, nu), and tau = nu^(-1/2)
// is the standard deviation of u.

#include <array>
#include <vector>

namespace opgave::detail {

// The logarithm of the Gamma function, for x > 0.
[[nodiscard]] double log_gamma(double x);

struct GroupCounts {
    std::vector<double> events = {};
    std::vector<double> expected = {};
};

// The log probability of the counts where u ~ Gamma(shape, rate): a sum of log negative binomials.
[[nodiscard]] double log_marginal(GroupCounts const& counts, double shape, double rate);

// A half-normal prior of a standard deviation in the middles of 100 equal steps up to four times
// its scale.
struct SpreadGrid {
    static constexpr int points = 100;
    std::array<double, points> spread{};
    std::array<double, points> log_spread{};
    std::array<double, points> log_prior{};

    explicit SpreadGrid(double scale);
};

struct Pooled {
    double log_evidence = 0;
    std::vector<double> weight = {};  // of each point of the grid, after the data
    std::vector<double> effect = {};  // the mean of u of each group
    double spread = 0;                // the mean of tau
};

[[nodiscard]] Pooled pool(GroupCounts const& counts, SpreadGrid const& grid);

}  // namespace opgave::detail
