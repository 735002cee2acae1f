#include <opgave/target.hpp>

#include "ceiling.hpp"
#include "outlook.hpp"
#include "path_mean.hpp"
#include "target_count.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

namespace opgave {

namespace {

enum class Match : std::int8_t { yes, no, unknown };

/// One column of a scope: the value asked for, looked up.
struct ScopeColumn {
    std::vector<std::int32_t> const& code;
    std::int32_t asked;  ///< -2 if no dwelling has the value
};

std::vector<ScopeColumn> look_up(Dwellings const& dwellings, Target const& target) {
    std::vector<ScopeColumn> columns;
    for (auto const& [name, value] : target.scope) {
        auto const& category = dwellings.category(name);
        auto const& levels = category.levels;
        auto const level = std::find(levels.begin(), levels.end(), value);
        auto const asked =
            level == levels.end() ? -2 : static_cast<std::int32_t>(level - levels.begin());
        columns.push_back({category.code, asked});
    }
    return columns;
}

Match match(std::vector<ScopeColumn> const& columns, std::size_t dwelling) {
    auto result = Match::yes;
    for (auto const& column : columns) {
        auto const code = column.code[dwelling];
        if (code < 0) {
            result = Match::unknown;
        } else if (code != column.asked) {
            return Match::no;
        }
    }
    return result;
}

double pace(std::int64_t left, double months) {
    if (left <= 0) return 0;
    return months > 0 ? static_cast<double>(left) / months
                      : std::numeric_limits<double>::infinity();
}

std::size_t column_index(Grouping const& grouping, std::string const& name) {
    auto const& columns = grouping.columns;
    auto const found = std::find(columns.begin(), columns.end(), name);
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
    throw std::out_of_range("a scope's column must be among the projection's strata (" +
                            (columns.empty() ? std::string{"none"} : join(columns)) + "), got " +
                            quote(name));
}

std::vector<int> matching_strata(Projection const& projection, Target const& target) {
    auto const& labels = projection.grouping.labels;
    std::vector<bool> fits(static_cast<std::size_t>(projection.strata()), true);
    for (auto const& [name, value] : target.scope) {
        auto const column = column_index(projection.grouping, name);
        for (std::size_t i = 0; i < fits.size(); ++i) {
            if (i >= labels.size() || labels[i].at(column) != value) fits[i] = false;
        }
    }
    std::vector<int> strata;
    for (std::size_t i = 0; i < fits.size(); ++i) {
        if (fits[i]) strata.push_back(static_cast<int>(i));
    }
    return strata;
}

std::string describe_scope(Target const& target) {
    std::vector<std::string> parts;
    for (auto const& [name, value] : target.scope) parts.push_back(name + " " + quote(value));
    return join(parts);
}

/// The most dwellings that any path has in `month`.
std::int64_t dwellings_in(Projection const& projection, std::vector<int> const& strata, int month) {
    auto total = projection.series(not_started, strata);
    for (State state = 0; state < projection.trajectory().state_count(); ++state) {
        total += projection.series(state, strata);
    }
    return total.col(month).maxCoeff();
}

/// Dwellings that can complete, or those there are where that is not known.
std::int64_t prospects(Projection const& projection, detail::Counted const& counted) {
    bool const completes = counted.state == projection.trajectory().complete();
    if (!completes || projection.attainable.empty()) {
        return dwellings_in(projection, counted.strata, counted.month);
    }
    std::int64_t total = 0;
    for (auto const i : counted.strata) {
        total += projection.attainable.at(static_cast<std::size_t>(i));
    }
    return total;
}

std::int64_t ceiling_of(Projection const& projection, detail::Counted const& counted) {
    auto const most = prospects(projection, counted);
    if (!projection.source) return most;
    auto const& [hazards, cohorts, run] = *projection.source;
    return std::min(most, detail::most_let_in(detail::Plan(hazards, cohorts, run), counted));
}

/// A completion is final: what was completed on the projection's day stays so.
std::int64_t completed_in(Projection const& projection, std::vector<int> const& strata) {
    if (projection.completed.empty()) return 0;
    std::int64_t total = 0;
    for (auto const i : strata) total += projection.completed.at(static_cast<std::size_t>(i));
    return total;
}

Probability from_outlooks(Projection const& projection,
                          std::vector<detail::Outlook> const& outlooks) {
    Eigen::ArrayXd values(static_cast<Eigen::Index>(outlooks.size()));
    std::ranges::transform(outlooks, values.begin(), &detail::Outlook::at_least);
    return detail::from_paths(projection, values, "exact");
}

Probability from_counts(Projection const& projection, Target const& target,
                        detail::Counted const& counted) {
    auto const series = projection.series(counted.state, counted.strata);
    return detail::from_paths(
        projection, (series.col(counted.month).cast<std::int64_t>() >= target.goal).cast<double>());
}

/// Where dwellings do not wait for each other, each path says its probability exactly.
Probability find_probability(Projection const& projection, Target const& target,
                             detail::Counted const& counted,
                             std::function<bool(double)> const& progress) {
    if (counted.state == projection.trajectory().complete() &&
        completed_in(projection, counted.strata) >= target.goal) {
        return {1, 0, "reached", 0, 0};
    }
    if (projection.source) {
        auto const& [hazards, cohorts, run] = *projection.source;
        Run watched = run;
        watched.progress = progress;
        detail::Plan const plan(hazards, cohorts, watched);
        if (plan.is_free()) {
            auto const outlooks = detail::outlooks(plan, counted, target.goal);
            return plan.is_certain() ? Probability{outlooks.front().at_least, 0, "exact", 0, 0}
                                     : from_outlooks(projection, outlooks);
        }
    }
    return from_counts(projection, target, counted);
}

}  // namespace

void check(Target const& target) {
    if (target.name.empty()) {
        throw std::invalid_argument("a target must have a name, got an empty one");
    }
    auto const name = "target " + quote(target.name);
    if (target.goal < 1) {
        throw std::invalid_argument("the goal of " + name + " must be >= 1, got " +
                                    std::to_string(target.goal));
    }
    if (target.deadline.last_day == unknown_day) {
        throw std::invalid_argument(name + " must have a deadline, got none");
    }
}

Progress progress(Register const& reg, Snapshot const& snapshot, Target const& target) {
    check(target);
    auto const state = reg.trajectory().index(target.state);
    auto const scope = look_up(reg.dwellings(), target);
    Progress result{.goal = target.goal};
    for (std::size_t i = 0; i < snapshot.state.size(); ++i) {
        if (snapshot.state[i] != state) continue;
        auto const fits = match(scope, i);
        if (fits == Match::yes) ++result.done;
        if (fits == Match::unknown) ++result.unknown;
    }
    auto const days = std::int64_t{target.deadline.last_day} - snapshot.as_of;
    result.share = static_cast<double>(result.done) / static_cast<double>(result.goal);
    result.months_left = std::max(0.0, static_cast<double>(days) / days_per_month);
    result.pace_per_month = pace(result.goal - result.done, result.months_left);
    return result;
}

int detail::deadline_month(Projection const& projection, Deadline deadline,
                           std::string const& what) {
    auto const& ends = projection.month_end;
    auto const last_day = deadline.last_day;
    if (ends.empty()) {
        throw NotEnoughData(what + "the projection has no dates, as it starts from no register");
    }
    if (last_day < ends.front()) {
        throw NotEnoughData(what + "the deadline " + to_iso(last_day) +
                            " lies before the first projected month, which ends on " +
                            to_iso(ends.front()));
    }
    if (last_day > ends.back() && last_day >= month_end(ends.back() + 1)) {
        throw NotEnoughData(what + "the deadline " + to_iso(last_day) +
                            " lies beyond the projection, which ends on " + to_iso(ends.back()));
    }
    return static_cast<int>(std::upper_bound(ends.begin(), ends.end(), last_day) - ends.begin()) -
           1;
}

Probability detail::from_paths(Projection const& projection, Eigen::ArrayXd const& values,
                               std::string const& method) {
    auto const paths = static_cast<double>(values.size());
    auto const value = (values.sum() + 0.5) / (paths + 1);
    auto const variance = (values.square().sum() + 0.5) / (paths + 1) - value * value;
    auto const apart = std::sqrt(std::max(0.0, variance) / (paths + 2));
    return {value, std::max(apart, batch_error(projection, values)), method, 0, 0};
}

detail::Counted detail::counted_by(Projection const& projection, Target const& target) {
    check(target);
    auto const state = projection.trajectory().index(target.state);
    auto strata = matching_strata(projection, target);
    if (strata.empty()) {
        throw NotEnoughData("target " + quote(target.name) + ": no dwelling is known to have " +
                            describe_scope(target));
    }
    auto const what = "target " + quote(target.name) + ": ";
    return {state, std::move(strata), deadline_month(projection, target.deadline, what)};
}

Probability probability(Projection const& projection, Target const& target,
                        std::function<bool(double)> const& progress) {
    auto const counted = detail::counted_by(projection, target);
    auto const ceiling = ceiling_of(projection, counted);
    auto result = ceiling < target.goal ? Probability{0, 0, "unreachable", 0, 0}
                                        : find_probability(projection, target, counted, progress);
    result.ceiling = ceiling;
    result.goal = target.goal;
    return result;
}

}  // namespace opgave
