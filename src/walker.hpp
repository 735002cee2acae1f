#pragma once
// One path of the simulation: counts per stratum, state and age, thinned month by month.

#include "age_grid.hpp"
#include "approach.hpp"
#include "binomial.hpp"
#include "model.hpp"
#include "state_space.hpp"
#include "step_table.hpp"

#include <opgave/projection.hpp>
#include <opgave/random.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

// What all paths share.
struct Plan {
    Plan(Hazards const& hazards, Cohorts const& cohorts, Run const& run);

    Hazards const& hazards;
    Run const& run;
    StateSpace space;
    AgeGrid grid;
    std::vector<StartCell> start;
};

// Given the rates, dwellings are independent: thinning the counts gives their exact joint law.
// Within a group of ages all leave with the same probability and for the same reasons, so few that
// leave are drawn for the whole group, and one uniform number each says which one and why.
class Walker {
public:
    explicit Walker(Plan const& plan);

    // Throws std::runtime_error if the path holds more dwellings than a count can.
    void walk(std::uint64_t path, Projection& out);

private:
    // A state of one stratum, its address in the random numbers, and its counts by age.
    struct Place {
        int stratum;
        int state;
        std::uint32_t cell;
        std::int64_t* count;
    };

    [[nodiscard]] std::size_t cell(int stratum, int state) const noexcept {
        return static_cast<std::size_t>(stratum * plan_.space.size() + state);
    }

    void begin(std::uint64_t path);
    [[nodiscard]] std::vector<std::int64_t> planned_entries(std::uint64_t path) const;
    void check_size(std::vector<std::int64_t> const& entries) const;
    void enter(Approach& approach, std::int64_t wanted);
    void advance(int stratum, int state);
    void grow_older(std::int64_t* count) const noexcept;
    void finish_month() noexcept;
    void record(std::uint64_t path, int month, Approach const& approach, Projection& out) const;

    [[nodiscard]] std::int64_t thin(Place const& place, int group, std::int64_t present, double u);
    [[nodiscard]] std::int64_t thin_few(Place const& place, int group, std::int64_t present,
                                        double u);
    [[nodiscard]] std::int64_t thin_many(Place const& place, int group);
    void let_go(Place const& place, int group, std::int64_t present, double u);
    void share_out(Place const& place, int group, std::int64_t gone);
    void arrive(int stratum, Way const& way, std::int64_t count) noexcept;

    Plan const& plan_;
    StepTable first_month_;
    StepTable other_months_;
    int blocks_;                           // of random numbers that a state's groups need
    std::vector<std::int64_t> count_;      // by stratum, state and age
    std::vector<std::int64_t> total_;      // by stratum and state
    std::vector<std::int64_t> arriving_;   // before the end of this month
    std::vector<std::int64_t> returning_;  // at the end of this month

    // The path and month at hand.
    Stream exits_;
    Stream leavers_;
    Stream causes_;
    StepTable const* table_ = nullptr;
    std::uint32_t step_ = 0;
};

}  // namespace opgave::detail
