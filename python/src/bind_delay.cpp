#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/delay.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Counts = std::vector<std::int64_t>;

ReportingDelay unpickle(py::tuple const& state) {
    PickleFields const f(state, "ReportingDelay", 4);
    return {f.get<Day>(0), f.get<Counts>(1), f.get<Counts>(2), f.get<double>(3)};
}

std::string describe(ReportingDelay const& d) {
    return "ReportingDelay(0 to " +
           std::to_string(std::max<std::size_t>(1, d.reported.size()) - 1) + " days, known on " +
           to_iso(d.known_on) + ")";
}

py::tuple fields(Estimate const& e) { return py::make_tuple(e.mean, e.q05, e.q95); }

}  // namespace

void bind_delay(py::module_& m) {
    using Delay = ReportingDelay;
    py::class_<Delay>(m, "ReportingDelay", "How many events were recorded after how many days.")
        .def(py::init<>())
        .def_property_readonly("known_on", [](Delay const& d) { return date_object(d.known_on); })
        .def_readonly("prior_events", &Delay::prior_events)
        .def_property_readonly("reported", viewed(&Delay::reported))
        .def_property_readonly("at_risk", viewed(&Delay::at_risk))
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(
            [](Delay const& d) {
                return pickled(d.known_on, d.reported, d.at_risk, d.prior_events);
            },
            &unpickle));

    m.def(
        "reporting_delay",
        [](Register const& r, CalendarDay known_on, std::optional<CalendarDay> since) {
            return reporting_delay(r, known_on, optional_day(since).value_or(unknown_day));
        },
        py::arg("register"), py::arg("known_on"), py::arg("since") = py::none(),
        "The delays of the events dated `since` or later, as known on `known_on`.");
    m.def(
        "recorded_within",
        [](Delay const& d) {
            py::list rows;
            for (Estimate const& e : recorded_within_estimates(d)) rows.append(fields(e));
            return rows;
        },
        py::arg("delay"), "Mean, 5 % and 95 % of the chance to be recorded within 0, 1, … days.");
    m.def(
        "unrecorded", [](Delay const& d, int days) { return fields(unrecorded(d, days)); },
        py::arg("delay"), py::arg("days") = 30,
        "Mean, 5 % and 95 % of the share of the last days' events that is not yet recorded.");
}

}  // namespace opgave::python
