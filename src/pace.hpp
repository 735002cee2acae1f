#pragma once
// How fast everything goes in one path: its rates, seasons, shocks and levers, month by month.

#include "plan.hpp"
#include "step_table.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace opgave::detail {

class Pace {
public:
    explicit Pace(Plan const& plan);

    void begin(std::uint64_t path);

    // Hazards and shares of a class in a month.
    [[nodiscard]] StepTable const& rates(int rate_class, int month) const {
        return slots_[slot(rate_class, month)].table;
    }
    // The same with the chances of that month.
    [[nodiscard]] StepTable const& table(int rate_class, int month);

    // Whether all chances of two months are equal.
    [[nodiscard]] bool are_alike(int month, int other) const;

    // Per state of the trajectory: how many months the month is worth.
    [[nodiscard]] std::span<double const> worth(int month) const {
        return {worth_.data() + static_cast<std::size_t>(month) * states_, states_};
    }

private:
    struct Slot {
        StepTable table;
        int stretched_for = -1;  // a month
    };

    [[nodiscard]] std::size_t slot(int rate_class, int month) const {
        std::size_t const regime =
            plan_.is_steady()
                ? (month == 0 ? per_class_ - 1 : 0)
                : static_cast<std::size_t>(plan_.regime[static_cast<std::size_t>(month)]);
        return static_cast<std::size_t>(rate_class) * per_class_ + regime;
    }
    void fill(int rate_class, Draw const& draw, std::vector<double> const& factors);
    void set_worth(Draw const& draw);

    Plan const& plan_;
    std::size_t states_;
    std::size_t per_class_;  // regimes; where all months are alike, also the first
    std::vector<Slot> slots_;
    std::vector<double> worth_;  // by month and state of the trajectory
};

}  // namespace opgave::detail
