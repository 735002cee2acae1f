#pragma once
// Those who are ready and wait for a slot or for money, first in, first out. Only leaving the queue
// by an exit takes random numbers: where nobody waits there is none.

#include "pace.hpp"
#include "plan.hpp"
#include "prices.hpp"

#include <opgave/random.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

class Queues {
public:
    explicit Queues(Plan const& plan);

    void begin(std::uint64_t path);
    // So many items of a stratum are ready to go from one state to another that is queued for.
    void join(int stratum, int from, int to, int month, std::int64_t count);

    // Those who exit while waiting, and those whom the month's slots and money let in.
    // `enter(stratum, state, count)` is told of both. `inside` holds the items by place at the
    // start of the month.
    template <typename Enter>
    void admit(int month, int state, Pace& pace, std::vector<std::int64_t> const& inside,
               Enter const& enter) {
        moved_.clear();
        renege(month, state, pace);
        let_in(month, state, inside);
        for (Moved const& moved : moved_) {
            enter(moved.stratum, moved.to, moved.count);
        }
    }

    // By place of the state they wait in: items.
    [[nodiscard]] std::vector<std::int64_t> const& waiting() const noexcept { return waiting_; }
    // Cents spent since the start, per budget.
    [[nodiscard]] std::vector<std::int64_t> const& spent() const noexcept { return spent_; }
    // Dwellings that wait for the money of each budget since the month's admission.
    [[nodiscard]] std::vector<std::int64_t> const& unpaid() const noexcept { return unpaid_; }

private:
    // Items of one stratum that became ready in one month.
    struct Ready {
        int priority = 0;
        int month = 0;
        int stratum = 0;
        int from = 0;
        std::int64_t count = 0;
    };
    struct Moved {
        int stratum = 0;
        int to = 0;
        std::int64_t count = 0;
    };

    void renege(int month, int state, Pace& pace);
    void supply(Capacity const& capacity, std::size_t number, int month,
                std::vector<std::int64_t> const& inside);
    void let_in(int month, int state, std::vector<std::int64_t> const& inside);
    void let_in(std::span<Ready> cohort, int state);
    [[nodiscard]] std::vector<std::int64_t> share(Capacity const& capacity, std::size_t number,
                                                  std::span<Ready const> cohort,
                                                  std::vector<std::int64_t> const& let);
    [[nodiscard]] std::int64_t use(Capacity const& capacity, std::span<Ready const> cohort,
                                   std::vector<std::int64_t> const& let);
    void settle(std::size_t number, std::span<Ready const> cohort,
                std::vector<std::int64_t> const& let);
    void leave(Ready& ready, int to, std::int64_t count);

    Plan const& plan_;
    std::vector<std::vector<Ready>> ready_;  // by state
    std::vector<std::int64_t> left_;         // per capacity
    std::vector<bool> closed_;               // per capacity: somebody did not fit and blocks it
    std::vector<std::int64_t> waiting_;
    std::vector<std::int64_t> spent_;
    std::vector<std::int64_t> unpaid_;
    std::vector<std::int64_t> before_;  // per stratum: items of the cohort that come earlier
    Prices prices_;
    std::vector<Moved> moved_;
    std::uint64_t path_ = 0;
};

}  // namespace opgave::detail
