#pragma once
/// States and columns by name: an unknown name is a KeyError.

#include "columns.hpp"

#include <opgave/spell.hpp>
#include <opgave/trajectory.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace opgave::python {

/// What `find` returns; where it throws std::out_of_range, a KeyError.
template <class Find>
decltype(auto) by_name(Find find) {
    try {
        return find();
    } catch (std::out_of_range const& error) {
        throw py::key_error(error.what());
    }
}

/// A state by its name, `not_started` too.
inline State state_of(Trajectory const& trajectory, std::string_view name) {
    if (name == "not_started") return not_started;
    return by_name([&] { return trajectory.index(name); });
}

}  // namespace opgave::python
