#pragma once
/// What is wrong in a register's input, one record per place.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace opgave {

enum class Severity : std::int8_t { error, warning };

/// One problem: the thing, the rule, the value (identifications masked), the place and the mend.
struct Issue {
    Severity severity = Severity::error;
    std::string code;      ///< for programs: `unknown_stage`, `missing_date`, …
    std::string table;     ///< `events` or `dwellings`
    std::int64_t row = 0;  ///< 0 is the first row of data
    std::string column;
    std::string message;  ///< without the place
    std::string fix;
    friend bool operator==(Issue const&, Issue const&) = default;
};

using Issues = std::vector<Issue>;

[[nodiscard]] bool has_errors(Issues const& issues);

/// Thrown when a register's input holds errors; carries every issue, warnings too.
class RegisterError : public std::runtime_error {
public:
    explicit RegisterError(Issues issues);
    [[nodiscard]] Issues const& issues() const noexcept { return issues_; }

private:
    Issues issues_;
};

}  // namespace opgave
