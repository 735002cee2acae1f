#include "catch.hpp"
#include "rows.hpp"

#include <opgave/dwelling.hpp>

#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>

using namespace opgave;

namespace {

using Names = std::vector<std::string>;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

Issues issues_of(DwellingRows const& rows, DwellingRules const& rules = {}) {
    Issues issues;
    Dwellings const dwellings{rows, rules, issues};
    CHECK(dwellings.size() == rows.dwelling_id.size());
    return issues;
}

Dwellings valid(DwellingRows const& rows, DwellingRules const& rules = {}) {
    Issues issues;
    Dwellings dwellings{rows, rules, issues};
    CHECK(issues.empty());
    return dwellings;
}

std::vector<std::string> values(Dwellings const& dwellings, std::string const& column) {
    auto const& category = dwellings.category(column);
    std::vector<std::string> names;
    for (auto const code : category.code) {
        names.push_back(code < 0 ? "?" : category.levels[static_cast<std::size_t>(code)]);
    }
    return names;
}

/// Of one column of numbers, the values that are errors; each must have the given code.
std::vector<double> refused_numbers(std::vector<double> DwellingRows::*column,
                                    std::vector<double> const& numbers, std::string const& code) {
    DwellingRows rows;
    for (std::size_t i = 0; i < numbers.size(); ++i) rows.dwelling_id.push_back(std::to_string(i));
    rows.*column = numbers;
    std::vector<double> refused;
    for (auto const& issue : issues_of(rows)) {
        CHECK(issue.code == code);
        CHECK(issue.severity == Severity::error);
        refused.push_back(numbers[static_cast<std::size_t>(issue.row)]);
    }
    return refused;
}

std::string message_of(DwellingRows const& rows) {
    auto const issues = issues_of(rows);
    REQUIRE(issues.size() == 1);
    return issues[0].message;
}

DwellingRows random_rows(rows::Random& random, std::size_t n) {
    Names const places{"", "oud", "nieuw", "west"};
    Names const backlog{"", "yes", "no"};
    DwellingRows rows;
    for (std::size_t i = 0; i < n; ++i) {
        rows.dwelling_id.push_back("d" + std::to_string(i));
        rows.neighbourhood.push_back(places[rows::below(random, places.size())]);
        rows.backlog.push_back(backlog[rows::below(random, backlog.size())]);
        rows.further["owner"].push_back(std::to_string(rows::below(random, 3)));
    }
    return rows;
}

}  // namespace

TEST_CASE("a category gives back the names it was made of") {
    Names const names{"b", "", "a", "b", "", "c", "a"};
    auto const category = make_category(names);
    CHECK(category.levels == Names{"b", "a", "c"});
    CHECK(category.code == std::vector<std::int32_t>{0, -1, 1, 0, -1, 2, 1});
    CHECK(make_category({}) == Category{});
}

TEST_CASE("groups hold each dwelling once, whatever the columns") {
    rows::Random random{7};
    for (int round = 0; round < 50; ++round) {
        auto const rows = random_rows(random, 1 + rows::below(random, 30));
        auto const dwellings = valid(rows);
        for (auto const& columns : {Names{}, Names{"neighbourhood"}, Names{"backlog", "owner"},
                                    Names{"owner", "neighbourhood", "backlog"}}) {
            auto const grouping = group_by(dwellings, columns);
            REQUIRE(grouping.group.size() == dwellings.size());
            CHECK(grouping.columns == columns);
            std::set<std::int32_t> const used(grouping.group.begin(), grouping.group.end());
            CHECK(used.size() == grouping.labels.size());
            CHECK(std::set<Names>(grouping.labels.begin(), grouping.labels.end()).size() ==
                  grouping.labels.size());
            for (std::size_t i = 0; i < dwellings.size(); ++i) {
                auto const& label = grouping.labels.at(static_cast<std::size_t>(grouping.group[i]));
                REQUIRE(label.size() == columns.size());
                for (std::size_t c = 0; c < columns.size(); ++c) {
                    auto const name = values(dwellings, columns[c])[i];
                    CHECK(label[c] == (name == "?" ? "unknown" : name));
                }
            }
        }
    }
}

