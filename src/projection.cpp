#include "levels.hpp"
#include "start.hpp"

#include <opgave/projection.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>

namespace opgave {

namespace detail {

ZeroedPages::ZeroedPages(std::size_t size)
    : size_(size), values_(static_cast<std::int32_t*>(std::calloc(size, sizeof(std::int32_t)))) {
    if (values_ == nullptr && size > 0) {
        throw std::bad_alloc();
    }
}

ZeroedPages::ZeroedPages(ZeroedPages const& other) : ZeroedPages(other.size_) {
    std::copy_n(other.data(), size_, data());
}

ZeroedPages& ZeroedPages::operator=(ZeroedPages const& other) { return *this = ZeroedPages(other); }

bool operator==(ZeroedPages const& a, ZeroedPages const& b) {
    return a.size_ == b.size_ && std::equal(a.data(), a.data() + a.size_, b.data());
}

}  // namespace detail

Projection::Projection(Trajectory trajectory, int strata, int paths, int months, std::uint64_t seed)
    : trajectory_(std::move(trajectory)),
      strata_(strata),
      paths_(paths),
      months_(months),
      seed_(seed),
      counts_(static_cast<std::size_t>(strata) *
              static_cast<std::size_t>(trajectory_.state_count() + 1) *
              static_cast<std::size_t>(paths) * static_cast<std::size_t>(months)) {}

std::int32_t const* Projection::counts(State state, int stratum) const {
    if (state < not_started || state >= trajectory_.state_count() || stratum < 0 ||
        stratum >= strata_) {
        throw std::out_of_range("a projection has states -1-" +
                                std::to_string(trajectory_.state_count() - 1) + " and strata 0-" +
                                std::to_string(strata_ - 1) + ", got state " +
                                std::to_string(state) + " and stratum " + std::to_string(stratum));
    }
    auto const column =
        static_cast<std::size_t>(stratum * (trajectory_.state_count() + 1) + state + 1);
    return counts_.data() +
           column * static_cast<std::size_t>(paths_) * static_cast<std::size_t>(months_);
}

std::int32_t* Projection::counts(State state, int stratum) {
    return const_cast<std::int32_t*>(std::as_const(*this).counts(state, stratum));
}

namespace {

bool equal(std::shared_ptr<Source const> const& a, std::shared_ptr<Source const> const& b) {
    return a == b || (a && b && *a == *b);
}

template <typename Matrix>
bool equal(Matrix const& a, Matrix const& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() && (a == b).all();
}

}  // namespace

bool operator==(Projection const& a, Projection const& b) {
    return a.trajectory_ == b.trajectory_ && a.strata_ == b.strata_ && a.paths_ == b.paths_ &&
           a.months_ == b.months_ && a.seed_ == b.seed_ && a.counts_ == b.counts_ &&
           a.as_of == b.as_of && a.known_on == b.known_on && a.month_end == b.month_end &&
           a.grouping == b.grouping && a.completed == b.completed && a.attainable == b.attainable &&
           equal(a.waiting, b.waiting) && a.budgets == b.budgets &&
           std::ranges::equal(a.spent, b.spent, equal<Projection::Cents>) &&
           std::ranges::equal(a.unpaid, b.unpaid, equal<Projection::Series>) &&
           a.supplied == b.supplied && equal(a.source, b.source);
}

Projection::Series Projection::series(State state, std::vector<int> const& strata) const {
    Series sum = Series::Zero(paths_, months_);
    for (int const stratum : strata) {
        sum += Eigen::Map<Series const>(counts(state, stratum), paths_, months_);
    }
    return sum;
}

Projection::Series Projection::series(State state) const {
    std::vector<int> all(static_cast<std::size_t>(strata_));
    std::iota(all.begin(), all.end(), 0);
    return series(state, all);
}

namespace {

// All dwellings at the end of the path that has most.
std::int64_t most_dwellings(Projection const& projection) {
    using Strided = Eigen::Map<Eigen::ArrayXi const, 0, Eigen::InnerStride<>>;
    Eigen::ArrayXi sum = Eigen::ArrayXi::Zero(projection.paths());
    for (int stratum = 0; stratum < projection.strata(); ++stratum) {
        for (State state = not_started; state < projection.trajectory().state_count(); ++state) {
            sum += Strided(projection.counts(state, stratum) + projection.months() - 1,
                           projection.paths(), Eigen::InnerStride<>(projection.months()));
        }
    }
    return sum.maxCoeff();
}

}  // namespace

Projection project(Register const& reg, Hazards const& hazards, ProjectOptions const& options) {
    detail::Start const start = detail::start_of(reg, hazards, options);
    Projection projection = simulate(hazards, start.cohorts, start.run);
    projection.as_of = options.as_of;
    projection.known_on = options.known_on;
    projection.month_end = start.run.month_end;
    projection.grouping = start.grouping;
    projection.completed = start.completed;
    projection.attainable = start.attainable;
    if (start.attainable.front() < 0) {
        // Nothing bounds the plan: as many as the fullest path took in.
        projection.attainable.front() = most_dwellings(projection);
    }
    return projection;
}

Eigen::ArrayXXi quantiles(Projection::Series const& series, std::vector<double> const& q) {
    return detail::levels(series, q);
}

Difference compare(Projection const& a, Projection const& b, State state) {
    if (a.trajectory() != b.trajectory() || a.paths() != b.paths() || a.months() != b.months() ||
        a.seed() != b.seed()) {
        throw std::invalid_argument(
            "a comparison needs the same trajectory, paths, months and seed on both sides");
    }
    Eigen::ArrayXXd const difference =
        a.series(state).cast<double>() - b.series(state).cast<double>();
    auto const n = static_cast<double>(a.paths());
    Eigen::ArrayXd const mean = difference.colwise().mean().transpose();
    Eigen::ArrayXd const square =
        (difference.rowwise() - mean.transpose()).square().colwise().sum().transpose();
    return {mean, (square / std::max(1.0, n - 1) / n).sqrt()};
}

}  // namespace opgave
