#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/hazard.hpp>
#include <opgave/issue.hpp>

#include <pybind11/gil_safe_call_once.h>
#include <pybind11/operators.h>

namespace opgave::python {

namespace {

std::string severity_name(Issue const& issue) {
    return issue.severity == Severity::error ? "error" : "warning";
}

Severity severity_from(std::string const& name) {
    if (name == "error") return Severity::error;
    if (name == "warning") return Severity::warning;
    throw std::invalid_argument("severity must be error or warning, got '" + name + "'");
}

Issue make_issue(std::string const& severity, std::string code, std::string table, std::int64_t row,
                 std::string column, std::string message, std::string fix) {
    return {severity_from(severity), std::move(code),    std::move(table), row,
            std::move(column),       std::move(message), std::move(fix)};
}

py::tuple pickle(Issue const& i) {
    return pickled(severity_name(i), i.code, i.table, i.row, i.column, i.message, i.fix);
}

Issue unpickle(py::tuple const& state) {
    PickleFields const f(state, "Issue", 7);
    using Text = std::string;
    return make_issue(f.get<Text>(0), f.get<Text>(1), f.get<Text>(2), f.get<std::int64_t>(3),
                      f.get<Text>(4), f.get<Text>(5), f.get<Text>(6));
}

std::string describe(Issue const& i) {
    return "Issue(" + severity_name(i) + " " + i.code + ", " + i.table + " row " +
           std::to_string(i.row) + ", column " + i.column + ")";
}

/// Kept for the life of the interpreter, as the exception's type is.
PYBIND11_CONSTINIT py::gil_safe_call_once_and_store<py::object> register_error;

void translate(std::exception_ptr pointer) {
    try {
        if (pointer) std::rethrow_exception(pointer);
    } catch (RegisterError const& error) {
        py::object const& type = register_error.get_stored();
        py::object value = type(error.what());
        value.attr("issues") = error.issues();
        PyErr_SetObject(type.ptr(), value.ptr());
    }
}

}  // namespace

void bind_issue(py::module_& m) {
    py::class_<Issue>(m, "Issue", "One problem in the input, and its place.")
        .def(py::init(&make_issue), py::kw_only(), py::arg("severity"), py::arg("code"),
             py::arg("table"), py::arg("row"), py::arg("column"), py::arg("message"),
             py::arg("fix"))
        .def_property_readonly("severity", &severity_name)
        .def_readonly("code", &Issue::code)
        .def_readonly("table", &Issue::table)
        .def_readonly("row", &Issue::row)
        .def_readonly("column", &Issue::column)
        .def_readonly("message", &Issue::message)
        .def_readonly("fix", &Issue::fix)
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(&pickle, &unpickle));

    register_error.call_once_and_store_result(
        [&] { return py::exception<RegisterError>(m, "RegisterError", PyExc_ValueError); });
    py::register_exception_translator(&translate);
    py::register_exception<NotEnoughData>(m, "NotEnoughData", PyExc_RuntimeError);
}

}  // namespace opgave::python
