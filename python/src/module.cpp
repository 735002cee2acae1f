#include "bind.hpp"

PYBIND11_MODULE(_core, m) {
    using namespace opgave::python;
    m.doc() = "The C++ library: registers, snapshots, hazards and projections.";

    bind_date(m);
    bind_bag_id(m);
    bind_bag_history(m);
    bind_stock(m);
    bind_building_spell(m);
    bind_trajectory(m);
    bind_issue(m);
    bind_dwelling(m);
    bind_event(m);
    bind_register(m);
    bind_grant(m);
    bind_snapshot(m);
    bind_spell(m);
    bind_delay(m);
    bind_hazard(m);
    bind_occupancy(m);
    bind_scenario(m);
    bind_cohorts(m);
    bind_expected(m);
    bind_projection(m);
    bind_target(m);
    bind_spending(m);
    bind_what_if(m);
    bind_score(m);
    bind_backtest(m);
    bind_net_additions(m);
    bind_phase(m);
    bind_pipeline(m);
}
