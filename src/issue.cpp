#include <opgave/issue.hpp>

#include "text.hpp"

#include <algorithm>
#include <utility>

namespace opgave {

namespace {

bool is_error(Issue const& issue) { return issue.severity == Severity::error; }

std::string describe(Issue const& issue) {
    return issue.table + " row " + std::to_string(issue.row) + ", " + issue.column + ": " +
           issue.message + "; " + issue.fix;
}

std::string summarise(Issues const& issues) {
    auto const errors =
        static_cast<std::size_t>(std::count_if(issues.begin(), issues.end(), is_error));
    auto text = "the register has " + count_of(errors, "error") + " and " +
                count_of(issues.size() - errors, "warning");
    auto const first = std::find_if(issues.begin(), issues.end(), is_error);
    if (first != issues.end()) text += "; the first error is " + describe(*first);
    return text;
}

}  // namespace

bool has_errors(Issues const& issues) {
    return std::any_of(issues.begin(), issues.end(), is_error);
}

RegisterError::RegisterError(Issues issues)
    : std::runtime_error{summarise(issues)}, issues_{std::move(issues)} {}

}  // namespace opgave
