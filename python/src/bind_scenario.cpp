#include "bind.hpp"
#include "columns.hpp"
#include "pickles.hpp"
#include "scopes.hpp"

#include <opgave/scenario.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

Day day_or_unknown(py::object const& day) { return day.is_none() ? unknown_day : day_from(day); }

/// Throws what a scenario of this one part would.
template <class Part>
Part checked(std::vector<Part> Scenario::*parts, Part part) {
    Scenario scenario;
    (scenario.*parts).push_back(part);
    check(scenario);
    return part;
}

Gate make_gate(std::string state, double per_month, bool capacitated, py::object const& scope,
               py::object const& start, py::object const& end) {
    return checked(&Scenario::gates, Gate{.state = std::move(state),
                                          .per_month = per_month,
                                          .capacitated = capacitated,
                                          .scope = scope_from(scope),
                                          .when = {day_or_unknown(start), day_or_unknown(end)}});
}

void bind_gate(py::module_& m) {
    py::class_<Gate>(m, "Gate", "So many dwellings a month can enter a state.")
        .def(py::init(&make_gate), py::arg("state"), py::kw_only(), py::arg("per_month"),
             py::arg("capacitated") = false, py::arg("scope") = py::none(),
             py::arg("start") = py::none(), py::arg("end") = py::none())
        .def_readonly("state", &Gate::state, "The state that is entered.")
        .def_readonly("per_month", &Gate::per_month, "Slots per month; fractions accumulate.")
        .def_readonly("capacitated", &Gate::capacitated,
                      "Whether `per_month` is how many can be in the state at once.")
        .def_property_readonly(
            "scope", [](Gate const& g) { return scope_of(g.scope); },
            "Columns, and the values of each that need a slot.")
        .def_property_readonly(
            "start", [](Gate const& g) { return CalendarDay{g.when.start}; },
            "Before it the gate is open; None: it never was.")
        .def_property_readonly(
            "end", [](Gate const& g) { return CalendarDay{g.when.end}; },
            "After it the gate is open; None: it stays.")
        .def(py::self == py::self)
        .def("__repr__",
             [](Gate const& g) {
                 return py::str("Gate({!r}, per_month={})").format(g.state, g.per_month);
             })
        .def(py::pickle(
            [](Gate const& g) {
                return pickled(g.state, g.per_month, g.capacitated, scope_of(g.scope),
                               CalendarDay{g.when.start}, CalendarDay{g.when.end});
            },
            [](py::tuple const& state) {
                PickleFields const f(state, "Gate", 6);
                return make_gate(f.get<std::string>(0), f.get<double>(1), f.get<bool>(2),
                                 f.get<py::object>(3), f.get<py::object>(4), f.get<py::object>(5));
            }));
}

Cost make_cost(std::int64_t cents, py::object const& scope, std::int64_t cents_sd) {
    return {.cents = cents, .scope = scope_from(scope), .cents_sd = cents_sd};
}

py::str describe_cost(Cost const& c) {
    if (c.cents_sd == 0) return py::str("Cost({}, scope={!r})").format(c.cents, scope_of(c.scope));
    return py::str("Cost({}, scope={!r}, cents_sd={})")
        .format(c.cents, scope_of(c.scope), c.cents_sd);
}

void bind_cost(py::module_& m) {
    py::class_<Cost>(m, "Cost", "What one dwelling costs, in cents.")
        .def(py::init(&make_cost), py::arg("cents"), py::arg("scope") = py::none(), py::kw_only(),
             py::arg("cents_sd") = 0)
        .def_readonly("cents", &Cost::cents, "Cents per dwelling.")
        .def_readonly("cents_sd", &Cost::cents_sd,
                      "Standard deviation between dwellings, whose costs are Gamma distributed; 0: "
                      "certain.")
        .def_property_readonly(
            "scope", [](Cost const& c) { return scope_of(c.scope); },
            "Columns, and the values of each that cost so much.")
        .def(py::self == py::self)
        .def("__repr__", &describe_cost)
        .def(py::pickle(
            [](Cost const& c) { return pickled(c.cents, scope_of(c.scope), c.cents_sd); },
            [](py::tuple const& state) {
                PickleFields const f(state, "Cost", 3);
                return make_cost(f.get<std::int64_t>(0), f.get<py::object>(1),
                                 f.get<std::int64_t>(2));
            }));
}

