// SPDX-License-Identifier: BSD-3-Clause
#include "confined_run.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "caller.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

bool IsThere(Place place, const SyscallTrace& trace) {
  const std::size_t size = trace.calls.size();
  if (size < 2) return false;
  const SystemCall& last = trace.calls[size - 1];
  const auto raises = [](const SystemCall& call) { return IsRaise(call) && call.result == 0; };
  switch (place) {
    case Place::kBeforeTheFilter:
      return last.number == SYS_openat && std::string(last.pointed_to.c_str()) == "/etc/nsswitch.conf";
    case Place::kBehindTheFilter: return IsAnsweredProbe(trace.calls[size - 2]);
    case Place::kInTheWindow:
      return last.number == SYS_openat2 && std::any_of(trace.calls.begin(), trace.calls.end(), raises);
  }
  return false;
}

std::string LinkText(const std::string& path) {
  char text[256];
  const ssize_t size = readlink(path.c_str(), text, sizeof text);
  return size < 0 ? "unreadable" : std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

bool IsAnsweredProbe(const SystemCall& call) {
  return call.number == SYS_prctl && call.arguments[0] == 0x7569646d && call.result == -2971;
}

bool IsRaise(const SystemCall& call) {
  __user_cap_data_struct halves[_LINUX_CAPABILITY_U32S_3] = {};
  if (call.number != SYS_capset || call.pointed_to.size() < sizeof halves) return false;
  memcpy(halves, call.pointed_to.data(), sizeof halves);
  return (halves[0].effective | halves[1].effective) != 0;
}

ConfinedRun::ConfinedRun(MapKind kind, Marker marker, Place place)
    : kind_(kind), program_([file = Install(HelperProgram(kind), MarkedWith(marker, kind)), this] {
        BecomeCaller({.uid = kCaller, .as_caller = SilenceOutput});
        Execute(file, {target_.pid(), "0", "100000", "65536"});
      }) {
  while (!arrived_ && program_.Next()) arrived_ = IsThere(place, program_.trace());
  EXPECT_TRUE(arrived_) << "the program ended before: " << program_.trace().ending;
}

std::string ConfinedRun::State() const {
  const std::string directory = "/proc/" + std::to_string(program_.pid());
  std::string state;
  std::ifstream status(directory + "/status");
  for (std::string line; std::getline(status, line);) {
    for (const char* key : {"Name", "Umask", "Tgid", "PPid", "Uid", "Gid", "Groups", "Threads", "SigBlk", "SigCgt",
                            "Cap", "NoNewPrivs", "Seccomp"}) {
      if (line.starts_with(key)) state += line + "\n";
    }
  }
  for (const char* link : {"root", "cwd", "exe", "ns/user", "ns/mnt", "ns/net", "ns/pid", "ns/ipc", "ns/uts"}) {
    state += std::string(link) + " " + LinkText(directory + "/" + link) + "\n";
  }
  std::ifstream children(directory + "/task/" + std::to_string(program_.pid()) + "/children");
  for (std::string child; children >> child;) state += "child\n";
  return state;
}

void ConfinedRun::ExpectGoesOn(const std::string& state_before) {
  EXPECT_EQ(State(), state_before);
  while (program_.Next()) {
  }
  EXPECT_EQ(program_.trace().ending, "exit status 0");
  EXPECT_EQ(target_.Read(NameOf(kind_) + "_map"), "0 100000 65536");
}

std::string NameOf(Place place) {
  switch (place) {
    case Place::kBeforeTheFilter: return "before_the_filter";
    case Place::kBehindTheFilter: return "behind_the_filter";
    case Place::kInTheWindow: return "in_the_window";
  }
  return "";
}

}  // namespace uidmap_test
