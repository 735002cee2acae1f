#include "columns.hpp"

#include <opgave/event.hpp>

#include <limits>
#include <stdexcept>

namespace opgave::python {

namespace {

constexpr std::int64_t ordinal_of_1970 = 719'163;
constexpr std::int64_t not_a_time = std::numeric_limits<std::int64_t>::min();

[[noreturn]] void refuse(std::string const& what, py::handle value) {
    throw std::invalid_argument(what + ", got " + py::repr(value).cast<std::string>());
}

py::object numpy(char const* name) { return py::module_::import("numpy").attr(name); }

py::object datetime_type(char const* name) { return py::module_::import("datetime").attr(name); }

Day day_in_range(std::int64_t day) {
    if (day == not_a_time) return unknown_day;
    if (day <= unknown_day || day > std::numeric_limits<Day>::max())
        throw std::invalid_argument("a day must lie within 2^31 days of 1970-01-01, got day " +
                                    std::to_string(day));
    return static_cast<Day>(day);
}

Day day_from_date(py::handle source) {
    if (py::isinstance(source, datetime_type("datetime")) &&
        !source.attr("time")().equal(datetime_type("time")()))
        refuse("a timestamp must be at midnight", source);
    return static_cast<Day>(source.attr("toordinal")().cast<std::int64_t>() - ordinal_of_1970);
}

Day day_from_numpy(py::handle source) {
    py::object const day = source.attr("astype")("datetime64[D]");
    auto const number = day.attr("astype")("int64").cast<std::int64_t>();
    if (number != not_a_time && !day.equal(source))
        refuse("a timestamp must be at midnight", source);
    return day_in_range(number);
}

py::sequence sequence_of(py::handle source, char const* of) {
    if (py::isinstance<py::str>(source) || !PySequence_Check(source.ptr()))
        throw py::type_error(std::string("expected a sequence of ") + of + ", got " +
                             py::type::of(source).attr("__name__").cast<std::string>());
    return py::reinterpret_borrow<py::sequence>(source);
}

py::array one_dimension(py::handle source, char const* dtype) {
    py::array array = numpy("asarray")(source, py::arg("dtype") = dtype);
    if (array.ndim() != 1)
        throw std::invalid_argument("a column must have one dimension, got " +
                                    std::to_string(array.ndim()));
    return array;
}

}  // namespace

Day day_from(py::handle source) {
    if (py::isinstance<py::str>(source)) return parse_iso(source.cast<std::string>());
    if (py::isinstance(source, datetime_type("date"))) return day_from_date(source);
    if (py::isinstance(source, numpy("datetime64"))) return day_from_numpy(source);
    throw py::type_error("a date must be datetime.date, datetime64 or text like 2034-12-31, got " +
                         py::type::of(source).attr("__name__").cast<std::string>());
}

py::object date_object(Day day) {
    if (day == unknown_day) return py::none();
    return datetime_type("date").attr("fromordinal")(day + ordinal_of_1970);
}

std::vector<Day> days_from(py::handle source) {
    py::array_t<std::int64_t> const days =
        one_dimension(source, "datetime64[D]").attr("view")("i8");
    auto const numbers = days.unchecked<1>();
    std::vector<Day> result(static_cast<std::size_t>(days.size()));
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = day_in_range(numbers(static_cast<py::ssize_t>(i)));
    return result;
}

std::vector<std::string> texts_from(py::handle source) {
    std::vector<std::string> result;
    for (py::handle text : sequence_of(source, "text")) {
        if (!text.is_none() && !py::isinstance<py::str>(text))
            refuse("text must be str or None at row " + std::to_string(result.size()), text);
        result.push_back(text.is_none() ? std::string() : text.cast<std::string>());
    }
    return result;
}

std::vector<double> numbers_from(py::handle source) {
    py::array_t<double> const numbers = one_dimension(source, "float64");
    auto const values = numbers.unchecked<1>();
    std::vector<double> result(static_cast<std::size_t>(numbers.size()));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = values(static_cast<py::ssize_t>(i));
    return result;
}

std::vector<std::int64_t> cents_from(py::handle source) {
    std::vector<std::int64_t> result;
    for (py::handle cents : sequence_of(source, "cents")) {
        if (!cents.is_none() && !PyIndex_Check(cents.ptr()))
            refuse("cents must be int or None at row " + std::to_string(result.size()), cents);
        result.push_back(cents.is_none() ? unknown_cents : cents.cast<std::int64_t>());
    }
    return result;
}

py::array dates(std::vector<Day> const& days) {
    py::array_t<std::int64_t> numbers(static_cast<py::ssize_t>(days.size()));
    auto* number = numbers.mutable_data();
    for (Day day : days) *number++ = day == unknown_day ? not_a_time : day;
    return read_only(numbers.attr("view")("M8[D]"));
}

}  // namespace opgave::python
