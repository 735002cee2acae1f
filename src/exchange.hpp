#pragma once
// What data cannot tell apart is moved together, after Liu and Sabatti 2000, "Generalised Gibbs
// sampler and multigrid Monte Carlo for Bayesian computation", Biometrika 87.

#include "proposals.hpp"

#include <cstddef>
#include <vector>

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

// Factors c such that `rising` x c and `falling` / c is a draw, of many pairs of masses.
class Exchange {
public:
    void begin() noexcept;
    void add(Mass const& rising, Mass const& falling);
    void draw(Sequence& random, Proposals& proposals);
    // Of the pairs, in the order that they were added in; 1: nothing changes.
    [[nodiscard]] double factor(std::size_t pair) const { return factor_[pair]; }

private:
    std::vector<double> shape_;  // of what rises, less that of what falls
    std::vector<double> rising_;
    std::vector<double> falling_;
    std::vector<double> factor_;
};

}  // namespace opgave::detail
