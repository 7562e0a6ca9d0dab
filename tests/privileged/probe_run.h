// SPDX-License-Identifier: BSD-3-Clause
// One start of the probe, and what it reported.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "caller.h"
#include "core/failure.h"
#include "installed.h"

namespace uidmap_test {

using uidmap::Reason;

struct Start {
  MapKind kind = MapKind::kUid;
  Marker marker = Marker::kSetuid;
  CallerState caller{.uid = kCaller};
  std::string file{};  // where the markers do not say enough: a path
};

// Lines "key: value" as /proc/self/status and state_report.cc have them, blanks squeezed.
using State = std::map<std::string, std::string>;

struct Refusal {
  Reason reason;
  int error_number;
  std::string subject;
};

struct ProbeRun {
  std::string file;    // what was started
  std::string ending;  // see Describe()
  std::vector<State> states;
  std::optional<Refusal> refusal;
  std::string report;  // all that was reported, for messages

  // The number of a report step, from 0. Empty, and an expectation has failed, if the probe did not get there.
  [[nodiscard]] State state(std::size_t number) const;
};

// `steps` of state_probe.cc with blanks between.
ProbeRun RunProbe(const Start& start, const std::string& steps);

// What the helper does before it reads its arguments.
inline const std::string kPutDown = "shield settle put-down ";
inline const std::string kConfined = kPutDown + "give-up-auditing confine ";

// All four ids, as /proc/self/status shows them.
std::string FourTimes(uid_t id);

// A capability set as /proc/self/status shows it.
std::string SetOf(const std::vector<int>& capabilities);

int CapabilityOf(MapKind kind);

struct Held {
  std::vector<int> permitted{}, effective{}, inheritable{};
};

// These sets and no others, as /proc and libcap show them.
void ExpectSets(const State& state, const Held& held);

// The process is the caller, holds `permitted` dormant, and nothing else; and is not dumpable, nor are cores.
// `inheritable` is what it can hand on to another program.
void ExpectDormant(const State& state, uid_t id, const std::vector<int>& permitted,
                   const std::vector<int>& inheritable = {});

void ExpectRefused(const ProbeRun& run, Reason reason, const std::string& subject = "");

// "uid_setuid" and the like, for the names of tests.
std::string NameOf(MapKind kind);
std::string NameOf(Marker marker);

}  // namespace uidmap_test
