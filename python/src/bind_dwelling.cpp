#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"

#include <opgave/dwelling.hpp>

#include <pybind11/operators.h>

#include <array>

namespace opgave::python {

namespace {

using Further = std::map<std::string, std::vector<std::string>>;
using Categories = std::map<std::string, Category, std::less<>>;
using Numbers = std::map<std::string, std::vector<double>, std::less<>>;

constexpr std::array<std::pair<char const*, std::vector<std::string> DwellingRows::*>, 9>
    text_columns{{{"dwelling_id", &DwellingRows::dwelling_id},
                  {"neighbourhood", &DwellingRows::neighbourhood},
                  {"group", &DwellingRows::group},
                  {"tenure", &DwellingRows::tenure},
                  {"energy_label", &DwellingRows::energy_label},
                  {"backlog", &DwellingRows::backlog},
                  {"foundation_risk", &DwellingRows::foundation_risk},
                  {"foundation_reliability", &DwellingRows::foundation_reliability},
                  {"complex_id", &DwellingRows::complex_id}}};

constexpr std::array<std::pair<char const*, std::vector<double> DwellingRows::*>, 7> number_columns{
    {{"build_year", &DwellingRows::build_year},
     {"floor_area_m2", &DwellingRows::floor_area_m2},
     {"condition_score", &DwellingRows::condition_score},
     {"backlog_cost_eur", &DwellingRows::backlog_cost_eur},
     {"subsidence_mm_per_year", &DwellingRows::subsidence_mm_per_year},
     {"x_rd", &DwellingRows::x_rd},
     {"y_rd", &DwellingRows::y_rd}}};

void read_further(DwellingRows& rows, py::handle further) {
    for (auto const& [name, texts] : py::dict(py::reinterpret_borrow<py::object>(further)))
        rows.further[name.cast<std::string>()] = texts_from(texts);
}

void read_column(DwellingRows& rows, std::string const& name, py::handle column) {
    if (name == "further") return read_further(rows, column);
    for (auto const& [known, member] : text_columns)
        if (name == known) return static_cast<void>(rows.*member = texts_from(column));
    for (auto const& [known, member] : number_columns)
        if (name == known) return static_cast<void>(rows.*member = numbers_from(column));
    throw py::type_error("DwellingRows has no column '" + name + "'; put it in further");
}

DwellingRows make_rows(py::object const& dwelling_id, py::kwargs const& columns) {
    DwellingRows rows;
    rows.dwelling_id = texts_from(dwelling_id);
    for (auto const& [name, column] : columns)
        if (!column.is_none()) read_column(rows, name.cast<std::string>(), column);
    return rows;
}

py::dict columns_of(DwellingRows const& rows) {
    py::dict columns;
    for (auto const& [name, member] : text_columns) columns[name] = rows.*member;
    for (auto const& [name, member] : number_columns) columns[name] = rows.*member;
    columns["further"] = rows.further;
    return columns;
}

bool same_rows(DwellingRows const& a, DwellingRows const& b) {
    for (auto const& [name, member] : text_columns)
        if (a.*member != b.*member) return false;
    for (auto const& [name, member] : number_columns)
        if (!same_numbers(a.*member, b.*member)) return false;
    return a.further == b.further;
}

DwellingRows unpickle_rows(py::tuple const& state) {
    auto const columns = PickleFields(state, "DwellingRows", 1).get<py::dict>(0);
    DwellingRows rows;
    for (auto const& [name, column] : columns) read_column(rows, name.cast<std::string>(), column);
    return rows;
}

void bind_rows(py::module_& m) {
    py::class_<DwellingRows> rows(m, "DwellingRows",
                                  "Dwellings as they are read, not yet checked.");
    rows.def(py::init(&make_rows), py::arg("dwelling_id"));
    for (auto const& [name, member] : text_columns) rows.def_readonly(name, member);
    for (auto const& [name, member] : number_columns)
        rows.def_property_readonly(name, viewed<DwellingRows>(member));
    rows.def_readonly("further", &DwellingRows::further)
        .def("__len__", [](DwellingRows const& r) { return r.dwelling_id.size(); })
        .def("__eq__", &same_rows, py::is_operator())
        .def("__repr__",
             [](DwellingRows const& r) { return rows_text("DwellingRows", r.dwelling_id.size()); })
        .def(py::pickle([](DwellingRows const& r) { return pickled(columns_of(r)); },
                        &unpickle_rows));
}

DwellingRules make_rules(bool bag_identifications, double subsiding_from) {
    return {.bag_identifications = bag_identifications,
            .subsiding_from_mm_per_year = subsiding_from};
}

DwellingRules unpickle_rules(py::tuple const& state) {
    PickleFields const fields(state, "DwellingRules", 2);
    return make_rules(fields.get<bool>(0), fields.get<double>(1));
}

std::string describe_rules(DwellingRules const& r) {
    return py::str("DwellingRules(bag_identifications={}, subsiding_from_mm_per_year={})")
        .format(r.bag_identifications, r.subsiding_from_mm_per_year);
}

void bind_rules(py::module_& m) {
    py::class_<DwellingRules>(m, "DwellingRules", "What is asked of dwellings beyond their form.")
        .def(py::init(&make_rules), py::kw_only(), py::arg("bag_identifications") = false,
             py::arg("subsiding_from_mm_per_year") = DwellingRules().subsiding_from_mm_per_year)
        .def_readonly("bag_identifications", &DwellingRules::bag_identifications)
        .def_readonly("subsiding_from_mm_per_year", &DwellingRules::subsiding_from_mm_per_year)
        .def(py::self == py::self)
        .def("__repr__", &describe_rules)
        .def(py::pickle(
            [](DwellingRules const& r) {
                return pickled(r.bag_identifications, r.subsiding_from_mm_per_year);
            },
            &unpickle_rules));
}

Category unpickle_category(py::tuple const& state) {
    PickleFields const fields(state, "Category", 2);
    return {fields.get<std::vector<std::int32_t>>(0), fields.get<std::vector<std::string>>(1)};
}

std::string describe_category(Category const& c) {
    return "Category(" + std::to_string(c.code.size()) + " rows, " +
           std::to_string(c.levels.size()) + " levels)";
}

void bind_category(py::module_& m) {
    py::class_<Category>(m, "Category", "A column of names: codes index levels, -1 is unknown.")
        .def_property_readonly("code", viewed(&Category::code))
        .def_readonly("levels", &Category::levels)
        .def("__len__", [](Category const& c) { return c.code.size(); })
        .def(py::self == py::self)
        .def("__repr__", &describe_category)
        .def(py::pickle([](Category const& c) { return pickled(c.code, c.levels); },
                        &unpickle_category));
}

Category const& category(Dwellings const& dwellings, std::string_view name) {
    return by_name([&]() -> Category const& { return dwellings.category(name); });
}

py::array number(py::object const& self, std::string_view name) {
    auto const& dwellings = self.cast<Dwellings const&>();
    return view(by_name([&]() -> auto const& { return dwellings.number(name); }), self);
}

py::tuple pickle_dwellings(Dwellings const& d) {
    Categories categories;
    for (auto const& name : d.category_names()) categories[name] = d.category(name);
    Numbers numbers;
    for (auto const& name : d.number_names()) numbers[name] = d.number(name);
    return pickled(d.id(), categories, numbers);
}

Dwellings unpickle_dwellings(py::tuple const& state) {
    PickleFields const fields(state, "Dwellings", 3);
    return {fields.get<std::vector<std::string>>(0), fields.get<Categories>(1),
            fields.get<Numbers>(2)};
}

std::string describe_dwellings(Dwellings const& d) {
    return "Dwellings(" + std::to_string(d.size()) + " rows, " +
           std::to_string(d.category_names().size() + d.number_names().size()) + " columns)";
}

void bind_dwellings(py::module_& m) {
    py::class_<Dwellings>(m, "Dwellings", "A table of dwellings: names and numbers by column.")
        .def_property_readonly("id", &Dwellings::id)
        .def_property_readonly("size", &Dwellings::size)
        .def_property_readonly("category_names", &Dwellings::category_names)
        .def_property_readonly("number_names", &Dwellings::number_names)
        .def("find", &Dwellings::find, py::arg("dwelling_id"),
             "The row of a dwelling; None if absent.")
        .def("category", &category, py::arg("name"), py::return_value_policy::reference_internal,
             "A column of names.")
        .def("number", &number, py::arg("name"), "A column of numbers; NaN is unknown.")
        .def("__len__", &Dwellings::size)
        .def(py::self == py::self)
        .def("__repr__", &describe_dwellings)
        .def(py::pickle(&pickle_dwellings, &unpickle_dwellings));
}

Grouping group(Dwellings const& dwellings, std::vector<std::string> const& columns) {
    return by_name([&] { return group_by(dwellings, columns); });
}

Grouping unpickle_grouping(py::tuple const& state) {
    PickleFields const fields(state, "Grouping", 3);
    return {fields.get<std::vector<std::string>>(0), fields.get<std::vector<std::int32_t>>(1),
            fields.get<std::vector<std::vector<std::string>>>(2)};
}

std::string describe_grouping(Grouping const& g) {
    return py::str("Grouping(by {}, {} groups)").format(g.columns, g.labels.size());
}

void bind_grouping(py::module_& m) {
    py::class_<Grouping>(m, "Grouping", "Which group each dwelling belongs to.")
        .def_readonly("columns", &Grouping::columns)
        .def_property_readonly("group", viewed(&Grouping::group))
        .def_readonly("labels", &Grouping::labels)
        .def("__len__", [](Grouping const& g) { return g.labels.size(); })
        .def(py::self == py::self)
        .def("__repr__", &describe_grouping)
        .def(py::pickle([](Grouping const& g) { return pickled(g.columns, g.group, g.labels); },
                        &unpickle_grouping));

    m.def("group_by", &group, py::arg("dwellings"), py::arg("columns"),
          "Groups by columns of names; unknown is a group of its own.");
}

}  // namespace

void bind_dwelling(py::module_& m) {
    bind_rows(m);
    bind_rules(m);
    bind_category(m);
    bind_dwellings(m);
    bind_grouping(m);

    m.def("energy_labels", &energy_labels, "Energy labels, from worst to best.");
    m.def("foundation_risks", &foundation_risks, "Foundation risks, from low to high.");
    m.def("foundation_reliabilities", &foundation_reliabilities,
          "How a foundation risk is known, from weak to strong.");
}

}  // namespace opgave::python
