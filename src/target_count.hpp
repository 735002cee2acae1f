#pragma once
// Where in a projection the answer to a target stands.

#include "outlook.hpp"

#include <opgave/target.hpp>

#include <cstdint>
#include <string>

namespace opgave::detail {

// The last month that ends on or before the deadline. Throws NotEnoughData, naming what asks, if it
// lies outside the projection.
[[nodiscard]] int deadline_month(Projection const& projection, Deadline deadline,
                                 std::string const& what);

// What paths say that each give something a probability: its mean, with half a path more that is
// sure of it and half a path that excludes it.
[[nodiscard]] Probability from_paths(double sum, double sum_of_squares, double paths,
                                     std::string const& method);

// The same where it happened on k of n paths and not on the others: the mean of
// Beta(k + 1/2, n - k + 1/2) and its standard deviation.
[[nodiscard]] Probability from_paths(std::int64_t k, std::int64_t n);

// The month is the last that ends on or before the deadline. Throws as `probability`.
[[nodiscard]] Counted counted_by(Projection const& projection, Target const& target);

}  // namespace opgave::detail
