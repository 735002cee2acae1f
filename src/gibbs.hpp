#pragma once
// Draws from the joint posterior of the rates by Gibbs sampling.
//
// Full conditionals are conjugate, the standard deviation of a factor is drawn with its effects
// integrated out. What data cannot tell apart (all effects of a factor against the level of a move,
// all shocks against all levels) is moved together, after Liu and Sabatti 2000, "Generalised Gibbs
// sampler and multigrid Monte Carlo for Bayesian computation", Biometrika 87.

#include "gibbs_model.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace opgave::detail {

// How long and how often the sampler runs.
struct GibbsPlan {
    int chains = 8;
    int burn_in = 100;
    int draws = 500;  // kept per chain
    int thin = 1;
    std::uint64_t seed = 0;
    int threads = 0;  // 0: one per processor; every four chains share one
};

// Where the parts of a draw are: rates (moves x bands), the effects of each factor (as in
// `FactorModel`), season (states x 12), the logarithms of the shocks (years seen), then the
// standard deviations of the factors and of the shock.
struct DrawLayout {
    explicit DrawLayout(GibbsModel const& model);

    std::size_t rates = 0;
    std::vector<std::size_t> effects = {};
    std::size_t season = 0;
    std::size_t shocks = 0;
    std::size_t effect_spreads = 0;
    std::size_t shock_spread = 0;
    std::size_t width = 0;
};

// Draws of all chains, one after the other, `width` numbers each. The number of threads changes
// nothing. `progress` is told the part done; where it returns false a std::runtime_error says so.
[[nodiscard]] std::vector<float> run_gibbs(GibbsModel const& model, GibbsPlan const& plan,
                                           std::function<bool(double)> const& progress = {});

}  // namespace opgave::detail
