#pragma once
/// Dwellings and what is known of them: label, condition, backlog, foundation, subsidence.

#include <opgave/issue.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace opgave {

/// A column of names: `code` indexes `levels`, -1 is unknown.
struct Category {
    std::vector<std::int32_t> code;
    std::vector<std::string> levels;
    friend bool operator==(Category const&, Category const&) = default;
};

/// Levels in order of first appearance; the empty text is unknown.
[[nodiscard]] Category make_category(std::vector<std::string> const& values);

/// `G` … `A`, `A+` … `A+++++`: from worst to best.
[[nodiscard]] std::vector<std::string> const& energy_labels();
/// `A` (low) … `E` (high).
[[nodiscard]] std::vector<std::string> const& foundation_risks();
/// `indicative` (a model) < `cluster` (a neighbour in the block) < `established` (own inspection).
[[nodiscard]] std::vector<std::string> const& foundation_reliabilities();

/// Whether two columns hold the same numbers; unknown (NaN) equals unknown.
[[nodiscard]] inline bool same_numbers(std::vector<double> const& a, std::vector<double> const& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
        return x == y || (std::isnan(x) && std::isnan(y));
    });
}

/// Dwellings as they are read, not yet checked. An empty column is absent: all unknown.
/// Text unknown is empty (or `unknown`, where any text is allowed), a number unknown is NaN.
struct DwellingRows {
    std::vector<std::string> dwelling_id = {};
    std::vector<std::string> neighbourhood = {};
    std::vector<std::string> group = {};  ///< programme | reserve; unknown is programme
    std::vector<std::string> tenure = {};
    std::vector<std::string> energy_label = {};
    std::vector<std::string> backlog = {};  ///< yes | no
    std::vector<std::string> foundation_risk = {};
    std::vector<std::string> foundation_reliability = {};
    std::vector<std::string> complex_id = {};  ///< dwellings decided on together
    std::vector<double> build_year = {};
    std::vector<double> floor_area_m2 = {};
    std::vector<double> condition_score = {};  ///< NEN 2767: 1 (excellent) … 6 (very bad)
    std::vector<double> backlog_cost_eur = {};
    std::vector<double> subsidence_mm_per_year = {};  ///< negative sinks
    std::vector<double> x_rd = {};
    std::vector<double> y_rd = {};
    std::map<std::string, std::vector<std::string>> further =
        {};  ///< kept, and usable in groupings
};

/// What is asked of dwellings beyond their form.
struct DwellingRules {
    bool bag_identifications = false;          ///< `dwelling_id` is a BAG verblijfsobject
    double subsiding_from_mm_per_year = -1.0;  ///< this speed or faster counts as subsiding
    friend bool operator==(DwellingRules const&, DwellingRules const&) = default;
};

/// A table of dwellings: names by column, numbers by column.
///
/// `subsiding` (yes | no) is derived from `subsidence_mm_per_year`.
/// Invariant: all columns have `size()` rows, identifications are unique, enumerated columns
/// hold only their allowed levels.
class Dwellings {
public:
    /// Appends what is wrong to `issues`; a row in error keeps its place with unknown values.
    Dwellings(DwellingRows const& rows, DwellingRules const& rules, Issues& issues);

    /// From columns of dwellings that were checked before. Throws std::invalid_argument if a length
    /// or a code does not fit, or an identification repeats.
    Dwellings(std::vector<std::string> id, std::map<std::string, Category, std::less<>> category,
              std::map<std::string, std::vector<double>, std::less<>> number);

    [[nodiscard]] std::size_t size() const noexcept { return id_.size(); }
    [[nodiscard]] std::vector<std::string> const& id() const noexcept { return id_; }
    [[nodiscard]] std::optional<std::int32_t> find(std::string_view id) const;

    /// Names of the columns of names, and of the columns of numbers.
    [[nodiscard]] std::vector<std::string> category_names() const;
    [[nodiscard]] std::vector<std::string> number_names() const;
    /// Throws std::out_of_range that lists the columns.
    [[nodiscard]] Category const& category(std::string_view name) const;
    [[nodiscard]] std::vector<double> const& number(std::string_view name) const;

    friend bool operator==(Dwellings const& a, Dwellings const& b) {
        return a.id_ == b.id_ && a.category_ == b.category_ &&
               std::equal(a.number_.begin(), a.number_.end(), b.number_.begin(), b.number_.end(),
                          [](auto const& x, auto const& y) {
                              return x.first == y.first && same_numbers(x.second, y.second);
                          });
    }

private:
    std::vector<std::string> id_;
    std::map<std::string, Category, std::less<>> category_;
    std::map<std::string, std::vector<double>, std::less<>> number_;
    std::unordered_map<std::string, std::int32_t> index_;
};

inline Dwellings::Dwellings(std::vector<std::string> id,
                            std::map<std::string, Category, std::less<>> category,
                            std::map<std::string, std::vector<double>, std::less<>> number)
    : id_{std::move(id)}, category_{std::move(category)}, number_{std::move(number)} {
    for (std::size_t row = 0; row < size(); ++row)
        if (!index_.emplace(id_[row], static_cast<std::int32_t>(row)).second)
            throw std::invalid_argument("dwelling_id repeats at row " + std::to_string(row));
    for (auto const& [name, column] : category_) {
        auto const levels = static_cast<std::int64_t>(column.levels.size());
        auto const known = [&](std::int32_t code) { return code >= -1 && code < levels; };
        if (column.code.size() != size() || !std::ranges::all_of(column.code, known))
            throw std::invalid_argument("column " + name +
                                        " must have a code of its levels per row");
    }
    for (auto const& [name, column] : number_)
        if (column.size() != size())
            throw std::invalid_argument("column " + name + " must have a number per row");
}

/// Which group each dwelling belongs to, and the names of the groups.
///
/// A dwelling whose value is unknown belongs to a group named `unknown`: totals always add up.
struct Grouping {
    std::vector<std::string> columns;
    std::vector<std::int32_t> group;               ///< per dwelling
    std::vector<std::vector<std::string>> labels;  ///< per group, one name per column
    friend bool operator==(Grouping const&, Grouping const&) = default;
};

/// Groups by the given columns, in the order of their levels; without columns one group.
/// Throws std::out_of_range that lists the columns if one does not exist.
[[nodiscard]] Grouping group_by(Dwellings const& dwellings,
                                std::vector<std::string> const& columns);

}  // namespace opgave