/// One cost for all, or a list.
std::vector<Cost> costs_from(py::object const& costs) {
    if (py::isinstance<py::int_>(costs)) return {{.cents = costs.cast<std::int64_t>()}};
    return costs.cast<std::vector<Cost>>();
}

Budget make_budget(std::string name, std::string state, std::map<int, std::int64_t> cents,
                   py::object const& costs, bool carries_over, bool skips) {
    return checked(&Scenario::budgets, Budget{.name = std::move(name),
                                              .state = std::move(state),
                                              .cents = std::move(cents),
                                              .costs = costs_from(costs),
                                              .carries_over = carries_over,
                                              .skips = skips});
}

void bind_budget(py::module_& m) {
    py::class_<Budget>(m, "Budget", "Money that is spent when a dwelling enters a state.")
        .def(py::init(&make_budget), py::arg("name"), py::arg("state"), py::kw_only(),
             py::arg("cents"), py::arg("costs"), py::arg("carries_over") = true,
             py::arg("skips") = false)
        .def_readonly("name", &Budget::name, "What it is called.")
        .def_readonly("state", &Budget::state, "The state whose entry is paid.")
        .def_readonly("cents", &Budget::cents,
                      "Cents by calendar year; by 0, 1, … without a calendar.")
        .def_readonly("costs", &Budget::costs, "What a dwelling costs: the first scope that fits.")
        .def_readonly("carries_over", &Budget::carries_over,
                      "Whether what a year leaves is there in the next.")
        .def_readonly("skips", &Budget::skips,
                      "Whether a dwelling that does not fit lets cheaper ones pass.")
        .def(py::self == py::self)
        .def("__repr__",
             [](Budget const& b) {
                 return py::str("Budget({!r}, {!r}, cents={}, costs={})")
                     .format(b.name, b.state, b.cents, b.costs);
             })
        .def(py::pickle(
            [](Budget const& b) {
                return pickled(b.name, b.state, b.cents, b.costs, b.carries_over, b.skips);
            },
            [](py::tuple const& state) {
                PickleFields const f(state, "Budget", 6);
                return make_budget(f.get<std::string>(0), f.get<std::string>(1),
                                   f.get<std::map<int, std::int64_t>>(2), f.get<py::object>(3),
                                   f.get<bool>(4), f.get<bool>(5));
            }));
}

Lever make_lever(std::string state, std::string to, double factor, double log_sd,
                 py::object const& scope, py::object const& start, py::object const& end) {
    return checked(&Scenario::levers, Lever{.state = std::move(state),
                                            .to = std::move(to),
                                            .factor = factor,
                                            .log_sd = log_sd,
                                            .scope = scope_from(scope),
                                            .when = {day_or_unknown(start), day_or_unknown(end)}});
}

void bind_lever(py::module_& m) {
    py::class_<Lever>(m, "Lever", "A change of pace: the rates out of a state times a factor.")
        .def(py::init(&make_lever), py::arg("state"), py::kw_only(), py::arg("to") = "",
             py::arg("factor"), py::arg("log_sd") = 0.0, py::arg("scope") = py::none(),
             py::arg("start") = py::none(), py::arg("end") = py::none())
        .def_readonly("state", &Lever::state, "The state whose rates change.")
        .def_readonly("to", &Lever::to, "Towards which state; empty: all that lie ahead.")
        .def_readonly("factor", &Lever::factor,
                      "What the rates are multiplied by; the median where it is uncertain.")
        .def_readonly("log_sd", &Lever::log_sd,
                      "Standard deviation of the logarithm of the factor; 0 is exact.")
        .def_property_readonly(
            "scope", [](Lever const& l) { return scope_of(l.scope); },
            "Columns, and the values of each that it is for.")
        .def_property_readonly(
            "start", [](Lever const& l) { return CalendarDay{l.when.start}; },
            "The first day; None: from the beginning.")
        .def_property_readonly(
            "end", [](Lever const& l) { return CalendarDay{l.when.end}; },
            "The last day; None: to the end.")
        .def(py::self == py::self)
        .def("__repr__",
             [](Lever const& l) {
                 return py::str("Lever({!r}, factor={})").format(l.state, l.factor);
             })
        .def(py::pickle(
            [](Lever const& l) {
                return pickled(l.state, l.to, l.factor, l.log_sd, scope_of(l.scope),
                               CalendarDay{l.when.start}, CalendarDay{l.when.end});
            },
            [](py::tuple const& state) {
                PickleFields const f(state, "Lever", 7);
                return make_lever(f.get<std::string>(0), f.get<std::string>(1), f.get<double>(2),
                                  f.get<double>(3), f.get<py::object>(4), f.get<py::object>(5),
                                  f.get<py::object>(6));
            }));
}

