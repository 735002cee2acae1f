#pragma once
// The distribution of a sum of independent whole numbers, one number after the other.

#include <cstdint>
#include <span>
#include <vector>

namespace opgave::detail {

struct Outcome {
    std::int64_t value = 0;
    double probability = 0;
};

// to[i] += factor * from[i].
void add_scaled(double* to, double const* from, std::size_t n, double factor) noexcept;

// A distribution on first, first + 1, …; what the ends hold less than `trimmed` of is put on the
// outermost number kept, so that the masses keep their sum.
class SubsetSum {
public:
    static constexpr double trimmed = 1e-13;

    void start();
    void add(std::span<Outcome const> outcomes);
    [[nodiscard]] std::int64_t first() const noexcept { return first_; }
    [[nodiscard]] std::span<double const> mass() const noexcept {
        return {mass_.data() + begin_, end_ - begin_};
    }
    // P(sum >= value).
    [[nodiscard]] double at_least(std::int64_t value) const noexcept;

private:
    void trim();

    std::int64_t first_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::vector<double> mass_;
    std::vector<double> before_;
};

}  // namespace opgave::detail
