#pragma once
// The kernel for a portfolio: one uniform number per stay says how long it lasts and where it
// leads.

#include "counts.hpp"
#include "pace.hpp"
#include "plan.hpp"
#include "step_table.hpp"

#include <opgave/random.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

class Stays {
public:
    Stays(Plan const& plan, Pace& pace, Counts& counts);

    void begin(std::uint64_t path);
    void take_in(int month, int stratum, int state);
    void end(int month);

private:
    // How a stay begins: before the first month, with an arrival in a month, or at a month's end.
    enum class Beginning : std::uint32_t { earlier, arrival, month_end };

    // One end to be found: of a stay in a state that a class of strata shares the rates of.
    struct Stay {
        int stratum = 0;
        int rate_class = 0;
        int state = 0;
    };

    // The first month of a stay where all months are alike.
    struct Begin {
        double gone = 0;
        double staying = 1;
        double survival = 1;  // at its end, of a stay from age 0
    };

    // Where the tables of a class and state begin.
    [[nodiscard]] std::size_t table(int rate_class, int state) const noexcept {
        return static_cast<std::size_t>(rate_class * plan_.space.size() + state);
    }
    [[nodiscard]] std::size_t row(Stay const& at) const noexcept {
        return table(at.rate_class, at.state) * static_cast<std::size_t>(plan_.grid.ages() + 1);
    }
    [[nodiscard]] double const* hazards(int rate_class, int regime, int state) const noexcept {
        return hazard_.data() +
               (table(rate_class, state) * static_cast<std::size_t>(plan_.regimes) +
                static_cast<std::size_t>(regime)) *
                   static_cast<std::size_t>(plan_.grid.ages());
    }

    static constexpr std::size_t slots = 64;
    // Survival below this is not told from none.
    static constexpr double negligible = 1e-250;

    void tabulate_survival(int rate_class, int state);
    void tabulate_hazards(int rate_class, int state);
    void stay(Beginning beginning, int month, Stay const& at, int age, std::int64_t first,
              std::int64_t count);
    [[nodiscard]] Begin begin_steadily(int month, Stay const& at, int age);
    void last(int month, Stay const& at, int age, double level);
    void step_on(int month, Stay const& at, int age, double u);
    void walk(int month, Stay const& at, int age, double hazard);
    void leave(int month, Stay const& at, int age, double u);

    Plan const& plan_;
    Pace& pace_;
    Counts& counts_;
    std::size_t ways_ = 1;
    // Where all months are alike, by class and state:
    std::vector<double> survival_;     // by age: still there at the end of that month
    std::vector<int> guide_;           // by slot of survival: the first age it can be
    std::vector<double> last_hazard_;  // of every month beyond the last age
    // Where they are not, by class, state, regime and age:
    std::vector<double> hazard_;
    std::vector<std::int32_t> leaving_;  // by month, place and way
    Stream stream_;
};

}  // namespace opgave::detail
