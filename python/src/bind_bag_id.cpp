#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/bag_id.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

std::optional<std::string> fault_name(std::string_view text) {
    switch (check_bag_id(text)) {
        case BagIdFault::none:
            return std::nullopt;
        case BagIdFault::empty:
            return "empty";
        case BagIdFault::leading_zero_dropped:
            return "leading_zero_dropped";
        case BagIdFault::scientific_notation:
            return "scientific_notation";
        case BagIdFault::not_digits:
            return "not_digits";
        case BagIdFault::wrong_length:
            return "wrong_length";
        case BagIdFault::unknown_object:
            return "unknown_object";
    }
    throw std::logic_error("a fault of a BAG identification has no name");
}

std::string object_name(BagId const& id) {
    switch (id.object()) {
        case BagObject::verblijfsobject:
            return "verblijfsobject";
        case BagObject::ligplaats:
            return "ligplaats";
        case BagObject::standplaats:
            return "standplaats";
        case BagObject::pand:
            return "pand";
        case BagObject::nummeraanduiding:
            return "nummeraanduiding";
        case BagObject::openbare_ruimte:
            return "openbare_ruimte";
    }
    throw std::logic_error("a BAG object type has no name");
}

}  // namespace

void bind_bag_id(py::module_& m) {
    py::class_<BagId>(m, "BagId", "A valid identification of the BAG: 16 digits.")
        .def(py::init<std::string_view>(), py::arg("text"))
        .def_property_readonly("municipality", &BagId::municipality)
        .def_property_readonly("object", &object_name)
        .def_property_readonly("number", &BagId::number)
        .def(py::self == py::self)
        .def("__hash__", [](BagId const& id) { return py::hash(py::str(id.to_string())); })
        .def("__str__", &BagId::to_string)
        .def("__repr__", [](BagId const& id) { return "BagId(" + mask_id(id.to_string()) + ")"; })
        .def(py::pickle(
            [](BagId const& id) { return pickled(id.to_string()); },
            [](py::tuple s) { return BagId(PickleFields(s, "BagId", 1).get<std::string>(0)); }));

    m.def("check_bag_id", &fault_name, py::arg("text"),
          "The fault of a text that should be a BAG identification; None if it is one.");
    m.def("mask_id", &mask_id, py::arg("text"),
          "The identification with all but its last two characters hidden.");
}

}  // namespace opgave::python
