#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/net_additions.hpp>

#include <pybind11/operators.h>

#include <numeric>

namespace opgave::python {

namespace {

using Homes = std::vector<std::int64_t>;

CountDistribution make_distribution(std::int64_t first, NumberColumn mass) {
    CountDistribution law{first, std::move(mass.values), 0};
    check(law);
    return law;
}

CountDistribution unpickle(py::tuple const& state) {
    PickleFields const f(state, "Distribution", 2);
    return make_distribution(f.get<std::int64_t>(0), {f.get<std::vector<double>>(1)});
}

py::array values_of(CountDistribution const& law) {
    Homes values(law.mass.size());
    std::iota(values.begin(), values.end(), law.first);
    return give(std::move(values));
}

std::string describe(CountDistribution const& law) {
    return py::str("Distribution(mean={:.6g}, sd={:.6g}, {} to {})")
        .format(mean(law), standard_deviation(law), law.first,
                law.first + static_cast<std::int64_t>(law.mass.size()) - 1);
}

CountDistribution net_additions_of(Homes added, Homes demolished, NumberColumn planned_months,
                                   NumberColumn fall_through, NumberColumn delay_log_mean,
                                   NumberColumn delay_log_sd, double deadline_months,
                                   double rho_delay, double rho_fall_through) {
    return net_additions({std::move(added), std::move(demolished), std::move(planned_months.values),
                          std::move(fall_through.values), std::move(delay_log_mean.values),
                          std::move(delay_log_sd.values)},
                         deadline_months, {rho_delay, rho_fall_through});
}

}  // namespace

void bind_net_additions(py::module_& m) {
    py::class_<CountDistribution>(m, "Distribution", "A distribution of a number of homes.")
        .def(py::init(&make_distribution), py::arg("first"), py::arg("probability"))
        .def_readonly("first", &CountDistribution::first, "The smallest number.")
        .def_property_readonly("probability", viewed(&CountDistribution::mass),
                               "The probability of `first` and of each number after it.")
        .def_property_readonly("net_additions", &values_of, "The numbers themselves.")
        .def_property_readonly(
            "mean", [](CountDistribution const& law) { return mean(law); }, "The mean number.")
        .def_property_readonly(
            "sd", [](CountDistribution const& law) { return standard_deviation(law); },
            "The standard deviation.")
        .def("at_least", &probability_of_at_least, py::arg("goal"),
             "The probability of so many or more.")
        .def("shortfall", &expected_shortfall, py::arg("goal"),
             "The mean number missing to the goal; 0 where it is reached.")
        .def(
            "quantile",
            [](CountDistribution const& law, double level) { return quantile(law, level); },
            py::arg("level"), "The smallest number that is not exceeded with this probability.")
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle([](CountDistribution const& law) { return pickled(law.first, law.mass); },
                        &unpickle));

    m.def("net_additions", &net_additions_of, py::arg("added"), py::arg("demolished"),
          py::arg("planned_months"), py::arg("fall_through"), py::arg("delay_log_mean"),
          py::arg("delay_log_sd"), py::kw_only(), py::arg("deadline_months"),
          py::arg("rho_delay") = 0.0, py::arg("rho_fall_through") = 0.0,
          "The exact distribution of net additions from projects whose chances are known.");
}

}  // namespace opgave::python
