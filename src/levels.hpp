#pragma once
// Quantiles of tables of paths.

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace opgave::detail {

// Per column the smallest value that a share q of the rows does not exceed: columns x levels.
template <typename Table>
Table levels(Table const& paths, std::vector<double> const& q) {
    for (double const level : q) {
        if (!(level >= 0 && level <= 1)) {
            throw std::invalid_argument("q must be in 0-1, got " + std::to_string(level));
        }
    }
    Table result(paths.cols(), static_cast<Eigen::Index>(q.size()));
    std::vector<typename Table::Scalar> column(static_cast<std::size_t>(paths.rows()));
    for (Eigen::Index month = 0; month < paths.cols(); ++month) {
        std::ranges::copy(paths.col(month), column.begin());
        std::ranges::sort(column);
        for (std::size_t i = 0; i < q.size(); ++i) {
            auto const rank = std::ceil(q[i] * static_cast<double>(column.size()) - 1e-9);
            auto const at = static_cast<std::size_t>(std::max(1.0, rank)) - 1;
            result(month, static_cast<Eigen::Index>(i)) = column[at];
        }
    }
    return result;
}

}  // namespace opgave::detail
