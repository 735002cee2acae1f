#pragma once
// Where in a projection the answer to a target stands.

#include "outlook.hpp"

#include <opgave/target.hpp>

#include <Eigen/Core>

#include <string>

namespace opgave::detail {

// The last month that ends on or before the deadline. Throws NotEnoughData, naming what asks, if it
// lies outside the projection.
[[nodiscard]] int deadline_month(Projection const& projection, Deadline deadline,
                                 std::string const& what);

// What paths say that each give something a probability: its mean, with half a path more that is
// sure of it and half a path that excludes it. Where each is 0 or 1, that is the mean of
// Beta(k + 1/2, n - k + 1/2). The standard error is that of its standard deviation, or of
// `batch_error` where that is larger.
[[nodiscard]] Probability from_paths(Projection const& projection, Eigen::ArrayXd const& values,
                                     std::string const& method = "simulation");

// The month is the last that ends on or before the deadline. Throws as `probability`.
[[nodiscard]] Counted counted_by(Projection const& projection, Target const& target);

}  // namespace opgave::detail
