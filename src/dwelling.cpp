#include <opgave/dwelling.hpp>

#include <opgave/bag_id.hpp>

#include "bag_id_text.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace opgave {

namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

struct NumberRule {
    char const* column;
    Numbers DwellingRows::*rows;
    double least;
    double most;
    bool whole;
    char const* code;
    char const* rule;
};

constexpr double huge = std::numeric_limits<double>::max();

std::array<NumberRule, 7> const number_rules{{
    {"build_year", &DwellingRows::build_year, 1000, 9999, true, "number_out_of_range",
     "a whole number from 1000 to 9999"},
    {"floor_area_m2", &DwellingRows::floor_area_m2, 0, huge, false, "number_out_of_range",
     "finite and >= 0"},
    {"condition_score", &DwellingRows::condition_score, 1, 6, true, "score_out_of_range",
     "a whole number from 1 to 6"},
    {"backlog_cost_eur", &DwellingRows::backlog_cost_eur, 0, huge, false, "number_out_of_range",
     "finite and >= 0"},
    {"subsidence_mm_per_year", &DwellingRows::subsidence_mm_per_year, -huge, huge, false,
     "number_out_of_range", "finite"},
    {"x_rd", &DwellingRows::x_rd, -huge, huge, false, "number_out_of_range", "finite"},
    {"y_rd", &DwellingRows::y_rd, -huge, huge, false, "number_out_of_range", "finite"},
}};

struct NameRule {
    char const* column;
    Texts DwellingRows::*rows;
    Texts levels;  ///< empty: any
    char const* code;
};

std::array<NameRule, 8> const& name_rules() {
    static std::array<NameRule, 8> const rules{{
        {"neighbourhood", &DwellingRows::neighbourhood, {}, ""},
        {"group", &DwellingRows::group, {"programme", "reserve"}, "group_out_of_range"},
        {"tenure", &DwellingRows::tenure, {}, ""},
        {"energy_label", &DwellingRows::energy_label, energy_labels(), "label_out_of_range"},
        {"backlog", &DwellingRows::backlog, {"yes", "no"}, "backlog_out_of_range"},
        {"foundation_risk", &DwellingRows::foundation_risk, foundation_risks(),
         "risk_out_of_range"},
        {"foundation_reliability", &DwellingRows::foundation_reliability,
         foundation_reliabilities(), "reliability_out_of_range"},
        {"complex_id", &DwellingRows::complex_id, {}, ""},
    }};
    return rules;
}

constexpr char const* subsiding = "subsiding";

Issue error(std::string code, std::size_t row, std::string column, std::string message,
            std::string fix) {
    return {Severity::error,   std::move(code),    "dwellings",   static_cast<std::int64_t>(row),
            std::move(column), std::move(message), std::move(fix)};
}

template <class Column>
void check_length(std::string const& name, Column const& column, std::size_t rows) {
    if (column.empty() || column.size() == rows) return;
    throw std::invalid_argument("column " + name + " must have as many rows as dwelling_id (" +
                                std::to_string(rows) + "), got " + std::to_string(column.size()));
}

bool is_own_column(std::string const& name) {
    auto const has_name = [&name](auto const& rule) { return name == rule.column; };
    return name == "dwelling_id" || name == subsiding ||
           std::any_of(name_rules().begin(), name_rules().end(), has_name) ||
           std::any_of(number_rules.begin(), number_rules.end(), has_name);
}

void check_columns(DwellingRows const& rows) {
    auto const n = rows.dwelling_id.size();
    for (auto const& rule : name_rules()) check_length(rule.column, rows.*rule.rows, n);
    for (auto const& rule : number_rules) check_length(rule.column, rows.*rule.rows, n);
    for (auto const& [name, column] : rows.further) {
        check_length(name, column, n);
        if (name.empty() || is_own_column(name)) {
            throw std::invalid_argument("a further column must have a name of its own, got " +
                                        quote(name));
        }
    }
}

void check_rules(DwellingRules const& rules) {
    if (std::isfinite(rules.subsiding_from_mm_per_year)) return;
    throw std::invalid_argument("subsiding_from_mm_per_year must be finite, got " +
                                std::to_string(rules.subsiding_from_mm_per_year));
}

