#pragma once
// What data cannot tell apart is moved together, after Liu and Sabatti 2000, "Generalised Gibbs
// sampler and multigrid Monte Carlo for Bayesian computation", Biometrika 87.

#include "sequence.hpp"

namespace opgave::detail {

// Gamma variables that can be scaled together: the sum of their shapes, and of rate x value.
struct Mass {
    double shape = 0;
    double weight = 0;
    Mass& operator+=(Mass const& other) {
        shape += other.shape;
        weight += other.weight;
        return *this;
    }
};

// A factor c such that `rising` x c and `falling` / c is a draw.
[[nodiscard]] double exchange(Sequence& random, Mass const& rising, Mass const& falling);

}  // namespace opgave::detail
