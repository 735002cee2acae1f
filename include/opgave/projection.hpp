#pragma once
/// Where dwellings will be, month by month.
///
/// Grid: months. A dwelling that enters a stage has half a month in it and can leave in the month
/// of its entry. Moves to a later state cascade within the month; moves back take effect at its
/// end. Ages beyond the last duration band are one cell.
///
/// Where the clock resumes after a pause, a stage goes on from the age at which it was interrupted:
/// to half a month for one dwelling, without bias over many. A return under either clock loses the
/// rest of its month. Of stages in which a tenth pauses per month, up to 1.9 percentage points
/// fewer are done at some time than in continuous time; where a fiftieth pauses, up to 0.5. After
/// years the same share is done.

#include <opgave/hazard.hpp>
#include <opgave/register.hpp>
#include <opgave/scenario.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace opgave {

/// Dwellings under way: `count` of them are in `stage` and entered it `age_months` whole months
/// ago. The last three columns may be empty: absent.
struct Cohorts {
    std::vector<std::string> stage = {};
    std::vector<std::int32_t> age_months = {};
    std::vector<std::int64_t> count = {};
    std::vector<std::string> interrupted =
        {};  ///< the stage that a pause interrupts; unknown is the first
    std::vector<std::int32_t> stratum = {};
    std::vector<std::int32_t> waited_months =
        {};  ///< before a pause in the stage that it interrupts, to the nearest month; needed, and
             ///< read, where the clock resumes
    friend bool operator==(Cohorts const&, Cohorts const&) = default;
};

/// Dwellings not yet approached. Lower priorities go first; within one, in proportion to what is
/// left.
struct Pool {
    std::int32_t stratum = 0;
    std::int32_t priority = 0;
    std::int64_t count = 0;
    friend bool operator==(Pool const&, Pool const&) = default;
};

/// How a simulation runs.
///
/// A stratum is a set of dwellings that are alike. Where `weight` is w, its counts (of cohorts and
/// pools) are of blocks of w dwellings that move as one; the plan, slots, money and the projection
/// count dwellings.
struct Run {
    int months = 0;
    double first_month = 1;        ///< the part of the first month that is left, in (0, 1]
    std::vector<Pool> pools = {};  ///< empty: as many dwellings as the plan asks, in stratum 0
    Scenario scenario = {};
    int strata = 1;
    Grouping known = {};  ///< columns, and labels per stratum: what scopes and effects read
    std::vector<int> weight = {};      ///< per stratum; empty: 1
    std::vector<int> counted_in = {};  ///< stratum of the projection, by stratum; empty: itself
    std::vector<Day> month_end = {};   ///< the calendar; empty: months 1, 2, … of years 0, 1, …
    int paths = 10'000;
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: as many as the machine has; never changes a result
    std::function<bool(double)> progress =
        {};  ///< told the part done, 1 at the end; false stops the run

    /// But for `threads` and `progress`, which change no result.
    friend bool operator==(Run const& a, Run const& b);
};

/// What makes a projection; `run` without its `progress`.
struct Source {
    Hazards hazards;
    Cohorts cohorts;
    Run run;
    friend bool operator==(Source const&, Source const&) = default;
};

namespace detail {

/// Zeros in memory that the system hands out as such: pages that nobody writes cost nothing, and
/// large tables are there, and gone, at once.
class ZeroedPages {
public:
    explicit ZeroedPages(std::size_t size);
    ZeroedPages(ZeroedPages const& other);
    ZeroedPages(ZeroedPages&& other) noexcept = default;
    ZeroedPages& operator=(ZeroedPages const& other);
    ZeroedPages& operator=(ZeroedPages&& other) noexcept = default;
    ~ZeroedPages() = default;

    [[nodiscard]] std::int32_t* data() noexcept { return values_.get(); }
    [[nodiscard]] std::int32_t const* data() const noexcept { return values_.get(); }

    friend bool operator==(ZeroedPages const& a, ZeroedPages const& b);

private:
    struct Free {
        void operator()(std::int32_t* values) const noexcept { std::free(values); }
    };

    std::size_t size_;
    std::unique_ptr<std::int32_t[], Free> values_;
};

}  // namespace detail

/// Simulated counts: one path, one posterior draw, one number per month, state and stratum.
///
/// Column 0 of a series' states is "not started", 1 + s is state s, as in `Counts`.
/// Invariant: with pools, the sum over states is the same in every month of a path.
class Projection {
public:
    Projection(Trajectory trajectory, int strata, int paths, int months, std::uint64_t seed);

