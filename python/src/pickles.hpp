#pragma once
/// Pickles: a tuple whose first field is the version of the format.

#include "columns.hpp"

#include <stdexcept>
#include <string>

namespace opgave::python {

inline constexpr int pickle_format = 1;

template <class... Fields>
py::tuple pickled(Fields&&... fields) {
    return py::make_tuple(pickle_format, std::forward<Fields>(fields)...);
}

/// The fields after the version. Throws std::invalid_argument for another version or number.
class PickleFields {
public:
    PickleFields(py::tuple const& state, char const* type, std::size_t count) : state_(state) {
        if (state.empty() || !py::isinstance<py::int_>(state[0]) ||
            state[0].cast<int>() != pickle_format || state.size() != count + 1)
            throw std::invalid_argument(std::string("a pickle of ") + type +
                                        " must have format version " +
                                        std::to_string(pickle_format) + " and " +
                                        std::to_string(count) + " fields, got " + found(state));
    }

    template <class T>
    [[nodiscard]] T get(std::size_t field) const {
        return state_[field + 1].cast<T>();
    }

private:
    static std::string found(py::tuple const& state) {
        if (state.empty()) return "no fields";
        return "version " + py::repr(state[0]).cast<std::string>() + " and " +
               std::to_string(state.size() - 1) + " fields";
    }

    py::tuple state_;
};

}  // namespace opgave::python
