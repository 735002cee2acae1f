#pragma once
/// What makes the pace differ beyond the move and the time waited: groups of dwellings, the season,
/// the calendar year. And what was seen there.

#include <opgave/date.hpp>
#include <opgave/trajectory.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace opgave {

/// A number that is not known for sure.
struct Estimate {
    double mean = 0;
    double q05 = 0;
    double q95 = 0;
    friend bool operator==(Estimate const&, Estimate const&) = default;
};

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

/// What becomes of spells whose day of entry is unknown.
///
/// `drop`: they are left out. `impute`: each posterior draw has its own day of entry for each of
/// them, given the rates of that draw and how the spell went on (multiple imputation, Rubin 1987).
/// Before it was observed, entries are taken to have come steadily, in average years and seasons.
/// What the drawn days say of the rates by themselves is not used: only the days observed are.
enum class Undated : std::int8_t { drop, impute };

/// A stay of which nobody knows when it began. The dwelling was in the state on the day `from`, and
/// is observed on the days (from, to]; then it moves, unless `cause` is `censored`.
struct UndatedStay {
    State state = 0;
    int combination = 0;
    Day from = 0;
    Day to = 0;
    State cause = 0;
    friend bool operator==(UndatedStay const&, UndatedStay const&) = default;
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
    Day known_on = unknown_day;  ///< the day of knowledge that `recorded` counts back from
    /// The chance that an event of 0, 1, … days before was recorded, 1 after the last; exposures
    /// are that part of the time waited. Empty: 1.
    std::vector<double> recorded = {};
    std::int64_t undated = 0;  ///< spells whose day of entry is unknown, and so the band
    std::vector<UndatedStay> imputed =
        {};  ///< those whose day of entry is drawn; others are left out
    friend bool operator==(Variation const&, Variation const&) = default;
};

/// Whether anything varies at all.
[[nodiscard]] inline bool varies(Variation const& variation) noexcept {
    return !variation.factors.empty() || variation.shock_scale > 0 || !variation.season.empty();
}

/// How much of a shock persists a year later.
inline constexpr double shock_persistence = 0.7;

}  // namespace opgave
