#include "catch.hpp"
#include "rows.hpp"

#include <opgave/grant.hpp>

#include <map>
#include <stdexcept>

using namespace opgave;

namespace {

// One row of events: what, when, how much (-1: not known), since when it is known.
struct Entry {
    std::string id;
    std::string stage;
    std::string date;
    std::int64_t euros = -1;
    std::string recorded_on = "";
    std::string corrects = "";
};

Trajectory way() {
    return {{"asked", "applied", "granted", "works"}, "delivered", {"withdrawn"}, "paused"};
}

Register made_of(std::vector<Entry> const& entries, DwellingRows const& dwellings) {
    EventRows rows;
    for (Entry const& entry : entries) {
        rows.dwelling_id.push_back(entry.id);
        rows.stage.push_back(entry.stage);
        rows.date.push_back(rows::day(entry.date));
        rows.recorded_on.push_back(rows::day(entry.recorded_on));
        rows.corrects.push_back(rows::day(entry.corrects));
        rows.amount_cents.push_back(entry.euros == -1 ? unknown_cents : entry.euros * 100);
    }
    return {way(), rows, dwellings};
}

Register made_of(std::vector<Entry> const& entries) {
    return made_of(entries, rows::dwellings({"p", "q", "r", "s", "t"}));
}

Day const letter_day = parse_iso("2024-12-31");
Day const list_day = parse_iso("2024-05-13");

Grant grant(std::int64_t euros = 100'000) {
    return {.name = "fund",
            .awards = {{.source = "letter", .date = letter_day, .cents = euros * 100}},
            .reserves = "applied",
            .commits = "granted",
            .pays = "delivered"};
}

LedgerRow row_of(Register const& reg, std::string const& as_of, Grant const& of = grant()) {
    Day const day = parse_iso(as_of);
    auto const found = ledger(reg, {of}, day, std::max(day, reg.last_day()));
    REQUIRE(found.rows.size() == 1);
    return found.rows[0];
}

bool holds(LedgerRow const& row, std::int64_t reserved, std::int64_t committed, std::int64_t paid,
           std::int64_t released) {
    return row.reserved_cents == reserved * 100 && row.committed_cents == committed * 100 &&
           row.paid_cents == paid * 100 && row.released_cents == released * 100 &&
           row.free_cents == row.award_cents - (reserved + committed + paid) * 100;
}

std::vector<std::string> codes(Issues const& issues) {
    std::vector<std::string> result;
    for (Issue const& issue : issues) result.push_back(issue.code);
    return result;
}

}  // namespace

TEST_CASE("Money is reserved, committed and paid as the dwelling goes on") {
    auto const reg = made_of({{"p", "asked", "2025-01-05"},
                              {"p", "applied", "2025-02-01", 8000},
                              {"p", "granted", "2025-03-01", 7500},
                              {"p", "works", "2025-05-01"},
                              {"p", "delivered", "2025-09-01", 7000}});
    CHECK(holds(row_of(reg, "2025-01-31"), 0, 0, 0, 0));
    CHECK(holds(row_of(reg, "2025-02-01"), 8000, 0, 0, 0));
    CHECK(holds(row_of(reg, "2025-03-01"), 0, 7500, 0, 500));
    CHECK(holds(row_of(reg, "2025-08-31"), 0, 7500, 0, 500));
    CHECK(holds(row_of(reg, "2025-09-01"), 0, 0, 7000, 1000));
    CHECK(row_of(reg, "2025-09-01").paid_known == 1);
    CHECK(row_of(reg, "2025-09-01").released_known == 1);
    CHECK(row_of(reg, "2025-09-01").carried == 0);
}