TEST_CASE("groups come in the order of the levels, unknown last") {
    auto rows = rows::dwellings({"1", "2", "3", "4", "5"});
    rows.energy_label = {"A++", "", "G", "C", "A++"};
    auto const grouping = group_by(valid(rows), {"energy_label"});
    CHECK(grouping.labels == std::vector<Names>{{"G"}, {"C"}, {"A++"}, {"unknown"}});
    CHECK(grouping.group == std::vector<std::int32_t>{2, 3, 0, 1, 2});
}

TEST_CASE("a level that is named unknown is unknown") {
    auto rows = rows::dwellings({"1", "2", "3"});
    rows.neighbourhood = {"unknown", "", "oud"};
    CHECK(values(valid(rows), "neighbourhood") == Names{"?", "?", "oud"});
    auto const grouping = group_by(valid(rows), {"neighbourhood"});
    CHECK(grouping.labels == std::vector<Names>{{"oud"}, {"unknown"}});
    CHECK(grouping.group == std::vector<std::int32_t>{1, 1, 0});
}

TEST_CASE("without columns there is one group, without dwellings none of a column") {
    auto const none = valid({});
    CHECK(group_by(none, {}).labels == std::vector<Names>{{}});
    CHECK(group_by(none, {"neighbourhood"}).labels.empty());
    CHECK(group_by(valid(rows::dwellings({"1", "2"})), {}).group ==
          std::vector<std::int32_t>{0, 0});
    CHECK_THROWS_AS(group_by(none, {"colour"}), std::out_of_range);
}

TEST_CASE("a dwelling is found by its identification") {
    auto const dwellings = valid(rows::dwellings({"x", "y", "z"}));
    CHECK(dwellings.find("x") == 0);
    CHECK(dwellings.find("z") == 2);
    CHECK_FALSE(dwellings.find("").has_value());
    CHECK_FALSE(dwellings.find("X").has_value());
    CHECK(dwellings.id() == Names{"x", "y", "z"});
}

TEST_CASE("every fixed level is accepted and nothing else") {
    struct Case {
        std::string column;
        Names DwellingRows::*rows;
        Names levels;
        std::string code;
    };
    std::vector<Case> const cases{
        {"energy_label",
         &DwellingRows::energy_label,
         {"G", "F", "E", "D", "C", "B", "A", "A+", "A++", "A+++", "A++++", "A+++++"},
         "label_out_of_range"},
        {"foundation_risk",
         &DwellingRows::foundation_risk,
         {"A", "B", "C", "D", "E"},
         "risk_out_of_range"},
        {"foundation_reliability",
         &DwellingRows::foundation_reliability,
         {"indicative", "cluster", "established"},
         "reliability_out_of_range"},
        {"group", &DwellingRows::group, {"programme", "reserve"}, "group_out_of_range"},
        {"backlog", &DwellingRows::backlog, {"yes", "no"}, "backlog_out_of_range"},
    };
    for (auto const& each : cases) {
        CAPTURE(each.column);
        auto all = each.levels;
        for (auto const* wrong : {"a", "H", "A++++++", "?", " yes", "Programme", "true"}) {
            all.emplace_back(wrong);
        }
        DwellingRows rows;
        for (std::size_t i = 0; i < all.size(); ++i) rows.dwelling_id.push_back(std::to_string(i));
        rows.*each.rows = all;
        auto const issues = issues_of(rows);
        REQUIRE(issues.size() == 7);
        for (std::size_t i = 0; i < issues.size(); ++i) {
            CHECK(issues[i].code == each.code);
            CHECK(issues[i].column == each.column);
            CHECK(issues[i].table == "dwellings");
            CHECK(issues[i].row == static_cast<std::int64_t>(each.levels.size() + i));
            CHECK_FALSE(issues[i].fix.empty());
        }
        (rows.*each.rows).resize(each.levels.size());
        rows.dwelling_id.resize(each.levels.size());
        CHECK(values(valid(rows), each.column) == each.levels);
    }
}

