#pragma once
// What a sampler needs for many steps at once: a normal variable to propose with, and a uniform
// one to accept by; and the Gamma variables that are drawn so.

#include "sequence.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace opgave::detail {

class Proposals {
public:
    void draw(Sequence& random, std::size_t size);

    [[nodiscard]] double const* normal() const noexcept { return normal_.data(); }
    [[nodiscard]] double const* uniform() const noexcept { return uniform_.data(); }

private:
    std::vector<std::uint32_t> word_;
    std::vector<double> normal_;
    std::vector<double> uniform_;
};

// value[i] is from Gamma(shape[i], rate 1). First attempts go side by side; what they reject, and
// shapes below one, are drawn one by one.
void draw_gammas(Sequence& random, Proposals& proposals, std::vector<double> const& shape,
                 std::vector<double>& value);

}  // namespace opgave::detail
