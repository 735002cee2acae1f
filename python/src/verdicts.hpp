#pragma once
/// Columns of verdicts on forecasts, one row each.

#include "columns.hpp"

#include <opgave/backtest.hpp>

#include <string>
#include <vector>

namespace opgave::python {

/// One number of every row, as a column.
template <class T, class Row, class Read>
py::array column_of(std::vector<Row> const& rows, Read read) {
    std::vector<T> values;
    for (Row const& row : rows) values.push_back(static_cast<T>(read(row)));
    return give(std::move(values));
}

/// mean, sd, q025 … q975, pit_low, pit_high, crps, log_score and interval_score.
void add_verdicts(py::dict& columns, std::vector<Verdict> const& verdicts);

}  // namespace opgave::python
