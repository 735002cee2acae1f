#pragma once
/// What is planned and what could be done: the inflow, slots, budgets and levers.

#include <opgave/date.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace opgave {

/// Dwellings that have, in every column named, one of the values. Empty: all dwellings.
using Scope = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// The days `start` to `end`, both included; unknown means without that bound.
struct Interval {
    Day start = unknown_day;
    Day end = unknown_day;
    friend bool operator==(Interval const&, Interval const&) = default;
};

/// So many dwellings a month can enter `state`.
///
/// Those that are ready wait in the state they leave; first in, first out within a priority.
/// Fractions accumulate, slots that nobody takes lapse. Dwellings outside the scope pass.
struct Gate {
    std::string state = {};
    double per_month = 0;
    bool capacitated = false;  ///< `per_month` is how many can be in the state at once
    Scope scope = {};
    Interval when = {};  ///< outside it the gate is open
    friend bool operator==(Gate const&, Gate const&) = default;
};

/// What one dwelling costs; the first scope that fits counts.
///
/// Where the cost is uncertain it is Gamma distributed around `cents`, for each dwelling apart:
/// dear ones and cheap ones even out. A rise in prices that hits all alike is not in it.
struct Cost {
    std::int64_t cents = 0;
    Scope scope = {};
    std::int64_t cents_sd = 0;  ///< standard deviation; 0: certain, else 0.001-3 times `cents`
    friend bool operator==(Cost const&, Cost const&) = default;
};

/// Money that is spent when a dwelling enters `state`; without money it waits.
///
/// Those who wait are paid first in, first out within a priority. An uncertain cost is known when
/// it is a dwelling's turn: nobody can be skipped for it, and one who withdraws while waiting
/// leaves its price to the next in line.
struct Budget {
    std::string name = {};
    std::string state = {};
    std::map<int, std::int64_t> cents = {};  ///< by calendar year (0, 1, … without a calendar)
    std::vector<Cost> costs = {};            ///< no cost fits: the dwelling is not paid from it
    bool carries_over = true;                ///< what a year leaves is there in the next
    bool skips = false;  ///< a dwelling that does not fit lets cheaper ones pass
    friend bool operator==(Budget const&, Budget const&) = default;
};

/// A change of pace: the rates of `state` towards `to` times `factor`.
///
/// How much it does is an assumption: the logarithm of the factor is normal around log(factor)
/// with `log_sd`; 0 means exact. A month is changed in proportion to its days in `when`.
struct Lever {
    std::string state = {};
    std::string to = {};  ///< empty: every later stage and completion, not exits and pauses
    double factor = 1;
    double log_sd = 0;
    Scope scope = {};
    Interval when = {};
    friend bool operator==(Lever const&, Lever const&) = default;
};

/// A plan.
///
/// `inflow` is the number of dwellings entering the first stage per month, nothing after its end.
/// Fractions accumulate. Each year's plan is carried out at a rate that is Gamma distributed with
/// mean one and this standard deviation; 0 means exactly as planned.
struct Scenario {
    std::vector<double> inflow = {};
    double adherence_sd = 0;
    std::vector<Gate> gates = {};
    std::vector<Budget> budgets = {};
    std::vector<Lever> levers = {};
    std::vector<Scope> priority = {};  ///< who goes first where there is a queue, and is approached
    bool exits_while_waiting = true;   ///< at a gate or for money, at the pace of the state left
    friend bool operator==(Scenario const&, Scenario const&) = default;
};

/// Throws std::invalid_argument, naming the part and the place, for a plan that cannot be.
void check(Scenario const& scenario);

}  // namespace opgave
