#include "stay_numbers.hpp"

#include "elementary.hpp"
#include "vectorised.hpp"

namespace opgave::detail {

namespace {

// Two stays share a block: one of the first half, and its like of the second.
OPGAVE_VECTORISED
void number_stays(Stream stream, std::uint32_t sequence, std::uint32_t first_block,
                  std::size_t blocks, std::uint32_t* __restrict bits, double* __restrict hazard,
                  double* __restrict way) noexcept {
    for (std::size_t i = 0; i < blocks; ++i) {
        auto const block = stream.bits(first_block + static_cast<std::uint32_t>(i),
                                       sequence & 0xFFFFU, sequence >> 16U);
        bits[i] = block[0];
        bits[blocks + i] = block[1];
        bits[2 * blocks + i] = block[2];
        bits[3 * blocks + i] = block[3];
    }
    for (std::size_t i = 0; i < 2 * blocks; ++i) {
        hazard[i] = -elementary::log(uniform(bits[i]));
    }
    for (std::size_t i = 0; i < 2 * blocks; ++i) {
        way[i] = uniform(bits[2 * blocks + i]);
    }
}

}  // namespace

void StayNumbers::make(Stream const& stream) noexcept {
    constexpr std::size_t blocks = capacity / 2;
    std::array<std::uint32_t, 4 * blocks> bits;
    number_stays(stream, sequence_, made_, blocks, bits.data(), hazard_.data(), way_.data());
    made_ += static_cast<std::uint32_t>(blocks);
    used_ = 0;
}

}  // namespace opgave::detail
