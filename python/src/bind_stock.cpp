#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/stock.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Codes = std::vector<std::int8_t>;
using Ids = std::vector<std::int64_t>;
using Days = std::vector<Day>;
using Counts = std::vector<std::int64_t>;

Codes reason_codes(StockEvents const& events) {
    Codes codes;
    for (auto const reason : events.reason) codes.push_back(static_cast<std::int8_t>(reason));
    return codes;
}

std::vector<std::string> reasons() {
    std::vector<std::string> names;
    for (auto code = 0; code <= static_cast<int>(StockReason::record_ends); ++code)
        names.emplace_back(name_of(static_cast<StockReason>(code)));
    return names;
}

std::vector<std::string> categories() {
    std::vector<std::string> names;
    for (auto code = 0; code <= static_cast<int>(StockReason::record_ends); ++code)
        names.emplace_back(name_of(category_of(static_cast<StockReason>(code))));
    return names;
}

StockEvents unpickle_events(py::tuple const& state) {
    PickleFields const f(state, "StockEvents", 3);
    StockEvents events{f.get<Ids>(0), f.get<Days>(1), {}};
    for (auto const code : f.get<Codes>(2)) events.reason.push_back(StockReason{code});
    return events;
}

StockChanges unpickle_changes(py::tuple const& state) {
    PickleFields const f(state, "StockChanges", 10);
    return {f.get<std::vector<std::int32_t>>(0),
            f.get<Days>(1),
            f.get<Days>(2),
            f.get<Counts>(3),
            f.get<Counts>(4),
            f.get<Counts>(5),
            f.get<Counts>(6),
            f.get<Counts>(7),
            f.get<Counts>(8),
            f.get<Counts>(9)};
}

py::tuple pickle_changes(StockChanges const& c) {
    return pickled(c.group, c.begin, c.end, c.opening, c.new_build, c.other_addition, c.demolition,
                   c.other_withdrawal, c.net, c.closing);
}

StockChanges count_changes(StockEvents const& events, CalendarDay first, CalendarDay last,
                           std::string_view every, std::vector<std::int32_t> const& group,
                           std::int32_t groups) {
    return stock_changes(events, periods(first, last, parse_every(every)), group, groups);
}

}  // namespace

void bind_stock(py::module_& m) {
    py::class_<StockEvents>(m, "StockEvents", "Each time that a dwelling came in or left.")
        .def_property_readonly("dwelling", viewed(&StockEvents::dwelling))
        .def_property_readonly("date", dated(&StockEvents::date))
        .def_property_readonly("reason", [](StockEvents const& e) { return give(reason_codes(e)); })
        .def("__len__", &StockEvents::size)
        .def(py::self == py::self)
        .def("__repr__", [](StockEvents const& e) { return rows_text("StockEvents", e.size()); })
        .def(py::pickle(
            [](StockEvents const& e) { return pickled(e.dwelling, e.date, reason_codes(e)); },
            &unpickle_events));

    py::class_<StockChanges>(m, "StockChanges", "Counts per group and period.")
        .def_property_readonly("group", viewed(&StockChanges::group))
        .def_property_readonly("begin", dated(&StockChanges::begin))
        .def_property_readonly("end", dated(&StockChanges::end))
        .def_property_readonly("opening", viewed(&StockChanges::opening))
        .def_property_readonly("new_build", viewed(&StockChanges::new_build))
        .def_property_readonly("other_addition", viewed(&StockChanges::other_addition))
        .def_property_readonly("demolition", viewed(&StockChanges::demolition))
        .def_property_readonly("other_withdrawal", viewed(&StockChanges::other_withdrawal))
        .def_property_readonly("net", viewed(&StockChanges::net))
        .def_property_readonly("closing", viewed(&StockChanges::closing))
        .def("__len__", &StockChanges::size)
        .def(py::self == py::self)
        .def("__repr__", [](StockChanges const& c) { return rows_text("StockChanges", c.size()); })
        .def(py::pickle(&pickle_changes, &unpickle_changes));

    m.def(
        "stock_events",
        [](BagHistory const& history, CalendarDay known_on) {
            py::gil_scoped_release const release;
            return stock_events(history, known_on);
        },
        py::arg("history"), py::arg("known_on"),
        "Everything that moved the stock, as registered by `known_on`.");
    m.def("stock_changes", &count_changes, py::arg("events"), py::arg("first"), py::arg("last"),
          py::arg("every"), py::arg("group"), py::arg("groups"),
          "The changes per group and calendar period.");
    m.def("stock_reasons", &reasons, "The names of the reasons, by code.");
    m.def("stock_categories", &categories, "The names of the categories, by code of the reason.");
}

}  // namespace opgave::python
