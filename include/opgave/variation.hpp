#pragma once
/// What makes the pace differ beyond the move and the time waited: groups of dwellings, the season,
/// the calendar year. And what was seen there.

#include <opgave/date.hpp>
#include <opgave/trajectory.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace opgave {

/// From one state to another; `to` is `returned` where a pause ends in the stage it interrupted.
struct Move {
    State from = 0;
    State to = 0;
    friend auto operator<=>(Move const&, Move const&) = default;
};

/// A column of the dwellings whose values differ in pace; `levels` are those seen, in alphabetical
/// order and named as `Grouping` names them.
struct Factor {
    std::string column;
    std::vector<std::string> levels;
    friend bool operator==(Factor const&, Factor const&) = default;
};

/// The time waited in one state and band by dwellings of one combination of levels, in half days.
///
/// `month` counts from January of the year 0. It is the first of its year where there is no season,
/// and 0 where there is no shock either.
struct ExposureCell {
    State state = 0;
    int band = 0;
    int combination = 0;
    int month = 0;
    std::int64_t half_days = 0;
    friend bool operator==(ExposureCell const&, ExposureCell const&) = default;
};

/// How often a move happened in one band, to dwellings of one combination, in one month as above.
struct EventCell {
    Move move;
    int band = 0;
    int combination = 0;
    int month = 0;
    std::int64_t events = 0;
    friend bool operator==(EventCell const&, EventCell const&) = default;
};

/// Everything that multiplies the rates per move and band, as believed and as seen.
///
/// Effects of a level on a move are Gamma distributed with mean one and the standard deviation of
/// their factor, which is half-normal(`effect_scale`). The logarithm of the shock of a year is
/// autoregressive: 0.7 times that of the year before plus a normal number, whose standard deviation
/// is half-normal(`shock_scale`). The season of a state in a calendar month is Gamma distributed
/// around `season`.
struct Variation {
    std::vector<Factor> factors = {};
    double effect_scale = 0.5;
    double shock_scale = 0;           ///< 0: no shock
    std::vector<double> season = {};  ///< January first; empty: none
    double season_shape = 30;
    std::vector<std::vector<int>> combinations = {};  ///< per combination: a level of each factor
    std::vector<ExposureCell> exposure = {};
    std::vector<EventCell> events = {};
    Day first_day = unknown_day;  ///< of what was observed
    Day last_day = unknown_day;
    std::int64_t undated = 0;  ///< spells left out: the day of entry is unknown, so is the band
    friend bool operator==(Variation const&, Variation const&) = default;
};

/// Whether anything varies at all.
[[nodiscard]] inline bool varies(Variation const& variation) noexcept {
    return !variation.factors.empty() || variation.shock_scale > 0 || !variation.season.empty();
}

/// How much of a shock persists a year later.
inline constexpr double shock_persistence = 0.7;

}  // namespace opgave
