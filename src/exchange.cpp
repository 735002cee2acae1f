#include "exchange.hpp"

#include "elementary.hpp"

#include <cmath>

namespace opgave::detail {

// One Metropolis step for x = log c, whose density exp(p x - a e^x - b e^-x) is log-concave, from
// the normal at its mode.
double exchange(Sequence& random, Mass const& rising, Mass const& falling) {
    double const p = rising.shape - falling.shape;
    double const a = rising.weight;
    double const b = falling.weight;
    double const curvature = std::sqrt(p * p + 4 * a * b);
    double const mode =
        elementary::log(p > 0 ? (p + curvature) / (2 * a) : 2 * b / (curvature - p));
    auto const excess = [&](double x) {
        double const up = elementary::exp(x);
        double const deviation = x - mode;
        return p * x - a * up - b / up + curvature * deviation * deviation / 2;
    };
    double const proposal = mode + random.normal() / std::sqrt(curvature);
    bool const is_representable = proposal > -600 && proposal < 600;
    double const chance = elementary::log(random.uniform());
    bool const accepted = is_representable && chance < excess(proposal) - excess(0);
    return accepted ? elementary::exp(proposal) : 1;
}

}  // namespace opgave::detail