py::list priority_of(Scenario const& s) {
    py::list scopes;
    for (Scope const& scope : s.priority) scopes.append(scope_of(scope));
    return scopes;
}

Scenario make_scenario(NumberColumn inflow, double adherence_sd, std::vector<Gate> gates,
                       std::vector<Budget> budgets, std::vector<Lever> levers,
                       py::iterable const& priority, bool exits_while_waiting) {
    Scenario scenario{.inflow = std::move(inflow.values),
                      .adherence_sd = adherence_sd,
                      .gates = std::move(gates),
                      .budgets = std::move(budgets),
                      .levers = std::move(levers),
                      .exits_while_waiting = exits_while_waiting};
    for (auto const& scope : priority)
        scenario.priority.push_back(scope_from(py::reinterpret_borrow<py::object>(scope)));
    check(scenario);
    return scenario;
}

py::tuple pickle(Scenario const& s) {
    return pickled(s.inflow, s.adherence_sd, s.gates, s.budgets, s.levers, priority_of(s),
                   s.exits_while_waiting);
}

Scenario unpickle(py::tuple const& state) {
    PickleFields const f(state, "Scenario", 7);
    return make_scenario({f.get<std::vector<double>>(0)}, f.get<double>(1),
                         f.get<std::vector<Gate>>(2), f.get<std::vector<Budget>>(3),
                         f.get<std::vector<Lever>>(4), f.get<py::list>(5), f.get<bool>(6));
}

std::string describe(Scenario const& s) {
    std::string text =
        py::str("Scenario(inflow={}, adherence_sd={}").format(s.inflow, s.adherence_sd);
    auto const add = [&](char const* name, auto const& parts) {
        if (!parts.empty())
            text += py::str(", {}={}").format(name, parts).template cast<std::string>();
    };
    add("gates", s.gates);
    add("budgets", s.budgets);
    add("levers", s.levers);
    if (!s.priority.empty())
        text += py::str(", priority={}").format(priority_of(s)).cast<std::string>();
    return text + ")";
}

}  // namespace

void bind_scenario(py::module_& m) {
    bind_gate(m);
    bind_cost(m);
    bind_budget(m);
    bind_lever(m);
    py::class_<Scenario>(m, "Scenario", "What is planned: inflow, slots, money and levers.")
        .def(py::init(&make_scenario), py::kw_only(), py::arg("inflow") = std::vector<double>(),
             py::arg("adherence_sd") = 0.0, py::arg("gates") = std::vector<Gate>(),
             py::arg("budgets") = std::vector<Budget>(), py::arg("levers") = std::vector<Lever>(),
             py::arg("priority") = py::list(), py::arg("exits_while_waiting") = true)
        .def_property_readonly("inflow", viewed(&Scenario::inflow),
                               "Dwellings entering the first stage, per month.")
        .def_readonly("adherence_sd", &Scenario::adherence_sd,
                      "Standard deviation of a year's realised part of the plan.")
        .def_readonly("gates", &Scenario::gates, "Slots.")
        .def_readonly("budgets", &Scenario::budgets, "Money.")
        .def_readonly("levers", &Scenario::levers, "Changes of pace.")
        .def_property_readonly("priority", &priority_of, "Who goes first, in order.")
        .def_readonly("exits_while_waiting", &Scenario::exits_while_waiting,
                      "Whether those who wait can leave by an exit.")
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(&pickle, &unpickle));
}

}  // namespace opgave::python
