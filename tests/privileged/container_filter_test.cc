// SPDX-License-Identifier: BSD-3-Clause
// The shipped programs below a container's filter that refuses what they like to use, or lies about it: there is
// another way that is as safe, or a refusal that names the call.
#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <ostream>
#include <tuple>

#include "contained.h"
#include "machine.h"

namespace uidmap_test {
namespace {

constexpr FilteredCall Prctl(unsigned option) { return {SYS_prctl, {{0, option}}}; }
constexpr unsigned kMapSize = 15;  // of "0 100000 65536\n"
constexpr unsigned kDenySize = 5;  // of "deny\n"
constexpr unsigned kProbe = 0x7569646d;
const FilteredCall kWriteMap = {SYS_write, {{2, kMapSize}}};

struct Case {
  const char* name;
  Filters filters;          // the last one is installed last: it may refuse seccomp(2)
  const char* reason = "";  // the program refuses with it; none: it works
};

void PrintTo(const Case& filtered, std::ostream* out) { *out << filtered.name; }

const Case kCases[] = {
    {"seccomp_lies", {{{SYS_seccomp}, 0}}, "seccomp reported success and changed nothing"},
    {"seccomp_unknown", {{{SYS_seccomp}, ENOSYS}}},
    {"seccomp_denied", {{{SYS_seccomp}, EPERM}}},
    {"seccomp_denied_and_prctl",
     {{Prctl(PR_SET_SECCOMP), EPERM}, {{SYS_seccomp}, EPERM}},
     "seccomp failed: Operation not permitted"},
    {"seccomp_unknown_and_prctl_lies",
     {{Prctl(PR_SET_SECCOMP), 0}, {{SYS_seccomp}, ENOSYS}},
     "seccomp reported success and changed nothing"},
    {"no_new_privs_lies",
     {{Prctl(PR_SET_NO_NEW_PRIVS), 0}},
     "prctl(PR_SET_NO_NEW_PRIVS) reported success and changed nothing"},
    {"no_new_privs_denied",
     {{Prctl(PR_SET_NO_NEW_PRIVS), EPERM}},
     "prctl(PR_SET_NO_NEW_PRIVS) failed: Operation not permitted"},
    {"seccomp_and_probe_lie",
     {{Prctl(kProbe), 0}, {{SYS_seccomp}, 0}},
     "seccomp reported success and changed nothing"},
    {"probe_denied", {{Prctl(kProbe), EPERM}}},  // seccomp(2): of two filters with an errno the newer one is heard
    {"openat2_unknown", {{{SYS_openat2}, ENOSYS}}},
    {"openat2_denied", {{{SYS_openat2}, EPERM}}},
    {"statx_denied", {{{SYS_statx}, EPERM}}},
    {"openat2_and_statx_unknown",
     {{{SYS_openat2}, ENOSYS}, {{SYS_statx}, ENOSYS}},
     "the system calls openat2 and statx are refused"},
    {"openat2_and_statx_denied",
     {{{SYS_openat2}, EPERM}, {{SYS_statx}, EPERM}},
     "the system calls openat2 and statx are refused"},
    {"openat2_unknown_and_statx_lies",
     {{{SYS_openat2}, ENOSYS}, {{SYS_statx}, 0}},
     "the system calls openat2 and statx are refused"},
    {"faccessat2_unknown", {{{SYS_faccessat2}, ENOSYS}}},
    {"faccessat2_denied", {{{SYS_faccessat2}, EPERM}}},
    {"close_range_unknown", {{{SYS_close_range}, ENOSYS}}},
    {"close_range_denied", {{{SYS_close_range}, EPERM}}},
    {"capset_lies", {{{SYS_capset}, 0}}, "capset reported success and changed nothing"},
    {"capset_denied", {{{SYS_capset}, EPERM}}, "capset failed: Operation not permitted"},
    {"socket_lies", {{{SYS_socket}, 0}}},
    {"socket_unknown", {{{SYS_socket}, ENOSYS}}},
    {"socket_denied", {{{SYS_socket}, EPERM}}},
    {"connect_lies", {{{SYS_connect}, 0}}},
    {"connect_unknown", {{{SYS_connect}, ENOSYS}}},
    {"connect_denied", {{{SYS_connect}, EPERM}}},
    {"socket_and_connect_lie", {{{SYS_socket}, 0}, {{SYS_connect}, 0}}},
    {"sendto_lies", {{{SYS_sendto}, 0}}},
    {"sendto_denied", {{{SYS_sendto}, EPERM}}},
    {"getpid_lies", {{{SYS_getpid}, 0}}},
    {"write_of_the_map_lies", {{kWriteMap, 0}}, "the kernel took 0 of 15 bytes"},
    {"write_of_the_map_denied", {{kWriteMap, EPERM}}, "the kernel refused the map"},
};

using Parameters = std::tuple<MapKind, Marker, Case>;

const auto kKinds = ::testing::Values(MapKind::kUid, MapKind::kGid);
const auto kMarkers = ::testing::Values(Marker::kSetuid, Marker::kFileCapability);

class ContainerFilter : public Contained, public ::testing::TestWithParam<Parameters> {
 protected:
  ContainerFilter() : Contained(std::get<0>(GetParam()), std::get<1>(GetParam())) {}

