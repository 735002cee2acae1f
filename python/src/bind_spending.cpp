#include "bind.hpp"
#include "names.hpp"

#include <opgave/spending.hpp>

namespace opgave::python {

namespace {

py::dict spending_of(Projection const& projection, std::string const& budget,
                     std::vector<double> const& q) {
    return by_name([&] {
        auto found = spending(projection, budget, q);
        py::dict columns;
        columns["mean"] = give(std::move(found.mean));
        columns["std_error"] = give(std::move(found.std_error));
        columns["quantiles"] = give(std::move(found.quantiles));
        return columns;
    });
}

Probability runs_out(Projection const& projection, std::string const& budget,
                     Target const& target) {
    return by_name([&] { return money_runs_out(projection, budget, target); });
}

Probability within(Projection const& projection, Target const& target, std::string const& budget,
                   std::int64_t cents) {
    return by_name([&] { return reached_within(projection, target, budget, cents); });
}

Probability left(Projection const& projection, std::string const& budget, Deadline deadline,
                 std::int64_t cents) {
    return by_name([&] { return money_left(projection, budget, deadline, cents); });
}

}  // namespace

void bind_spending(py::module_& m) {
    m.def("spending", &spending_of, py::arg("projection"), py::arg("budget"), py::arg("q"),
          "Cents spent up to each month: mean, std_error and quantiles (months x levels).");
    m.def("money_runs_out", &runs_out, py::arg("projection"), py::arg("budget"), py::arg("target"),
          "P(a dwelling waits for the budget's money before the target is reached).");
    m.def("reached_within", &within, py::arg("projection"), py::arg("target"), py::arg("budget"),
          py::arg("cents"), "P(the target is reached, and at most so many cents are spent).");
    m.def("money_left", &left, py::arg("projection"), py::arg("budget"), py::arg("deadline"),
          py::arg("cents"), "P(more than so many cents of a budget are not spent by a day).");
}

}  // namespace opgave::python
