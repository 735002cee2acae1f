#include <opgave/spending.hpp>

#include "levels.hpp"
#include "target_count.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace opgave {

namespace {

std::size_t index_of(Projection const& projection, std::string const& budget) {
    auto const& names = projection.budgets;
    auto const found = std::ranges::find(names, budget);
    if (found == names.end()) {
        throw std::out_of_range("a budget must be one of the scenario's (" +
                                (names.empty() ? std::string("none") : join(names)) + "), got " +
                                quote(budget));
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

Spending spending(Projection const& projection, std::string const& budget,
                  std::vector<double> const& q) {
    auto const& cents = projection.spent[index_of(projection, budget)];
    Eigen::ArrayXXd const spent = cents.cast<double>();
    auto const n = static_cast<double>(projection.paths());
    Eigen::ArrayXd const mean = spent.colwise().mean().transpose();
    Eigen::ArrayXd const square =
        (spent.rowwise() - mean.transpose()).square().colwise().sum().transpose();
    return {mean, (square / std::max(1.0, n - 1) / n).sqrt(), detail::levels(cents, q)};
}

Probability money_runs_out(Projection const& projection, std::string const& budget,
                           Target const& target) {
    auto const& unpaid = projection.unpaid[index_of(projection, budget)];
    Probability result = probability(projection, target);
    if (result.method == "reached") {
        result.value = 0;
        return result;
    }
    auto const [state, strata, month] = detail::counted_by(projection, target);
    Projection::Series const there = projection.series(state, strata);
    auto const months = month + 1;
    Eigen::ArrayXd const hits =
        (unpaid.leftCols(months) > 0 && there.leftCols(months).cast<std::int64_t>() < target.goal)
            .rowwise()
            .any()
            .cast<double>();
    auto const found = detail::from_paths(projection, hits);
    result.value = found.value;
    result.std_error = found.std_error;
    result.method = found.method;
    return result;
}

Probability reached_within(Projection const& projection, Target const& target,
                           std::string const& budget, std::int64_t cents) {
    auto const& spent = projection.spent[index_of(projection, budget)];
    Probability result = probability(projection, target);
    if (result.method == "unreachable") {
        return result;
    }
    auto const [state, strata, month] = detail::counted_by(projection, target);
    Projection::Series const there = projection.series(state, strata);
    Eigen::ArrayXd const hits =
        (there.col(month).cast<std::int64_t>() >= target.goal && spent.col(month) <= cents)
            .cast<double>();
    auto const found = detail::from_paths(projection, hits);
    result.value = found.value;
    result.std_error = found.std_error;
    result.method = found.method;
    return result;
}

Probability money_left(Projection const& projection, std::string const& budget, Deadline deadline,
                       std::int64_t cents) {
    auto const number = index_of(projection, budget);
    int const month =
        detail::deadline_month(projection, deadline, "budget " + quote(budget) + ": ");
    std::int64_t const supplied = projection.supplied[number][static_cast<std::size_t>(month)];
    auto const left = supplied - projection.spent[number].col(month);
    return detail::from_paths(projection, (left > cents).cast<double>());
}

}  // namespace opgave
