#pragma once
// Helpers of the statistical tests. Each such test fixes its seed; its false-alarm rate is that of
// the bound it names.

#include <cmath>
#include <vector>

namespace statistics {

// How often a test tries what it makes a statistic of: a quarter as often under sanitizers, which
// see as much in a quarter and take ten times as long. The bounds that tests set follow from it.
constexpr int tries(int often) {
#ifdef __SANITIZE_ADDRESS__
    return often / 4;
#else
    return often;
#endif
}

// The value that a chi-square variable with `degrees` exceeds with a probability of about 3e-7
// (five standard deviations of a normal, by Wilson and Hilferty 1931).
inline double chi_square_bound(int degrees) {
    double const d = degrees;
    return d * std::pow(1 - 2 / (9 * d) + 5 * std::sqrt(2 / (9 * d)), 3);
}

struct ChiSquare {
    double value = 0;
    int degrees = -1;
    [[nodiscard]] bool fits() const { return degrees < 1 || value < chi_square_bound(degrees); }
};

// Observed counts against expected ones; neighbours are joined until ten are expected.
inline ChiSquare chi_square(std::vector<double> const& observed,
                            std::vector<double> const& expected) {
    ChiSquare result;
    double o = 0;
    double e = 0;
    for (std::size_t i = 0; i < observed.size(); ++i) {
        o += observed[i];
        e += expected[i];
        double rest = 0;
        for (std::size_t j = i + 1; j < expected.size(); ++j) {
            rest += expected[j];
        }
        if ((e >= 10 && rest >= 10) || i + 1 == observed.size()) {
            result.value += e > 0 ? (o - e) * (o - e) / e : o;
            ++result.degrees;
            o = 0;
            e = 0;
        }
    }
    return result;
}

struct Sample {
    double n = 0;
    double mean = 0;
    double square = 0;  // sum of squared deviations

    void add(double x) {
        n += 1;
        double const deviation = x - mean;
        mean += deviation / n;
        square += deviation * (x - mean);
    }
    [[nodiscard]] double variance() const { return square / (n - 1); }
    [[nodiscard]] double std_error() const { return std::sqrt(variance() / n); }
};

// Log of n! by the C library, for reference distributions.
inline double log_factorial(double n) { return std::lgamma(n + 1); }

inline double binomial_mass(double n, double p, double k) {
    return std::exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) + k * std::log(p) +
                    (n - k) * std::log1p(-p));
}

// How probable it is that at most `k` of `n` hold.
inline double binomial_at_most(int n, double p, int k) {
    double sum = 0;
    for (int i = 0; i <= k; ++i) {
        sum += binomial_mass(n, p, i);
    }
    return sum;
}

}  // namespace statistics
