#pragma once
/// Calendar days, months and deadlines. Nothing here has a time of day or a time zone.

#include <boost/date_time/gregorian/gregorian_types.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace opgave {

/// A calendar date; used where people read or write one.
using Date = boost::gregorian::date;

/// Days since 1970-01-01; the form of a date in every column.
using Day = std::int32_t;

/// The `Day` that stands for "no date".
inline constexpr Day unknown_day = std::numeric_limits<Day>::min();

/// Mean length of a Gregorian month in days; converts durations, never dates.
inline constexpr double days_per_month = 365.2425 / 12;

/// Days since 1970-01-01. Throws std::invalid_argument for not-a-date and infinities.
[[nodiscard]] Day to_day(Date const& date);

/// The calendar date of a day. Throws std::out_of_range outside the years 1400-9999.
[[nodiscard]] Date to_date(Day day);

/// `2034-12-31`; the empty text for `unknown_day`.
[[nodiscard]] std::string to_iso(Day day);

/// The day written as `2034-12-31`. Throws std::invalid_argument if the text is not such a date.
[[nodiscard]] Day parse_iso(std::string_view text);

/// The same day of the month `months` later, or the last day of that month if it is shorter:
/// 2023-01-31 + 1 is 2023-02-28, and 2023-02-28 + 1 is 2023-03-28.
[[nodiscard]] Day add_months(Day day, int months);

/// The last day of the month of `day`.
[[nodiscard]] Day month_end(Day day);

/// The month ends after `as_of`, up to and including `until`: the grid of a projection.
/// Throws std::invalid_argument if there is none.
[[nodiscard]] std::vector<Day> month_ends(Day as_of, Day until);

/// The part of its month that follows `as_of`, in (0, 1]; 1 on the last day of a month, as the
/// first step is then the whole next month.
[[nodiscard]] double first_month_fraction(Day as_of);

/// Days from `begin` up to, not including, `end`.
struct Period {
    Day begin = 0;
    Day end = 0;
    friend bool operator==(Period const&, Period const&) = default;
};

enum class Every : std::int8_t { month, quarter, year };

/// `month`, `quarter` or `year`. Throws std::invalid_argument that lists them.
[[nodiscard]] Every parse_every(std::string_view text);

/// The calendar periods that together hold the days `first` to `last`, both included.
[[nodiscard]] std::vector<Period> periods(Day first, Day last, Every every);

/// The last day that still counts.
struct Deadline {
    Day last_day = unknown_day;
    friend bool operator==(Deadline const&, Deadline const&) = default;
};

/// "By 2034-12-31": that day counts.
[[nodiscard]] Deadline by(Day day);

/// "Before 2030-01-01": that day does not count.
[[nodiscard]] Deadline before(Day day);

}  // namespace opgave
