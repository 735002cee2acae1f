#include "elementary_batch.hpp"

#include "elementary.hpp"
#include "vectorised.hpp"

namespace opgave::detail {

OPGAVE_VECTORISED
void exp_all(std::size_t size, double* x) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        x[i] = elementary::exp(x[i]);
    }
}

}  // namespace opgave::detail
