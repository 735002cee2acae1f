#include <opgave/grant.hpp>

#include "event_order.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <set>
#include <stdexcept>
#include <utility>

namespace opgave {

namespace {

// How far the money of a dwelling is; `open` is everything that can still be released.
enum class Phase : std::int8_t { none, reserved, committed, paid };

std::string euros(std::int64_t cents) {
    std::string const digits = std::to_string(std::abs(cents % 100));
    return (cents < 0 ? "-" : "") + std::to_string(std::abs(cents / 100)) + "." +
           (digits.size() < 2 ? "0" : "") + digits + " euros";
}

// The stages of a grant as states; a later one where there is none.
class Stages {
public:
    Stages(Trajectory const& trajectory, Grant const& grant) : trajectory_(trajectory) {
        std::array<std::string const*, 3> const names{&grant.reserves, &grant.commits, &grant.pays};
        for (std::size_t i = 0; i < names.size(); ++i) {
            from_[i] = names[i]->empty() ? not_started : trajectory.index(*names[i]);
            if (from_[i] > trajectory.complete()) {
                throw std::invalid_argument(
                    "a stage that moves the money of grant " + quote(grant.name) +
                    " must be a stage or completion, got " + quote(*names[i]));
            }
        }
        State last = not_started;
        for (State const state : from_) {
            if (state != not_started && state <= last) {
                throw std::invalid_argument(
                    "grant " + quote(grant.name) +
                    " must reserve, commit and pay in the order of the stages, got " +
                    quote(trajectory.states()[static_cast<std::size_t>(state)]) + " after " +
                    quote(trajectory.states()[static_cast<std::size_t>(last)]));
            }
            last = std::max(last, state);
        }
    }

    [[nodiscard]] bool is_followed() const {
        return std::ranges::any_of(from_, [](State state) { return state != not_started; });
    }
    [[nodiscard]] bool is_named(State state) const { return std::ranges::count(from_, state) > 0; }
    [[nodiscard]] Phase phase(State state) const {
        if (state > trajectory_.complete()) return Phase::none;
        for (std::size_t i = from_.size(); i-- > 0;) {
            if (from_[i] != not_started && state >= from_[i]) return static_cast<Phase>(i + 1);
        }
        return Phase::none;
    }

private:
    Trajectory const& trajectory_;
    std::array<State, 3> from_{};
};

// What is known of the money of one dwelling.
struct Money {
    Phase phase = Phase::none;
    std::int64_t held = unknown_cents;  // reserved, committed or paid
    bool is_carried = false;            // held since another stage than the present one
    std::int64_t released = 0;
    int released_unknown = 0;
};

void hold(Money& money, std::int64_t cents) {
    if (money.held != unknown_cents && cents < money.held) money.released += money.held - cents;
    money.held = cents;
    money.is_carried = false;
}

void release(Money& money) {
    if (money.phase == Phase::none) return;
    if (money.held == unknown_cents) {
        ++money.released_unknown;
    } else {
        money.released += money.held;
    }
    money.phase = Phase::none;
    money.held = unknown_cents;
    money.is_carried = false;
}

// One dwelling after another, fact by fact.
class Follower {
public:
    Follower(Register const& reg, Issues& issues) : reg_(reg), issues_(issues) {}

    [[nodiscard]] Money follow(std::vector<Fact> const& facts, Stages const& stages, Day as_of) {
        Money money;
        State current = not_started;
        for (Fact const& fact : facts) {
            auto const next = step(reg_.trajectory(), current, fact.state);
            if (fact.date > as_of || next == Step::after_completion) break;
            current = fact.state;
            if (!reg_.trajectory().is_pause(current)) take(money, fact, stages);
        }
        return money;
    }

private:
    void take(Money& money, Fact const& fact, Stages const& stages) {
        auto const phase = std::max(stages.phase(fact.state),
                                    money.phase == Phase::paid ? Phase::paid : Phase::none);
        if (phase == Phase::none) return release(money);
        auto const stated = stages.is_named(fact.state) ? amount(fact) : unknown_cents;
        if (stated == unknown_cents) {
            money.is_carried |= phase != money.phase && money.held != unknown_cents;
        } else {
            if (phase == Phase::paid) compare(money, fact, stated);
            hold(money, stated);
        }
        money.phase = phase;
    }

