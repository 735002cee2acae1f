#pragma once
// The standard normal distribution and quadrature over it, from the four operations and
// elementary::exp: the same bits under every compiler.

#include <vector>

namespace opgave::detail {

// P(N > x), with an absolute error below 1e-15 and a relative one below 1e-8. Hart 1968 in the form
// of West 2005, "Better approximations to cumulative normal functions", Wilmott Magazine.
[[nodiscard]] double upper_tail(double x) noexcept;

[[nodiscard]] inline double normal_cdf(double x) noexcept { return upper_tail(-x); }

// P(N > x | N > lower) for x >= lower.
[[nodiscard]] double upper_tail_beyond(double x, double lower) noexcept;

// The x with P(N <= x) = p; infinite for 0 and 1.
[[nodiscard]] double normal_quantile(double p) noexcept;

struct Node {
    double z = 0;
    double weight = 0;
};

// Gauss-Hermite nodes for a standard normal variable; the weights sum to one. Golub and Welsch
// 1969, "Calculation of Gauss quadrature rules", Math. Comp. 23: the eigenvalues of the Jacobi
// matrix.
[[nodiscard]] std::vector<Node> normal_nodes(int count);

}  // namespace opgave::detail
