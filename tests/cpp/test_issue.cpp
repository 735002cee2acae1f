#include "catch.hpp"

#include <opgave/issue.hpp>

#include <string>

using namespace opgave;

namespace {

Issue const fault{
    Severity::error, "unknown_stage", "events", 7, "stage", "stage must be a, got \"b\"",
    "write a"};
Issue const hint{Severity::warning, "duplicate_event", "events", 2, "date", "twice", "remove it"};

}  // namespace

TEST_CASE("issues have errors if one of them is an error") {
    CHECK_FALSE(has_errors({}));
    CHECK_FALSE(has_errors({hint, hint}));
    CHECK(has_errors({fault}));
    CHECK(has_errors({hint, hint, fault}));
}

TEST_CASE("a refusal carries every issue and describes the first error") {
    RegisterError const refusal{{hint, fault, fault}};
    CHECK(refusal.issues() == Issues{hint, fault, fault});
    CHECK(std::string{refusal.what()} ==
          "the register has 2 errors and 1 warning; the first error is events row 7, stage: stage "
          "must be a, got \"b\"; write a");
}

TEST_CASE("a refusal of nothing says so") {
    CHECK(std::string{RegisterError{{}}.what()} == "the register has 0 errors and 0 warnings");
}