    std::int64_t amount(Fact const& fact) {
        auto const cents = reg_.events().amount_cents[static_cast<std::size_t>(fact.row)];
        if (cents == unknown_cents || cents >= 0) return cents;
        warn("negative_amount", fact, "an amount of a grant must be >= 0, got " + euros(cents),
             "write what is reserved, committed or paid after the event; it counts as unknown");
        return unknown_cents;
    }

    void compare(Money const& money, Fact const& fact, std::int64_t paid) {
        bool const is_known = money.phase != Phase::none && money.held != unknown_cents;
        if (!is_known || money.phase == Phase::paid || paid <= money.held) return;
        warn("paid_over_commitment", fact,
             "what is paid must not exceed what was set apart, " + euros(money.held) + ", got " +
                 euros(paid),
             "correct one of both; what is paid counts");
    }

    void warn(std::string code, Fact const& fact, std::string message, std::string fix) {
        issues_.push_back({Severity::warning, std::move(code), "events", fact.row, "amount_eur",
                           std::move(message), std::move(fix)});
    }

    Register const& reg_;
    Issues& issues_;
};

void check_part(std::string const& what, std::int64_t part, std::int64_t award) {
    if (part != unknown_cents && (part < 0 || part > award)) {
        throw std::invalid_argument(what + " must be between 0 and " + euros(award) + ", got " +
                                    euros(part));
    }
}

void check(GrantRules const& rules, std::string const& what) {
    auto const require = [&](bool holds, std::string const& rule, std::string const& value) {
        if (!holds) throw std::invalid_argument(what + " must have " + rule + ", got " + value);
    };
    require(rules.least_dwellings >= 0, "least_dwellings >= 0",
            std::to_string(rules.least_dwellings));
    require(rules.least_primary_share >= 0 && rules.least_primary_share <= 1,
            "a least_primary_share in 0-1", write_number(rules.least_primary_share));
    for (int const months : {rules.start_within_months, rules.finish_within_months}) {
        require(months >= 0 && months <= 1200, "terms of 0-1200 months", std::to_string(months));
    }
    require(rules.start_within_months == 0 || !rules.starts.empty(), "a stage at which works start",
            "none");
}

void check(Grant const& grant) {
    if (grant.name.empty()) {
        throw std::invalid_argument("a grant must have a name, got an empty one");
    }
    check(grant.rules, "the rules of grant " + quote(grant.name));
    for (Award const& award : grant.awards) {
        std::string const what = "an award of grant " + quote(grant.name);
        if (award.cents < 0) {
            throw std::invalid_argument(what + " must be >= 0, got " + euros(award.cents));
        }
        check_part("the VAT part of " + what, award.vat_cents, award.cents);
        check_part("the primary part of " + what, award.primary_cents, award.cents);
    }
}

void check(std::vector<Grant> const& grants) {
    std::set<std::string> names;
    for (Grant const& grant : grants) {
        check(grant);
        if (!names.insert(grant.name).second) {
            throw std::invalid_argument("each grant must have its own name, got " +
                                        quote(grant.name) + " twice");
        }
    }
}

// Whether each dwelling is in the scope; one whose value is unknown is not.
std::vector<bool> dwellings_in(Dwellings const& dwellings, Scope const& scope) {
    std::vector<bool> inside(dwellings.size(), true);
    for (auto const& [name, values] : scope) {
        Category const& category = dwellings.category(name);
        std::vector<bool> wanted;
        for (auto const& level : category.levels) {
            wanted.push_back(std::ranges::count(values, level) > 0);
        }
        for (std::size_t i = 0; i < inside.size(); ++i) {
            auto const code = category.code[i];
            inside[i] = inside[i] && code >= 0 && wanted[static_cast<std::size_t>(code)];
        }
    }
    return inside;
}

struct Sum {
    std::int64_t& cents;
    std::int64_t& known;
    std::int64_t& unknown;
};

void add(Sum sum, std::int64_t& carried, Money const& money) {
    if (money.held == unknown_cents) {
        ++sum.unknown;
    } else {
        sum.cents += money.held;
        ++sum.known;
        carried += money.is_carried ? 1 : 0;
    }
}

void add(LedgerRow& row, Money const& money) {
    row.released_cents += money.released;
    row.released_known += money.released != 0 ? 1 : 0;
    row.released_unknown += money.released_unknown;
    switch (money.phase) {
        case Phase::none:
            return;
        case Phase::reserved:
            return add({row.reserved_cents, row.reserved_known, row.reserved_unknown}, row.carried,
                       money);
        case Phase::committed:
            return add({row.committed_cents, row.committed_known, row.committed_unknown},
                       row.carried, money);
        case Phase::paid:
            return add({row.paid_cents, row.paid_known, row.paid_unknown}, row.carried, money);
    }
}

LedgerRow empty_row(std::string name, bool is_followed) {
    std::int64_t const nothing = is_followed ? 0 : unknown_cents;
    return {.grant = std::move(name),
            .reserved_cents = nothing,
            .committed_cents = nothing,
            .paid_cents = nothing,
            .released_cents = nothing};
}

// Whose money the register follows, and who has the dwelling.
struct Followed {
    std::vector<Stages> stages;             // by grant
    std::vector<std::vector<bool>> inside;  // by grant: its dwellings
    [[nodiscard]] int grant_of(std::size_t dwelling) const {
        for (std::size_t i = 0; i < stages.size(); ++i) {
            if (inside[i][dwelling]) return static_cast<int>(i);
        }
        return -1;
    }
};

Followed followed_by(Register const& reg, std::vector<Grant> const& grants) {
    Followed followed;
    for (Grant const& grant : grants) {
        followed.stages.emplace_back(reg.trajectory(), grant);
        followed.inside.push_back(followed.stages.back().is_followed()
                                      ? dwellings_in(reg.dwellings(), grant.scope)
                                      : std::vector<bool>(reg.dwellings().size(), false));
    }
    return followed;
}

// One row per grant, then one for dwellings of none, which follow the stages of the first.
std::vector<LedgerRow> balances(Register const& reg, std::vector<Grant> const& grants, Day as_of,
                                Day known_on, Issues& issues) {
    auto const followed = followed_by(reg, grants);
    std::vector<LedgerRow> rows;
    for (std::size_t i = 0; i < grants.size(); ++i) {
        rows.push_back(empty_row(grants[i].name, followed.stages[i].is_followed()));
    }
    rows.push_back(empty_row("", true));
    auto const first = std::ranges::find_if(followed.stages, &Stages::is_followed);
    if (first == followed.stages.end()) return rows;
    auto const& events = reg.events();
    auto const known = rows_by_dwelling(events, reg.dwellings().size(), [&](std::size_t i) {
        return events.recorded_on[i] <= known_on;
    });
    Follower follower(reg, issues);
    for (std::size_t i = 0; i < reg.dwellings().size(); ++i) {
        auto const facts = facts_of(events, known.of(i), [](std::int32_t, RowFault) {});
        int const grant = followed.grant_of(i);
        auto const& stages = grant < 0 ? *first : followed.stages[static_cast<std::size_t>(grant)];
        auto& row = grant < 0 ? rows.back() : rows[static_cast<std::size_t>(grant)];
        add(row, follower.follow(facts, stages, as_of));
    }
    return rows;
}

bool is_empty(LedgerRow const& row) { return row == empty_row(row.grant, true); }

void warn(Issues& issues, std::string code, std::size_t grant, std::string message,
          std::string fix) {
    issues.push_back({Severity::warning, std::move(code), "grants",
                      static_cast<std::int64_t>(grant), "awards", std::move(message),
                      std::move(fix)});
}

// The balance of a grant beside the award as one source has it.
LedgerRow beside(LedgerRow row, Award const& award) {
    row.source = award.source;
    row.date = award.date;
    row.about = award.about;
    row.award_cents = award.cents;
    row.vat_cents = award.vat_cents;
    if (row.paid_cents != unknown_cents) {
        auto const vat = award.vat_cents == unknown_cents ? 0 : award.vat_cents;
        row.free_cents =
            award.cents - vat - row.paid_cents - row.committed_cents - row.reserved_cents;
    }
    return row;
}

void check_overdraft(LedgerRow const& row, std::size_t grant, Issues& issues) {
    if (row.free_cents == unknown_cents || row.free_cents >= 0) return;
    warn(issues, "grant_overdrawn", grant,
         "grant " + quote(row.grant) + " must not take more than its award of " +
             euros(row.award_cents) + " by " + quote(row.source) + ", got " +
             euros(-row.free_cents) + " more",
         "correct the amounts, or add the award that covers them");
}

void check_conflict(std::vector<LedgerRow> const& rows, std::size_t grant, Issues& issues) {
    auto const [low, high] = std::ranges::minmax(rows, {}, &LedgerRow::award_cents);
    if (low.award_cents == high.award_cents) return;
    warn(issues, "award_conflict", grant,
         "sources must agree on the award of grant " + quote(low.grant) + ", got " +
             euros(high.award_cents) + " by " + quote(high.source) + " and " +
             euros(low.award_cents) + " by " + quote(low.source) + ", a difference of " +
             euros(high.award_cents - low.award_cents),
         "ask the provider; until then each source has a row of its own");
}

// The rules of one grant; `inside` tells its dwellings.
class Rules {
public:
    Rules(Register const& reg, Visits const& stays, std::vector<bool> const& inside,
          Grant const& grant, std::size_t number, Issues& issues)
        : reg_(reg),
          stays_(stays),
          inside_(inside),
          grant_(grant),
          number_(number),
          issues_(issues) {}

