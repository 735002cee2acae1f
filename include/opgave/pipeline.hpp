#pragma once
/// New-build and demolition projects, and how many homes they add before a date.
///
/// A project falls through, or is completed a delay after its planned day, perhaps smaller. What
/// is demolished counts from its own day on, unless the project falls through; without that day it
/// counts with the completion. Good and bad times are common to all projects. How often projects of
/// a phase fall through and how late they are is itself uncertain: every answer is a mean over
/// draws of it, each with its own stratum of the common factor. Given a draw the distribution is
/// exact.

#include <opgave/date.hpp>
#include <opgave/issue.hpp>
#include <opgave/net_additions.hpp>
#include <opgave/phase.hpp>
#include <opgave/target.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace opgave {

/// Projects as they are read, not yet checked. An empty column is absent: all unknown. Text unknown
/// is empty, a number unknown is NaN, a day unknown is `unknown_day`; none of them is zero.
struct PipelineRows {
    std::vector<std::string> name = {};
    std::vector<std::string> area = {};
    std::vector<double> units_added = {};
    std::vector<double> units_demolished = {};
    std::vector<std::string> gross_or_net = {};  ///< gross | net: what `units_added` counts
    std::vector<std::string> phase = {};         ///< one of `project_phases`
    std::vector<std::string> hardness = {};      ///< hard | soft
    std::vector<Day> start = {};                 ///< of the works
    std::vector<Day> demolition = {};
    std::vector<Day> planned_completion = {};
    std::vector<Day> completed = {};
    std::vector<std::string> parent = {};      ///< parts of one parent share their fate
    std::vector<std::string> project_id = {};  ///< rows of one identification count once
    std::vector<std::string> programme = {};
    friend bool operator==(PipelineRows const& a, PipelineRows const& b);
};

/// What is assumed of a pipeline.
struct PipelineModel {
    CommonFactor factor = {.rho_delay = 0.35, .rho_fall_through = 0.25};  ///< assumption
    std::vector<PhasePrior> phases = default_phases();
    PastProjects past = {};
    int draws = 1000;  ///< of the chances per phase
    std::uint64_t seed = 1;
    friend bool operator==(PipelineModel const&, PipelineModel const&) = default;
};

/// A checked table of projects with what is assumed of them.
///
/// Invariant: every column has `size()` rows, names differ, homes are whole and not negative, and
/// what is known does not contradict itself.
class Pipeline {
public:
    /// Throws RegisterError with every problem if there is an error, std::invalid_argument for
    /// columns of unequal length or a model that cannot be.
    explicit Pipeline(PipelineRows rows, PipelineModel model = {});

    [[nodiscard]] std::size_t size() const noexcept { return rows_.name.size(); }
    /// Every column has `size()` rows.
    [[nodiscard]] PipelineRows const& rows() const noexcept { return rows_; }
    [[nodiscard]] PipelineModel const& model() const noexcept { return model_; }
    [[nodiscard]] std::vector<PhaseBelief> const& beliefs() const noexcept { return beliefs_; }
    /// The warnings.
    [[nodiscard]] Issues const& issues() const noexcept { return issues_; }

    friend bool operator==(Pipeline const& a, Pipeline const& b) {
        return a.rows_ == b.rows_ && a.model_ == b.model_;
    }

private:
    PipelineRows rows_;
    PipelineModel model_;
    std::vector<PhaseBelief> beliefs_;
    Issues issues_;
};

/// From which day on, up to which day, and the net additions already in the observed stock.
struct NetQuestion {
    Day as_of = unknown_day;
    Deadline deadline = {};
    std::int64_t observed = 0;
};

/// What of a pipeline does not count as future, and why: a row may have several entries.
struct LeftOut {
    std::size_t row = 0;
    std::string reason = {};  ///< completed, demolished, listed_twice, unknown_units,
                              ///< unknown_demolition, unknown_completion or unknown_phase
};

/// The entries in order of rows.
[[nodiscard]] std::vector<LeftOut> left_out(Pipeline const& pipeline, Day as_of);

/// Net additions by the deadline, those observed included. Throws NotEnoughData if the deadline is
/// not after the as-of day, if no project can be counted, or if more than half cannot.
[[nodiscard]] CountDistribution distribution(Pipeline const& pipeline, NetQuestion const& question);

/// P(net additions >= goal). The standard error is that of the draws, by collapsed strata: Cochran
/// 1977, "Sampling Techniques", section 5A.12. Throws as `distribution`, and std::invalid_argument
/// for a goal below 1.
[[nodiscard]] Probability probability(Pipeline const& pipeline, std::int64_t goal,
                                      NetQuestion const& question);

/// Net additions on one month end. On a lattice of `step` homes, which keeps the mean.
struct PathPoint {
    Day day = unknown_day;
    double mean = 0;
    double sd = 0;
    std::vector<std::int64_t> quantiles = {};  ///< at `path_levels`
    double at_least = 0;                       ///< P(net additions >= goal)
};

inline constexpr double path_levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};

/// Projects times homes from which on the months of a path are computed on more than one home.
inline constexpr std::int64_t path_work = 120'000;

/// The lattice of a path: one home, or more where all projects together are larger than
/// `path_work`.
[[nodiscard]] std::int64_t path_step(Pipeline const& pipeline, NetQuestion const& question);

/// Every month end up to the deadline. Throws as `probability`.
[[nodiscard]] std::vector<PathPoint> path(Pipeline const& pipeline, std::int64_t goal,
                                          NetQuestion const& question);

/// How the probability changes with one project, or with the parts of one parent.
struct Leverage {
    std::string name = {};
    double secured = 0;   ///< it is sure to be completed in full on its planned day
    double dropped = 0;   ///< it neither adds nor demolishes
    double advanced = 0;  ///< planned a year earlier
};

/// The differences per project, the largest first. They are means over `leverage_draws` draws, in
/// pairs. Throws as `probability`.
[[nodiscard]] std::vector<Leverage> leverage(Pipeline const& pipeline, std::int64_t goal,
                                             NetQuestion const& question);

inline constexpr int leverage_draws = 200;

}  // namespace opgave
