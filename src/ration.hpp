#pragma once
// Who gets what is scarce: in proportion to what is asked, whole items by largest remainder.
// No random numbers.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace opgave::detail {

// So many items that take `unit` each.
struct Claim {
    std::int64_t count = 0;
    std::int64_t unit = 1;
};

// What happens to an item for which not enough is left.
enum class Shortage : std::uint8_t {
    overdraws,  // it is let in while anything is left: a block is not split
    stops,      // it waits, and so do those after it
    skips,      // it waits, and lighter ones pass
};

// How many items of each claim are let in with `supply`; takes what they use from it.
inline std::vector<std::int64_t> ration(std::span<Claim const> claims, std::int64_t& supply,
                                        Shortage shortage) {
    if (claims.size() == 1) {
        auto const [count, unit] = claims[0];
        std::int64_t const room = supply + (shortage == Shortage::overdraws ? unit - 1 : 0);
        std::int64_t const taken = supply > 0 ? std::min(count, room / unit) : 0;
        supply -= taken * unit;
        return {taken};
    }
    __extension__ using Wide = __int128;
    std::vector<std::int64_t> taken(claims.size(), 0);
    Wide demand = 0;
    for (Claim const& claim : claims) {
        demand += Wide{claim.count} * claim.unit;
    }
    if (supply <= 0 || demand == 0) {
        return taken;
    }
    struct Rest {
        std::size_t claim;
        Wide remainder;
    };
    std::vector<Rest> rests;
    std::int64_t const whole = supply;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        Wide const share = Wide{claims[i].count} * whole;
        taken[i] = demand <= whole ? claims[i].count : static_cast<std::int64_t>(share / demand);
        supply -= taken[i] * claims[i].unit;
        if (taken[i] < claims[i].count) {
            rests.push_back({i, share % demand});
        }
    }
    std::ranges::stable_sort(rests, std::ranges::greater{}, &Rest::remainder);
    for (Rest const& rest : rests) {
        std::int64_t const unit = claims[rest.claim].unit;
        if (shortage == Shortage::overdraws ? supply > 0 : unit <= supply) {
            ++taken[rest.claim];
            supply -= unit;
        } else if (shortage != Shortage::skips) {
            break;
        }
    }
    return taken;
}

}  // namespace opgave::detail
