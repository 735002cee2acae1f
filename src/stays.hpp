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

    // How a search begins, where all months are alike. The first month of all can be a part of
    // one: it is apart.
    struct Begin {
        double gone = 0;   // in the first month, where it is apart
        double level = 1;  // survival of a stay from age 0 before the ages to be searched
        int age = 0;       // the first of these
    };

    // What all months beyond the last age have in common.
    struct Last {
        double log_survival = 0;  // before the first of them
        double hazard = 0;
        double per_hazard = 0;   // 1 / hazard
        double per_leaving = 0;  // 1 / the chance to leave in a month
    };

    // Where the tables of a class and state begin. States of one name have them in common.
    [[nodiscard]] std::size_t table(int rate_class, int state) const noexcept {
        return static_cast<std::size_t>(rate_class * plan_.space.states() +
                                        plan_.space.state(state));
    }
    // The survival of a class and state after each age and way: those who are still there, and
    // those who take a later way at that age. Before the first it is 1, after the last 0.
    [[nodiscard]] double const* ends(std::size_t table) const noexcept {
        return survival_.data() + table * (searched() + 2) + 1;
    }
    // Ages and ways.
    [[nodiscard]] std::size_t searched() const noexcept {
        return static_cast<std::size_t>(plan_.grid.ages()) * ways_;
    }
    // Where those who leave a place in a month are counted, by way; months follow each other.
    [[nodiscard]] std::int32_t* leaving(std::size_t place, int month) noexcept {
        return leaving_.data() + (place * static_cast<std::size_t>(plan_.run.months) +
                                  static_cast<std::size_t>(month)) *
                                     ways_;
    }
    // Where those are counted who pause a stage in a month where it resumes, by their age then.
    [[nodiscard]] std::size_t interrupted(int stratum, int stage, int month) const {
        int const row = stratum * plan_.hazards.trajectory().stage_count() + stage;
        return (static_cast<std::size_t>(row) * static_cast<std::size_t>(plan_.run.months) +
                static_cast<std::size_t>(month)) *
               static_cast<std::size_t>(plan_.grid.ages());
    }
    [[nodiscard]] double const* hazards(int rate_class, int regime, int state) const noexcept {
        return hazard_.data() +
               (table(rate_class, state) * static_cast<std::size_t>(plan_.regimes) +
                static_cast<std::size_t>(regime)) *
                   static_cast<std::size_t>(plan_.grid.ages());
    }

    static constexpr std::size_t slots = 256;
    // Survival below this is not told from none.
    static constexpr double negligible = 1e-250;

    void tabulate_survival(int rate_class, int state);
    void tabulate_hazards(int rate_class, int state);
    void stay(Beginning beginning, int month, Stay const& at, int age, std::int64_t first,
              std::int64_t count);
    [[nodiscard]] Begin begin_steadily(int month, Stay const& at, int age);
    template <typename Numbers>
    void search(Numbers const& numbers, int month, Stay const& at, int age, Begin const& begin);
    void last(int origin, Stay const& at, double survival);
    void step_on(int month, Stay const& at, int age, double u);
    void walk(int month, Stay const& at, int age, double hazard);
    void leave(int month, Stay const& at, int age, double u);
    void count(int month, Stay const& at, int age, std::size_t way);

    Plan const& plan_;
    Pace& pace_;
    Counts& counts_;
    std::size_t ways_ = 1;
    // Where all months are alike, by class and state:
    std::vector<double> survival_;     // by age and way
    std::vector<std::int32_t> guide_;  // by slot of survival: the first age and way it can be
    std::vector<Last> last_;           // of every month beyond the last age
    // Where they are not, by class, state, regime and age:
    std::vector<double> hazard_;
    std::vector<std::int32_t> leaving_;      // by place, month and way
    std::vector<std::int32_t> interrupted_;  // by stratum, stage, month and age
    Stream stream_;
};

}  // namespace opgave::detail
