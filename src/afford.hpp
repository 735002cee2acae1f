#pragma once
// Who gets what is scarce where what an item takes is known only item by item.

#include "ration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace opgave::detail {

// How many items of each claim are let in before the first for which `supply` is not enough.
//
// Claims take turns in proportion to their counts: item j of n stands at (j - 1/2) / n, and of
// those at the same place the first claim goes first. `price(counts)` is what so many items of each
// claim take together; it does not fall when a count rises.
template <typename Price>
std::vector<std::int64_t> afford(std::span<Claim const> claims, std::int64_t supply,
                                 Price const& price) {
    std::vector<std::int64_t> taken(claims.size(), 0);
    auto const first = std::ranges::max_element(claims, {}, &Claim::count);
    if (supply <= 0 || first == claims.end() || first->count == 0) {
        return taken;
    }
    // Where money is short, most months pay nobody.
    std::vector<std::int64_t> tried(claims.size(), 0);
    tried[static_cast<std::size_t>(first - claims.begin())] = 1;
    if (price(tried) > supply) {
        return taken;
    }
    std::vector<std::int64_t> most(claims.size());
    std::ranges::transform(claims, most.begin(), &Claim::count);
    if (price(most) <= supply) {
        return most;
    }
    auto const is_close = [&] {
        return std::ranges::equal(taken, most, [](auto few, auto many) { return many - few <= 1; });
    };
    for (double low = 0, high = 1; !is_close();) {
        double const middle = (low + high) / 2;
        for (std::size_t i = 0; i < claims.size(); ++i) {
            auto const count = static_cast<double>(claims[i].count);
            tried[i] = std::llround(count * middle);
        }
        bool const fits = price(tried) <= supply;
        (fits ? low : high) = middle;
        (fits ? taken : most) = tried;
    }
    // What is left is at most one item of each claim.
    std::vector<std::size_t> turns;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        if (taken[i] < most[i]) {
            turns.push_back(i);
        }
    }
    std::ranges::stable_sort(turns, {}, [&](std::size_t i) {
        return (static_cast<double>(taken[i]) + 0.5) / static_cast<double>(claims[i].count);
    });
    for (std::size_t const i : turns) {
        ++taken[i];
        if (price(taken) > supply) {
            --taken[i];
            break;
        }
    }
    return taken;
}

}  // namespace opgave::detail