    void check_shares(std::vector<Award> const& known) {
        double const least = grant_.rules.least_primary_share;
        if (least == 0) return;
        for (Award const& award : known) {
            std::string const by = "the award by " + quote(award.source);
            if (award.primary_cents == unknown_cents) {
                tell("primary_unknown", by + " must say how much is for dwellings, got nothing",
                     "give its primary part, or switch the rule off");
            } else if (static_cast<double>(award.primary_cents) <
                       least * static_cast<double>(award.cents)) {
                tell("low_primary_share",
                     by + " must be for dwellings for at least " + write_number(100 * least) +
                         " %, got " + euros(award.primary_cents) + " of " + euros(award.cents),
                     "move money to the dwellings, or correct the amounts");
            }
        }
    }

    void check_size() {
        auto const dwellings = std::ranges::count(inside_, true);
        if (dwellings >= grant_.rules.least_dwellings) return;
        tell("too_few_dwellings",
             "it must have at least " + std::to_string(grant_.rules.least_dwellings) +
                 " dwellings, got " + std::to_string(dwellings),
             "add the dwellings that are missing, or correct its scope");
    }

    void check_terms(Day first, Day as_of) {
        auto const& rules = grant_.rules;
        Day const start = add_months(first, rules.start_within_months);
        if (rules.start_within_months > 0 && as_of > start && !has_started(start)) {
            tell("late_start",
                 "its first dwelling must be in " + quote(rules.starts) + " by " + to_iso(start) +
                     ", got none",
                 "ask the provider for more time, or record the start");
        }
        Day const finish = add_months(first, rules.finish_within_months);
        auto const open = rules.finish_within_months > 0 && as_of > finish ? under_way() : 0;
        if (open > 0) {
            tell("late_finish",
                 "its last dwelling must be done by " + to_iso(finish) + ", got " +
                     count_of(open, "dwelling") + " under way",
                 "ask the provider for more time, or record how they ended");
        }
    }

private:
    void tell(std::string code, std::string const& message, std::string fix) {
        warn(issues_, std::move(code), number_, "grant " + quote(grant_.name) + ": " + message,
             std::move(fix));
    }

