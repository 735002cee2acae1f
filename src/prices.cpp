#include "prices.hpp"

#include <algorithm>
#include <cmath>

namespace opgave::detail {

Prices::Prices(Plan const& plan) : plan_(plan) {
    if (std::ranges::none_of(plan.capacities, &Capacity::is_uncertain)) {
        return;
    }
    Stream const stream(plan.run.seed, Purpose::cost, 0);
    std::uint32_t number = 0;
    for (Capacity const& capacity : plan.capacities) {
        for (int stratum = 0; capacity.budget >= 0 && stratum < plan.run.strata; ++stratum) {
            double const shape =
                capacity.is_uncertain() ? capacity.shape[static_cast<std::size_t>(stratum)] : 0;
            accounts_.push_back({GammaWalk(stream, number++, shape)});
        }
    }
}

void Prices::begin(std::uint64_t path) {
    Stream const stream(plan_.run.seed, Purpose::cost, path);
    for (Account& account : accounts_) {
        account.walk.begin(stream);
        account.paid = 0;
    }
}

Prices::Account& Prices::account(Capacity const& capacity, int stratum) {
    return accounts_[static_cast<std::size_t>(capacity.budget * plan_.run.strata + stratum)];
}

std::int64_t Prices::cents(Capacity const& capacity, int stratum, std::int64_t first,
                           std::int64_t count) {
    auto const at = static_cast<std::size_t>(stratum);
    if (!capacity.is_uncertain() || capacity.shape[at] == 0) {
        return count * capacity.unit[at];
    }
    Account& found = account(capacity, stratum);
    // An item costs `unit` on average, and a step of the walk is `shape`.
    double const scale = static_cast<double>(capacity.unit[at]) / capacity.shape[at];
    auto const whole = [&](std::int64_t items) {
        return std::llround(found.walk.sum(items) * scale);
    };
    return whole(found.paid + first + count) - whole(found.paid + first);
}

void Prices::pay(Capacity const& capacity, int stratum, std::int64_t count) {
    if (capacity.is_uncertain()) {
        account(capacity, stratum).paid += count;
    }
}

}  // namespace opgave::detail
