#include "catch.hpp"

#include <opgave/date.hpp>

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace opgave;

namespace {

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int length_of(int year, int month) {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

std::string written(int year, int month, int day) {
    auto const two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return std::to_string(year) + "-" + two(month) + "-" + two(day);
}

/// Calls `visit(serial, year, month, day)` for every day of 400 years, a whole calendar cycle.
template <class Visit>
void for_each_day(Visit visit) {
    Day serial = parse_iso("1700-01-01");
    for (int year = 1700; year < 2100; ++year) {
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= length_of(year, month); ++day)
                visit(serial++, year, month, day);
        }
    }
}

}  // namespace

TEST_CASE("days are numbered one by one from 1970-01-01 and are written as they are read") {
    CHECK(parse_iso("1970-01-01") == 0);
    int wrong = 0;
    int days = 0;
    for_each_day([&](Day serial, int year, int month, int day) {
        auto const text = written(year, month, day);
        if (parse_iso(text) != serial || to_iso(serial) != text) ++wrong;
        ++days;
    });
    CHECK(wrong == 0);
    CHECK(days == 146097);
}

TEST_CASE("a day and its calendar date are each other's inverse") {
    int wrong = 0;
    for_each_day([&](Day serial, int year, int month, int day) {
        auto const date = to_date(serial);
        bool const same = date.year() == year && date.month() == month && date.day() == day;
        if (!same || to_day(date) != serial) ++wrong;
    });
    CHECK(wrong == 0);
}

TEST_CASE("a month ends on its last day") {
    int wrong = 0;
    for_each_day([&](Day serial, int year, int month, int day) {
        if (month_end(serial) != serial + length_of(year, month) - day) ++wrong;
    });
    CHECK(wrong == 0);
}

TEST_CASE("adding months keeps the day, or takes the last one of a shorter month") {
    int wrong = 0;
    for_each_day([&](Day serial, int year, int month, int day) {
        if (day > 1 && day < 28) return;
        for (int const step : {-25, -12, -11, -1, 0, 1, 2, 12, 13, 48}) {
            int const total = 12 * year + (month - 1) + step;
            int const to_year = total / 12;
            int const to_month = total % 12 + 1;
            int const last = length_of(to_year, to_month);
            auto const expected = written(to_year, to_month, day < last ? day : last);
            if (to_iso(add_months(serial, step)) != expected) ++wrong;
        }
    });
    CHECK(wrong == 0);
}

TEST_CASE("adding months is not sticky at the end of a month") {
    CHECK(to_iso(add_months(parse_iso("2023-01-31"), 1)) == "2023-02-28");
    CHECK(to_iso(add_months(parse_iso("2023-02-28"), 1)) == "2023-03-28");
    CHECK(to_iso(add_months(parse_iso("2024-02-29"), 12)) == "2025-02-28");
    CHECK(to_iso(add_months(parse_iso("2024-02-29"), 48)) == "2028-02-29");
    CHECK(to_iso(add_months(parse_iso("2024-03-31"), -1)) == "2024-02-29");
}

TEST_CASE("the calendar goes from 1400 to 9999") {
    auto const first = parse_iso("1400-01-01");
    auto const last = parse_iso("9999-12-31");
    CHECK(to_iso(first) == "1400-01-01");
    CHECK(to_iso(last) == "9999-12-31");
    CHECK(month_end(last) == last);
    CHECK_THROWS_AS(to_date(first - 1), std::out_of_range);
    CHECK_THROWS_AS(to_date(last + 1), std::out_of_range);
    CHECK_THROWS_AS(to_date(unknown_day), std::out_of_range);
    CHECK_THROWS_AS(add_months(last, 1), std::out_of_range);
    CHECK_THROWS_AS(add_months(first, -1), std::out_of_range);
    CHECK_THROWS_AS(add_months(first, std::numeric_limits<int>::min()), std::out_of_range);
    CHECK_THROWS_AS(add_months(first, -12 * 65536), std::out_of_range);
    CHECK_THROWS_AS(add_months(first, 12 * 65536), std::out_of_range);
}

TEST_CASE("what is not a date is no day") {
    CHECK_THROWS_AS(to_day(Date{}), std::invalid_argument);
    CHECK_THROWS_AS(to_day(Date{boost::gregorian::pos_infin}), std::invalid_argument);
    CHECK_THROWS_AS(to_day(Date{boost::gregorian::neg_infin}), std::invalid_argument);
    CHECK(to_iso(unknown_day).empty());
}

