#pragma once
// The kernel for a portfolio: one number per stay says how much hazard it lives through, another
// which way it takes then. Hazards add up: in months that are worth the same, what is lived through
// is a difference of two sums by age, and the age at the end is looked up in them.

#include "path.hpp"
#include "plan.hpp"
#include "stay_numbers.hpp"
#include "step_table.hpp"

#include <opgave/random.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace opgave::detail {

class Stays {
public:
    static constexpr int abreast = 1;  // paths

    Stays(Plan const& plan, std::vector<Path>& paths);

    void begin(std::uint64_t path, std::size_t paths);
    void take_in(int month, int state);
    void end(int month);

private:
    // Stays that begin before the first month or with an arrival, and those that begin at a month's
    // end, do not share numbers.
    enum class Beginning : std::uint32_t { arrival, month_end };

    // One end to be found: of a stay in a state that a class of strata shares the rates of.
    struct Stay {
        int stratum = 0;
        int rate_class = 0;
        int state = 0;
    };

    // Slots of a guide, and the hazard that they cover.
    static constexpr int slots = 256;
    static constexpr double covered = 8;

    // How a stay goes, at the rates of a class, state and regime, where months are worth one.
    struct Course {
        std::vector<double> lived;        // by age, until the last month: the hazard before it
        std::vector<std::int32_t> guide;  // by slot of this: the youngest age it can be
        std::vector<double> share;        // by way and age of its own: of the ways up to this one
        std::size_t by_age = 0;  // the way that goes by age, a state's last; beyond all: none does

        // The age at which so much is lived through.
        [[nodiscard]] int age_after(double spent) const noexcept {
            constexpr double per_hazard = slots / covered;
            double const slot = std::min(spent * per_hazard, slots - 1.0);
            int age = guide[static_cast<std::size_t>(static_cast<int>(slot))];
            double const* end = lived.data() + age + 1;
            // Most often it is the first that it can be, or the one after it: no branch to guess.
            int const later = *end <= spent ? 1 : 0;
            age += later;
            end += later;
            while (*end <= spent) {  // the last is infinite
                ++age;
                ++end;
            }
            return age;
        }
    };

    // Where all months are alike: where stays that begin with an arrival are counted, for the
    // months and ways after those of the arrival.
    struct Foreseen {
        std::array<std::int32_t, StayNumbers::capacity> offset{};
        std::size_t size = 0;
        std::size_t used = 0;
    };

    // States of one name have their courses in common.
    [[nodiscard]] std::size_t course(int rate_class, int state, int regime) const noexcept {
        int const named = rate_class * plan_.space.states() + plan_.space.state(state);
        return static_cast<std::size_t>(named * plan_.regimes + regime);
    }
    // Where those who leave a place in a month are counted, by way, and by age where the way goes
    // by it; places follow each other.
    [[nodiscard]] std::int32_t* leaving(std::size_t place, int month) noexcept {
        return leaving_.data() + static_cast<std::size_t>(month) * of_month_ + first_[place];
    }

    std::int64_t leave(int month, int stratum, int state);
    void tabulate(int rate_class, int state, int regime);
    void stay(Beginning beginning, int month, Stay const& at, int age, std::int64_t count);
    void arrive(int month, Stay const& at, std::int64_t count);
    void foresee(Stay const& at, Foreseen& foreseen);
    [[nodiscard]] std::size_t offset(Course const& course, int age, int later,
                                     double way) const noexcept;
    void spend(int month, Stay const& at, int age, StayNumbers::Some stays);

    Plan const& plan_;
    Pace& pace_;
    Counts& counts_;
    std::size_t ways_ = 1;
    bool is_sparse_;                     // most places are empty
    std::vector<std::size_t> first_;     // by place: of its counts in a month
    std::size_t of_month_ = 0;           // counts in a month
    std::vector<int> until_;             // by month: the first month after it that is not like it
    std::vector<Course> courses_;        // by class, state and regime
    std::vector<std::int32_t> leaving_;  // by month, place, way and age
    std::vector<StayNumbers> numbers_;   // by place and beginning
    std::vector<Foreseen> foreseen_;     // by place
    Stream stream_;
};

}  // namespace opgave::detail