void check_id(std::string const& id, bool is_bag, std::size_t row, Issues& issues) {
    auto const add = [&](BagIdText const& text) {
        issues.push_back(error(text.code, row, "dwelling_id", text.message, text.fix));
    };
    if (id.empty()) {
        add(describe(BagIdFault::empty, id));
    } else if (is_bag) {
        if (auto const text = bag_dwelling_fault(id)) add(*text);
    }
}

Texts checked_ids(DwellingRows const& rows, DwellingRules const& rules,
                  std::unordered_map<std::string, std::int32_t>& index, Issues& issues) {
    auto ids = rows.dwelling_id;
    index.reserve(ids.size());
    for (std::size_t row = 0; row < ids.size(); ++row) {
        check_id(ids[row], rules.bag_identifications, row, issues);
        if (ids[row].empty() || index.emplace(ids[row], static_cast<std::int32_t>(row)).second) {
            continue;
        }
        issues.push_back(
            error("duplicate_dwelling", row, "dwelling_id",
                  "a dwelling must have one row, got a further one for " + quote(mask_id(ids[row])),
                  "keep one row per dwelling"));
        ids[row].clear();
    }
    return ids;
}

Category fixed_category(NameRule const& rule, Texts const& values, std::size_t rows,
                        Issues& issues) {
    Category category{std::vector<std::int32_t>(rows, -1), rule.levels};
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (values[row].empty()) continue;
        auto const level = std::find(rule.levels.begin(), rule.levels.end(), values[row]);
        if (level != rule.levels.end()) {
            category.code[row] = static_cast<std::int32_t>(level - rule.levels.begin());
            continue;
        }
        issues.push_back(error(rule.code, row, rule.column,
                               std::string{rule.column} + " must be one of " + join(rule.levels) +
                                   ", got " + quote(values[row]),
                               "write one of these, or leave it empty if it is not known"));
    }
    return category;
}

constexpr char const* unknown_label = "unknown";

Category free_category(Texts values, std::size_t rows) {
    if (values.empty()) return {std::vector<std::int32_t>(rows, -1), {}};
    std::replace(values.begin(), values.end(), std::string{unknown_label}, std::string{});
    return make_category(values);
}

Numbers checked_numbers(NumberRule const& rule, Numbers const& values, std::size_t rows,
                        Issues& issues) {
    Numbers numbers(rows, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t row = 0; row < values.size(); ++row) {
        auto const value = values[row];
        if (std::isnan(value)) continue;
        bool const fits = value >= rule.least && value <= rule.most;
        if (fits && (!rule.whole || value == std::floor(value))) {
            numbers[row] = value;
            continue;
        }
        issues.push_back(error(
            rule.code, row, rule.column,
            std::string{rule.column} + " must be " + rule.rule + ", got " + write_number(value),
            "correct the number, or leave it empty if it is not known"));
    }
    return numbers;
}

Category subsiding_from(Numbers const& speed, double from) {
    Category category{std::vector<std::int32_t>(speed.size(), -1), {"yes", "no"}};
    for (std::size_t row = 0; row < speed.size(); ++row) {
        if (!std::isnan(speed[row])) category.code[row] = speed[row] <= from ? 0 : 1;
    }
    return category;
}

template <class Map>
Texts keys(Map const& map) {
    Texts names;
    for (auto const& entry : map) names.push_back(entry.first);
    return names;
}

template <class Map>
auto const& column_of(Map const& map, std::string_view name, char const* kind) {
    auto const found = map.find(name);
    if (found != map.end()) return found->second;
    throw std::out_of_range("a column of " + std::string{kind} + " must be one of " +
                            join(keys(map)) + ", got " + quote(name));
}

std::vector<std::int64_t> ranks_of(std::vector<std::int64_t> const& values,
                                   std::vector<std::int64_t> const& distinct) {
    std::vector<std::int64_t> ranks;
    ranks.reserve(values.size());
    for (auto const value : values) {
        ranks.push_back(std::lower_bound(distinct.begin(), distinct.end(), value) -
                        distinct.begin());
    }
    return ranks;
}

