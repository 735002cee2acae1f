#include "stays.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace opgave::detail {

namespace {

// Per month, the first one after it whose rates differ. The first of all can be a part of a month.
std::vector<int> ends_of_equal_months(Plan const& plan) {
    auto const alike = [&](int a, int b) {
        return plan.have_equal_levers(a, b) && (a > 0 || plan.run.first_month == 1) &&
               !plan.has_seasons && (!plan.has_shocks || plan.year(a) == plan.year(b));
    };
    int const months = plan.run.months;
    std::vector<int> until(static_cast<std::size_t>(months), months);
    for (int month = months - 1; month-- > 0;) {
        auto const at = static_cast<std::size_t>(month);
        until[at] = alike(month, month + 1) ? until[at + 1] : month + 1;
    }
    return until;
}

}  // namespace

Stays::Stays(Plan const& plan, std::vector<Path>& paths)
    : plan_(plan),
      pace_(paths.front().pace),
      counts_(paths.front().counts),
      ways_(plan.space.most_ways()),
      is_sparse_(plan.space.resumes()),
      until_(ends_of_equal_months(plan)),
      courses_(course(static_cast<int>(plan.classes.size()), 0, 0)),
      numbers_(plan.places() * 2),
      foreseen_(plan.is_steady() ? plan.places() : 0),
      stream_(0, Purpose::stays, 0) {
    auto const ages = static_cast<std::size_t>(plan.grid.ages());
    for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
        for (int state = 0; state < plan.space.size(); ++state) {
            first_.push_back(of_month_);
            auto const& ways = plan.space.ways(state);
            bool const by_age = !ways.empty() && ways.back().by_age;
            of_month_ += ways.size() + (by_age ? ages - 1 : 0);
        }
    }
    leaving_.resize(static_cast<std::size_t>(plan.run.months) * of_month_);
    for (Course& each : courses_) {
        each.lived.resize(ages + static_cast<std::size_t>(plan.run.months) + 1);
        each.guide.resize(slots);
        each.share.resize(ages * ways_);
    }
}

void Stays::begin(std::uint64_t path, std::size_t /*paths*/) {
    stream_ = Stream(plan_.run.seed, Purpose::stays, path);
    std::ranges::fill(leaving_, 0);
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
        numbers_[i].begin(static_cast<std::uint32_t>(i));
    }
    for (Foreseen& foreseen : foreseen_) {
        foreseen.used = foreseen.size;
    }
    for (int rate_class = 0; rate_class < static_cast<int>(plan_.classes.size()); ++rate_class) {
        for (State name = 0; name < plan_.space.states(); ++name) {
            for (int regime = 0; regime < plan_.regimes; ++regime) {
                tabulate(rate_class, plan_.space.index(name), regime);
            }
        }
    }
    for (StartCell const& start : plan_.start) {
        int const rate_class = plan_.class_of[static_cast<std::size_t>(start.stratum)];
        stay(Beginning::arrival, 0, {start.stratum, rate_class, start.state}, start.age + 1,
             start.count);
    }
}

void Stays::tabulate(int rate_class, int state, int regime) {
    StepTable const& rates =
        pace_.rates(rate_class, plan_.first_months[static_cast<std::size_t>(regime)]);
    Course& to = courses_[course(rate_class, state, regime)];
    auto const& ways = plan_.space.ways(state);
    to.by_age = !ways.empty() && ways.back().by_age ? ways.size() - 1 : ways_;
    auto const ages = static_cast<std::size_t>(plan_.grid.ages());
    double lived = 0;
    double hazard = 0;
    for (std::size_t age = 0; age < ages; ++age) {
        int const group = plan_.grid.group(static_cast<int>(age));
        to.lived[age] = lived;
        hazard = rates.hazard(state, group);
        lived += hazard;
        double const* const part = rates.shares(state, group);
        double sum = 0;
        for (std::size_t k = 0; k + 1 < ways_; ++k) {
            sum += part[k];
            // Nobody goes beyond the last way, nor beyond the first where nobody leaves.
            to.share[k * ages + age] = k + 1 < ways.size() && hazard > 0 ? sum : 2;
        }
    }
    lived = to.lived[ages - 1];
    for (std::size_t age = ages; age + 1 < to.lived.size(); ++age) {
        to.lived[age] = lived + static_cast<double>(age - (ages - 1)) * hazard;
    }
    to.lived.back() = std::numeric_limits<double>::infinity();
    std::int32_t* slot = to.guide.data();
    for (std::int32_t age = 0; slot < to.guide.data() + slots; ++age) {
        double const end = to.lived[static_cast<std::size_t>(age) + 1] * (slots / covered);
        std::int32_t* const next =
            to.guide.data() + static_cast<int>(std::min<double>(end, slots - 1)) + 1;
        for (; slot < next; ++slot) {
            *slot = age;
        }
    }
}

void Stays::take_in(int month, int state) {
    for (int stratum = 0; stratum < plan_.run.strata; ++stratum) {
        std::size_t const place = plan_.place(stratum, state);
        std::int64_t const arriving = std::exchange(counts_.arriving[place], 0);
        if (arriving > 0) {
            int const rate_class = plan_.class_of[static_cast<std::size_t>(stratum)];
            arrive(month, {stratum, rate_class, state}, arriving);
        } else if (is_sparse_ && counts_.total[place] == 0) {
            continue;
        }
        counts_.total[place] += arriving - leave(month, stratum, state);
    }
}

