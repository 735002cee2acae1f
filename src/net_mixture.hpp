#pragma once
// Projects whose sum is exact given the common factor and the chances of each phase, and the
// mixture of those sums.

#include "normal.hpp"
#include "subset_sum.hpp"

#include <opgave/net_additions.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace opgave::detail {

inline constexpr double no_time = -std::numeric_limits<double>::infinity();

// One delivery of a project as it stands to one day. Times are logarithms of months since the
// planned day; `no_time`: the planned day has not come.
struct Part {
    std::array<std::int64_t, 3> sizes = {};  // homes in full, a tenth and a quarter smaller
    std::int64_t lost_if_kept = 0;       // demolished by that day, unless the project falls through
    std::int64_t lost_if_completed = 0;  // the same of a part that is completed
    std::size_t phase = 0;
    double log_limit = no_time;
    double log_waited = no_time;  // up to the as-of day, on which it was not completed
};

// A number of homes, nine tenths and three quarters of it, rounded.
[[nodiscard]] std::array<std::int64_t, 3> sizes_of(std::int64_t added);

// Parts that share one fate: they fall through, are late and shrink together.
struct Item {
    std::vector<Part> parts = {};
    [[nodiscard]] bool is_idle() const noexcept;
    [[nodiscard]] std::int64_t least() const noexcept;
    [[nodiscard]] std::int64_t most() const noexcept;
};

// The chances of one phase, if they are known.
struct PhaseChances {
    double fall_score = 0;  // the normal quantile of the probability of falling through
    double log_mean = 0;
    double log_sd = 1;
    double tenth_smaller = 0;
    double quarter_smaller = 0;
};

// One part of the mixture: the common factor and the chances of each phase.
struct Component {
    double z = 0;
    double weight = 0;
    std::vector<PhaseChances> phases = {};
};

// The law of one item, given a component.
class ItemLaw {
public:
    explicit ItemLaw(CommonFactor const& factor) : factor_(factor) {}

    void give(Component const& component);
    // Values that differ, their probabilities summing to one.
    [[nodiscard]] std::span<Outcome const> outcomes(Item const& item);

private:
    struct Given {
        double fallen;
        double slope;
        double offset;
        double quarter;
        double smaller;
    };
    [[nodiscard]] double waited(Part const& part) const;
    // The chance to be completed in time if it is kept and was not completed after `waited`.
    [[nodiscard]] double completed(Part const& part, double waited) const;
    void add_single(Part const& part);
    void set_cuts(Item const& item);
    void add_kept(Item const& item, double fallen_from, double probability);
    void add_late(Item const& item, double fallen_from, double late_from, double probability);
    void put(std::int64_t value, double probability);

    CommonFactor factor_;
    std::vector<Given> given_;
    std::vector<double> fallen_, completed_, quarter_, smaller_;  // per part
    std::array<std::vector<double>, 3> cuts_;
    std::vector<Outcome> outcomes_;
};

struct Mixed {
    CountDistribution distribution;
    std::vector<double> at_least;  // per component, P(sum >= goal)
};

// The mixture on multiples of `step`; a value between two multiples is split over them so that its
// mean stays. With a step of one nothing is split.
[[nodiscard]] Mixed mix(std::vector<Item> const& items, std::vector<Component> const& components,
                        CommonFactor const& factor, std::int64_t goal, std::int64_t step = 1);

}  // namespace opgave::detail
