#pragma once
// Elementary functions of many numbers at once: the same bits as one by one.

#include <cstddef>

namespace opgave::detail {

// Each number becomes its exponential.
void exp_all(std::size_t size, double* x) noexcept;

}  // namespace opgave::detail