  const Log log_;
};

std::string NameOfCase(const ::testing::TestParamInfo<Parameters>& info) {
  const auto& [kind, marker, filtered] = info.param;
  return NameOf(kind) + "_" + NameOf(marker) + "_" + filtered.name;
}

INSTANTIATE_TEST_SUITE_P(, ContainerFilter, ::testing::Combine(kKinds, kMarkers, ::testing::ValuesIn(kCases)),
                         NameOfCase);

TEST_P(ContainerFilter, LeavesAnotherWayOrARefusal) {
  const Case& filtered = std::get<2>(GetParam());
  const Ended ended = RunProgram([&] { InstallAll(filtered.filters); });
  if (filtered.reason[0] == '\0') return ExpectWorks(ended);
  ExpectRefused(ended, filtered.reason);
}

// The log is there, and is lost to the program.
TEST(ContainerFilterOfTheLog, CostsTheRecordAndNothingElse) {
  const FilteredCall calls[] = {{SYS_socket}, {SYS_connect}, {SYS_sendto}};
  for (const MapKind kind : {MapKind::kUid, MapKind::kGid}) {
    for (const Marker marker : {Marker::kSetuid, Marker::kFileCapability}) {
      const Log log;
      const Contained free(kind, marker);
      free.ExpectWorks(free.RunProgram([] {}));
      EXPECT_EQ(log.Take().size(), 1U);
      for (const FilteredCall& call : calls) {
        for (const int answer : {0, EPERM, EACCES, ENOSYS}) {
          const Contained run(kind, marker);
          run.ExpectWorks(run.RunProgram([&] { InstallAll({{call, answer}}); }));
          EXPECT_EQ(log.Take(), std::vector<std::string>()) << "system call " << call.number;
        }
      }
    }
  }
}

// A map without a grant needs setgroups denied first.
TEST(ContainerFilterOfGroups, ThatLiesAboutTheDenyIsFoundOut) {
  const Contained run(MapKind::kGid, Marker::kSetuid);
  const Filters lie = {{{SYS_write, {{2, kDenySize}}}, 0}};
  const Ended ended = run.RunProgram([&] { InstallAll(lie); }, std::to_string(kCaller), "1");
  run.ExpectRefused(ended, "failed to setgroups deny policy: Input/output error");
}

// What cannot be read back must not be denied: the file is the only one that a run reads like this.
TEST(ContainerFilterOfGroups, ThatHidesTheirStateHasNothingDenied) {
  const Contained run(MapKind::kGid, Marker::kSetuid);
  const Filters hidden = {{{SYS_pread64, {{2, kDenySize}}}, EPERM}};
  const Ended ended = run.RunProgram([&] { InstallAll(hidden); }, std::to_string(kCaller), "1");
  run.ExpectRefused(ended, "couldn't open process setgroups: Input/output error");
}

// There are 64 capabilities at most, however many a filter says are dropped and gone.
TEST(ContainerFilterOfTheBoundingSet, ThatNeverComesToItsEndIsFoundOut) {
  const Contained run(MapKind::kUid, Marker::kSetuid);
  const Filters endless = {{Prctl(PR_CAPBSET_DROP), 0}, {Prctl(PR_CAPBSET_READ), 0}};
  run.ExpectRefused(run.RunProgram([&] { InstallAll(endless); }),
                    "prctl(PR_CAPBSET_DROP) reported success and changed nothing");
}

}  // namespace
}  // namespace uidmap_test
