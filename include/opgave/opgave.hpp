#pragma once

#include <opgave/bag_id.hpp>
#include <opgave/date.hpp>
#include <opgave/dwelling.hpp>
#include <opgave/event.hpp>
#include <opgave/hazard.hpp>
#include <opgave/issue.hpp>
#include <opgave/projection.hpp>
#include <opgave/random.hpp>
#include <opgave/register.hpp>
#include <opgave/scenario.hpp>
#include <opgave/snapshot.hpp>
#include <opgave/spell.hpp>
#include <opgave/target.hpp>
#include <opgave/trajectory.hpp>
