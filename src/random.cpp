#include <opgave/random.hpp>

#include "binomial.hpp"
#include "elementary.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace opgave {

Stream::Stream(std::uint64_t seed, Purpose purpose, std::uint64_t path)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)},
      path_low_(static_cast<std::uint32_t>(path)),
      path_high_purpose_(static_cast<std::uint32_t>(path >> 32U) |
                         static_cast<std::uint32_t>(purpose) << 24U) {
    if (path >> 56U != 0) {
        throw std::out_of_range("path must be below 2^56, got " + std::to_string(path));
    }
}

namespace {

// A standard normal by the polar method; some attempts fall outside the circle.
struct Proposal {
    double normal;
    bool inside;
};

Proposal propose(Stream const& stream, std::uint32_t cell, std::uint32_t step,
                 std::uint32_t attempt) {
    auto const bits = stream.bits(cell, step, 2 * attempt);
    double const x = 2 * uniform(bits[0], bits[1]) - 1;
    double const y = 2 * uniform(bits[2], bits[3]) - 1;
    double const square = x * x + y * y;
    if (square >= 1 || square == 0) {
        return {0, false};
    }
    return {x * std::sqrt(-2 * elementary::log(square) / square), true};
}

// What accepts or rejects it.
double acceptance(Stream const& stream, std::uint32_t cell, std::uint32_t step,
                  std::uint32_t attempt) {
    auto const bits = stream.bits(cell, step, 2 * attempt + 1);
    return uniform(bits[0], bits[1]);
}

}  // namespace

double normal(Stream const& stream, std::uint32_t cell, std::uint32_t step) {
    std::uint32_t attempt = 0;
    Proposal proposal = propose(stream, cell, step, attempt);
    while (!proposal.inside) {
        proposal = propose(stream, cell, step, ++attempt);
    }
    return proposal.normal;
}

double gamma(Stream const& stream, std::uint32_t cell, std::uint32_t step, double shape) {
    if (!(shape > 0 && shape < 1e300)) {
        throw std::invalid_argument("shape must be finite and > 0, got " + std::to_string(shape));
    }
    double boost = 1;
    if (shape < 1) {
        auto const bits = stream.bits(cell, step, 0xFFFF);
        boost = elementary::exp(elementary::log(uniform(bits[0], bits[1])) / shape);
        shape += 1;
    }
    double const d = shape - 1.0 / 3;
    double const c = 1 / std::sqrt(9 * d);
    for (std::uint32_t attempt = 0;; ++attempt) {
        Proposal const proposal = propose(stream, cell, step, attempt);
        double const root = 1 + c * proposal.normal;
        if (!proposal.inside || root <= 0) {
            continue;
        }
        double const v = root * root * root;
        double const square = proposal.normal * proposal.normal;
        double const accept = acceptance(stream, cell, step, attempt);
        if (accept < 1 - 0.0331 * square * square) {  // their squeeze: no logarithm
            return boost * d * v;
        }
        double const bound = 0.5 * square + d - d * v + d * elementary::log(v);
        if (elementary::log(accept) < bound) {
            return boost * d * v;
        }
    }
}

std::int64_t binomial(Stream const& stream, std::uint32_t cell, std::uint32_t step, std::int64_t n,
                      double p) {
    if (n < 0 || !(p >= 0 && p <= 1)) {
        throw std::invalid_argument("a binomial needs n >= 0 and 0 <= p <= 1, got n = " +
                                    std::to_string(n) + " and p = " + std::to_string(p));
    }
    auto const source = [&](std::uint32_t attempt) { return stream.bits(cell, step, attempt); };
    return detail::draw_binomial(source, n, detail::chance_of_probability(p));
}

}  // namespace opgave
