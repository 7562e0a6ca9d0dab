// SPDX-License-Identifier: BSD-3-Clause
#include "tools/exec_outcome.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/stat.h>

#include <string>

namespace uidmap {
namespace {

constexpr CapabilityMask kAll = (CapabilityMask{1} << 41) - 1;
constexpr CapabilityMask kSetuid = MaskOf(CAP_SETUID);
constexpr uid_t kUser = 1000;

ProcessState Process() {
  return {.real_uid = kUser, .effective_uid = kUser, .real_gid = kUser, .effective_gid = kUser, .bounding = kAll};
}

ProcessState RootProcess() { return {.permitted = kAll, .bounding = kAll}; }

ProgramFile File(mode_t mode) { return {.path = "/p", .real_path = "/p", .mode = S_IFREG | mode}; }

ProgramFile FileWithCapability() {
  ProgramFile file = File(0755);
  file.capability = FileCapability{.revision = 2, .permitted = kSetuid, .effective = true};
  return file;
}

Reason ReasonFor(const ProcessState& process, const ProgramFile& file) {
  const auto why = WhyItLacksPrivilege(RowOf(MapKind::kUid), process, file, {});
  return why ? why->reason : Reason::kNone;
}

TEST(ExecOutcome, PlainFileGivesNothing) {
  EXPECT_EQ(PredictExec(Process(), File(0755)).permitted, 0U);
  EXPECT_EQ(ReasonFor(Process(), File(0755)), Reason::kNoPrivilege);
}

TEST(ExecOutcome, SetuidRootGivesTheBoundingSet) {
  ProcessState process = Process();
  process.bounding = kSetuid | MaskOf(CAP_KILL);
  const ExecOutcome outcome = PredictExec(process, File(04755));
  EXPECT_EQ(outcome.permitted, process.bounding);
  EXPECT_EQ(outcome.effective_uid, 0U);
}

TEST(ExecOutcome, FileCapabilityGivesItselfAlone) {
  const ExecOutcome outcome = PredictExec(Process(), FileWithCapability());
  EXPECT_EQ(outcome.permitted, kSetuid);
  EXPECT_EQ(outcome.effective_uid, kUser);
  ProgramFile both = FileWithCapability();
  both.mode |= S_ISUID;
  EXPECT_EQ(PredictExec(Process(), both).permitted, kSetuid);
  EXPECT_EQ(PredictExec(Process(), both).effective_uid, 0U);
}

TEST(ExecOutcome, EffectiveCapabilityOutsideTheBoundingSetIsNotExecuted) {
  ProcessState process = Process();
  process.bounding = kAll & ~kSetuid;
  EXPECT_TRUE(PredictExec(process, FileWithCapability()).is_refused);
  ProgramFile sleeping = FileWithCapability();
  sleeping.capability->effective = false;
  EXPECT_FALSE(PredictExec(process, sleeping).is_refused);
  EXPECT_EQ(ReasonFor(process, sleeping), Reason::kCapabilityNotInBoundingSet);
}

TEST(ExecOutcome, CapabilityOfAnotherRootDoesNotCount) {
  ProgramFile file = FileWithCapability();
  file.capability->revision = 3;
  file.capability->root = 200000;
  EXPECT_EQ(PredictExec(Process(), file).permitted, 0U);
}

TEST(ExecOutcome, NosuidMountTakesEveryMark) {
  for (ProgramFile file : {File(04755), FileWithCapability()}) {
    file.is_on_nosuid_mount = true;
    EXPECT_EQ(PredictExec(Process(), file).permitted, 0U);
    EXPECT_EQ(ReasonFor(Process(), file), Reason::kNosuidMount);
  }
}

TEST(ExecOutcome, NoNewPrivsAndTracersTakeEveryMark) {
  ProcessState bound = Process();
  bound.no_new_privs = true;
  ProcessState traced = Process();
  traced.is_traced = true;
  for (const ProgramFile& file : {File(04755), FileWithCapability()}) {
    EXPECT_EQ(ReasonFor(bound, file), Reason::kNoNewPrivs);
    EXPECT_EQ(ReasonFor(traced, file), Reason::kTracedAtExec);
    EXPECT_EQ(PredictExec(bound, file).effective_uid, kUser);
    EXPECT_EQ(PredictExec(traced, file).effective_uid, kUser);
  }
}

TEST(ExecOutcome, NorootTakesThePowerOfTheBit) {
  ProcessState process = Process();
  process.securebits = SECBIT_NOROOT;
  EXPECT_EQ(ReasonFor(process, File(04755)), Reason::kMarkWithoutEffect);
  EXPECT_EQ(ReasonFor(process, FileWithCapability()), Reason::kNone);
}

TEST(ExecOutcome, RootKeepsWhatHeHas) {
  EXPECT_EQ(PredictExec(RootProcess(), File(0755)).permitted, kAll);
  ProcessState bound = RootProcess();
  bound.no_new_privs = true;
  EXPECT_EQ(PredictExec(bound, File(0755)).permitted, kAll);
}

TEST(ExecOutcome, OutsideZeroNeedsMore) {
  const Extent zero[] = {{.inside = {0}, .outside = {0}, .count = 1}};
  const auto why = WhyItLacksPrivilege(RowOf(MapKind::kUid), Process(), FileWithCapability(), zero);
  ASSERT_TRUE(why.has_value());
  EXPECT_EQ(why->reason, Reason::kOutsideZeroWithoutSetfcap);
  EXPECT_FALSE(WhyItLacksPrivilege(RowOf(MapKind::kUid), Process(), File(04755), zero).has_value());
}

TEST(ExecOutcome, IdsOfNeitherRootNorCallerDoNotStart) {
  ProgramFile of_another = File(04755);
  of_another.owner = 1234;
  ASSERT_TRUE(WhyItCannotStart(Process(), of_another).has_value());
  EXPECT_EQ(WhyItCannotStart(Process(), of_another)->reason, Reason::kForeignUser);
  ProgramFile of_group = File(02755);
  of_group.group = 1234;
  EXPECT_EQ(WhyItCannotStart(Process(), of_group)->reason, Reason::kForeignGroup);
  ProcessState locked = Process();
  locked.securebits = SECBIT_KEEP_CAPS_LOCKED;
  EXPECT_EQ(WhyItCannotStart(locked, File(04755))->reason, Reason::kKeepCapsLocked);
  EXPECT_FALSE(WhyItCannotStart(Process(), File(04755)).has_value());
}

TEST(FileCapability, OnlyTheThreeKnownFormsAreRead) {
  const std::string revision_2("\x01\0\0\x02\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
  const auto read = ParseFileCapability(revision_2);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->revision, 2U);
  EXPECT_TRUE(read->effective);
  EXPECT_EQ(read->permitted, kSetuid);

  std::string revision_3 = revision_2 + std::string("\x40\x0d\x03\0", 4);
  revision_3[3] = 3;
  ASSERT_TRUE(ParseFileCapability(revision_3).has_value());
  EXPECT_EQ(ParseFileCapability(revision_3)->root, 200000U);

  std::string revision_1 = revision_2.substr(0, 12);
  revision_1[3] = 1;
  EXPECT_TRUE(ParseFileCapability(revision_1).has_value());

  for (const std::string& bad : {std::string(), std::string("\0\0\0\0", 4), revision_2.substr(1), revision_2 + "x",
                                 std::string("\x01\0\0\x04", 4) + revision_2.substr(4)}) {
    EXPECT_FALSE(ParseFileCapability(bad).has_value());
  }
}

}  // namespace
}  // namespace uidmap
