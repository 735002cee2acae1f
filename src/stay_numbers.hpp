#pragma once
// The random numbers of stays: how much hazard each lives through, and which way it takes then. The
// n-th stay of a sequence has the same ones whenever it begins, so that scenarios share them. Each
// is made of 32 bits: a chance is right to 2^-33.

#include <opgave/random.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace opgave::detail {

class StayNumbers {
public:
    static constexpr std::int64_t capacity = 32;

    // Of stays that follow each other; they may be overwritten.
    struct Some {
        double* hazard;  // exponential of mean 1
        double* way;     // uniform in (0, 1)
        std::int64_t size;
    };

    void begin(std::uint32_t sequence) noexcept {
        sequence_ = sequence;
        made_ = 0;
        used_ = capacity;
    }

    // The next ones, at least one and at most `most`.
    [[nodiscard]] Some take(Stream const& stream, std::int64_t most) noexcept {
        if (used_ == capacity) {
            make(stream);
        }
        std::int64_t const size = std::min(most, capacity - used_);
        auto const first = static_cast<std::size_t>(used_);
        used_ += size;
        return {hazard_.data() + first, way_.data() + first, size};
    }

private:
    void make(Stream const& stream) noexcept;

    std::uint32_t sequence_ = 0;
    std::uint32_t made_ = 0;  // blocks
    std::int64_t used_ = capacity;
    std::array<double, capacity> hazard_{};
    std::array<double, capacity> way_{};
};

}  // namespace opgave::detail
