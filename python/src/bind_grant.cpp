#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"
#include "scopes.hpp"
#include "verdicts.hpp"

#include <opgave/grant.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Cents = std::optional<std::int64_t>;

Cents known(std::int64_t cents) { return cents == unknown_cents ? Cents{} : Cents{cents}; }

Award make_award(std::int64_t cents, std::string source, py::object const& date,
                 Cents const& vat_cents, Cents const& primary_cents, bool about) {
    return {.source = std::move(source),
            .date = date.is_none() ? unknown_day : day_from(date),
            .cents = cents,
            .vat_cents = vat_cents.value_or(unknown_cents),
            .primary_cents = primary_cents.value_or(unknown_cents),
            .about = about};
}

Award unpickle_award(py::tuple const& state) {
    PickleFields const f(state, "Award", 6);
    return make_award(f.get<std::int64_t>(0), f.get<std::string>(1), f.get<py::object>(2),
                      f.get<Cents>(3), f.get<Cents>(4), f.get<bool>(5));
}

void bind_award(py::module_& m) {
    py::class_<Award>(m, "Award", "What one source says that a grant is.")
        .def(py::init(&make_award), py::arg("cents"), py::kw_only(), py::arg("source"),
             py::arg("date") = py::none(), py::arg("vat_cents") = py::none(),
             py::arg("primary_cents") = py::none(), py::arg("about") = false)
        .def_readonly("cents", &Award::cents, "Gross.")
        .def_readonly("source", &Award::source, "Who says so.")
        .def_property_readonly(
            "date", [](Award const& a) { return CalendarDay{a.date}; },
            "The day of the source; before it the figure is not known.")
        .def_property_readonly(
            "vat_cents", [](Award const& a) { return known(a.vat_cents); },
            "The part for the VAT compensation fund; None: not known.")
        .def_property_readonly(
            "primary_cents", [](Award const& a) { return known(a.primary_cents); },
            "The part for the dwellings themselves; None: not known.")
        .def_readonly("about", &Award::about, "Whether the source gives it as approximate.")
        .def(py::self == py::self)
        .def("__repr__",
             [](Award const& a) {
                 return py::str("Award({}, source={!r})").format(a.cents, a.source);
             })
        .def(py::pickle(
            [](Award const& a) {
                return pickled(a.cents, a.source, CalendarDay{a.date}, known(a.vat_cents),
                               known(a.primary_cents), a.about);
            },
            &unpickle_award));
}

GrantRules make_rules(std::int64_t least_dwellings, double least_primary_share, std::string starts,
                      int start_within_months, int finish_within_months) {
    return {.least_dwellings = least_dwellings,
            .least_primary_share = least_primary_share,
            .starts = std::move(starts),
            .start_within_months = start_within_months,
            .finish_within_months = finish_within_months};
}

GrantRules unpickle_rules(py::tuple const& state) {
    PickleFields const f(state, "GrantRules", 5);
    return make_rules(f.get<std::int64_t>(0), f.get<double>(1), f.get<std::string>(2),
                      f.get<int>(3), f.get<int>(4));
}

std::string describe_rules(GrantRules const& r) {
    return py::str(
               "GrantRules(least_dwellings={}, least_primary_share={}, starts={!r}, "
               "start_within_months={}, finish_within_months={})")
        .format(r.least_dwellings, r.least_primary_share, r.starts, r.start_within_months,
                r.finish_within_months);
}

void bind_rules(py::module_& m) {
    py::class_<GrantRules>(m, "GrantRules", "Conditions of a grant, each off at 0.")
        .def(py::init(&make_rules), py::kw_only(), py::arg("least_dwellings") = 0,
             py::arg("least_primary_share") = 0.0, py::arg("starts") = "",
             py::arg("start_within_months") = 0, py::arg("finish_within_months") = 0)
        .def_readonly("least_dwellings", &GrantRules::least_dwellings, "In its scope.")
        .def_readonly("least_primary_share", &GrantRules::least_primary_share,
                      "Of each award, for the dwellings themselves.")
        .def_readonly("starts", &GrantRules::starts, "The stage at which works start.")
        .def_readonly("start_within_months", &GrantRules::start_within_months,
                      "From the earliest award to the first start.")
        .def_readonly("finish_within_months", &GrantRules::finish_within_months,
                      "From the earliest award to the last completion.")
        .def(py::self == py::self)
        .def("__repr__", &describe_rules)
        .def(py::pickle(
            [](GrantRules const& r) {
                return pickled(r.least_dwellings, r.least_primary_share, r.starts,
                               r.start_within_months, r.finish_within_months);
            },
            &unpickle_rules));
}

