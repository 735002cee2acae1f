#pragma once
// What budgets with uncertain costs pay on one path.

#include "gamma_walk.hpp"
#include "plan.hpp"

#include <cstdint>
#include <vector>

namespace opgave::detail {

// The cost of the n-th item that a budget pays in a stratum is the n-th step of a walk: it depends
// neither on when the item is paid nor on how much money there is.
class Prices {
public:
    explicit Prices(Plan const& plan);

    void begin(std::uint64_t path);
    // Cents for the items `first` to `first + count - 1` after those that were paid.
    [[nodiscard]] std::int64_t cents(Capacity const& capacity, int stratum, std::int64_t first,
                                     std::int64_t count);
    void pay(Capacity const& capacity, int stratum, std::int64_t count);

private:
    // Of one budget in one stratum.
    struct Account {
        GammaWalk walk;
        std::int64_t paid = 0;  // items
    };
    [[nodiscard]] Account& account(Capacity const& capacity, int stratum);

    Plan const& plan_;
    std::vector<Account> accounts_;  // by budget and stratum; none if every cost is certain
};

}  // namespace opgave::detail
