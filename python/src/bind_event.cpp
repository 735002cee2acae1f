#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/event.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Texts = std::vector<std::string>;
using Days = std::vector<Day>;
using Cents = std::vector<std::int64_t>;

EventRows make_rows(TextColumn dwelling_id, TextColumn stage, DayColumn date,
                    std::optional<DayColumn> recorded_on, std::optional<DayColumn> corrects,
                    std::optional<CentsColumn> amount_cents, std::optional<TextColumn> source,
                    std::optional<TextColumn> note) {
    auto const values = [](auto& column) {
        return column ? column->values : decltype(column->values){};
    };
    return {dwelling_id.values, stage.values,         date.values,    values(recorded_on),
            values(corrects),   values(amount_cents), values(source), values(note)};
}

EventRows unpickle_rows(py::tuple const& state) {
    PickleFields const f(state, "EventRows", 8);
    return {f.get<Texts>(0), f.get<Texts>(1), f.get<Days>(2),  f.get<Days>(3),
            f.get<Days>(4),  f.get<Cents>(5), f.get<Texts>(6), f.get<Texts>(7)};
}

py::tuple pickle_rows(EventRows const& e) {
    return pickled(e.dwelling_id, e.stage, e.date, e.recorded_on, e.corrects, e.amount_cents,
                   e.source, e.note);
}

void bind_rows(py::module_& m) {
    py::class_<EventRows>(m, "EventRows", "Events as they are read, not yet checked.")
        .def(py::init(&make_rows), py::arg("dwelling_id"), py::arg("stage"), py::arg("date"),
             py::arg("recorded_on") = py::none(), py::arg("corrects") = py::none(),
             py::arg("amount_cents") = py::none(), py::arg("source") = py::none(),
             py::arg("note") = py::none())
        .def_readonly("dwelling_id", &EventRows::dwelling_id)
        .def_readonly("stage", &EventRows::stage)
        .def_property_readonly("date", dated(&EventRows::date))
        .def_property_readonly("recorded_on", dated(&EventRows::recorded_on))
        .def_property_readonly("corrects", dated(&EventRows::corrects))
        .def_property_readonly("amount_cents", viewed(&EventRows::amount_cents))
        .def_readonly("source", &EventRows::source)
        .def_readonly("note", &EventRows::note)
        .def("__len__", [](EventRows const& e) { return e.dwelling_id.size(); })
        .def(py::self == py::self)
        .def("__repr__", [](EventRows const& e) { return rows_text("EventRows", e.stage.size()); })
        .def(py::pickle(&pickle_rows, &unpickle_rows));
}

Events unpickle_events(py::tuple const& state) {
    PickleFields const f(state, "Events", 8);
    return {f.get<std::vector<std::int32_t>>(0),
            f.get<std::vector<State>>(1),
            f.get<Days>(2),
            f.get<Days>(3),
            f.get<Days>(4),
            f.get<Cents>(5),
            f.get<Category>(6),
            f.get<Texts>(7)};
}

py::tuple pickle_events(Events const& e) {
    return pickled(e.dwelling, e.stage, e.date, e.recorded_on, e.corrects, e.amount_cents, e.source,
                   e.note);
}

void bind_events(py::module_& m) {
    py::class_<Events>(m, "Events", "Checked events, in the order of the input.")
        .def_property_readonly("size", &Events::size)
        .def_property_readonly("dwelling", viewed(&Events::dwelling))
        .def_property_readonly("stage", viewed(&Events::stage))
        .def_property_readonly("date", dated(&Events::date))
        .def_property_readonly("date_days", viewed(&Events::date))
        .def_property_readonly("recorded_on", dated(&Events::recorded_on))
        .def_property_readonly("recorded_on_days", viewed(&Events::recorded_on))
        .def_property_readonly("corrects", dated(&Events::corrects))
        .def_property_readonly("corrects_days", viewed(&Events::corrects))
        .def_property_readonly("amount_cents", viewed(&Events::amount_cents))
        .def_readonly("source", &Events::source)
        .def_readonly("note", &Events::note)
        .def("__len__", &Events::size)
        .def(py::self == py::self)
        .def("__repr__", [](Events const& e) { return rows_text("Events", e.size()); })
        .def(py::pickle(&pickle_events, &unpickle_events));
}

}  // namespace

void bind_event(py::module_& m) {
    bind_rows(m);
    bind_events(m);
    m.attr("unknown_cents") = unknown_cents;
}

}  // namespace opgave::python