TEST_CASE("energy labels go from worst to best") {
    CHECK(energy_labels().front() == "G");
    CHECK(energy_labels().back() == "A+++++");
    CHECK(foundation_risks() == Names{"A", "B", "C", "D", "E"});
    CHECK(foundation_reliabilities() == Names{"indicative", "cluster", "established"});
}

TEST_CASE("numbers out of range are errors, unknown numbers are not") {
    using Values = std::vector<double>;
    CHECK(refused_numbers(&DwellingRows::condition_score,
                          {1, 2, 3, 4, 5, 6, unknown, 0, 7, 3.5, -1},
                          "score_out_of_range") == Values{0, 7, 3.5, -1});
    CHECK(refused_numbers(&DwellingRows::floor_area_m2, {0, 71.5, unknown, -0.25, infinite},
                          "number_out_of_range") == Values{-0.25, infinite});
    CHECK(refused_numbers(&DwellingRows::backlog_cost_eur, {0, 12'000.5, unknown, -1, infinite},
                          "number_out_of_range") == Values{-1, infinite});
    CHECK(refused_numbers(&DwellingRows::build_year, {1000, 1931, unknown, 999, 1931.5, 10000},
                          "number_out_of_range") == Values{999, 1931.5, 10000});
    CHECK(refused_numbers(&DwellingRows::subsidence_mm_per_year, {-12, 0, 3, unknown, -infinite},
                          "number_out_of_range") == Values{-infinite});
    CHECK(refused_numbers(&DwellingRows::x_rd, {104'000, -5, unknown, infinite},
                          "number_out_of_range") == Values{infinite});
    CHECK(refused_numbers(&DwellingRows::y_rd, {424'000, -5, unknown, -infinite},
                          "number_out_of_range") == Values{-infinite});
}

TEST_CASE("messages of dwellings say the rule and the value") {
    auto rows = rows::dwellings({"1"});
    rows.condition_score = {3.5};
    CHECK(message_of(rows) == "condition_score must be a whole number from 1 to 6, got 3.5");
    rows.condition_score.clear();
    rows.foundation_risk = {"F"};
    CHECK(message_of(rows) == "foundation_risk must be one of A, B, C, D, E, got \"F\"");
}

TEST_CASE("identifications are given and occur once") {
    auto const rows = rows::dwellings({"woning-1", "", "woning-2", "woning-1", "", "woning-1"});
    auto const issues = issues_of(rows);
    CHECK(rows::rows_with(issues, "missing_id") == std::vector<std::int64_t>{1, 4});
    CHECK(rows::rows_with(issues, "duplicate_dwelling") == std::vector<std::int64_t>{3, 5});
    CHECK(issues.size() == 4);
    for (auto const& issue : issues) CHECK(issue.message.find("woning") == std::string::npos);
    Issues again;
    Dwellings const dwellings{rows, {}, again};
    CHECK(dwellings.find("woning-1") == 0);
    CHECK(dwellings.id() == Names{"woning-1", "", "woning-2", "", "", ""});
}

TEST_CASE("BAG identifications are checked where the rules ask for it") {
    auto const rows =
        rows::dwellings({"0505010000012345", "505010000012346", "5,05E+14", "050501000001234x",
                         "12345", "0505990000012345", "0505100000012345"});
    CHECK(issues_of(rows).empty());
    Names codes;
    for (auto const& issue : issues_of(rows, {.bag_identifications = true})) {
        codes.push_back(issue.code);
        CHECK(issue.column == "dwelling_id");
        CHECK(issue.message.find("00012") == std::string::npos);
    }
    CHECK(codes == Names{"bag_id_leading_zero", "bag_id_scientific", "bag_id_digits",
                         "bag_id_length", "bag_id_type", "bag_id_type"});
}

TEST_CASE("ten thousand bad rows are ten thousand issues") {
    DwellingRows rows;
    for (int i = 0; i < 10'000; ++i) {
        rows.dwelling_id.push_back(std::to_string(i));
        rows.energy_label.emplace_back("Z");
    }
    CHECK(issues_of(rows).size() == 10'000);
}

TEST_CASE("a row in error keeps its place with an unknown value") {
    auto rows = rows::dwellings({"1", "2", "3"});
    rows.energy_label = {"A", "Z", "B"};
    rows.condition_score = {2, 9, 4};
    Issues issues;
    Dwellings const dwellings{rows, {}, issues};
    CHECK(values(dwellings, "energy_label") == Names{"A", "?", "B"});
    CHECK(dwellings.number("condition_score")[0] == 2);
    CHECK(std::isnan(dwellings.number("condition_score")[1]));
    CHECK(dwellings.number("condition_score")[2] == 4);
}

TEST_CASE("an absent column is unknown for all, and the group is the programme") {
    auto const dwellings = valid(rows::dwellings({"1", "2"}));
    CHECK(values(dwellings, "neighbourhood") == Names{"?", "?"});
    CHECK(values(dwellings, "subsiding") == Names{"?", "?"});
    CHECK(values(dwellings, "group") == Names{"programme", "programme"});
    CHECK(std::isnan(dwellings.number("build_year")[1]));
    auto rows = rows::dwellings({"1", "2", "3"});
    rows.group = {"reserve", "", "programme"};
    CHECK(values(valid(rows), "group") == Names{"reserve", "programme", "programme"});
}

TEST_CASE("subsiding is this speed or faster") {
    auto rows = rows::dwellings({"1", "2", "3", "4", "5"});
    rows.subsidence_mm_per_year = {-1.0, -0.99, unknown, -3, 2};
    CHECK(values(valid(rows), "subsiding") == Names{"yes", "no", "?", "yes", "no"});
    CHECK(values(valid(rows, {.subsiding_from_mm_per_year = -2}), "subsiding") ==
          Names{"no", "no", "?", "yes", "no"});
    Issues issues;
    CHECK_THROWS_AS((Dwellings{rows, {.subsiding_from_mm_per_year = unknown}, issues}),
                    std::invalid_argument);
}

TEST_CASE("further columns are kept under a name of their own") {
    auto rows = rows::dwellings({"1", "2"});
    rows.further["owner"] = {"x", ""};
    auto const dwellings = valid(rows);
    CHECK(values(dwellings, "owner") == Names{"x", "?"});
    CHECK(group_by(dwellings, {"owner"}).labels == std::vector<Names>{{"x"}, {"unknown"}});
    for (auto const* name : {"", "backlog", "build_year", "subsiding", "dwelling_id"}) {
        auto clash = rows;
        clash.further[name] = {"x", "y"};
        Issues issues;
        CHECK_THROWS_AS((Dwellings{clash, {}, issues}), std::invalid_argument);
    }
}

TEST_CASE("columns of dwellings of another length are refused") {
    auto rows = rows::dwellings({"1", "2"});
    rows.backlog = {"yes"};
    std::string message;
    try {
        (void)issues_of(rows);
    } catch (std::invalid_argument const& error) {
        message = error.what();
    }
    CHECK(message == "column backlog must have as many rows as dwelling_id (2), got 1");
    rows = rows::dwellings({"1", "2"});
    rows.x_rd = {1, 2, 3};
    CHECK_THROWS_AS(issues_of(rows), std::invalid_argument);
    rows = rows::dwellings({});
    rows.further["owner"] = {"x"};
    CHECK_THROWS_AS(issues_of(rows), std::invalid_argument);
}

TEST_CASE("a column that does not exist is refused with those that do") {
    auto const dwellings = valid(rows::dwellings({"1"}));
    std::string message;
    try {
        (void)dwellings.category("colour");
    } catch (std::out_of_range const& error) {
        message = error.what();
    }
    CHECK(message.find("neighbourhood") != std::string::npos);
    CHECK(message.find("\"colour\"") != std::string::npos);
    CHECK_THROWS_AS(dwellings.number("neighbourhood"), std::out_of_range);
    CHECK_THROWS_AS(dwellings.category("build_year"), std::out_of_range);
    for (auto const& name : dwellings.category_names())
        CHECK(dwellings.category(name).code.size() == 1);
    for (auto const& name : dwellings.number_names()) CHECK(dwellings.number(name).size() == 1);
    CHECK(dwellings.category_names().size() == 9);
    CHECK(dwellings.number_names().size() == 7);
}
