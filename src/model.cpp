#include "model.hpp"

#include "stage_clock.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace opgave::detail {

namespace {

template <typename Column>
void check_length(Column const& column, std::size_t rows, char const* name, bool optional) {
    if (column.size() != rows && !(optional && column.empty())) {
        throw std::invalid_argument("cohorts need columns of equal length: stage has " +
                                    std::to_string(rows) + " rows, " + name + " has " +
                                    std::to_string(column.size()));
    }
}

void check_at_least_zero(std::int64_t value, char const* name, std::size_t row) {
    if (value < 0) {
        throw std::invalid_argument(std::string(name) + " must be >= 0, got " +
                                    std::to_string(value) + " at row " + std::to_string(row));
    }
}

// Whole months in the stage that a pause interrupts: asked for where that stage goes on from there.
int waited_before(Trajectory const& trajectory, Cohorts const& cohorts, State state,
                  std::size_t row) {
    if (!trajectory.is_pause(state) || !resumes(trajectory)) {
        return 0;
    }
    if (cohorts.waited_months.empty()) {
        throw std::invalid_argument(
            "cohorts need waited_months, the months waited in the stage before the pause, as its "
            "clock resumes: row " +
            std::to_string(row) + " is '" + cohorts.stage[row] + "'");
    }
    check_at_least_zero(cohorts.waited_months[row], "waited_months", row);
    return cohorts.waited_months[row];
}

int origin_of(Trajectory const& trajectory, Cohorts const& cohorts, std::size_t row) {
    if (cohorts.interrupted.empty() || cohorts.interrupted[row].empty()) {
        return 0;
    }
    State const origin = trajectory.index(cohorts.interrupted[row]);
    if (!trajectory.is_stage(origin)) {
        throw std::invalid_argument("a pause interrupts a stage, got '" + cohorts.interrupted[row] +
                                    "' at row " + std::to_string(row));
    }
    return origin;
}

}  // namespace

std::vector<StartCell> start_cells(Trajectory const& trajectory, StateSpace const& space,
                                   AgeGrid const& grid, Cohorts const& cohorts, int strata) {
    std::size_t const rows = cohorts.stage.size();
    check_length(cohorts.age_months, rows, "age_months", false);
    check_length(cohorts.count, rows, "count", false);
    check_length(cohorts.interrupted, rows, "interrupted", true);
    check_length(cohorts.stratum, rows, "stratum", true);
    check_length(cohorts.waited_months, rows, "waited_months", true);
    std::vector<StartCell> cells;
    for (std::size_t row = 0; row < rows; ++row) {
        check_at_least_zero(cohorts.age_months[row], "age_months", row);
        check_at_least_zero(cohorts.count[row], "count", row);
        int const stratum = cohorts.stratum.empty() ? 0 : cohorts.stratum[row];
        if (stratum < 0 || stratum >= strata) {
            throw std::invalid_argument("stratum must be in 0-" + std::to_string(strata - 1) +
                                        ", got " + std::to_string(stratum) + " at row " +
                                        std::to_string(row));
        }
        State const state = trajectory.index(cohorts.stage[row]);
        auto const origin = static_cast<State>(origin_of(trajectory, cohorts, row));
        int const waited = waited_before(trajectory, cohorts, state, row);
        cells.push_back({stratum, space.index(state, origin, waited),
                         std::min(cohorts.age_months[row], grid.ages() - 1), cohorts.count[row]});
    }
    return cells;
}

std::vector<std::int64_t> planned_entries(std::vector<double> const& inflow,
                                          std::vector<double> const& factor, double first_month) {
    // A sum that is a whole number but for rounding counts as that number.
    constexpr double rounding = 1e-9;
    std::vector<std::int64_t> entries;
    double sum = 0;
    std::int64_t before = 0;
    for (std::size_t month = 0; month < factor.size(); ++month) {
        double const plan = month < inflow.size() ? inflow[month] : 0;
        sum += plan * factor[month] * (month == 0 ? first_month : 1);
        auto const whole = static_cast<std::int64_t>(std::floor(sum + rounding));
        entries.push_back(whole - before);
        before = whole;
    }
    return entries;
}

}  // namespace opgave::detail
