#pragma once
/// What is wrong with a BAG identification, in words.

#include <opgave/bag_id.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace opgave {

struct BagIdText {
    std::string code;     ///< as in `Issue::code`
    std::string message;  ///< what the identification must be, and what it is, masked
    std::string fix;
};

/// `text` is what has the fault; not for `BagIdFault::none`.
[[nodiscard]] BagIdText describe(BagIdFault fault, std::string_view text);

/// What is wrong with `text` as the identification of a verblijfsobject, if anything.
[[nodiscard]] std::optional<BagIdText> bag_dwelling_fault(std::string_view text);

}  // namespace opgave
