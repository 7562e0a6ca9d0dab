// SPDX-License-Identifier: BSD-3-Clause
// What the id calls and capset do to a process that started as a setuid-root program, and what they
// leave: cap_emulate_setxuid() and cap_capset() in security/commoncap.c, commit_creds() in
// kernel/cred.c, capabilities(7).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "process_state.h"
#include "support.h"

namespace uidmap_kernel {
namespace {

void BecomeCallerForGood() { Must(setresuid(kCaller, kCaller, kCaller) == 0, "become the caller"); }

int SuidDumpable() {
  const Fd file(open("/proc/sys/fs/suid_dumpable", O_RDONLY | O_CLOEXEC));
  Must(file.get() >= 0, "open fs.suid_dumpable");
  return std::atoi(ReadAll(file.get()).c_str());
}

void SetDumpable(unsigned long value) { Must(prctl(PR_SET_DUMPABLE, value, 0, 0, 0) == 0, "set the dumpable flag"); }

// With PR_SET_KEEPCAPS setresuid away from 0 keeps permitted and empties effective:
// cap_emulate_setxuid(), prctl(2).
TEST(IdChange, KeepcapsKeepsPermittedAndEmptiesEffective) {
  InChild([] {
    BecomeSetuidCaller();
    const BitSet permitted = ReadOwnState().permitted;
    EXPECT_NE(permitted & Bit(CAP_SETUID), 0U);
    Must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0, "keep capabilities");
    BecomeCallerForGood();
    EXPECT_EQ(ReadOwnState().permitted, permitted);
    EXPECT_EQ(ReadOwnState().effective, 0U);
  });
}

// Without it setresuid away from 0 empties both: cap_emulate_setxuid().
TEST(IdChange, WithoutKeepcapsPermittedIsEmptied) {
  InChild([] {
    BecomeSetuidCaller();
    BecomeCallerForGood();
    EXPECT_EQ(ReadOwnState().permitted, 0U);
    EXPECT_EQ(ReadOwnState().effective, 0U);
  });
}

// seteuid leaves the saved uid 0 and permitted, so code in the process can go back: setuid(2).
TEST(IdChange, SeteuidAloneCanReturnToRoot) {
  InChild([] {
    BecomeSetuidCaller();
    EXPECT_EQ(OutcomeOf(seteuid(kCaller)), kOk);
    EXPECT_EQ(ReadOwnState().uids, (std::array<uid_t, 3>{kCaller, kCaller, 0}));
    EXPECT_EQ(ReadOwnState().effective, 0U);
    EXPECT_EQ(OutcomeOf(seteuid(0)), kOk);
    EXPECT_NE(ReadOwnState().effective & Bit(CAP_SETUID), 0U);
  });
}

// The saved uid 0 can be returned to without any capability, too: __sys_setresuid() in
// kernel/sys.c.
TEST(IdChange, SavedUidZeroNeedsNoCapabilityToReturn) {
  InChild([] {
    BecomeSetuidCaller();
    EXPECT_EQ(OutcomeOf(seteuid(kCaller)), kOk);
    SetCapabilities({});
    EXPECT_EQ(OutcomeOf(seteuid(0)), kOk);
    EXPECT_EQ(ReadOwnState().permitted, 0U);
  });
}

// A permitted capability is one capset away from uid 0, so dormant is not harmless: cap_capset().
TEST(IdChange, DormantCapSetuidLeadsToRoot) {
  InChild([] {
    BecomeUser(kCaller, Dormant({CAP_SETUID}));
    EXPECT_EQ(OutcomeOf(setuid(0)), Fails(EPERM));
    EXPECT_EQ(TryCapabilities(Raised({CAP_SETUID})), kOk);
    EXPECT_EQ(OutcomeOf(setuid(0)), kOk);
  });
}

// With all ids the caller's and permitted empty nothing comes back: __sys_setuid(), cap_capset().
TEST(IdChange, EmptyPermittedIsForGood) {
  InChild([] {
    BecomeUser(kCaller);
    EXPECT_EQ(OutcomeOf(setuid(0)), Fails(EPERM));
    EXPECT_EQ(TryCapabilities(Dormant({CAP_SETUID})), Fails(EPERM));
    EXPECT_EQ(TryCapabilities(Raised({CAP_SETUID})), Fails(EPERM));
  });
}

// capset with an empty inheritable set empties the ambient set: cap_capset(), "Ambient capabilities
// that are no longer permitted or inheritable are dropped".
TEST(IdChange, ClearingInheritableClearsAmbient) {
  InChild([] {
    SetCapabilities({.permitted = {CAP_SETUID}, .inheritable = {CAP_SETUID}});
    EXPECT_EQ(OutcomeOf(cap_set_ambient(CAP_SETUID, CAP_SET)), kOk);
    EXPECT_EQ(ReadOwnState().ambient, Bit(CAP_SETUID));
    SetCapabilities(Dormant({CAP_SETUID}));
    EXPECT_EQ(ReadOwnState().ambient, 0U);
  });
}

// Raising a permitted capability does not touch the dumpable flag, on or off: commit_creds()
// compares permitted sets only.
TEST(IdChange, RaisingWithinPermittedKeepsDumpable) {
  InChild([] {
    BecomeUser(kCaller, Dormant({CAP_SETUID}));
    for (const int dumpable : {1, 0}) {
      SetDumpable(static_cast<unsigned long>(dumpable));
      SetCapabilities(Raised({CAP_SETUID}));
      EXPECT_EQ(ReadOwnState().dumpable, dumpable);
      SetCapabilities(Dormant({CAP_SETUID}));
      EXPECT_EQ(ReadOwnState().dumpable, dumpable);
    }
  });
}

// A change of the effective uid sets the dumpable flag to fs.suid_dumpable, whatever it was, so it
// is to be cleared after the last change: commit_creds(), prctl(2).
TEST(IdChange, ChangeOfEffectiveUidSetsDumpableToTheSysctl) {
  for (const unsigned long dumpable : {0UL, 1UL}) {
    InChild([&] {
      BecomeSetuidCaller();
      SetDumpable(dumpable);
      BecomeCallerForGood();
      EXPECT_EQ(ReadOwnState().dumpable, SuidDumpable());
    });
  }
}

}  // namespace
}  // namespace uidmap_kernel