Grant make_grant(std::string name, std::vector<Award> awards, std::string reserves,
                 std::string commits, std::string pays, py::object const& scope, GrantRules rules) {
    return {.name = std::move(name),
            .awards = std::move(awards),
            .reserves = std::move(reserves),
            .commits = std::move(commits),
            .pays = std::move(pays),
            .scope = scope_from(scope),
            .rules = std::move(rules)};
}

Grant unpickle_grant(py::tuple const& state) {
    PickleFields const f(state, "Grant", 7);
    return make_grant(f.get<std::string>(0), f.get<std::vector<Award>>(1), f.get<std::string>(2),
                      f.get<std::string>(3), f.get<std::string>(4), f.get<py::object>(5),
                      f.get<GrantRules>(6));
}

std::string describe_grant(Grant const& g) {
    return py::str("Grant({!r}, awards={}, reserves={!r}, commits={!r}, pays={!r})")
        .format(g.name, g.awards, g.reserves, g.commits, g.pays);
}

py::tuple pickle_grant(Grant const& g) {
    return pickled(g.name, g.awards, g.reserves, g.commits, g.pays, scope_of(g.scope), g.rules);
}

void bind_one_grant(py::module_& m) {
    py::class_<Grant>(m, "Grant", "A grant, and which stages move its money.")
        .def(py::init(&make_grant), py::arg("name"), py::kw_only(),
             py::arg("awards") = std::vector<Award>(), py::arg("reserves") = "",
             py::arg("commits") = "", py::arg("pays") = "", py::arg("scope") = py::none(),
             py::arg("rules") = GrantRules())
        .def_readonly("name", &Grant::name, "What it is called.")
        .def_readonly("awards", &Grant::awards, "What each source says that it is.")
        .def_readonly("reserves", &Grant::reserves, "The stage from which on it is reserved.")
        .def_readonly("commits", &Grant::commits, "The stage from which on it is committed.")
        .def_readonly("pays", &Grant::pays, "The stage from which on it is paid.")
        .def_property_readonly(
            "scope", [](Grant const& g) { return scope_of(g.scope); },
            "Columns, and the values of each that it is for.")
        .def_readonly("rules", &Grant::rules, "Its conditions.")
        .def(py::self == py::self)
        .def("__repr__", &describe_grant)
        .def(py::pickle(&pickle_grant, &unpickle_grant));
}

py::dict columns_of(std::vector<LedgerRow> const& rows) {
    py::dict columns;
    std::vector<Day> days;
    for (LedgerRow const& row : rows) days.push_back(row.date);
    py::list grants;
    py::list sources;
    for (LedgerRow const& row : rows) {
        grants.append(row.grant);
        sources.append(row.source);
    }
    columns["grant"] = grants;
    columns["source"] = sources;
    columns["date"] = dates(days);
    auto const add = [&](char const* name, auto member) {
        columns[name] = column_of<std::int64_t>(rows, [&](auto const& row) { return row.*member; });
    };
    columns["about"] = column_of<std::int8_t>(rows, [](auto const& row) { return row.about; });
    add("award_cents", &LedgerRow::award_cents);
    add("vat_cents", &LedgerRow::vat_cents);
    add("reserved_cents", &LedgerRow::reserved_cents);
    add("committed_cents", &LedgerRow::committed_cents);
    add("paid_cents", &LedgerRow::paid_cents);
    add("released_cents", &LedgerRow::released_cents);
    add("free_cents", &LedgerRow::free_cents);
    add("reserved_known", &LedgerRow::reserved_known);
    add("committed_known", &LedgerRow::committed_known);
    add("paid_known", &LedgerRow::paid_known);
    add("released_known", &LedgerRow::released_known);
    add("reserved_unknown", &LedgerRow::reserved_unknown);
    add("committed_unknown", &LedgerRow::committed_unknown);
    add("paid_unknown", &LedgerRow::paid_unknown);
    add("released_unknown", &LedgerRow::released_unknown);
    add("carried", &LedgerRow::carried);
    return columns;
}

py::tuple ledger_of(Register const& reg, std::vector<Grant> const& grants, CalendarDay as_of,
                    CalendarDay known_on) {
    return by_name([&] {
        auto const found = ledger(reg, grants, as_of, known_on);
        return py::make_tuple(columns_of(found.rows), found.issues);
    });
}

}  // namespace

void bind_grant(py::module_& m) {
    bind_award(m);
    bind_rules(m);
    bind_one_grant(m);
    m.def("ledger", &ledger_of, py::arg("register"), py::arg("grants"), py::arg("as_of"),
          py::arg("known_on"),
          "Where the money of grants stands: columns, one row per grant and source, and issues.");
}

}  // namespace opgave::python
