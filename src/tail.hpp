#pragma once
// The tail of a sum of independent weighted binomials, exactly.

#include <cstdint>
#include <span>
#include <vector>

namespace opgave::detail {

// So many items of a weight that each are there with a probability.
struct Trials {
    std::int64_t count = 0;
    std::int64_t weight = 1;
    double p = 0;
};

class Tail {
public:
    // P(the sum of the weights of those that are there >= goal), to about 1e-15.
    [[nodiscard]] double at_least(std::span<Trials const> trials, std::int64_t goal);

private:
    void set_masses(Trials const& trials);
    void add(std::int64_t weight, std::int64_t goal);

    std::vector<double> masses_;  // of one binomial, from first_ on
    std::int64_t first_ = 0;
    std::vector<double> sum_;  // of those added so far, from low_ on and below the goal
    std::vector<double> next_;
    std::int64_t low_ = 0;
};

}  // namespace opgave::detail
