#include "normal.hpp"

#include "elementary.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace opgave::detail {

namespace {

constexpr double far_out = 37;
constexpr double root_two_pi = 2.5066282746310002;

// Highest power first.
constexpr std::array<double, 8> numerator{0,
                                          3.52624965998911e-02,
                                          0.700383064443688,
                                          6.37396220353165,
                                          33.912866078383,
                                          112.079291497871,
                                          221.213596169931,
                                          220.206867912376};
constexpr std::array<double, 8> denominator{
    8.83883476483184e-02, 1.75566716318264, 16.064177579207,  86.7807322029461,
    296.564248779674,     637.333633378831, 793.826512519948, 440.413735824752};

double tail_of_positive(double x) noexcept {
    if (x > far_out) {
        return 0;
    }
    double const density = elementary::exp(-x * x / 2);
    if (x < 7.07106781186547) {
        double above = 0;
        double below = 0;
        for (std::size_t i = 0; i < numerator.size(); ++i) {
            above = above * x + numerator[i];
            below = below * x + denominator[i];
        }
        return density * above / below;
    }
    return density / (x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))))) / root_two_pi;
}

}  // namespace

double upper_tail(double x) noexcept {
    return x < 0 ? 1 - tail_of_positive(-x) : tail_of_positive(x);
}

double upper_tail_beyond(double x, double lower) noexcept {
    if (x <= lower) {
        return 1;
    }
    if (lower < far_out - 1) {
        return upper_tail(x) / upper_tail(lower);
    }
    return elementary::exp((lower - x) * (lower + x) / 2) * lower / x;  // Mills' ratio
}

double normal_quantile(double p) noexcept {
    if (p <= 0 || p >= 1) {
        return p <= 0 ? -std::numeric_limits<double>::infinity()
                      : std::numeric_limits<double>::infinity();
    }
    if (p > 0.5) {
        return -normal_quantile(1 - p);
    }
    // Newton's method for the logarithm, which is concave and nearly a parabola in the tail; it
    // halves the bracket where Newton would leave it.
    double low = -far_out;
    double high = 0;
    double x = 0;
    for (int i = 0; i < 200; ++i) {
        double const reached = normal_cdf(x);
        double const error = elementary::log(reached) - elementary::log(p);
        (error > 0 ? high : low) = x;
        double const density = elementary::exp(-x * x / 2) / root_two_pi;
        double next = x - error * reached / density;
        if (!(next > low && next < high)) {
            next = (low + high) / 2;
        }
        if (std::fabs(next - x) <= 1e-15 * std::max(1.0, std::fabs(x))) {
            break;
        }
        x = next;
    }
    return x;
}

std::vector<Node> normal_nodes(int count) {
    Eigen::VectorXd const diagonal = Eigen::VectorXd::Zero(count);
    Eigen::VectorXd const beside = Eigen::VectorXd::LinSpaced(count - 1, 1, count - 1).cwiseSqrt();
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(diagonal, beside);
    std::vector<Node> nodes;
    for (int i = 0; i < count; ++i) {
        double const first = solver.eigenvectors()(0, i);
        nodes.push_back({solver.eigenvalues()[i], first * first});
    }
    return nodes;
}

}  // namespace opgave::detail
