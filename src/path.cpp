#include "path.hpp"

#include "entries.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace opgave::detail {

Path::Path(Plan const& plan)
    : pace(plan), counts(plan), plan_(plan), approach_(pools_in_order(plan), plan.run.weight) {}

void Path::begin(std::uint64_t number) {
    entries_ = entries_of(plan_, number);
    if (size() > std::numeric_limits<std::int32_t>::max()) {
        throw std::runtime_error("a projection holds at most 2147483647 dwellings, got " +
                                 std::to_string(size()));
    }
    approach_.begin();
    std::ranges::fill(counts.total, 0);
    for (StartCell const& start : plan_.start) {
        counts.total[plan_.place(start.stratum, start.state)] += start.count;
    }
    counts.queues.begin(number);
    pace.begin(number);
}

std::int64_t Path::size() const {
    std::int64_t size = 0;
    for (StartCell const& start : plan_.start) {
        size += start.count * plan_.weight(start.stratum);
    }
    for (Pool const& pool : plan_.run.pools) {
        size += pool.count * plan_.weight(pool.stratum);
    }
    return plan_.run.pools.empty() ? std::reduce(entries_.begin(), entries_.end(), size) : size;
}

void Path::enter(int month) {
    std::int64_t const wanted = entries_[static_cast<std::size_t>(month)];
    if (plan_.run.pools.empty()) {
        counts.arriving[0] += wanted;
    } else {
        approach_.take(wanted, [&](int stratum, std::int64_t count) {
            counts.arriving[plan_.place(stratum, 0)] += count;
        });
    }
    if (!plan_.is_free()) {
        at_start_ = counts.total;
    }
}

void Path::let_in(int month, int state) {
    counts.queues.admit(
        month, state, pace, at_start_, [&](int stratum, int to, std::int64_t count) {
            (to < state ? counts.returning[counts.back(stratum, plan_.space.back(to, 0))]
                        : counts.arriving[plan_.place(stratum, to)]) += count;
        });
}

}  // namespace opgave::detail
