#pragma once
// The distribution of the rates that prior and data give, to draw from.

#include <opgave/hazard.hpp>

#include "gibbs.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace opgave::detail {

class Posterior {
public:
    Posterior() = default;
    Posterior(Posterior const&) = delete;
    Posterior& operator=(Posterior const&) = delete;
    virtual ~Posterior() = default;

    // Makes what all draws share, unless it is there; as `Hazards::prepare`.
    virtual void prepare(std::function<bool(double)> const& progress) const = 0;
    [[nodiscard]] virtual Draw draw(std::uint64_t seed, std::uint64_t path,
                                    DrawFor const& what) const = 0;
    [[nodiscard]] virtual Rates mean() const = 0;
    // As `Hazards::batch`.
    [[nodiscard]] virtual std::optional<int> batch(std::uint64_t path) const = 0;
};

// Of moves that have nothing in common: the level of each on a grid, its bands given the level.
[[nodiscard]] std::shared_ptr<Posterior const> make_separate_posterior(std::vector<MoveFit> fits,
                                                                       std::size_t bands);

// Of moves that share effects of groups, seasons or shocks: stored draws of a Gibbs sampler.
[[nodiscard]] std::shared_ptr<Posterior const> make_joint_posterior(
    Trajectory const& trajectory, std::vector<double> const& band_edges_months,
    std::vector<MoveFit> fits, Variation const& variation, GibbsPlan const& plan = {});

}  // namespace opgave::detail
