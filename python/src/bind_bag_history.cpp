#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/bag_history.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

template <class T>
using Given = py::array_t<T, py::array::c_style | py::array::forcecast>;
using Days = std::vector<Day>;

template <class T, class From>
std::vector<T> column_of(Given<From> const& array) {
    if (array.ndim() != 1)
        throw std::invalid_argument("a column must have one dimension, got " +
                                    std::to_string(array.ndim()));
    auto const* const values = array.data();
    std::vector<T> column;
    column.reserve(static_cast<std::size_t>(array.size()));
    for (py::ssize_t i = 0; i < array.size(); ++i) column.push_back(static_cast<T>(values[i]));
    return column;
}

template <class Status>
std::vector<std::int8_t> codes(std::vector<Status> const& statuses) {
    std::vector<std::int8_t> codes;
    for (auto const status : statuses) codes.push_back(static_cast<std::int8_t>(status));
    return codes;
}

template <class Status>
std::vector<Status> statuses(std::vector<std::int8_t> const& codes) {
    std::vector<Status> statuses;
    for (auto const code : codes) statuses.push_back(static_cast<Status>(code));
    return statuses;
}

Versions versions_of(Given<std::int64_t> const& identification, Given<std::int32_t> const& sequence,
                     Days begin, Days end, Days registered, Days superseded) {
    return {column_of<std::int64_t>(identification),
            column_of<std::int32_t>(sequence),
            std::move(begin),
            std::move(end),
            std::move(registered),
            std::move(superseded)};
}

py::tuple state_of(Versions const& v) {
    return py::make_tuple(v.identification, v.sequence, v.begin, v.end, v.registered, v.superseded);
}

Versions versions_from(py::tuple const& state) {
    return {state[0].cast<std::vector<std::int64_t>>(),
            state[1].cast<std::vector<std::int32_t>>(),
            state[2].cast<Days>(),
            state[3].cast<Days>(),
            state[4].cast<Days>(),
            state[5].cast<Days>()};
}

/// A property that is a column of the versions, as a view.
template <class Rows, class T>
auto version_column(std::vector<T> Versions::*column) {
    return [column](py::object const& self) {
        return view(self.cast<Rows const&>().versions.*column, self);
    };
}

template <class Rows>
auto version_days(Days Versions::*column) {
    return [column](Rows const& rows) { return dates(rows.versions.*column); };
}

template <class Rows>
void bind_versions(py::class_<Rows>& type) {
    type.def_property_readonly("identification", version_column<Rows>(&Versions::identification))
        .def_property_readonly("sequence", version_column<Rows>(&Versions::sequence))
        .def_property_readonly("begin", version_days<Rows>(&Versions::begin))
        .def_property_readonly("end", version_days<Rows>(&Versions::end))
        .def_property_readonly("registered", version_days<Rows>(&Versions::registered))
        .def_property_readonly("superseded", version_days<Rows>(&Versions::superseded))
        .def_property_readonly("status", [](Rows const& rows) { return give(codes(rows.status)); })
        .def("__len__", [](Rows const& rows) { return rows.versions.size(); })
        .def(py::self == py::self);
}

