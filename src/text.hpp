#pragma once
/// Words for messages.

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace opgave {

[[nodiscard]] inline bool continues_character(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The text between quotes, cut after 60 bytes at the border of a UTF-8 character.
[[nodiscard]] inline std::string quote(std::string_view text) {
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return '"' + std::string{text} + '"';
    auto end = longest;
    while (end > 0 && continues_character(text[end])) --end;
    return '"' + std::string{text.substr(0, end)} + "…\"";
}

/// `a, b, c`.
[[nodiscard]] inline std::string join(std::vector<std::string> const& words) {
    std::string text;
    for (auto const& word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

/// `1 error`, `2 errors`.
[[nodiscard]] inline std::string count_of(std::size_t n, std::string const& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

/// The shortest usual form: `12`, `-0.25`, `inf`.
[[nodiscard]] inline std::string write_number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.10g", value);
    return text.data();
}

}  // namespace opgave
