#pragma once
/// Random numbers with an address, and exact draws from them.
///
/// A number is a function of (seed, purpose, path, step, cell, attempt) and of nothing else, so a
/// result does not depend on threads, on chunks, or on what else was drawn.

#include <array>
#include <bit>
#include <cstdint>

namespace opgave {

/// Philox4x32 with ten rounds. Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as
/// easy as 1, 2, 3", SC '11.
[[nodiscard]] inline std::array<std::uint32_t, 4> philox4x32(
    std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept {
    for (int round = 0; round < 10; ++round) {
        std::uint64_t const a = std::uint64_t{0xD2511F53} * counter[0];
        std::uint64_t const b = std::uint64_t{0xCD9E8D57} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32U) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32U) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(a)};
        key[0] += 0x9E3779B9;
        key[1] += 0xBB67AE85;
    }
    return counter;
}

/// What a number is drawn for; different purposes never share numbers.
enum class Purpose : std::uint32_t {
    posterior = 1,
    inflow = 2,
    stays = 3,
    exits = 4,
    causes = 5,
    queue = 6,
    lever = 7,
    gibbs = 8,
    shock = 9,
    unseen = 10,
    cost = 11,
    delay = 13,
    backtest = 16,
    net_additions = 17
};

/// The numbers of one path for one purpose.
///
/// Invariant: the path is below 2^56, so that path and purpose share the counter without overlap.
class Stream {
public:
    /// Throws std::out_of_range if `path` is not below 2^56.
    Stream(std::uint64_t seed, Purpose purpose, std::uint64_t path);

    /// Four numbers of 32 random bits. `step` and `attempt` are below 65,536.
    [[nodiscard]] std::array<std::uint32_t, 4> bits(std::uint32_t cell, std::uint32_t step,
                                                    std::uint32_t attempt = 0) const noexcept {
        return philox4x32({cell, step | attempt << 16U, path_low_, path_high_purpose_}, key_);
    }

    /// The numbers of the n-th path after this one, where both share all but their last 32 bits.
    [[nodiscard]] Stream after(std::uint32_t n) const noexcept {
        Stream stream = *this;
        stream.path_low_ += n;
        return stream;
    }

private:
    std::array<std::uint32_t, 2> key_;
    std::uint32_t path_low_;
    std::uint32_t path_high_purpose_;
};

/// In (0, 1): the middle of one of 2^32 intervals.
[[nodiscard]] inline double uniform(std::uint32_t bits) noexcept {
    // The bits become the fraction of a number from 2^52 on; the difference is exact.
    return (std::bit_cast<double>(0x4330000000000000ULL | bits) - (0x1p52 - 0.5)) * 0x1p-32;
}

/// In (0, 1): the middle of one of 2^52 intervals.
[[nodiscard]] inline double uniform(std::uint32_t high, std::uint32_t low) noexcept {
    // The bits become the fraction of a number in [1, 2); the difference is exact.
    std::uint64_t const fraction = (std::uint64_t{high} << 32U | low) >> 12U;
    return std::bit_cast<double>(0x3FF0000000000000ULL | fraction) - (1 - 0x1p-53);
}

/// A standard normal at (`cell`, `step`) of the stream, by the polar method.
[[nodiscard]] double normal(Stream const& stream, std::uint32_t cell, std::uint32_t step);

/// A draw from Gamma(shape, rate 1) at (`cell`, `step`) of the stream. Marsaglia and Tsang 2000,
/// "A simple method for generating gamma variables", ACM TOMS 26.
/// Throws std::invalid_argument unless shape > 0.
[[nodiscard]] double gamma(Stream const& stream, std::uint32_t cell, std::uint32_t step,
                           double shape);

/// An exact draw from Binomial(n, p) at (`cell`, `step`) of the stream. Inversion while n p < 10,
/// else BTRS: Hörmann 1993, "The generation of binomial random variates", J. Stat. Comput.
/// Simul. 46. Exact for n below 2^51. Throws std::invalid_argument unless n >= 0 and 0 <= p <= 1.
[[nodiscard]] std::int64_t binomial(Stream const& stream, std::uint32_t cell, std::uint32_t step,
                                    std::int64_t n, double p);

}  // namespace opgave
