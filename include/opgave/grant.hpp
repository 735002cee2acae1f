#pragma once
/// Where the money of a grant stands: award, reserved, committed, paid and released, in cents.
///
/// An award is not cash: a part can go to the VAT compensation fund. Sources can differ about it;
/// each has a row of its own, and none is merged with another.

#include <opgave/event.hpp>
#include <opgave/issue.hpp>
#include <opgave/register.hpp>
#include <opgave/scenario.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace opgave {

/// What one source says that a grant is.
struct Award {
    std::string source = {};
    Day date = unknown_day;                  ///< of the source; before it the figure is not known
    std::int64_t cents = 0;                  ///< gross
    std::int64_t vat_cents = unknown_cents;  ///< the part for the VAT compensation fund
    std::int64_t primary_cents = unknown_cents;  ///< the part for the dwellings themselves
    bool about = false;                          ///< the source gives it as approximate
    friend bool operator==(Award const&, Award const&) = default;
};

/// Conditions of a grant, each off at 0. They differ per round: take them from the decision. Months
/// count from the earliest award that is known.
struct GrantRules {
    std::int64_t least_dwellings = 0;
    double least_primary_share = 0;  ///< of each award; in 0-1
    std::string starts = {};         ///< the stage at which works start
    int start_within_months = 0;     ///< the first dwelling
    int finish_within_months = 0;    ///< the last dwelling
    friend bool operator==(GrantRules const&, GrantRules const&) = default;
};

/// A grant, and which stages move its money.
///
/// The money of a dwelling follows the dwelling. From the stage `reserves` on it is reserved, from
/// `commits` on committed, from `pays` on paid; an exit and a step back release what is not paid; a
/// pause changes nothing. A skipped stage counts as passed. The amount is that of the latest event
/// of one of these stages that has one: an event without an amount leaves it as it was.
struct Grant {
    std::string name = {};
    std::vector<Award> awards = {};
    std::string reserves = {};  ///< a stage; empty: money is never only reserved
    std::string commits = {};   ///< empty: money is never committed before it is paid
    std::string pays = {};      ///< a stage or completion; empty: the register does not say
    Scope scope = {};           ///< its dwellings; one that fits several belongs to the first
    GrantRules rules = {};      ///< those on dwellings hold where the register follows the grant
    friend bool operator==(Grant const&, Grant const&) = default;
};

/// One row per grant and source of its award (one without a source if none is known on the day),
/// and a last one without a grant for the amounts of dwellings that fit none, if there are any.
///
/// Amounts are sums of what is known; beside each stand the numbers of dwellings whose amount is in
/// it, and whose amount is not known. `carried` counts the dwellings whose amount is that of an
/// earlier stage: paid as committed, or committed as reserved. Invariant: award = VAT part (if
/// known) + paid + committed + reserved + free; what was ever taken = paid + committed + reserved +
/// released.
struct LedgerRow {
    std::string grant = {};
    std::string source = {};
    Day date = unknown_day;
    bool about = false;
    std::int64_t award_cents = unknown_cents;
    std::int64_t vat_cents = unknown_cents;
    std::int64_t reserved_cents = unknown_cents;  ///< unknown where the register does not follow it
    std::int64_t committed_cents = unknown_cents;
    std::int64_t paid_cents = unknown_cents;
    std::int64_t released_cents = unknown_cents;  ///< ever taken and given back
    std::int64_t free_cents = unknown_cents;      ///< negative: overdrawn, which is an issue
    std::int64_t reserved_known = 0;              ///< dwellings whose amount is in the sum
    std::int64_t committed_known = 0;
    std::int64_t paid_known = 0;
    std::int64_t released_known = 0;
    std::int64_t reserved_unknown = 0;  ///< dwellings whose amount is not known
    std::int64_t committed_unknown = 0;
    std::int64_t paid_unknown = 0;
    std::int64_t released_unknown = 0;
    std::int64_t carried = 0;
    friend bool operator==(LedgerRow const&, LedgerRow const&) = default;
};

struct Ledger {
    Day as_of = unknown_day;
    Day known_on = unknown_day;
    std::vector<LedgerRow> rows = {};
    /// `grant_overdrawn`, `award_conflict` and, by its rules, `too_few_dwellings`, `late_start`,
    /// `late_finish`, `low_primary_share` and `primary_unknown` (table `grants`, row of the grant);
    /// `paid_over_commitment` and `negative_amount` (table `events`).
    Issues issues = {};
    friend bool operator==(Ledger const&, Ledger const&) = default;
};

/// Throws std::invalid_argument for a grant without a name, a repeated name, a negative award, a
/// part beyond the award, a rule that cannot be, or stages that are not in the trajectory's order;
/// std::out_of_range for an unknown stage or column.
[[nodiscard]] Ledger ledger(Register const& reg, std::vector<Grant> const& grants, Day as_of,
                            Day known_on);

}  // namespace opgave
