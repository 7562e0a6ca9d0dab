// SPDX-License-Identifier: BSD-3-Clause
// The file /proc/PID/setgroups: proc_setgroups_open() in fs/proc/base.c, proc_setgroups_write() in
// kernel/user_namespace.c, user_namespaces(7).
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support.h"

namespace uidmap_kernel {
namespace {

constexpr const char* kGroups = "0 100000 10";

// A new namespace allows setgroups if its parent does: create_user_ns().
TEST(Setgroups, IsAllowedAtFirst) {
  const NewNamespace target;
  EXPECT_EQ(target.Read("setgroups"), "allow\n");
}

// The owner of the namespace opens and writes the file without any capability:
// proc_setgroups_open() asks ns_capable(CAP_SYS_ADMIN), which the owner has over his namespace,
// cap_capable().
TEST(Setgroups, OwnerNeedsNoCapability) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kCaller);
    EXPECT_EQ(target.Write("setgroups", "deny"), kOk);
  });
  EXPECT_EQ(target.Read("setgroups"), "deny\n");
}

// Deny can be written until gid_map is set, and it outlives that: proc_setgroups_write().
TEST(Setgroups, DenyBeforeGidMapStays) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("setgroups", "deny"), kOk);
  EXPECT_EQ(target.Write("gid_map", kGroups), kOk);
  EXPECT_EQ(target.Read("setgroups"), "deny\n");
}

// Deny is permanent: proc_setgroups_write() never sets USERNS_SETGROUPS_ALLOWED again.
TEST(Setgroups, AllowAfterDenyIsEperm) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("setgroups", "deny"), kOk);
  EXPECT_EQ(target.Write("setgroups", "allow"), Fails(EPERM));
}

// Deny where it is denied already is no error while gid_map is not set: proc_setgroups_write().
TEST(Setgroups, DenyAgainIsAccepted) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("setgroups", "deny"), kOk);
  EXPECT_EQ(target.Write("setgroups", "deny"), kOk);
}

// Deny comes too late once gid_map is set: proc_setgroups_write(), "Permanently disabling setgroups
// after setgroups has been enabled by writing the gid_map is not allowed".
TEST(Setgroups, DenyAfterGidMapIsEperm) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("gid_map", kGroups), kOk);
  EXPECT_EQ(target.Write("setgroups", "deny"), Fails(EPERM));
  EXPECT_EQ(target.Read("setgroups"), "allow\n");
}

// After gid_map even a deny that changes nothing is refused: proc_setgroups_write() looks at the
// map before it looks at the flag.
TEST(Setgroups, DenyAgainAfterGidMapIsEperm) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("setgroups", "deny"), kOk);
  EXPECT_EQ(target.Write("gid_map", kGroups), kOk);
  EXPECT_EQ(target.Write("setgroups", "deny"), Fails(EPERM));
}

// Who does not own the namespace cannot open the file for writing, even past the file's mode
// (CAP_DAC_OVERRIDE): proc_setgroups_open() asks for CAP_SYS_ADMIN over the namespace.
TEST(Setgroups, OpenForWritingByAStrangerIsEacces) {
  const NewNamespace target;
  InChild([&] {
    BecomeUser(kStranger, Raised({CAP_SETGID, CAP_DAC_OVERRIDE}));
    EXPECT_EQ(OutcomeOf(target.Open("setgroups", O_WRONLY).get()), Fails(EACCES));
    EXPECT_EQ(target.Read("setgroups"), "allow\n");
  });
}

}  // namespace
}  // namespace uidmap_kernel
