#pragma once
// What all paths of a simulation share.

#include "age_grid.hpp"
#include "model.hpp"
#include "ration.hpp"
#include "state_space.hpp"

#include <opgave/projection.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

// Throws std::invalid_argument, naming the rule and the value, for a run that cannot be.
void check(Run const& run);

// Slots or money without which a state is not entered.
struct Capacity {
    int state = 0;
    std::vector<std::int64_t> unit;    // per stratum: what an item takes; 0: it passes
    std::vector<std::int64_t> supply;  // per month: what is added, or how many may be in the state
    std::vector<bool> lapses;          // per month: what was left is lost before
    Shortage shortage = Shortage::overdraws;
    bool capacitated = false;
    int budget = -1;            // its number, if it is one
    std::vector<double> shape;  // per stratum: of what an item takes; 0 or empty: certain

    [[nodiscard]] bool is_uncertain() const { return !shape.empty(); }
};

// More than anybody can ask for.
inline constexpr std::int64_t unlimited = std::int64_t{1} << 60U;

// A lever on the engine's moves.
struct Pull {
    std::vector<bool> moves;      // by row of the rates
    std::vector<bool> strata;     // whom it is for
    std::vector<double> covered;  // per month: the part of its days
    double log_factor = 0;
    double log_sd = 0;
};

// Strata that have all their rates in common.
struct RateClass {
    std::vector<int> level;  // per factor of the hazards
    std::vector<int> pulls;  // the levers for it
    friend bool operator==(RateClass const&, RateClass const&) = default;
};

struct Plan {
    Plan(Hazards const& hazards, Cohorts const& cohorts, Run const& run);

    // A stratum and a state as one number.
    [[nodiscard]] std::size_t place(int stratum, int state) const noexcept {
        return static_cast<std::size_t>(stratum * space.size() + state);
    }
    [[nodiscard]] std::size_t places() const noexcept { return place(run.strata, 0); }
    [[nodiscard]] int weight(int stratum) const {
        return run.weight.empty() ? 1 : run.weight[static_cast<std::size_t>(stratum)];
    }
    [[nodiscard]] int counted_in(int stratum) const {
        return run.counted_in.empty() ? stratum : run.counted_in[static_cast<std::size_t>(stratum)];
    }
    // The parameters of a path, but for rates that are taken as known.
    [[nodiscard]] Draw draw(std::uint64_t path) const;
    // The calendar year of a month, or the number of the year from the start.
    [[nodiscard]] int year(int month) const;
    [[nodiscard]] bool is_queued(int stratum, int state) const {
        return !capacities.empty() && queued[place(stratum, state)];
    }
    // Whether dwellings do not wait for each other: no slots, no money.
    [[nodiscard]] bool is_free() const { return capacities.empty(); }
    // Whether all paths have the same rates and entries: then one says it all.
    [[nodiscard]] bool is_certain() const;
    // Whether no lever tells two months apart.
    [[nodiscard]] bool have_equal_levers(int month, int other) const {
        return regime[static_cast<std::size_t>(month)] == regime[static_cast<std::size_t>(other)];
    }
    // Whether a month's rates differ from the next one's, but for the length of the first.
    [[nodiscard]] bool is_steady() const { return regimes == 1 && !has_seasons && !has_shocks; }

    Hazards const& hazards;
    Run const& run;
    AgeGrid grid;
    StateSpace space;
    std::vector<StartCell> start;
    double dwellings;  // at the start, in the pools, and planned where there are no pools

    Rates known;  // moves x bands: a rate, or not a number where it is drawn; empty: all are drawn

    std::vector<Capacity> capacities;
    std::vector<bool> queued;   // by place: whether a capacity keeps its gate
    std::vector<int> priority;  // per stratum: lower ones first
    std::vector<Pull> pulls;
    std::vector<int> regime;  // per month: equal numbers have equal levers
    int regimes = 1;
    std::vector<int> first_months;  // per regime
    std::vector<RateClass> classes;
    std::vector<int> class_of;  // per stratum
    DrawFor draw_for;
    bool has_seasons = false;
    bool has_shocks = false;
};

}  // namespace opgave::detail