    [[nodiscard]] bool has_started(Day day) const {
        State const starts = reg_.trajectory().index(grant_.rules.starts);
        for (std::size_t i = 0; i < inside_.size(); ++i) {
            for (std::size_t at = stays_.begin[i]; inside_[i] && at < stays_.begin[i + 1]; ++at) {
                State const state = stays_.state[at];
                bool const is_on = state >= starts && state <= reg_.trajectory().complete();
                if (is_on && stays_.day[at] <= day) return true;
            }
        }
        return false;
    }

    [[nodiscard]] std::size_t under_way() const {
        std::size_t count = 0;
        for (std::size_t i = 0; i < inside_.size(); ++i) {
            if (!inside_[i] || stays_.begin[i] == stays_.begin[i + 1]) continue;
            State const last = stays_.state[stays_.begin[i + 1] - 1];
            count += reg_.trajectory().is_stage(last) || reg_.trajectory().is_pause(last) ? 1 : 0;
        }
        return count;
    }

    Register const& reg_;
    Visits const& stays_;
    std::vector<bool> const& inside_;
    Grant const& grant_;
    std::size_t number_;
    Issues& issues_;
};

std::vector<Award> known_awards(Grant const& grant, Day known_on) {
    std::vector<Award> known;
    std::ranges::copy_if(grant.awards, std::back_inserter(known), [&](Award const& award) {
        return award.date == unknown_day || award.date <= known_on;
    });
    return known;
}

void check_rules(Register const& reg, std::vector<Grant> const& grants, Ledger& result) {
    auto const followed = followed_by(reg, grants);
    auto const stays = visits(reg, result.as_of, result.known_on);
    for (std::size_t i = 0; i < grants.size(); ++i) {
        auto const known = known_awards(grants[i], result.known_on);
        Rules rules(reg, stays, followed.inside[i], grants[i], i, result.issues);
        rules.check_shares(known);
        if (!followed.stages[i].is_followed()) continue;
        rules.check_size();
        Day first = unknown_day;
        for (Award const& award : known) {
            bool const is_earlier = first == unknown_day || award.date < first;
            if (award.date != unknown_day && is_earlier) first = award.date;
        }
        if (first != unknown_day) rules.check_terms(first, result.as_of);
    }
}

}  // namespace

Ledger ledger(Register const& reg, std::vector<Grant> const& grants, Day as_of, Day known_on) {
    if (as_of == unknown_day || known_on == unknown_day) {
        throw std::invalid_argument("as_of and known_on must be known days, got an unknown one");
    }
    check(grants);
    Ledger result{.as_of = as_of, .known_on = known_on};
    auto const held = balances(reg, grants, as_of, known_on, result.issues);
    for (std::size_t i = 0; i < grants.size(); ++i) {
        std::vector<LedgerRow> rows;
        for (Award const& award : known_awards(grants[i], known_on)) {
            rows.push_back(beside(held[i], award));
        }
        if (rows.empty()) rows.push_back(held[i]);
        check_conflict(rows, i, result.issues);
        for (LedgerRow const& row : rows) check_overdraft(row, i, result.issues);
        result.rows.insert(result.rows.end(), rows.begin(), rows.end());
    }
    if (!is_empty(held.back())) result.rows.push_back(held.back());
    check_rules(reg, grants, result);
    return result;
}

}  // namespace opgave
