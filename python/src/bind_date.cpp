#include "bind.hpp"
#include "columns.hpp"
#include "pickles.hpp"

#include <opgave/date.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

void bind_date(py::module_& m) {
    py::class_<Deadline>(m, "Deadline", "The last day that still counts.")
        .def(py::init([](CalendarDay last_day) { return by(last_day); }), py::arg("last_day"))
        .def_property_readonly("last_day", [](Deadline d) { return CalendarDay{d.last_day}; })
        .def(py::self == py::self)
        .def("__hash__", [](Deadline d) { return py::hash(date_object(d.last_day)); })
        .def("__repr__", [](Deadline d) { return "Deadline('" + to_iso(d.last_day) + "')"; })
        .def(py::pickle([](Deadline d) { return pickled(d.last_day); },
                        [](py::tuple state) {
                            return Deadline{PickleFields(state, "Deadline", 1).get<Day>(0)};
                        }));

    m.def(
        "by", [](CalendarDay day) { return by(day); }, py::arg("day"),
        "The deadline \"by this day\": that day counts.");
    m.def(
        "before", [](CalendarDay day) { return before(day); }, py::arg("day"),
        "The deadline \"before this day\": that day does not count.");
    m.def(
        "add_months",
        [](CalendarDay day, int months) { return CalendarDay{add_months(day, months)}; },
        py::arg("day"), py::arg("months"),
        "The same day of the month some months later, or the last day of a shorter month.");
    m.def(
        "month_end", [](CalendarDay day) { return CalendarDay{month_end(day)}; }, py::arg("day"),
        "The last day of the month.");
    m.def(
        "month_ends",
        [](CalendarDay as_of, CalendarDay until) { return dates(month_ends(as_of, until)); },
        py::arg("as_of"), py::arg("until"),
        "The month ends after `as_of`, up to and including `until`.");
    m.def(
        "first_month_fraction", [](CalendarDay as_of) { return first_month_fraction(as_of); },
        py::arg("as_of"), "The part of its month that follows `as_of`, in (0, 1].");
}

}  // namespace opgave::python
