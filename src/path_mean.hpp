#pragma once
// How sure a mean over paths is, where paths can have the same draw of the rates or neighbours.

#include <opgave/projection.hpp>

#include <Eigen/Core>

namespace opgave::detail {

// The standard error of the mean of one value per path by batch means: Geyer 1992, "Practical
// Markov chain Monte Carlo", section 3.1; batches of unequal size as clusters. 0 where paths are
// drawn apart: then their own spread says it.
[[nodiscard]] double batch_error(Projection const& projection, Eigen::ArrayXd const& values);

}  // namespace opgave::detail
