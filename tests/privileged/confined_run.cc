// SPDX-License-Identifier: BSD-3-Clause
#include "confined_run.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>

#include "caller.h"
#include "calls.h"
#include "probe_run.h"

namespace uidmap_test {
namespace {

bool IsThere(Place place, const SyscallTrace& trace) {
  const std::size_t size = trace.calls.size();
  if (size < 2) return false;
  const SystemCall& last = trace.calls[size - 1];
  const auto raise = FindRaise(trace.calls);
  switch (place) {
    case Place::kBeforeTheFilter: return last.number == SYS_openat && PathOf(last) == "/etc/nsswitch.conf";
    case Place::kBehindTheFilter: return IsAnsweredProbe(trace.calls[size - 2]);
    case Place::kInTheWindow: return last.number == SYS_openat2 && raise != trace.calls.end() && raise->result == 0;
  }
  return false;
}

std::string LinkText(const std::string& path) {
  char text[256];
  const ssize_t size = readlink(path.c_str(), text, sizeof text);
  return size < 0 ? "unreadable" : std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

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