TEST_CASE("An event without an amount leaves the amount, and an unknown amount is not zero") {
    auto const reg = made_of({{"p", "applied", "2025-02-01"},
                              {"p", "granted", "2025-03-01", 7500},
                              {"p", "delivered", "2025-09-01"},
                              {"q", "granted", "2025-03-01"},
                              {"r", "delivered", "2025-04-01"},
                              {"s", "granted", "2025-03-02"},
                              {"s", "withdrawn", "2025-04-02"}});
    auto const early = row_of(reg, "2025-02-28");
    CHECK(holds(early, 0, 0, 0, 0));
    CHECK(early.reserved_unknown == 1);
    auto const late = row_of(reg, "2025-12-31");
    CHECK(holds(late, 0, 0, 7500, 0));
    CHECK(late.carried == 1);
    CHECK(late.paid_known == 1);
    CHECK(late.committed_known == 0);
    CHECK(late.committed_unknown == 1);
    CHECK(late.paid_unknown == 1);
    CHECK(late.released_unknown == 1);
}

TEST_CASE("An exit and a step back release, a pause does not, and what is paid stays paid") {
    auto const reg = made_of({{"p", "applied", "2025-02-01", 100},
                              {"p", "withdrawn", "2025-03-01"},
                              {"p", "applied", "2025-04-01", 120},
                              {"q", "granted", "2025-02-01", 30},
                              {"q", "paused", "2025-03-01"},
                              {"r", "granted", "2025-02-01", 7},
                              {"r", "asked", "2025-03-01"}});
    CHECK(holds(row_of(reg, "2025-02-28"), 100, 37, 0, 0));
    CHECK(holds(row_of(reg, "2025-03-31"), 0, 30, 0, 107));
    CHECK(holds(row_of(reg, "2025-04-30"), 120, 30, 0, 107));
    auto early = grant();
    early.pays = "works";
    auto const paid = made_of({{"p", "granted", "2025-02-01", 100},
                               {"p", "works", "2025-03-01"},
                               {"p", "withdrawn", "2025-04-01"}});
    CHECK(holds(row_of(paid, "2025-05-01", early), 0, 0, 100, 0));
}

