#include "exchange.hpp"

#include "elementary.hpp"
#include "vectorised.hpp"

#include <cmath>

namespace opgave::detail {

namespace {

// One Metropolis step for x = log c, whose density exp(p x - a e^x - b e^-x) is log-concave, from
// the normal at its mode.
OPGAVE_VECTORISED
void step(std::size_t size, double const* __restrict shape, double const* __restrict rising,
          double const* __restrict falling, double const* __restrict normal,
          double const* __restrict uniform, double* __restrict factor) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        double const p = shape[i];
        double const a = rising[i];
        double const b = falling[i];
        double const curvature = std::sqrt(p * p + 4 * a * b);
        double const upper = (p + curvature) / (2 * a);
        double const lower = 2 * b / (curvature - p);
        double const mode = elementary::log(p > 0 ? upper : lower);
        double const x = mode + normal[i] / std::sqrt(curvature);
        double const up = elementary::exp(x);
        double const deviation = x - mode;
        double const there = p * x - a * up - b / up + curvature * deviation * deviation / 2;
        double const here = curvature * mode * mode / 2 - a - b;
        double const accepted = elementary::log(uniform[i]) < there - here ? up : 1;
        factor[i] = x > -600 && x < 600 ? accepted : 1;
    }
}

}  // namespace

void Exchange::begin() noexcept {
    shape_.clear();
    rising_.clear();
    falling_.clear();
}

void Exchange::add(Mass const& rising, Mass const& falling) {
    shape_.push_back(rising.shape - falling.shape);
    rising_.push_back(rising.weight);
    falling_.push_back(falling.weight);
}

void Exchange::draw(Sequence& random, Proposals& proposals) {
    factor_.resize(shape_.size());
    proposals.draw(random, shape_.size());
    step(shape_.size(), shape_.data(), rising_.data(), falling_.data(), proposals.normal(),
         proposals.uniform(), factor_.data());
}

}  // namespace opgave::detail
