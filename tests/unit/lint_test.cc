// SPDX-License-Identifier: BSD-3-Clause
// What lint says about lines and ranges; each fault is made in files that are otherwise in order.
#include "tools/lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lint_root_maker.h"

namespace uidmap {
namespace {

using Lines = std::vector<std::string>;

TEST_F(LintTest, FilesInOrderHaveNoFault) {
  const LintReport report = Run();
  EXPECT_EQ(report.failure, "");
  EXPECT_FALSE(report.findings.empty());
  for (const Finding& finding : report.findings) {
    EXPECT_EQ(finding.severity, Severity::kOk) << testing::PrintToString(finding);
    EXPECT_EQ(finding.remedy, "");
  }
}

TEST_F(LintTest, EveryCheckIsTold) {
  Lines checks;
  for (const Finding& finding : Run().findings) {
    if (finding.sentence.starts_with("subuid: ")) checks.push_back(finding.check);
  }
  EXPECT_EQ(checks, (Lines{"file", "malformed", "zero-count", "overflow", "owner", "overlap", "duplicate",
                           "account-ids", "system-ids", "directory-ids", "map-size", "match"}));
}

// ---- lines -----------------------------------------------------------------------------------------

TEST_F(LintTest, MalformedLinesAreNamedByTheirNumber) {
  Put("subuid",
      "u1:100000:65536\nu1\n\n# remark\nu1:1:2:3\nu1:x:1\nu2:165536:65536\nu1:1:01\n:1:1\n+u1:1:1\n05001:1:1\n"
      " u1:0x10:1\nu1:1:1\r");
  EXPECT_EQ(Sentences(),
            (Lines{"subuid:2: the line does not have the form owner:first:count: \"u1\"; it grants nothing",
                   "subuid:5: the line does not have the form owner:first:count: \"u1:1:2:3\"; it grants nothing",
                   "subuid:6: the line has \"x\" where a plain decimal number must be; it grants nothing",
                   "subuid:8: the line has \"01\" where a plain decimal number must be; it grants nothing",
                   "subuid:9: the line has an owner that nobody can be: \"\"; it grants nothing",
                   "subuid:10: the line has an owner that nobody can be: \"+u1\"; it grants nothing",
                   "subuid:11: the line has an owner that nobody can be: \"05001\"; it grants nothing",
                   "subuid:12: the line has \"0x10\" where a plain decimal number must be; it grants nothing",
                   "subuid:13: the line has \"1\\x0d\" where a plain decimal number must be; it grants nothing"}));
  const Finding first = Faults()[0];
  EXPECT_EQ(first.severity, Severity::kProblem);
  EXPECT_EQ(first.check, "malformed");
  EXPECT_EQ(first.remedy, "vi +2 " + root_ + "/etc/subuid");
}

TEST_F(LintTest, ALineThatIsTooLongIsNamed) {
  const std::string count = ":1:1";
  Put("subuid", "u1:100000:65536\nu2:165536:65536\n" + std::string(1023 - count.size(), 'x') + count + "\n" +
                    std::string(1024 - count.size(), 'x') + count + "\n");
  const Lines sentences = Sentences();
  EXPECT_NE(std::find(sentences.begin(), sentences.end(),
                      "subuid:4: the line is longer than 1023 bytes; it grants nothing"),
            sentences.end());
  EXPECT_EQ(
      std::count_if(sentences.begin(), sentences.end(), [](const auto& s) { return s.starts_with("subuid:3"); }), 2)
      << "one for its owner, one for its system ids";
}

TEST_F(LintTest, ZeroCountsAndOverflowsHaveChecksOfTheirOwn) {
  Put("subuid", "u1:100000:65536\nu2:165536:65536\nu1:5:0\nu1:4294967295:2\nu1:4294967296:1\nu1:1:4294967296\n");
  EXPECT_EQ(Sentences(),
            (Lines{"subuid:3: the line has a count of 0; it grants nothing",
                   "subuid:4: the line goes past the last id, 4294967295: 4294967295 and 2 ids; it grants nothing",
                   "subuid:5: the line goes past the last id, 4294967295: 4294967296 and 1 ids; it grants nothing",
                   "subuid:6: the line goes past the last id, 4294967295: 1 and 4294967296 ids; it grants nothing"}));
  EXPECT_EQ(Faults()[0].check, "zero-count");
  EXPECT_EQ(Faults()[1].check, "overflow");
}

TEST_F(LintTest, ManyEqualFaultsAreCounted) {
  std::string text = "u1:100000:65536\nu2:165536:65536\n";
  for (int i = 0; i < 900; ++i) text += "broken\n";
  Put("subuid", text);
  const auto faults = Faults();
  ASSERT_EQ(faults.size(), 11U);
  EXPECT_TRUE(faults[0].sentence.starts_with("subuid:3: "));
  EXPECT_TRUE(faults[9].sentence.starts_with("subuid:12: "));
  EXPECT_EQ(faults[10].sentence, "subuid: 890 more lines are malformed");
  EXPECT_EQ(faults[10].severity, Severity::kProblem);
}

TEST_F(LintTest, NothingFromTheFilesReachesATerminal) {
  Put("passwd", "root:x:0:0::/:/bin/sh\n\x1b[31mu:x:100005:7::/:/bin/sh\n");
  PutBoth("\x1b[2Jx:100000:65536\n\x1b[2J\n\x07:1:x\n");
  for (const Finding& finding : Run().findings) {
    const auto is_control = [](char byte) { return byte < 0x20 || byte > 0x7e; };
    EXPECT_TRUE(std::none_of(finding.sentence.begin(), finding.sentence.end(), is_control)) << finding.sentence;
    EXPECT_TRUE(std::none_of(finding.remedy.begin(), finding.remedy.end(), is_control)) << finding.remedy;
  }
}

// ---- ranges ----------------------------------------------------------------------------------------

TEST_F(LintTest, RangesOfDifferentUsersThatOverlap) {
  Put("subuid", "u1:100000:65536\nu2:165535:65537\n");
  EXPECT_EQ(Sentences(),
            (Lines{"subuid:2: 165535 to 165535 are of \"u2\" and, by line 1, of \"u1\", who can reach each "
                   "other's files"}));
  EXPECT_EQ(Faults()[0].severity, Severity::kProblem);
  Put("subuid", "u2:100000:65536\nu1:100000:65536\n");
  EXPECT_EQ(Faults()[0].check, "overlap") << "the very same range is no duplicate if the owners differ";
}

TEST_F(LintTest, RangesOfOneUserThatOverlap) {
  PutBoth("u1:100000:65536\nalias:100000:65536\n5001:165535:2\nu2:300000:131074\n");
  EXPECT_EQ(Sentences(),
            (Lines{"subuid:2: the range of \"u1\" stands in line 1 already",
                   "subuid:3: the range of \"u1\" overlaps with that of line 1; the kernel takes no map that "
                   "names an id twice"}));
  EXPECT_EQ(Faults()[0].check, "duplicate");
}

// Of all ranges that share ids with one before them, whether near or far, each is found.
TEST_F(LintTest, AnOverlapIsFoundBehindAnother) {
  PutBoth("u1:100000:900000\nu2:200000:10\nu1:300000:10\nu2:400000:10\n");
  const auto faults = Faults();
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_TRUE(faults[0].sentence.starts_with("subuid:2: 200000 to 200009 are of \"u2\""));
  EXPECT_TRUE(faults[1].sentence.starts_with("subuid:4: 400000 to 400009 are of \"u2\""));
  EXPECT_TRUE(faults[2].sentence.starts_with("subuid:3: the range of \"u1\" overlaps with that of line 1"));
}

TEST_F(LintTest, AnOverlapIsFoundBehindALongerRangeOfTheSameUser) {
  PutBoth("u2:100000:900000\nu1:200000:1000000\nu1:300000:10\n");
  const auto faults = Faults();
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_TRUE(faults[0].sentence.starts_with("subuid:2: 200000 to 999999 are of \"u1\" and, by line 1, of \"u2\""));
  EXPECT_TRUE(faults[1].sentence.starts_with("subuid:3: 300000 to 300009 are of \"u1\" and, by line 1, of \"u2\""));
  EXPECT_TRUE(faults[2].sentence.starts_with("subuid:3: the range of \"u1\" overlaps with that of line 2"));
}

TEST_F(LintTest, RangesThatTouchDoNotOverlap) {
  PutBoth("u1:100000:10\nu1:100010:10\nu2:100020:10\nu2:99990:10\n");
  EXPECT_EQ(Sentences(), Lines{});
}

TEST_F(LintTest, IdsOfAccounts) {
  Put("passwd",
      "root:x:0:0::/:/bin/sh\nu1:x:5001:5101::/:/bin/sh\nu2:x:5002:5102::/:/bin/sh\n"
      "in:x:165535:7::/:/bin/sh\nbelow:x:99999:7::/:/bin/sh\nabove:x:231072:7::/:/bin/sh\n");
  Put("group", "gin:x:100000:\ngbelow:x:99999:\n");
  EXPECT_EQ(Sentences(), (Lines{"subuid:1: \"u1\" may become uid 165535, which the user \"in\" has"}));
  EXPECT_EQ(Sentences("subgid"), (Lines{"subgid:1: \"u1\" may become gid 100000, which the group \"gin\" has"}));
  EXPECT_EQ(Faults()[0].severity, Severity::kProblem);
  EXPECT_EQ(Faults()[0].check, "account-ids");
}

TEST_F(LintTest, AnIdIsFoundInTheRangeThatReachesIt) {
  Put("passwd", "u1:x:5001:5101::/:/bin/sh\nin:x:100050:7::/:/bin/sh\nbehind:x:100105:7::/:/bin/sh\n");
  PutBoth("u1:100000:10\nu1:100005:100\nu1:100007:1\n");
  const Lines sentences = Sentences();
  ASSERT_FALSE(sentences.empty());
  EXPECT_EQ(sentences.back(), "subuid:2: \"u1\" may become uid 100050, which the user \"in\" has");
}

TEST_F(LintTest, PrimaryGroupsOfUsersAreGids) {
  Put("passwd", "root:x:0:0::/:/bin/sh\nu1:x:5001:5101::/:/bin/sh\nu2:x:5002:100001::/:/bin/sh\n");
  EXPECT_EQ(Sentences("subgid"), (Lines{"subgid:1: \"u1\" may become gid 100001, which the user \"u2\" has"}));
  EXPECT_EQ(Sentences(), Lines{});
}

TEST_F(LintTest, IdsThatOthersGiveOut) {
  PutBoth("u1:100000:65536\nu2:60001:1\nu2:60000:1\nu2:61183:1\nu2:61184:1\nu2:65535:1\nu2:65536:1\nu2:900:1\n");
  EXPECT_EQ(
      Sentences(),
      (Lines{"subuid:8: 900 to 900 of \"u2\" have in them ids for the system, to SYS_UID_MAX of login.defs: 999",
             "subuid:3: 60000 to 60000 of \"u2\" have in them ids for new accounts, UID_MIN 1000 to UID_MAX 60000 "
             "of login.defs",
             "subuid:5: 61184 to 61184 of \"u2\" have in them ids that systemd gives to services with DynamicUser=",
             "subuid:6: 65535 to 65535 of \"u2\" have in them 65534, which stands for every id that is not mapped, "
             "and 65535, which is none in 16 bits"}));
  Put("login.defs", "# UID_MAX 7\nUID_MIN 500\nUID_MAX\t 100000 \nGID_MAX 70000\n");
  const Lines sentences = Sentences();
  ASSERT_FALSE(sentences.empty());
  EXPECT_EQ(sentences.back(),
            "subuid:1: 100000 to 165535 of \"u1\" have in them ids for new accounts, UID_MIN 500 to "
            "UID_MAX 100000 of login.defs");
}

TEST_F(LintTest, IdsThatADirectoryCouldGiveOut) {
  for (const std::string line :
       {"passwd: files systemd", "passwd: files [NOTFOUND=return] # sss", "group: sss", ""}) {
    Put("nsswitch.conf", line + "\n");
    EXPECT_EQ(Sentences(), Lines{}) << line;
  }
  for (const std::string line : {"passwd: files sss", "passwd:sss files", "PASSWD: files [NOTFOUND=continue] sss",
                                 "passwd : files[success=merge] sss systemd"}) {
    Put("nsswitch.conf", line + "\n");
    ASSERT_EQ(Faults().size(), 1U) << line;
    EXPECT_EQ(Faults()[0].check, "directory-ids");
    EXPECT_EQ(
        Faults()[0].sentence,
        "subuid: nsswitch.conf has sss for passwd; make sure that it gives nobody an id from 100000 to 231071, since "
        "who may map it could act as that user (CVE-2024-56433)");
    EXPECT_EQ(Faults()[0].remedy, "getent passwd 100000");
    EXPECT_EQ(Faults("subgid")[0].remedy, "getent group 100000");
  }
}

}  // namespace
}  // namespace uidmap
