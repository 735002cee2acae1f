#include <opgave/pipeline.hpp>

#include "text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

namespace opgave {

namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;
using Days = std::vector<Day>;

template <class Column>
struct Named {
    char const* name;
    Column PipelineRows::*rows;
};

constexpr std::array<Named<Texts>, 7> text_columns{{{"area", &PipelineRows::area},
                                                    {"gross_or_net", &PipelineRows::gross_or_net},
                                                    {"phase", &PipelineRows::phase},
                                                    {"hardness", &PipelineRows::hardness},
                                                    {"parent", &PipelineRows::parent},
                                                    {"project_id", &PipelineRows::project_id},
                                                    {"programme", &PipelineRows::programme}}};
constexpr std::array<Named<Numbers>, 2> number_columns{
    {{"units_added", &PipelineRows::units_added},
     {"units_demolished", &PipelineRows::units_demolished}}};
constexpr std::array<Named<Days>, 4> day_columns{
    {{"start", &PipelineRows::start},
     {"demolition", &PipelineRows::demolition},
     {"planned_completion", &PipelineRows::planned_completion},
     {"completed", &PipelineRows::completed}}};

template <class Columns, class Value>
void fill(PipelineRows& rows, Columns const& columns, Value const& unknown) {
    auto const n = rows.name.size();
    for (auto const& [name, column] : columns) {
        auto& values = rows.*column;
        if (values.empty()) {
            values.assign(n, unknown);
        } else if (values.size() != n) {
            throw std::invalid_argument("column " + std::string(name) +
                                        " must have as many rows as name (" + std::to_string(n) +
                                        "), got " + std::to_string(values.size()));
        }
    }
}

// Notes what is wrong, row by row.
class Checker {
public:
    Checker(PipelineRows& rows, Issues& issues) : rows_(rows), issues_(issues) {}

    void run() {
        if (rows_.name.empty()) {
            note(Severity::error, "no_projects", 0, "name",
                 "a pipeline needs at least one project, got none", "add a row per project");
        }
        for (std::size_t row = 0; row < rows_.name.size(); ++row) {
            check_name(row);
            check_words(row);
            for (auto const& column : number_columns) {
                check_number(row, column);
            }
            check_days(row);
            check_balance(row);
            check_unknown(row);
        }
        for (std::size_t row = 0; row < rows_.name.size(); ++row) {
            check_listing(row);
        }
    }

private:
    void note(Severity severity, char const* code, std::size_t row, char const* column,
              std::string message, std::string fix) {
        issues_.push_back({severity, code, "pipeline", static_cast<std::int64_t>(row), column,
                           std::move(message), std::move(fix)});
    }
    void error(char const* code, std::size_t row, char const* column, std::string message,
               std::string fix) {
        note(Severity::error, code, row, column, std::move(message), std::move(fix));
    }
    void warning(char const* code, std::size_t row, char const* column, std::string message,
                 std::string fix) {
        note(Severity::warning, code, row, column, std::move(message), std::move(fix));
    }

    void check_name(std::size_t row) {
        if (rows_.name[row].empty()) {
            error("missing_name", row, "name", "a project needs a name, got none", "name it");
        }
    }

    void check_word(std::size_t row, char const* name, std::string& value, Texts const& allowed) {
        if (value.empty() || std::ranges::find(allowed, value) != allowed.end()) {
            return;
        }
        error(("unknown_" + std::string(name)).c_str(), row, name,
              std::string(name) + " must be one of " + join(allowed) + ", got " + quote(value),
              "write one of these, or leave it empty if it is not known");
        value.clear();
    }

    void check_words(std::size_t row) {
        check_word(row, "phase", rows_.phase[row], project_phases());
        check_word(row, "hardness", rows_.hardness[row], {"hard", "soft"});
        check_word(row, "gross_or_net", rows_.gross_or_net[row], {"gross", "net"});
    }

    void check_number(std::size_t row, Named<Numbers> const& column) {
        auto& value = (rows_.*column.rows)[row];
        if (std::isnan(value)) {
            return;
        }
        if (value < 0 || value != std::floor(value) || value > most_homes) {
            bool const is_negative = value < 0;
            error(is_negative ? "negative_units" : "units_out_of_range", row, column.name,
                  std::string(column.name) + " must be a whole number of homes >= 0, got " +
                      write_number(value),
                  is_negative ? "write what is demolished as a positive number in units_demolished"
                              : "correct the number, or leave it empty if it is not known");
            value = std::numeric_limits<double>::quiet_NaN();
        }
    }

    void check_order(std::size_t row, Day first, Day last, char const* column,
                     std::string const& what) {
        if (first != unknown_day && last != unknown_day && last < first) {
            error("completion_before_start", row, column,
                  what + " must not lie before the start, got " + to_iso(last) + " before " +
                      to_iso(first),
                  "correct one of the two days");
        }
    }

