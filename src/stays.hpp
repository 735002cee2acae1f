#pragma once
// The kernel for a portfolio: one uniform number per stay says how long it lasts and where it
// leads.

#include "plan.hpp"
#include "step_table.hpp"

#include <opgave/random.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

class Stays {
public:
    Stays(Plan const& plan, Counts& counts);

    void begin(std::uint64_t path, Rates const& rates);
    void take_in(int month, int stratum, int state);
    void end(int month);

private:
    // How a stay begins: before the first month, with an arrival in a month, or at a month's end.
    enum class Beginning : std::uint32_t { earlier, arrival, month_end };

    // Where a state's tables begin.
    [[nodiscard]] std::size_t row(int state) const noexcept {
        return static_cast<std::size_t>(state) * static_cast<std::size_t>(plan_.grid.ages() + 1);
    }

    static constexpr std::size_t slots = 64;
    // Survival below this is not told from none.
    static constexpr double negligible = 1e-250;

    void tabulate(int state);
    void stay(Beginning beginning, int month, int stratum, int state, int age, std::int64_t first,
              std::int64_t count);
    void last(int month, int stratum, int state, int age, double level);
    void step_on(int month, int stratum, int state, int age, double u);
    void leave(int month, int stratum, int state, int age, double u);

    Plan const& plan_;
    Counts& counts_;
    StepTable first_month_;
    StepTable other_months_;
    std::size_t ways_ = 1;
    std::vector<double> survival_;       // by state and age: still there at the end of that month
    std::vector<int> guide_;             // by state and slot of survival: the first age it can be
    std::vector<double> last_hazard_;    // by state: of every month beyond the last age
    std::vector<std::int32_t> leaving_;  // by month, place and way
    Stream stream_;
};

}  // namespace opgave::detail
