#pragma once
/// Scopes: columns with one value or a list of values each.

#include "columns.hpp"

#include <opgave/scenario.hpp>

#include <string>
#include <vector>

namespace opgave::python {

inline Scope scope_from(py::object const& scope) {
    Scope result;
    if (scope.is_none()) return result;
    for (auto const& [column, values] : py::dict(scope)) {
        auto const one = py::isinstance<py::str>(values);
        result.emplace_back(column.cast<std::string>(),
                            one ? std::vector<std::string>{values.cast<std::string>()}
                                : values.cast<std::vector<std::string>>());
    }
    return result;
}

inline py::dict scope_of(Scope const& scope) {
    py::dict result;
    for (auto const& [column, values] : scope) result[py::str(column)] = values;
    return result;
}

}  // namespace opgave::python
