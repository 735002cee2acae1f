#include "outlook.hpp"

#include "backward.hpp"
#include "entries.hpp"
#include "parallel.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace opgave::detail {

namespace {

// The trials that make up a count, of so many paths at once as there are lanes.
class Reader {
public:
    Reader(Plan const& plan, Counted const& counted)
        : plan_(plan),
          counted_(counted),
          paces_(plan),
          chances_(plan),
          backward_(plan.space, plan.grid),
          strata_(plan.classes.size()) {
        for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
            if (std::ranges::count(counted.strata, plan.counted_in(stratum)) > 0) {
                auto const of_class = plan.class_of[static_cast<std::size_t>(stratum)];
                strata_[static_cast<std::size_t>(of_class)].push_back(stratum);
            }
        }
    }

    void read(std::uint64_t first) {
        paces_.begin(first);
        set_entering(first);
        for (std::vector<Trials>& trials : trials_) {
            trials.clear();
        }
        for (int rate_class = 0; rate_class < static_cast<int>(strata_.size()); ++rate_class) {
            if (!strata_[static_cast<std::size_t>(rate_class)].empty()) {
                read_class(rate_class);
            }
        }
    }

    [[nodiscard]] std::vector<Trials> const& trials(int lane) const {
        return trials_[static_cast<std::size_t>(lane)];
    }

private:
    // Without adherence all paths have the same.
    void set_entering(std::uint64_t first) {
        bool const differs = plan_.run.scenario.adherence_sd > 0;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            if (differs || entering_[lane].empty()) {
                entering_[lane] = entering_of(plan_, first + lane, counted_.month + 1);
            }
        }
    }

    void read_class(int rate_class) {
        auto const& strata = strata_[static_cast<std::size_t>(rate_class)];
        backward_.begin(counted_.state);
        chances_.read_anew(paces_, rate_class, counted_.month);
        for (int month = counted_.month; month >= 0; --month) {
            chances_.read(paces_, rate_class, month);
            backward_.enter(chances_);
            for (int const stratum : strata) {
                add_entering(month, stratum);
            }
            backward_.step(chances_);
        }
        for (StartCell const& cell : plan_.start) {
            if (std::ranges::count(strata, cell.stratum) > 0) {
                add(cell.stratum, backward_.at(cell.state, cell.age),
                    [&](auto) { return cell.count; });
            }
        }
    }

    void add_entering(int month, int stratum) {
        auto const at = static_cast<std::size_t>(month * plan_.run.strata + stratum);
        add(stratum, backward_.arriving(0), [&](std::size_t lane) { return entering_[lane][at]; });
    }

    template <typename CountOf>
    void add(int stratum, Lanes const& p, CountOf const& count_of) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            if (std::int64_t const count = count_of(lane); count > 0) {
                trials_[lane].push_back(
                    {count, plan_.weight(stratum), std::clamp(p[lane], 0.0, 1.0)});
            }
        }
    }

    Plan const& plan_;
    Counted const& counted_;
    Paces paces_;
    MonthChances chances_;
    Backward backward_;
    std::vector<std::vector<int>> strata_;  // those counted, by class
    std::array<Entering, lanes> entering_;
    std::array<std::vector<Trials>, lanes> trials_;
};

}  // namespace

std::vector<Outlook> outlooks(Plan const& plan, Counted const& counted, std::int64_t goal) {
    int const paths = plan.is_certain() ? 1 : plan.run.paths;
    std::vector<Outlook> result(static_cast<std::size_t>(paths));
    auto const make_work = [&] {
        return [&, reader = Reader(plan, counted), tail = Tail()](
                   int chunk, GoesOn const& /*goes_on*/) mutable {
            int const first = chunk * lanes;
            reader.read(static_cast<std::uint64_t>(first));
            for (int lane = 0; lane < std::min(lanes, paths - first); ++lane) {
                auto const& trials = reader.trials(lane);
                auto const [mean, variance] = moments_of(trials);
                result[static_cast<std::size_t>(first + lane)] = {mean, variance,
                                                                  tail.at_least(trials, goal)};
            }
        };
    };
    if (!share_out((paths + lanes - 1) / lanes, plan.run.threads, make_work, plan.run.progress)) {
        throw std::runtime_error("the probability was stopped before it was known");
    }
    return result;
}

}  // namespace opgave::detail