    void check_days(std::size_t row) {
        check_order(row, rows_.start[row], rows_.planned_completion[row], "planned_completion",
                    "the planned completion");
        check_order(row, rows_.start[row], rows_.completed[row], "completed", "the completion");
    }

    void check_balance(std::size_t row) {
        auto const& counted = rows_.gross_or_net[row];
        double const added = rows_.units_added[row];
        double const demolished = rows_.units_demolished[row];
        if (std::isnan(added)) {
            return;
        }
        if (counted == "gross" && std::isnan(demolished)) {
            error("gross_without_demolition", row, "units_demolished",
                  "gross homes cannot be added to net ones without the demolition, got " +
                      write_number(added) + " gross",
                  "give units_demolished, 0 if nothing is demolished");
        }
        if (counted.empty() && demolished > 0) {
            error("gross_or_net", row, "gross_or_net",
                  "with demolition it matters whether units_added is gross or net, got neither",
                  "write gross or net");
        }
    }

    void check_unknown(std::size_t row) {
        constexpr char const* fix = "find it out: until then the project is left out, not zero";
        auto const is_open = rows_.completed[row] == unknown_day;
        if (std::isnan(rows_.units_added[row])) {
            warning("unknown_units", row, "units_added", "it is not known how many homes it adds",
                    fix);
        } else if (rows_.gross_or_net[row].empty() && std::isnan(rows_.units_demolished[row])) {
            warning("unknown_demolition", row, "units_demolished",
                    "neither the demolition is known nor whether the homes are gross or net", fix);
        }
        if (is_open && rows_.planned_completion[row] == unknown_day) {
            warning("unknown_completion", row, "planned_completion",
                    "the planned completion is not known", fix);
        }
        if (is_open && rows_.phase[row].empty() && rows_.hardness[row].empty()) {
            warning("unknown_phase", row, "phase", "neither phase nor hardness is known", fix);
        }
        if (rows_.units_demolished[row] > 0 && rows_.demolition[row] == unknown_day) {
            warning("undated_demolition", row, "demolition",
                    "the day of the demolition is not known",
                    "give it: until then the demolition counts with the completion");
        }
    }

    void check_listing(std::size_t row) {
        auto const& name = rows_.name[row];
        auto const& id = rows_.project_id[row];
        auto const same_id = [&](std::size_t other) {
            return !id.empty() && rows_.project_id[other] == id;
        };
        for (std::size_t other = 0; other < row; ++other) {
            if (same_id(other)) {
                return check_same(row, other);
            }
            if (!name.empty() && rows_.name[other] == name) {
                return error(
                    "duplicate_name", row, "name",
                    "a name must belong to one project, got " + quote(name) + " a second time",
                    "rename one, or give both the same project_id if they are the same");
            }
        }
    }

    void check_same(std::size_t row, std::size_t other) {
        auto const same = [&](Numbers const& column) {
            return column[row] == column[other] ||
                   (std::isnan(column[row]) && std::isnan(column[other]));
        };
        bool agree = rows_.gross_or_net[row] == rows_.gross_or_net[other] &&
                     rows_.phase[row] == rows_.phase[other] &&
                     rows_.hardness[row] == rows_.hardness[other];
        for (auto const& column : number_columns) {
            agree = agree && same(rows_.*column.rows);
        }
        for (auto const& column : day_columns) {
            agree = agree && (rows_.*column.rows)[row] == (rows_.*column.rows)[other];
        }
        if (agree) {
            warning("listed_twice", row, "project_id", "the project is listed twice",
                    "nothing: it counts once, as its first row has it");
        } else {
            error("listings_differ", row, "project_id",
                  "a project listed twice must have the same homes, days, phase and hardness",
                  "find out which row holds, and keep that one");
        }
    }

    static constexpr double most_homes = 100'000;

    PipelineRows& rows_;
    Issues& issues_;
};

void check(PipelineModel const& model) {
    check(model.factor);
    if (model.draws < 2 || model.draws > 100'000) {
        throw std::invalid_argument("draws must lie between 2 and 100000, got " +
                                    std::to_string(model.draws));
    }
}

}  // namespace

bool operator==(PipelineRows const& a, PipelineRows const& b) {
    auto const same = [&](auto const& column) { return a.*column.rows == b.*column.rows; };
    return a.name == b.name && std::ranges::all_of(text_columns, same) &&
           std::ranges::all_of(day_columns, same) &&
           std::ranges::all_of(number_columns, [&](auto const& column) {
               return same_numbers(a.*column.rows, b.*column.rows);
           });
}

Pipeline::Pipeline(PipelineRows rows, PipelineModel model)
    : rows_(std::move(rows)), model_(std::move(model)) {
    check(model_);
    beliefs_ = learn(model_.phases, model_.past);
    fill(rows_, text_columns, std::string());
    fill(rows_, number_columns, std::numeric_limits<double>::quiet_NaN());
    fill(rows_, day_columns, unknown_day);
    Checker(rows_, issues_).run();
    if (has_errors(issues_)) {
        throw RegisterError(std::move(issues_));
    }
}

}  // namespace opgave