    [[nodiscard]] Trajectory const& trajectory() const noexcept { return trajectory_; }
    [[nodiscard]] int strata() const noexcept { return strata_; }
    [[nodiscard]] int paths() const noexcept { return paths_; }
    [[nodiscard]] int months() const noexcept { return months_; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

    /// The counts of one state (`not_started` too) in one stratum: paths x months, row by row.
    [[nodiscard]] std::int32_t const* counts(State state, int stratum) const;
    [[nodiscard]] std::int32_t* counts(State state, int stratum);

    /// The same, summed over strata.
    using Series = Eigen::Array<std::int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    [[nodiscard]] Series series(State state, std::vector<int> const& strata) const;
    [[nodiscard]] Series series(State state) const;

    std::shared_ptr<Source const> source;  ///< empty where the counts come from elsewhere

    // What is known when the projection starts from a register; empty else.
    Day as_of = unknown_day;
    Day known_on = unknown_day;
    std::vector<Day> month_end;
    Grouping grouping;                    ///< labels of the strata
    std::vector<std::int64_t> completed;  ///< per stratum, on `as_of`
    std::vector<std::int64_t>
        attainable;  ///< per stratum: dwellings that can still complete or did

    // What gates and budgets did; empty without them.
    Series waiting;                    ///< dwellings that wait at any gate, paths x months
    std::vector<std::string> budgets;  ///< names
    using Cents = Eigen::Array<std::int64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    std::vector<Cents> spent;    ///< per budget: cents spent since the start, paths x months
    std::vector<Series> unpaid;  ///< per budget: dwellings that wait for its money, paths x months
    std::vector<std::vector<std::int64_t>>
        supplied;  ///< per budget: cents that were there to be spent up to each month

    friend bool operator==(Projection const& a, Projection const& b);

private:
    Trajectory trajectory_;
    int strata_;
    int paths_;
    int months_;
    std::uint64_t seed_;
    detail::ZeroedPages counts_;
};

/// Simulates counts per (stratum, state, age). Each path has its own posterior draw.
/// Throws std::invalid_argument for a cohort, pool or run that cannot be, std::out_of_range for an
/// unknown stage; std::runtime_error if `progress` stopped the run.
[[nodiscard]] Projection simulate(Hazards const& hazards, Cohorts const& cohorts, Run const& run);

/// Mean and variance per month and state, of all strata; rows are months, columns states.
struct Expected {
    Eigen::ArrayXXd mean;
    Eigen::ArrayXXd variance;            ///< of the counts: parameters and chance
    Eigen::ArrayXXd parameter_variance;  ///< the part that more data would take away
};

/// The forward recursion: what `simulate` finds with endlessly many paths per posterior draw.
///
/// The parameters of draw p are those of path p, levers and adherence too. Mean and parameter
/// variance are of all `run.paths` draws, the variance by chance of eight in every 128, as it
/// differs little between draws. Exact, of a single draw, where nothing is uncertain. Throws as
/// `simulate`; std::invalid_argument too for a plan with gates or budgets, in which dwellings wait
/// for each other.
[[nodiscard]] Expected expected(Hazards const& hazards, Cohorts const& cohorts, Run const& run);

/// The same, of a plan that is nothing but its inflow.
[[nodiscard]] Expected expected(Hazards const& hazards, Cohorts const& cohorts, int months,
                                std::vector<double> const& inflow = {}, int draws = 1000,
                                std::uint64_t seed = 1);

/// How a register is projected.
struct ProjectOptions {
    Day as_of = unknown_day;
    Day known_on = unknown_day;
    Day until = unknown_day;
    std::vector<std::string> by = {};  ///< columns that make the strata of the projection
    std::string together = {};         ///< column whose equal values move as one block; empty: none
    Scenario scenario = {};            ///< without one: no inflow
    int paths = 10'000;
    std::uint64_t seed = 1;
    int threads = 0;
    std::function<bool(double)> progress = {};
};

/// Every dwelling starts where it stands on `as_of`, with the time it already waited; where nobody
/// knows since when, with the time since it was found there, which is less. Dwellings not started
/// enter as planned, the group `programme` before the `reserve`.
[[nodiscard]] Projection project(Register const& reg, Hazards const& hazards,
                                 ProjectOptions const& options);

/// Rows are months, columns the levels `q`: the smallest count c such that a share q of the paths
/// has at most c.
[[nodiscard]] Eigen::ArrayXXi quantiles(Projection::Series const& series,
                                        std::vector<double> const& q);

/// The mean of a - b per month over paths with the same random numbers, and its standard error.
struct Difference {
    Eigen::ArrayXd mean;
    Eigen::ArrayXd std_error;
};

/// Throws std::invalid_argument unless both have the same paths, months and seed.
[[nodiscard]] Difference compare(Projection const& a, Projection const& b, State state);

}  // namespace opgave
