#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"
#include "watch.hpp"

#include <opgave/projection.hpp>

namespace opgave::python {

namespace {

using Table = std::vector<std::vector<double>>;

Table rows_of(Eigen::ArrayXXd const& matrix) {
    Table rows;
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        Eigen::ArrayXd const row = matrix.row(i);
        rows.emplace_back(row.begin(), row.end());
    }
    return rows;
}

Eigen::ArrayXXd matrix_of(Table const& rows) {
    auto const columns = static_cast<Eigen::Index>(rows.empty() ? 0 : rows.front().size());
    Eigen::ArrayXXd matrix(static_cast<Eigen::Index>(rows.size()), columns);
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j < columns; ++j)
            matrix(i, j) = rows[static_cast<std::size_t>(i)].at(static_cast<std::size_t>(j));
    return matrix;
}

bool same_matrix(Eigen::ArrayXXd const& a, Eigen::ArrayXXd const& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() && (a == b).all();
}

bool same(Expected const& a, Expected const& b) {
    return same_matrix(a.mean, b.mean) && same_matrix(a.variance, b.variance) &&
           same_matrix(a.parameter_variance, b.parameter_variance);
}

Expected unpickle(py::tuple const& state) {
    PickleFields const f(state, "Expected", 3);
    return {matrix_of(f.get<Table>(0)), matrix_of(f.get<Table>(1)), matrix_of(f.get<Table>(2))};
}

py::tuple pickle(Expected const& e) {
    return pickled(rows_of(e.mean), rows_of(e.variance), rows_of(e.parameter_variance));
}

std::string describe(Expected const& e) {
    return "Expected(" + std::to_string(e.mean.rows()) + " months, " +
           std::to_string(e.mean.cols()) + " states)";
}

Expected expect_run(Hazards const& hazards, Cohorts const& cohorts, Run run) {
    Watch watch{py::none()};
    run.progress = watch.progress();
    return by_name([&] { return watch.run([&] { return expected(hazards, cohorts, run); }); });
}

Expected expect(Hazards const& hazards, Cohorts const& cohorts, int months, NumberColumn inflow,
                int draws, std::uint64_t seed) {
    return expect_run(
        hazards, cohorts,
        {.months = months, .scenario = {.inflow = inflow.values}, .paths = draws, .seed = seed});
}

}  // namespace

void bind_expected(py::module_& m) {
    py::class_<Expected>(m, "Expected", "Mean and variance of the counts: months x states.")
        .def_property_readonly("mean", viewed(&Expected::mean))
        .def_property_readonly("variance", viewed(&Expected::variance))
        .def_property_readonly("parameter_variance", viewed(&Expected::parameter_variance))
        .def("__eq__", &same, py::is_operator())
        .def("__repr__", &describe)
        .def(py::pickle(&pickle, &unpickle));

    m.def("expected", &expect, py::arg("hazards"), py::arg("cohorts"), py::arg("months"),
          py::arg("inflow") = std::vector<double>(), py::kw_only(), py::arg("draws") = 1000,
          py::arg("seed") = 1, "The forward recursion, of a plan that is nothing but its inflow.");
    m.def("expected", &expect_run, py::arg("hazards"), py::arg("cohorts"), py::arg("run"),
          "The forward recursion.");
}

}  // namespace opgave::python