TEST_CASE("A skipped stage counts as passed, and amounts of other stages are not of the grant") {
    auto const reg = made_of({{"p", "applied", "2025-02-01", 100},
                              {"p", "works", "2025-03-01", 99'000},
                              {"q", "asked", "2025-02-01", 5000}});
    auto const row = row_of(reg, "2025-04-01");
    CHECK(holds(row, 0, 100, 0, 0));
    CHECK(row.carried == 1);
}

TEST_CASE("A grant without a stage for it never reserves or commits") {
    auto only = grant();
    only.reserves = "";
    auto const reg =
        made_of({{"p", "applied", "2025-02-01", 100}, {"q", "granted", "2025-02-01", 7}});
    CHECK(holds(row_of(reg, "2025-04-01", only), 0, 7, 0, 0));
    only.commits = only.pays = "";
    auto const row = row_of(reg, "2025-04-01", only);
    CHECK(row.paid_cents == unknown_cents);
    CHECK(row.free_cents == unknown_cents);
    CHECK(row.award_cents == 100'000'00);
}

TEST_CASE("A correction of an amount counts from the day on which it is known") {
    auto const reg = made_of({{"p", "granted", "2025-03-01", 7500, "2025-03-01"},
                              {"p", "granted", "2025-03-01", 7600, "2025-05-01", "2025-03-01"},
                              {"q", "granted", "2025-03-02", 500, "2025-03-02"},
                              {"q", "granted", "", -1, "2025-06-01", "2025-03-02"}});
    Day const day = parse_iso("2025-04-01");
    auto const committed = [&](std::string const& known_on) {
        return ledger(reg, {grant()}, day, parse_iso(known_on)).rows[0].committed_cents;
    };
    CHECK(committed("2025-04-30") == 8000'00);
    CHECK(committed("2025-05-01") == 8100'00);
    CHECK(committed("2025-06-01") == 7600'00);
}

TEST_CASE("Sources that differ stand side by side, and the difference is an issue") {
    // The two figures for Crabbehof: ten euros apart.
    Grant crabbehof{.name = "crabbehof",
                    .awards = {{.source = "letter", .date = letter_day, .cents = 1'706'164'800},
                               {.source = "ministry", .date = list_day, .cents = 1'706'163'800}}};
    auto const reg = made_of({{"p", "granted", "2025-03-01", 7500}});
    Day const day = parse_iso("2025-04-01");
    auto const found = ledger(reg, {crabbehof, grant()}, day, day);
    REQUIRE(found.rows.size() == 3);
    CHECK(found.rows[0].award_cents - found.rows[1].award_cents == 1000);
    CHECK(found.rows[0].paid_cents == unknown_cents);
    CHECK(codes(found.issues) == std::vector<std::string>{"award_conflict"});
    CHECK(found.issues[0].message.find("10.00 euros") != std::string::npos);
    // The letter is not written yet.
    Day const june = parse_iso("2024-06-01");
    auto const before = ledger(reg, {crabbehof, grant()}, june, june);
    REQUIRE(before.rows.size() == 2);
    CHECK(before.rows[0].source == "ministry");
    CHECK(before.rows[1].source.empty());
    CHECK(before.rows[1].award_cents == unknown_cents);
    CHECK(before.issues.empty());
}

TEST_CASE("A part for the VAT compensation fund is not free") {
    auto with = grant(1000);
    with.awards[0].vat_cents = 210'00;
    auto const reg = made_of({{"p", "granted", "2025-03-01", 300}});
    CHECK(row_of(reg, "2025-04-01", with).free_cents == 490'00);
}

TEST_CASE("An overdraft, a payment beyond the commitment and a negative amount are issues") {
    auto const reg = made_of({{"p", "granted", "2025-03-01", 900},
                              {"q", "granted", "2025-03-01", 300},
                              {"q", "delivered", "2025-04-01", 350},
                              {"r", "granted", "2025-03-01", -5}});
    Day const day = parse_iso("2025-04-01");
    auto const found = ledger(reg, {grant(1000)}, day, day);
    CHECK(found.rows[0].free_cents == -250'00);
    CHECK(found.rows[0].committed_unknown == 1);
    CHECK(codes(found.issues) ==
          std::vector<std::string>{"paid_over_commitment", "negative_amount", "grant_overdrawn"});
    CHECK(found.issues[0].row == 2);
    CHECK(found.issues[2].table == "grants");
    CHECK(found.issues[2].message.find("250.00 euros more") != std::string::npos);
}

TEST_CASE("Dwellings of no grant are shown, and no money is lost or counted twice") {
    auto homes = rows::dwellings({"p", "q", "r"});
    homes.neighbourhood = {"Oud", "Nieuw", ""};
    auto const reg = made_of({{"p", "granted", "2025-03-01", 1},
                              {"q", "granted", "2025-03-01", 20},
                              {"r", "granted", "2025-03-01", 300}},
                             homes);
    auto old = grant();
    old.scope = {{"neighbourhood", {"Oud", "Weg"}}};
    auto both = grant();
    both.name = "both";
    both.scope = {{"neighbourhood", {"Oud", "Nieuw"}}};
    Day const day = parse_iso("2025-04-01");
    auto const found = ledger(reg, {old, both}, day, day).rows;
    REQUIRE(found.size() == 3);
    CHECK(found[0].committed_cents == 100);
    CHECK(found[1].committed_cents == 2000);
    CHECK(found[2].committed_cents == 30'000);
    CHECK(found[2].grant.empty());
    CHECK_THROWS_AS(ledger(reg, {[&] {
                               auto wrong = grant();
                               wrong.scope = {{"colour", {"red"}}};
                               return wrong;
                           }()},
                           day, day),
                    std::out_of_range);
}

TEST_CASE("The rules of a grant are off, and are told of when they are broken") {
    // Awarded on 31 December 2024: works start by the end of 2026 and are done by the end of 2034.
    auto const reg = made_of({{"p", "granted", "2025-03-01", 100},
                              {"p", "works", "2027-01-01"},
                              {"q", "granted", "2025-03-01", 100},
                              {"q", "withdrawn", "2026-03-01"},
                              {"r", "asked", "2027-03-01"}});
    auto const told = [&](Grant const& of, std::string const& as_of) {
        Day const day = parse_iso(as_of);
        return codes(ledger(reg, {of}, day, day).issues);
    };
    using Codes = std::vector<std::string>;
    auto strict = grant(1000);
    CHECK(told(strict, "2040-01-01") == Codes{});
    strict.rules = {.least_dwellings = 6,
                    .least_primary_share = .7,
                    .starts = "works",
                    .start_within_months = 24,
                    .finish_within_months = 120};
    CHECK(told(strict, "2026-12-31") == Codes{"primary_unknown", "too_few_dwellings"});
    CHECK(told(strict, "2027-01-01") ==
          Codes{"primary_unknown", "too_few_dwellings", "late_start"});
    strict.awards[0].primary_cents = 699'99;
    strict.rules.least_dwellings = 5;
    strict.rules.start_within_months = 25;
    CHECK(told(strict, "2034-12-31") == Codes{"low_primary_share"});
    strict.awards[0].primary_cents = 700'00;
    CHECK(told(strict, "2034-12-31") == Codes{});
    auto const late = ledger(reg, {strict}, parse_iso("2035-01-01"), parse_iso("2035-01-01"));
    CHECK(codes(late.issues) == Codes{"late_finish"});
    CHECK(late.issues[0].message.find("2 dwellings under way") != std::string::npos);
}

TEST_CASE("A grant that cannot be is refused, naming it") {
    auto const reg = made_of({});
    auto const refused = [&](std::vector<Grant> const& grants, std::string const& part) {
        try {
            static_cast<void>(ledger(reg, grants, 20'000, 20'000));
        } catch (std::exception const& error) {
            CAPTURE(error.what());
            return std::string(error.what()).find(part) != std::string::npos;
        }
        return false;
    };
    auto const changed = [](auto change) {
        auto made = grant();
        change(made);
        return std::vector<Grant>{made};
    };
    CHECK(refused(changed([](Grant& g) { g.name = ""; }), "name"));
    CHECK(refused({grant(), grant()}, "twice"));
    CHECK(refused(changed([](Grant& g) { g.awards[0].cents = -1; }), "-0.01"));
    CHECK(refused(changed([](Grant& g) { g.awards[0].vat_cents = 100'000'01; }), "100000.01"));
    CHECK(refused(changed([](Grant& g) { g.awards[0].primary_cents = -1; }), "primary"));
    CHECK(refused(changed([](Grant& g) { g.rules.least_dwellings = -1; }), "-1"));
    CHECK(refused(changed([](Grant& g) { g.rules.least_primary_share = 1.1; }), "1.1"));
    CHECK(refused(changed([](Grant& g) { g.rules.finish_within_months = 1201; }), "1201"));
    CHECK(refused(changed([](Grant& g) { g.rules.start_within_months = 24; }), "start"));
    CHECK(refused(changed([](Grant& g) { g.pays = "granted"; }), "order"));
    CHECK(refused(changed([](Grant& g) { g.commits = "applied"; }), "order"));
    CHECK(refused(changed([](Grant& g) { g.pays = "paid"; }), "paid"));
    CHECK(refused(changed([](Grant& g) { g.pays = "withdrawn"; }), "withdrawn"));
    CHECK_THROWS_AS(ledger(reg, {grant()}, unknown_day, 20'000), std::invalid_argument);
}

namespace {

// The register with an amount on each event: that of its dwelling, or any.
Register with_amounts(Register const& reg, rows::Random& random, bool of_the_dwelling) {
    auto events = reg.events();
    for (std::size_t i = 0; i < events.size(); ++i) {
        auto const some = static_cast<std::int64_t>(rows::below(random, 1000));
        bool const is_known = rows::below(random, 4) > 0;
        events.amount_cents[i] = of_the_dwelling ? std::int64_t{1} << (4 * events.dwelling[i])
                                 : is_known      ? some
                                                 : unknown_cents;
    }
    return {reg.trajectory(), reg.dwellings(),       events,
            reg.issues(),     reg.programme_start(), reg.has_own_dwellings()};
}

Grant random_grant() {
    return {.name = "fund",
            .awards = {{.source = "letter", .cents = 1000, .vat_cents = 100}},
            .reserves = "a",
            .commits = "b",
            .pays = "done"};
}

std::int64_t taken(LedgerRow const& row) {
    return row.reserved_cents + row.committed_cents + row.paid_cents;
}

}  // namespace

TEST_CASE("On any history the award is what is taken and what is free") {
    rows::Random random(4);
    for (int round = 0; round < 300; ++round) {
        auto const reg = with_amounts(rows::random_register(random, 40, true), random, false);
        for (std::string const day : {"2025-01-04", "2025-01-09", "2025-02-20"}) {
            auto const found =
                ledger(reg, {random_grant()}, parse_iso(day), parse_iso("2025-01-20"));
            auto const& row = found.rows[0];
            CHECK(row.award_cents == row.vat_cents + taken(row) + row.free_cents);
            CHECK(std::min({row.reserved_cents, row.committed_cents, row.paid_cents,
                            row.released_cents}) >= 0);
            bool const is_told = rows::rows_with(found.issues, "grant_overdrawn").size() == 1;
            CHECK(is_told == (row.free_cents < 0));
        }
    }
}

TEST_CASE("On any history what was ever taken is held, paid or released") {
    // Each dwelling has one amount, 16 to the power of its number, so that the digits of a sum
    // count dwellings. The stays of the dwellings say how often each took its amount.
    rows::Random random(5);
    Trajectory const way = rows::trajectory();
    Day const last = parse_iso("2025-03-01");
    int releases = 0;
    for (int round = 0; round < 300; ++round) {
        auto const reg = with_amounts(rows::random_register(random, 40, true), random, true);
        auto const stays = visits(reg, last, last);
        std::map<int, int> takes;
        for (std::size_t i = 0; i < 5; ++i) {
            bool is_taken = false;
            for (std::size_t at = stays.begin[i]; at < stays.begin[i + 1]; ++at) {
                if (way.is_pause(stays.state[at])) continue;
                bool const takes_it = stays.state[at] <= way.complete();
                takes[static_cast<int>(i)] += takes_it && !is_taken ? 1 : 0;
                is_taken = takes_it;
            }
        }
        std::int64_t wanted = 0;
        for (auto const& [dwelling, times] : takes) {
            wanted += times * (std::int64_t{1} << (4 * dwelling));
        }
        // Who came in at c, of which the grant knows nothing, has an unknown amount.
        auto const row = ledger(reg, {random_grant()}, last, last).rows[0];
        if (row.reserved_unknown + row.committed_unknown + row.paid_unknown +
                row.released_unknown ==
            0) {
            CHECK(taken(row) + row.released_cents == wanted);
            releases += row.released_cents > 0 ? 1 : 0;
        }
    }
    CHECK(releases > 50);
}

TEST_CASE("A ledger knows nothing of what was recorded later or happened later") {
    rows::Random random(6);
    for (int round = 0; round < 200; ++round) {
        auto const reg = with_amounts(rows::random_register(random, 30, false), random, false);
        Day const known_on = parse_iso("2025-01-15");
        Day const day = parse_iso("2025-01-08");
        auto events = reg.events();
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (events.recorded_on[i] > known_on || events.date[i] > day) {
                events.amount_cents[i] = 999'999;
            }
        }
        Register const other(reg.trajectory(), reg.dwellings(), events, reg.issues(),
                             reg.programme_start(), reg.has_own_dwellings());
        CHECK(ledger(other, {random_grant()}, day, known_on) ==
              ledger(reg, {random_grant()}, day, known_on));
    }
}