std::vector<std::int64_t> distinct_of(std::vector<std::int64_t> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

/// Splits each group by one more column, in the order of its levels, unknown last.
void refine(Grouping& grouping, Category const& category) {
    auto const width = static_cast<std::int64_t>(category.levels.size()) + 1;
    std::vector<std::int64_t> key;
    key.reserve(category.code.size());
    for (std::size_t i = 0; i < category.code.size(); ++i) {
        auto const place = category.code[i] < 0 ? width - 1 : category.code[i];
        key.push_back(width * grouping.group[i] + place);
    }
    auto const distinct = distinct_of(key);
    std::vector<Texts> labels;
    for (auto const value : distinct) {
        auto label = grouping.labels[static_cast<std::size_t>(value / width)];
        auto const place = static_cast<std::size_t>(value % width);
        label.push_back(place < category.levels.size() ? category.levels[place] : unknown_label);
        labels.push_back(std::move(label));
    }
    grouping.labels = std::move(labels);
    auto const ranks = ranks_of(key, distinct);
    std::transform(ranks.begin(), ranks.end(), grouping.group.begin(),
                   [](std::int64_t rank) { return static_cast<std::int32_t>(rank); });
}

}  // namespace

Category make_category(Texts const& values) {
    Category category;
    category.code.reserve(values.size());
    std::unordered_map<std::string_view, std::int32_t> code_of;
    for (auto const& value : values) {
        if (value.empty()) {
            category.code.push_back(-1);
            continue;
        }
        auto const next = static_cast<std::int32_t>(category.levels.size());
        auto const [found, is_new] = code_of.emplace(value, next);
        if (is_new) category.levels.push_back(value);
        category.code.push_back(found->second);
    }
    return category;
}

Texts const& energy_labels() {
    static Texts const labels{"G", "F",  "E",   "D",    "C",     "B",
                              "A", "A+", "A++", "A+++", "A++++", "A+++++"};
    return labels;
}

Texts const& foundation_risks() {
    static Texts const risks{"A", "B", "C", "D", "E"};
    return risks;
}

Texts const& foundation_reliabilities() {
    static Texts const reliabilities{"indicative", "cluster", "established"};
    return reliabilities;
}

Dwellings::Dwellings(DwellingRows const& rows, DwellingRules const& rules, Issues& issues) {
    check_columns(rows);
    check_rules(rules);
    auto const n = rows.dwelling_id.size();
    id_ = checked_ids(rows, rules, index_, issues);
    for (auto const& rule : name_rules()) {
        auto const& values = rows.*rule.rows;
        category_[rule.column] = rule.levels.empty() ? free_category(values, n)
                                                     : fixed_category(rule, values, n, issues);
    }
    auto& group = category_["group"].code;
    std::replace(group.begin(), group.end(), -1, 0);
    for (auto const& [name, values] : rows.further) category_[name] = free_category(values, n);
    for (auto const& rule : number_rules) {
        number_[rule.column] = checked_numbers(rule, rows.*rule.rows, n, issues);
    }
    category_[subsiding] =
        subsiding_from(number_["subsidence_mm_per_year"], rules.subsiding_from_mm_per_year);
}

std::optional<std::int32_t> Dwellings::find(std::string_view id) const {
    auto const found = index_.find(std::string{id});
    if (found == index_.end()) return std::nullopt;
    return found->second;
}

Texts Dwellings::category_names() const { return keys(category_); }

Texts Dwellings::number_names() const { return keys(number_); }

Category const& Dwellings::category(std::string_view name) const {
    return column_of(category_, name, "names");
}

Numbers const& Dwellings::number(std::string_view name) const {
    return column_of(number_, name, "numbers");
}

Grouping group_by(Dwellings const& dwellings, Texts const& columns) {
    Grouping grouping{columns, std::vector<std::int32_t>(dwellings.size(), 0), {{}}};
    for (auto const& column : columns) refine(grouping, dwellings.category(column));
    return grouping;
}

}  // namespace opgave
