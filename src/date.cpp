#include <opgave/date.hpp>

#include "text.hpp"

#include <algorithm>
#include <stdexcept>

namespace opgave {

namespace {

using Calendar = boost::gregorian::gregorian_calendar;

constexpr int first_year = 1400;
constexpr int last_year = 9999;

struct Ymd {
    int year;
    int month;
    int day;
};

int days_in_month(int year, int month) {
    return Calendar::end_of_month_day(static_cast<unsigned short>(year),
                                      static_cast<unsigned short>(month));
}

Date make_date(Ymd ymd) {
    return Date{static_cast<unsigned short>(ymd.year), static_cast<unsigned short>(ymd.month),
                static_cast<unsigned short>(ymd.day)};
}

Ymd split(Day day) {
    auto const ymd = to_date(day).year_month_day();
    return {ymd.year, ymd.month, ymd.day};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_iso_form(std::string_view text) {
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const dash = i == 4 || i == 7;
        if (dash ? text[i] != '-' : !is_digit(text[i])) return false;
    }
    return true;
}

int number(std::string_view digits) {
    int value = 0;
    for (char const c : digits) value = 10 * value + (c - '0');
    return value;
}

int months_in(Every every) {
    switch (every) {
        case Every::month:
            return 1;
        case Every::quarter:
            return 3;
        case Every::year:
            return 12;
    }
    throw std::invalid_argument("period must be month, quarter or year, got number " +
                                std::to_string(static_cast<int>(every)));
}

Day period_begin(Day day, int months) {
    auto const ymd = split(day);
    return to_day(make_date({ymd.year, (ymd.month - 1) / months * months + 1, 1}));
}

}  // namespace

Day to_day(Date const& date) {
    if (date.is_special()) {
        throw std::invalid_argument("date must be a calendar day, got one that is not a date");
    }
    static Date const epoch{1970, 1, 1};
    return static_cast<Day>((date - epoch).days());
}

Date to_date(Day day) {
    static Day const first = to_day(make_date({first_year, 1, 1}));
    static Day const last = to_day(make_date({last_year, 12, 31}));
    if (day == unknown_day) throw std::out_of_range("date must be known, got an unknown one");
    if (day < first || day > last) {
        throw std::out_of_range("date must lie in the years 1400-9999, got day " +
                                std::to_string(day) + " since 1970-01-01");
    }
    static Date const epoch{1970, 1, 1};
    return epoch + boost::gregorian::days{day};
}

std::string to_iso(Day day) {
    if (day == unknown_day) return {};
    auto const ymd = split(day);
    std::string text(10, '-');
    auto const write = [&text](std::size_t end, int digits, int value) {
        for (int i = 0; i < digits; ++i, value /= 10) {
            text[--end] = static_cast<char>('0' + value % 10);
        }
    };
    write(4, 4, ymd.year);
    write(7, 2, ymd.month);
    write(10, 2, ymd.day);
    return text;
}

Day parse_iso(std::string_view text) {
    if (!has_iso_form(text)) {
        throw std::invalid_argument("date must be written like 2034-12-31, got " + quote(text));
    }
    Ymd const ymd{number(text.substr(0, 4)), number(text.substr(5, 2)), number(text.substr(8, 2))};
    if (ymd.year < first_year) {
        throw std::invalid_argument("date must lie in the years 1400-9999, got " + quote(text));
    }
    if (ymd.month < 1 || ymd.month > 12 || ymd.day < 1 ||
        ymd.day > days_in_month(ymd.year, ymd.month)) {
        throw std::invalid_argument("date must exist in the calendar, got " + quote(text));
    }
    return to_day(make_date(ymd));
}

Day add_months(Day day, int months) {
    auto const ymd = split(day);
    auto const month = std::int64_t{12} * ymd.year + (ymd.month - 1) + months;
    if (month < std::int64_t{12} * first_year || month >= std::int64_t{12} * (last_year + 1)) {
        throw std::out_of_range("date must stay in the years 1400-9999, got " + to_iso(day) +
                                " and " + std::to_string(months) + " months");
    }
    int const year = static_cast<int>(month / 12);
    int const month_of_year = static_cast<int>(month % 12) + 1;
    return to_day(
        make_date({year, month_of_year, std::min(ymd.day, days_in_month(year, month_of_year))}));
}

Day month_end(Day day) {
    auto const ymd = split(day);
    return day + (days_in_month(ymd.year, ymd.month) - ymd.day);
}

std::vector<Day> month_ends(Day as_of, Day until) {
    std::vector<Day> ends;
    auto end = month_end(as_of);
    if (end == as_of) end = month_end(as_of + 1);
    for (; end <= until; end = month_end(end + 1)) ends.push_back(end);
    if (ends.empty()) {
        throw std::invalid_argument("a month must end after " + to_iso(as_of) +
                                    " and not after the last day, got " + to_iso(until));
    }
    return ends;
}

double first_month_fraction(Day as_of) {
    auto const ymd = split(as_of);
    int const length = days_in_month(ymd.year, ymd.month);
    return ymd.day == length ? 1.0 : static_cast<double>(length - ymd.day) / length;
}

Every parse_every(std::string_view text) {
    if (text == "month") return Every::month;
    if (text == "quarter") return Every::quarter;
    if (text == "year") return Every::year;
    throw std::invalid_argument("period must be month, quarter or year, got " + quote(text));
}

std::vector<Period> periods(Day first, Day last, Every every) {
    std::vector<Period> all;
    if (last < first) return all;
    int const months = months_in(every);
    for (auto begin = period_begin(first, months); begin <= last;) {
        auto const end = month_end(add_months(begin, months - 1)) + 1;
        all.push_back({begin, end});
        begin = end;
    }
    return all;
}

Deadline by(Day day) { return {day}; }

Deadline before(Day day) { return {day == unknown_day ? unknown_day : day - 1}; }

}  // namespace opgave
