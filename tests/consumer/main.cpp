// Registers a few dwellings, fits the rates, projects, and prints the probability of a target.

#include <opgave/opgave.hpp>

#include <iostream>
#include <string>
#include <vector>

namespace {

struct Stay {
    std::string stage;
    std::string date;
};

opgave::EventRows events_of(std::vector<std::vector<Stay>> const& dwellings) {
    opgave::EventRows rows;
    for (std::size_t i = 0; i < dwellings.size(); ++i) {
        for (auto const& [stage, date] : dwellings[i]) {
            rows.dwelling_id.push_back("home-" + std::to_string(i));
            rows.stage.push_back(stage);
            rows.date.push_back(opgave::parse_iso(date));
        }
    }
    return rows;
}

}  // namespace

int main() {
    auto const trajectory = opgave::Trajectory({"advised", "started"}, "delivered", {"withdrawn"});
    auto const reg = opgave::Register(
        trajectory,
        events_of(
            {{{"advised", "2026-01-05"}, {"started", "2026-03-02"}, {"delivered", "2026-06-01"}},
             {{"advised", "2026-01-19"}, {"started", "2026-04-13"}, {"delivered", "2026-08-03"}},
             {{"advised", "2026-02-02"}, {"withdrawn", "2026-05-04"}},
             {{"advised", "2026-03-16"}, {"started", "2026-06-15"}},
             {{"advised", "2026-05-11"}}}));

    auto const today = opgave::parse_iso("2026-08-31");
    auto const hazards = opgave::fit_hazards(opgave::spells(reg, today, today), trajectory);
    auto const projection = opgave::project(reg, hazards,
                                            {.as_of = today,
                                             .known_on = today,
                                             .until = opgave::parse_iso("2027-12-31"),
                                             .paths = 1000,
                                             .seed = 1});
    auto const target = opgave::Target{.name = "three homes",
                                       .state = "delivered",
                                       .goal = 3,
                                       .deadline = opgave::by(opgave::parse_iso("2027-12-31"))};
    auto const answer = opgave::probability(projection, target);
    std::cout << "P(" << target.name << ") = " << answer.value << " +- " << answer.std_error
              << '\n';
    return answer.value > 0 && answer.value < 1 ? 0 : 1;
}