TEST_CASE("only ISO text of a day that exists is read") {
    for (auto const* text :
         {"", "2034-12-3", "2034-12-311", " 2034-12-31", "31-12-2034", "2034/12/31", "2034-1-031",
          "2034-02-30", "2023-02-29", "1900-02-29", "2034-13-01", "2034-00-10", "2034-04-31",
          "2034-04-00", "0001-01-01", "1399-12-31", "2034-12-3x", "20341231", "-034-12-31"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_iso(text), std::invalid_argument);
    }
    CHECK(parse_iso("2024-02-29") + 1 == parse_iso("2024-03-01"));
    CHECK(parse_iso("2000-02-29") + 1 == parse_iso("2000-03-01"));
}

TEST_CASE("the error of a date names the rule and the value") {
    std::string message;
    try {
        (void)parse_iso("31-12-2034");
    } catch (std::invalid_argument const& error) {
        message = error.what();
    }
    CHECK(message == "date must be written like 2034-12-31, got \"31-12-2034\"");
}

TEST_CASE("the grid of a projection holds all month ends after as_of up to until") {
    auto const until = parse_iso("2026-03-31");
    for (auto as_of = parse_iso("2024-01-01"); as_of < parse_iso("2026-03-31"); ++as_of) {
        std::vector<Day> expected;
        for (auto day = as_of + 1; day <= until; ++day) {
            if (month_end(day) == day) expected.push_back(day);
        }
        if (month_ends(as_of, until) != expected) FAIL(to_iso(as_of));
    }
    CHECK(month_ends(parse_iso("2026-03-31"), parse_iso("2026-04-30")).size() == 1);
    CHECK_THROWS_AS(month_ends(parse_iso("2026-03-31"), parse_iso("2026-04-29")),
                    std::invalid_argument);
    CHECK_THROWS_AS(month_ends(parse_iso("2026-03-31"), parse_iso("2025-04-29")),
                    std::invalid_argument);
}

TEST_CASE("the first month's fraction counts the days that are left") {
    for_each_day([&](Day serial, int year, int month, int day) {
        int const length = length_of(year, month);
        auto const expected = day == length ? 1.0 : static_cast<double>(length - day) / length;
        auto const fraction = first_month_fraction(serial);
        if (fraction != expected || fraction <= 0 || fraction > 1) FAIL(to_iso(serial));
    });
    CHECK(first_month_fraction(parse_iso("2025-04-15")) == 0.5);
    CHECK(first_month_fraction(parse_iso("2025-04-30")) == 1);
}

TEST_CASE("periods follow each other without gaps and hold both ends") {
    for (auto const every : {Every::month, Every::quarter, Every::year}) {
        for (auto last = parse_iso("2024-01-30"); last < parse_iso("2026-02-03"); last += 3) {
            auto const first = parse_iso("2023-11-15");
            auto const all = periods(first, last, every);
            CHECK(all.front().begin <= first);
            CHECK(all.front().end > first);
            CHECK(all.back().begin <= last);
            CHECK(all.back().end > last);
            for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i].begin == all[i - 1].end);
        }
    }
}

TEST_CASE("periods are calendar months, quarters and years") {
    auto const first = parse_iso("2024-02-29");
    auto const last = parse_iso("2024-04-01");
    auto const months = periods(first, last, Every::month);
    REQUIRE(months.size() == 3);
    CHECK(months[0] == Period{parse_iso("2024-02-01"), parse_iso("2024-03-01")});
    CHECK(months[2] == Period{parse_iso("2024-04-01"), parse_iso("2024-05-01")});
    auto const quarters = periods(first, last, Every::quarter);
    REQUIRE(quarters.size() == 2);
    CHECK(quarters[0] == Period{parse_iso("2024-01-01"), parse_iso("2024-04-01")});
    CHECK(quarters[1] == Period{parse_iso("2024-04-01"), parse_iso("2024-07-01")});
    auto const years = periods(first, last, Every::year);
    REQUIRE(years.size() == 1);
    CHECK(years[0] == Period{parse_iso("2024-01-01"), parse_iso("2025-01-01")});
    CHECK(periods(last, first, Every::month).empty());
    CHECK(periods(parse_iso("9999-11-30"), parse_iso("9999-12-31"), Every::month).size() == 2);
}

TEST_CASE("periods have three names") {
    CHECK(parse_every("month") == Every::month);
    CHECK(parse_every("quarter") == Every::quarter);
    CHECK(parse_every("year") == Every::year);
    CHECK_THROWS_AS(parse_every("week"), std::invalid_argument);
    CHECK_THROWS_AS(parse_every(""), std::invalid_argument);
}

TEST_CASE("by a day includes it, before a day does not") {
    CHECK(by(parse_iso("2034-12-31")).last_day == parse_iso("2034-12-31"));
    CHECK(before(parse_iso("2030-01-01")).last_day == parse_iso("2029-12-31"));
    CHECK(by(unknown_day).last_day == unknown_day);
    CHECK(before(unknown_day).last_day == unknown_day);
}
