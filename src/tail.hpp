#pragma once
// The tail of a sum of independent weighted binomials.
//
// Inverts the characteristic function on the lattice, as Hong, "On computing the distribution
// function for the Poisson binomial distribution", Computational Statistics & Data Analysis 59
// (2013), but on a window around the mean outside of which less than 1e-15 lies, and without the
// frequencies at which the function is below 1e-18: some thirty are left, however large the counts.

#include <complex>
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

struct Moments {
    double mean = 0;
    double variance = 0;
};

[[nodiscard]] Moments moments_of(std::span<Trials const> trials);

class Tail {
public:
    // P(the sum of the weights of those that are there >= goal), to 1e-13 for thousands of items
    // and 1e-9 for millions.
    [[nodiscard]] double at_least(std::span<Trials const> trials, std::int64_t goal);

private:
    // The values that the sum can take, but for less than 1e-15.
    struct Window {
        std::int64_t low = 0;
        std::int64_t high = 0;
    };
    [[nodiscard]] static Window window_of(std::span<Trials const> trials);

    void set_roots(std::int64_t size);
    void choose_frequencies(std::span<Trials const> trials);
    void multiply(Trials const& trials);
    [[nodiscard]] std::complex<double> root(std::int64_t exponent) const {
        auto const size = static_cast<std::int64_t>(roots_.size());
        return roots_[static_cast<std::size_t>((exponent % size + size) % size)];
    }

    std::vector<std::complex<double>> roots_;  // of unity, as many as the window has values
    std::vector<std::int64_t> frequency_;
    std::vector<double> real_;  // of the characteristic function, by frequency
    std::vector<double> imaginary_;
    std::vector<double> base_real_;  // of one item
    std::vector<double> base_imaginary_;
};

}  // namespace opgave::detail
