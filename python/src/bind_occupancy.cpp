#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/occupancy.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Table = std::vector<std::vector<double>>;
using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;
template <class T>
using Array = py::array_t<T, py::array::c_style>;

template <class T>
std::span<T const> span_of(Array<T> const& array) {
    if (array.ndim() != 1)
        throw std::invalid_argument("a column must have one dimension, got " +
                                    std::to_string(array.ndim()));
    return {array.data(), static_cast<std::size_t>(array.size())};
}

// Only arrays of just these types fit: nothing is copied.
template <class Time>
Occupancy estimate(Array<std::int32_t> const& from, Array<std::int32_t> const& to,
                   Array<Time> const& start, Array<Time> const& stop, Texts states, Numbers initial,
                   std::optional<Array<double>> const& weight, bool variance) {
    StateRows<Time> rows{span_of(from), span_of(to), span_of(start), span_of(stop)};
    if (weight) rows.weight = span_of(*weight);
    py::gil_scoped_release const release;
    return aalen_johansen(rows, {std::move(states), std::move(initial), variance});
}

template <class Time>
void bind_estimate(py::module_& m) {
    m.def("aalen_johansen", &estimate<Time>, py::arg("from_state").noconvert(),
          py::arg("to_state").noconvert(), py::arg("start").noconvert(),
          py::arg("stop").noconvert(), py::kw_only(), py::arg("states"),
          py::arg("initial") = Numbers(), py::arg("weight").noconvert() = py::none(),
          py::arg("variance") = true, "State occupation from stays (start, stop].");
}

Table rows_of(OccupancyTable const& table) {
    Table rows;
    for (Eigen::Index i = 0; i < table.rows(); ++i) {
        Eigen::ArrayXd const row = table.row(i);
        rows.emplace_back(row.begin(), row.end());
    }
    return rows;
}

OccupancyTable table_of(Table const& rows, std::size_t columns) {
    OccupancyTable table(static_cast<Eigen::Index>(rows.size()),
                         static_cast<Eigen::Index>(columns));
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < columns; ++j)
            table(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i].at(j);
    return table;
}

Occupancy unpickle(py::tuple const& state) {
    PickleFields const f(state, "Occupancy", 6);
    auto states = f.get<Texts>(0);
    auto const columns = states.size();
    return {std::move(states),
            f.get<Numbers>(1),
            f.get<Numbers>(2),
            table_of(f.get<Table>(3), columns),
            table_of(f.get<Table>(4), columns),
            f.get<Texts>(5)};
}

py::tuple pickle(Occupancy const& o) {
    return pickled(o.states, o.times, o.initial, rows_of(o.probability), rows_of(o.std_error),
                   o.warnings);
}

std::string describe(Occupancy const& o) {
    return "Occupancy(" + std::to_string(o.states.size()) + " states, " +
           std::to_string(o.times.size()) + " times)";
}

py::tuple read_at(Occupancy const& o, NumberColumn const& times) {
    auto reading = o.at(times.values);
    return py::make_tuple(give(std::move(reading.probability)), give(std::move(reading.std_error)));
}

}  // namespace

void bind_occupancy(py::module_& m) {
    py::class_<Occupancy>(m, "Occupancy", "The probability of each state at each time.")
        .def_readonly("states", &Occupancy::states)
        .def_property_readonly("times", viewed(&Occupancy::times))
        .def_property_readonly("initial", viewed(&Occupancy::initial))
        .def_property_readonly("probability", viewed(&Occupancy::probability))
        .def_property_readonly("std_error", viewed(&Occupancy::std_error))
        .def_readonly("warnings", &Occupancy::warnings)
        .def("at", &read_at, py::arg("times"), "Probability and standard error at these times.")
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(&pickle, &unpickle));

    bind_estimate<double>(m);
    bind_estimate<std::int32_t>(m);
}

}  // namespace opgave::python
