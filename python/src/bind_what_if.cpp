#include "bind.hpp"
#include "columns.hpp"
#include "names.hpp"

#include <opgave/what_if.hpp>

#include <pybind11/functional.h>
#include <pybind11/stl.h>

namespace opgave::python {

namespace {

py::dict gain_fields(Gain const& g) {
    py::dict fields;
    fields["probability"] = g.probability;
    fields["probability_std_error"] = g.probability_std_error;
    fields["separate_std_error"] = g.separate_std_error;
    fields["dwellings"] = g.dwellings;
    fields["dwellings_std_error"] = g.dwellings_std_error;
    fields["cents"] = g.cents;
    fields["cents_std_error"] = g.cents ? std::optional(g.cents_std_error) : std::nullopt;
    return fields;
}

py::dict gain_of(Projection const& with, Projection const& without, Target const& target) {
    return by_name([&] { return gain_fields(gain(with, without, target)); });
}

py::list ranked_steps(Forecast const& forecast, Scenario const& now,
                      std::vector<std::pair<std::string, Scenario>> const& named,
                      Target const& target) {
    std::vector<Step> steps;
    for (auto const& [name, scenario] : named) {
        steps.push_back({name, scenario});
    }
    return by_name([&] {
        py::list rows;
        for (auto const& [name, found] : bottlenecks(forecast, now, steps, target)) {
            py::dict row = gain_fields(found);
            row["step"] = name;
            rows.append(row);
        }
        return rows;
    });
}

py::tuple required_setting(Forecast const& forecast, std::function<Scenario(double)> at, double low,
                           double high, double tolerance, Target const& target,
                           double probability) {
    Dial const dial{std::move(at), low, high, tolerance};
    return by_name([&] {
        auto const found = required(forecast, dial, target, probability);
        return py::make_tuple(found.setting, found.probability, found.reason);
    });
}

py::tuple last_moment(Forecast const& forecast, Scenario const& now, Scenario const& best,
                      Target const& target, double probability) {
    return by_name([&] {
        auto const found = point_of_no_return(forecast, now, best, target, probability);
        return py::make_tuple(calendar_day(found.day), found.at_once, found.on_day, found.never,
                              found.is_needed);
    });
}

}  // namespace

void bind_what_if(py::module_& m) {
    m.def("gain", &gain_of, py::arg("a"), py::arg("b"), py::arg("target"),
          "What projection a does more than b on the deadline of a target.");
    m.def("bottlenecks", &ranked_steps, py::arg("forecast"), py::arg("now"), py::arg("steps"),
          py::arg("target"), "The gain of each step, the largest first.");
    m.def("required", &required_setting, py::arg("forecast"), py::arg("at"), py::arg("low"),
          py::arg("high"), py::arg("tolerance"), py::arg("target"), py::arg("probability"),
          "The smallest setting that reaches a target, its probability, or why there is none.");
    m.def("point_of_no_return", &last_moment, py::arg("forecast"), py::arg("now"), py::arg("best"),
          py::arg("target"), py::arg("probability"),
          "The last day on which the best plan suffices; its probability at once, then, never.");
    m.def(
        "hand_over",
        [](Scenario const& before, Scenario const& after, CalendarDay as_of, CalendarDay day) {
            return hand_over(before, after, as_of, day);
        },
        py::arg("before"), py::arg("after"), py::arg("as_of"), py::arg("day"),
        "One plan up to a day, another from then on.");
}

}  // namespace opgave::python
