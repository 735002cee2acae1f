#pragma once
/// How columns, days and texts cross the border.
///
/// Columns of numbers leave as read-only numpy views without a copy. numpy has no calendar day of
/// 32 bits: a column of days leaves as `datetime64[D]` (a copy, unknown is NaT) and, under the name
/// `<column>_days`, as the `int32` days since 1970 themselves, without a copy.

#include <opgave/date.hpp>

#include <Eigen/Core>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace opgave::python {

namespace py = pybind11;

/// One day: `datetime.date`, a timestamp at midnight or ISO text in; `datetime.date` or None out.
struct CalendarDay {
    Day value = unknown_day;
    operator Day() const noexcept { return value; }
};

/// Columns in: any sequence of days, of text (None is empty), of numbers (None is NaN) or of cents
/// (None is unknown).
struct DayColumn {
    std::vector<Day> values;
};
struct TextColumn {
    std::vector<std::string> values;
};
struct NumberColumn {
    std::vector<double> values;
};
struct CentsColumn {
    std::vector<std::int64_t> values;
};

[[nodiscard]] Day day_from(py::handle source);
[[nodiscard]] py::object date_object(Day day);
[[nodiscard]] std::vector<Day> days_from(py::handle source);
[[nodiscard]] std::vector<std::string> texts_from(py::handle source);
[[nodiscard]] std::vector<double> numbers_from(py::handle source);
[[nodiscard]] std::vector<std::int64_t> cents_from(py::handle source);

/// `datetime64[D]`, read-only; unknown is NaT.
[[nodiscard]] py::array dates(std::vector<Day> const& days);

inline std::optional<Day> optional_day(std::optional<CalendarDay> const& day) {
    return day ? std::optional<Day>(day->value) : std::nullopt;
}
inline std::optional<CalendarDay> calendar_day(std::optional<Day> day) {
    return day ? std::optional(CalendarDay{*day}) : std::nullopt;
}

/// `Events(1234 rows)`: the size, and nothing that identifies a dwelling.
inline std::string rows_text(char const* type, std::size_t rows) {
    return std::string(type) + "(" + std::to_string(rows) + " rows)";
}

inline py::array read_only(py::array array) {
    array.attr("setflags")(py::arg("write") = false);
    return array;
}

/// A view of a column; `owner` keeps the memory alive.
template <class T>
py::array view(std::vector<T> const& column, py::handle owner) {
    return read_only(py::array_t<T>(static_cast<py::ssize_t>(column.size()), column.data(), owner));
}

/// A view of a matrix, rows by columns; of a vector, one dimension.
template <class Derived>
py::array view(Eigen::PlainObjectBase<Derived> const& matrix, py::handle owner) {
    using T = typename Derived::Scalar;
    std::vector<py::ssize_t> shape{matrix.rows(), matrix.cols()};
    std::vector<py::ssize_t> strides{matrix.derived().rowStride() * py::ssize_t{sizeof(T)},
                                     matrix.derived().colStride() * py::ssize_t{sizeof(T)}};
    if constexpr (Derived::IsVectorAtCompileTime) {
        shape.resize(1);
        strides.resize(1);
    }
    return read_only(py::array_t<T>(shape, strides, matrix.data(), owner));
}

/// A read-only array that owns what a function returned.
template <class Columns>
py::array give(Columns columns) {
    auto kept = std::make_unique<Columns>(std::move(columns));
    py::capsule owner(kept.get(), [](void* memory) { delete static_cast<Columns*>(memory); });
    return view(*kept.release(), owner);
}

/// A property that is a view of a column, or of a matrix, of the object itself.
template <class T, class Column>
auto viewed(Column T::*column) {
    return [column](py::object const& self) { return view(self.cast<T const&>().*column, self); };
}

/// A property that is a column of days as `datetime64[D]`.
template <class T>
auto dated(std::vector<Day> T::*column) {
    return [column](T const& self) { return dates(self.*column); };
}

}  // namespace opgave::python

namespace pybind11::detail {

template <>
struct type_caster<opgave::python::CalendarDay> {
    PYBIND11_TYPE_CASTER(opgave::python::CalendarDay, const_name("datetime.date"));
    bool load(handle source, bool) {
        value.value = opgave::python::day_from(source);
        return true;
    }
    static handle cast(opgave::python::CalendarDay day, return_value_policy, handle) {
        return opgave::python::date_object(day.value).release();
    }
};

template <class Column, auto From>
struct column_caster {
    PYBIND11_TYPE_CASTER(Column, const_name("collections.abc.Sequence"));
    bool load(handle source, bool) {
        value.values = From(source);
        return true;
    }
};

template <>
struct type_caster<opgave::python::DayColumn>
    : column_caster<opgave::python::DayColumn, opgave::python::days_from> {};
template <>
struct type_caster<opgave::python::TextColumn>
    : column_caster<opgave::python::TextColumn, opgave::python::texts_from> {};
template <>
struct type_caster<opgave::python::NumberColumn>
    : column_caster<opgave::python::NumberColumn, opgave::python::numbers_from> {};
template <>
struct type_caster<opgave::python::CentsColumn>
    : column_caster<opgave::python::CentsColumn, opgave::python::cents_from> {};

}  // namespace pybind11::detail