void bind_units(py::module_& m) {
    py::class_<UnitRows> type(m, "UnitRows", "Versions of verblijfsobjecten.");
    type.def(
            py::init(
                [](Given<std::int64_t> const& identification, Given<std::int32_t> const& sequence,
                   DayColumn begin, DayColumn end, DayColumn registered, DayColumn superseded,
                   Given<std::int8_t> const& status, Given<std::int16_t> const& uses,
                   Given<std::int16_t> const& building_count, Given<std::int64_t> const& building) {
                    return UnitRows{versions_of(identification, sequence, std::move(begin.values),
                                                std::move(end.values), std::move(registered.values),
                                                std::move(superseded.values)),
                                    column_of<UnitStatus>(status), column_of<std::int16_t>(uses),
                                    column_of<std::int16_t>(building_count),
                                    column_of<std::int64_t>(building)};
                }),
            py::kw_only(), py::arg("identification"), py::arg("sequence"), py::arg("begin"),
            py::arg("end"), py::arg("registered"), py::arg("superseded"), py::arg("status"),
            py::arg("uses"), py::arg("building_count"), py::arg("building"))
        .def_property_readonly("uses", viewed(&UnitRows::uses))
        .def_property_readonly("building_count", viewed(&UnitRows::building_count))
        .def_property_readonly("building", viewed(&UnitRows::building))
        .def("__repr__",
             [](UnitRows const& rows) { return rows_text("UnitRows", rows.versions.size()); })
        .def(py::pickle(
            [](UnitRows const& u) {
                return pickled(state_of(u.versions), codes(u.status), u.uses, u.building_count,
                               u.building);
            },
            [](py::tuple const& state) {
                PickleFields const f(state, "UnitRows", 5);
                return UnitRows{versions_from(f.get<py::tuple>(0)),
                                statuses<UnitStatus>(f.get<std::vector<std::int8_t>>(1)),
                                f.get<std::vector<std::int16_t>>(2),
                                f.get<std::vector<std::int16_t>>(3),
                                f.get<std::vector<std::int64_t>>(4)};
            }));
    bind_versions(type);
}

void bind_buildings(py::module_& m) {
    py::class_<BuildingRows> type(m, "BuildingRows", "Versions of panden.");
    type.def(py::init([](Given<std::int64_t> const& identification,
                         Given<std::int32_t> const& sequence, DayColumn begin, DayColumn end,
                         DayColumn registered, DayColumn superseded,
                         Given<std::int8_t> const& status) {
                 return BuildingRows{
                     versions_of(identification, sequence, std::move(begin.values),
                                 std::move(end.values), std::move(registered.values),
                                 std::move(superseded.values)),
                     column_of<BuildingStatus>(status)};
             }),
             py::kw_only(), py::arg("identification"), py::arg("sequence"), py::arg("begin"),
             py::arg("end"), py::arg("registered"), py::arg("superseded"), py::arg("status"))
        .def("__repr__",
             [](BuildingRows const& rows) {
                 return rows_text("BuildingRows", rows.versions.size());
             })
        .def(py::pickle(
            [](BuildingRows const& b) { return pickled(state_of(b.versions), codes(b.status)); },
            [](py::tuple const& state) {
                PickleFields const f(state, "BuildingRows", 2);
                return BuildingRows{versions_from(f.get<py::tuple>(0)),
                                    statuses<BuildingStatus>(f.get<std::vector<std::int8_t>>(1))};
            }));
    bind_versions(type);
}

std::string describe(BagHistory const& h) {
    return "BagHistory(" + std::to_string(h.units().versions.size()) + " dwelling versions, " +
           std::to_string(h.buildings().versions.size()) + " building versions, " +
           to_iso(h.as_of()) + ")";
}

}  // namespace

void bind_bag_history(py::module_& m) {
    bind_units(m);
    bind_buildings(m);
    py::class_<BagHistory>(m, "BagHistory", "The history of dwellings and buildings.")
        .def(py::init([](UnitRows units, BuildingRows buildings, CalendarDay as_of) {
                 return BagHistory(std::move(units), std::move(buildings), as_of);
             }),
             py::arg("units"), py::arg("buildings"), py::arg("as_of"))
        .def_property_readonly("units", &BagHistory::units)
        .def_property_readonly("buildings", &BagHistory::buildings)
        .def_property_readonly("as_of", [](BagHistory const& h) { return CalendarDay{h.as_of()}; })
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(
            [](BagHistory const& h) { return pickled(h.units(), h.buildings(), h.as_of()); },
            [](py::tuple const& state) {
                PickleFields const f(state, "BagHistory", 3);
                return BagHistory(f.get<UnitRows>(0), f.get<BuildingRows>(1), f.get<Day>(2));
            }));

    m.def(
        "unit_status",
        [](std::string_view text) { return static_cast<int>(parse_unit_status(text)); },
        py::arg("text"), "The code of a status of a verblijfsobject.");
    m.def(
        "building_status",
        [](std::string_view text) { return static_cast<int>(parse_building_status(text)); },
        py::arg("text"), "The code of a status of a pand.");
    m.def("use_names", &use_names, "The uses, in the order of their bits.");
}

}  // namespace opgave::python
