#include "catch.hpp"
#include "pooling.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <vector>

using opgave::detail::GroupCounts;
using opgave::detail::log_gamma;
using opgave::detail::log_marginal;
using opgave::detail::pool;
using opgave::detail::SpreadGrid;

namespace {

// Failures of ten pumps and their thousands of hours. Gaver and O'Muircheartaigh 1987,
// Technometrics 29; in WinBUGS Examples Vol I.
GroupCounts const pumps = {{5, 1, 5, 14, 3, 19, 1, 1, 4, 22},
                           {94.3, 15.7, 62.9, 126, 5.24, 31.4, 1.05, 1.05, 2.1, 10.5}};

bool near(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance; }

}  // namespace

TEST_CASE("The logarithm of Gamma is that of the C library") {
    for (double x = 1e-3; x < 1e7; x *= 1.37) {
        INFO(x);
        CHECK(near(log_gamma(x), std::lgamma(x), 1e-13 * std::max(1.0, std::fabs(std::lgamma(x)))));
    }
}

TEST_CASE("Five groups have the published evidence and effects") {
    GroupCounts const counts{{4, 1, 0, 7, 2}, {3.1, 2.2, 1.4, 3.8, 2.9}};
    std::map<double, double> const published = {{0.5, -11.05225206}, {1, -10.10006748},
                                                {2, -9.50530428},    {5, -9.12829407},
                                                {20, -9.00230637},   {1000, -9.00725078}};
    for (auto const& [nu, value] : published) {
        CHECK(near(log_marginal(counts, nu, nu), value, 6e-9));
    }
    // The published numbers are integrals over all spreads; the grid ends at four scales, beyond
    // which the prior has 6e-5 of its mass.
    auto const pooled = pool(counts, SpreadGrid(0.5));
    CHECK(near(pooled.log_evidence, -9.17178382, 1e-4));
    CHECK(near(pooled.spread, 0.324218, 1e-4));
    std::vector<double> const effects = {1.071354, 0.890726, 0.851462, 1.231498, 0.926585};
    for (std::size_t i = 0; i < effects.size(); ++i) {
        CHECK(near(pooled.effect[i], effects[i], 1e-5));
    }
}

TEST_CASE("The most likely spread of five groups is the published one") {
    GroupCounts const counts{{4, 1, 0, 7, 2}, {3.1, 2.2, 1.4, 3.8, 2.9}};
    double low = 20;
    double high = 60;
    while (high - low > 1e-6) {
        double const a = low + (high - low) / 3;
        double const b = high - (high - low) / 3;
        (log_marginal(counts, a, a) < log_marginal(counts, b, b) ? low : high) =
            log_marginal(counts, a, a) < log_marginal(counts, b, b) ? a : b;
    }
    CHECK(near(low, 33.5617562883, 1e-3));
}

TEST_CASE("The pumps have the published posterior") {
    // alpha ~ Exp(1) and beta ~ Gamma(0.1, rate 1), by the trapezium rule over their logarithms.
    std::vector<double> const mean = {.059818, .101826, .089242, .115788,  .601338,
                                      .609388, .892536, .892536, 1.586312, 1.989835};
    std::vector<double> const sd = {.025198, .079449, .037577, .030258, .316011,
                                    .137529, .72442,  .72442,  .769518, .424987};
    double total = 0;
    double alpha_sum = 0;
    double beta_sum = 0;
    double alpha_square = 0;
    double beta_square = 0;
    std::vector<double> first(mean.size(), 0);
    std::vector<double> second(mean.size(), 0);
    for (double a = -5; a <= 3; a += 0.02) {
        for (double b = -12; b <= 4; b += 0.04) {
            double const alpha = std::exp(a);
            double const beta = std::exp(b);
            // The last two terms are the steps of the logarithms.
            double const log_weight =
                log_marginal(pumps, alpha, beta) - alpha + (0.1 - 1) * b - beta + a + b;
            double const weight = std::exp(log_weight + 35);
            total += weight;
            alpha_sum += weight * alpha;
            beta_sum += weight * beta;
            alpha_square += weight * alpha * alpha;
            beta_square += weight * beta * beta;
            for (std::size_t i = 0; i < mean.size(); ++i) {
                double const shape = alpha + pumps.events[i];
                double const rate = beta + pumps.expected[i];
                first[i] += weight * shape / rate;
                second[i] += weight * shape * (shape + 1) / (rate * rate);
            }
        }
    }
    auto const deviation = [&](double square, double sum) {
        return std::sqrt(square / total - sum / total * (sum / total));
    };
    CHECK(near(alpha_sum / total, .697169, 2e-6));
    CHECK(near(beta_sum / total, .926807, 2e-6));
    CHECK(near(deviation(alpha_square, alpha_sum), .270775, 2e-6));
    CHECK(near(deviation(beta_square, beta_sum), .542821, 2e-6));
    for (std::size_t i = 0; i < mean.size(); ++i) {
        CHECK(near(first[i] / total, mean[i], 2e-6));
        CHECK(near(deviation(second[i], first[i]), sd[i], 2e-6));
    }
}

TEST_CASE("The pumps have the published maximum of the marginal likelihood") {
    std::vector<double> const published = {.060934, .107476, .090755, .116476, .587999,
                                           .606919, .788598, .788598, 1.4347,  1.940456};
    double alpha = 1;
    double beta = 1;
    for (double step = 0.5; step > 1e-9; step /= 2) {
        bool moved = true;
        while (moved) {
            moved = false;
            for (auto const& [da, db] :
                 {std::pair(step, 0.0), std::pair(-step, 0.0), std::pair(0.0, step),
                  std::pair(0.0, -step), std::pair(step, step), std::pair(-step, -step)}) {
                if (alpha + da > 0 && beta + db > 0 &&
                    log_marginal(pumps, alpha + da, beta + db) > log_marginal(pumps, alpha, beta)) {
                    alpha += da;
                    beta += db;
                    moved = true;
                }
            }
        }
    }
    CHECK(near(alpha, .822965, 1e-5));
    CHECK(near(beta, 1.261653, 2e-5));
    for (std::size_t i = 0; i < published.size(); ++i) {
        CHECK(near((alpha + pumps.events[i]) / (beta + pumps.expected[i]), published[i], 1e-5));
    }
}
