#pragma once
// Exact draws of many Gamma variables at once, for a sampler.

#include "sequence.hpp"

#include <cstddef>

namespace opgave::detail {

// value[i] is from Gamma(shape[i], rate 1). First attempts go side by side, by normals of Box and
// Muller 1958, "A note on the generation of random normal deviates", Ann. Math. Statist. 29; what
// they reject, and shapes below one, are drawn one by one.
void draw_gammas(Sequence& random, std::size_t size, double const* shape, double* value);

}  // namespace opgave::detail
