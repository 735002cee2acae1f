#pragma once
// Ages in whole months, and the time that each month of age spends in each duration band.
// Age 0 is the month of entry and lasts half a month; age d runs from d - 1/2 to d + 1/2.
// Beyond the last band edge all ages are one. Ages with equal parts form a group: within it every
// probability is the same. Where it matters at which age a stay ends, every age is a group.

#include <vector>

namespace opgave::detail {

class AgeGrid {
public:
    AgeGrid(std::vector<double> const& band_edges_months, bool group_per_age);

    [[nodiscard]] int ages() const noexcept { return ages_; }
    [[nodiscard]] int groups() const noexcept { return static_cast<int>(part_.size()); }
    // Ages first(g) up to, not including, first(g + 1).
    [[nodiscard]] int first(int group) const { return first_[static_cast<std::size_t>(group)]; }
    [[nodiscard]] int group(int age) const { return group_[static_cast<std::size_t>(age)]; }
    // Months that an age of this group spends in each band.
    [[nodiscard]] std::vector<double> const& part(int group) const {
        return part_[static_cast<std::size_t>(group)];
    }

private:
    int ages_;
    std::vector<int> first_;
    std::vector<int> group_;
    std::vector<std::vector<double>> part_;
};

}  // namespace opgave::detail