// Sends those who leave on their ways, and says how many they are.
inline std::int64_t Stays::leave(int month, int stratum, int state) {
    std::int32_t const* gone = leaving(plan_.place(stratum, state), month);
    std::int64_t sum = 0;
    for (Way const& way : plan_.space.ways(state)) {
        if (way.by_age) [[unlikely]] {
            for (int age = 0; age < plan_.grid.ages(); ++age) {
                sum += *gone;
                counts_.go_by_age(stratum, way, age, *gone++);
            }
        } else {
            sum += *gone;
            counts_.go(month, stratum, state, way, *gone++);
        }
    }
    return sum;
}

void Stays::arrive(int month, Stay const& at, std::int64_t count) {
    if (plan_.space.ways(at.state).empty()) {
        return;
    }
    if (foreseen_.empty() || (month == 0 && plan_.run.first_month != 1)) {
        stay(Beginning::arrival, month, at, 0, count);
        return;
    }
    std::size_t const place = plan_.place(at.stratum, at.state);
    Foreseen& foreseen = foreseen_[place];
    std::int32_t* const gone = leaving(place, month);
    auto const horizon = static_cast<std::int32_t>(leaving_.data() + leaving_.size() - gone);
    for (; count > 0; --count) {
        if (foreseen.used == foreseen.size) {
            foresee(at, foreseen);
        }
        std::int32_t const offset = foreseen.offset[foreseen.used++];
        if (offset < horizon) {
            ++gone[offset];
        }
    }
}

void Stays::foresee(Stay const& at, Foreseen& foreseen) {
    std::size_t const place = plan_.place(at.stratum, at.state);
    auto const some = numbers_[place * 2].take(stream_, StayNumbers::capacity);
    Course const& course = courses_[this->course(at.rate_class, at.state, 0)];
    foreseen.used = 0;
    foreseen.size = static_cast<std::size_t>(some.size);
    for (std::size_t i = 0; i < foreseen.size; ++i) {
        int const age = std::min(course.age_after(some.hazard[i]), plan_.run.months);
        foreseen.offset[i] = static_cast<std::int32_t>(offset(course, 0, age, some.way[i]));
    }
}

// How far from those who leave in a month at an age those are counted who leave `later`.
std::size_t Stays::offset(Course const& course, int age, int later, double way) const noexcept {
    auto const ages = static_cast<std::size_t>(plan_.grid.ages());
    auto const then = std::min(static_cast<std::size_t>(age + later), ages - 1);
    std::size_t k = 0;
    for (std::size_t j = 0; j + 1 < ways_; ++j) {
        k += way >= course.share[j * ages + then] ? 1 : 0;
    }
    std::size_t const at_age = is_sparse_ && k == course.by_age ? then : 0;
    return static_cast<std::size_t>(later) * of_month_ + k + at_age;
}

void Stays::end(int month) {
    counts_.come_back([&](int stratum, int state, int age, std::int64_t count) {
        int const rate_class = plan_.class_of[static_cast<std::size_t>(stratum)];
        stay(Beginning::month_end, month + 1, {stratum, rate_class, state}, age + 1, count);
    });
}

// Draws the ends of `count` stays. `month` is the first in which they can end, and `age` the age
// that they have in it.
void Stays::stay(Beginning beginning, int month, Stay const& at, int age, std::int64_t count) {
    if (count == 0 || plan_.space.ways(at.state).empty() || month >= plan_.run.months) {
        return;
    }
    age = std::min(age, plan_.grid.ages() - 1);
    std::size_t const place = plan_.place(at.stratum, at.state);
    StayNumbers& numbers = numbers_[place * 2 + static_cast<std::size_t>(beginning)];
    while (count > 0) {
        StayNumbers::Some const some = numbers.take(stream_, count);
        spend(month, at, age, some);
        count -= some.size;
    }
}

// Lets stays live through their hazard, one run of equal months after the other.
void Stays::spend(int month, Stay const& at, int age, StayNumbers::Some stays) {
    auto [hazard, way, left] = stays;
    std::size_t const place = plan_.place(at.stratum, at.state);
    auto const name = static_cast<std::size_t>(plan_.space.state(at.state));
    while (left > 0 && month < plan_.run.months) {
        int const until = until_[static_cast<std::size_t>(month)];
        int const months = until - month;
        Course const& course = courses_[this->course(
            at.rate_class, at.state, plan_.regime[static_cast<std::size_t>(month)])];
        double const worth = pace_.worth(month)[name];
        double const per_worth = 1 / worth;
        double const* const lived = course.lived.data() + age;
        double const through = (lived[months] - lived[0]) * worth;
        std::int32_t* const gone = leaving(place, month);
        std::int64_t kept = 0;
        for (std::int64_t i = 0; i < left; ++i) {
            if (hazard[i] < through) {
                int const reached = course.age_after(lived[0] + hazard[i] * per_worth);
                int const later = std::clamp(reached - age, 0, months - 1);  // but for rounding
                ++gone[offset(course, age, later, way[i])];
            } else {
                hazard[kept] = hazard[i] - through;
                way[kept] = way[i];
                ++kept;
            }
        }
        left = kept;
        age += months;
        month = until;
    }
}

}  // namespace opgave::detail
