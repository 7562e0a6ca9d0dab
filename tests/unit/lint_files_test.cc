// SPDX-License-Identifier: BSD-3-Clause
// Which files lint reads and what it says about their owners and modes, that it agrees with the helpers about every
// line, and how long it takes.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/key_search.h"
#include "core/lines.h"
#include "core/subid_file.h"
#include "lint_root_maker.h"
#include "support.h"
#include "tools/lint_lines.h"

namespace uidmap {
namespace {

using Lines = std::vector<std::string>;

// ---- files -----------------------------------------------------------------------------------------

TEST_F(LintTest, OwnersAndModes) {
  const struct {
    mode_t mode;
    gid_t group;
    Lines sentences;
  } rows[] = {
      {0644, 0, {}},
      {0444, 0, {}},
      {0664, 0, {}},
      {0666, 0, {"subuid: everybody may write it"}},
      {0664, 7, {"subuid: group 7 may write it"}},
      {0640, 0, {"subuid: not everybody may read it, as newuidmap and newgidmap must for their caller"}},
  };
  for (const auto& row : rows) {
    Put("subuid", "u1:100000:65536\nu2:165536:65536\n");
    ASSERT_EQ(chown(PathOf("subuid").c_str(), 0, row.group), 0);
    ASSERT_EQ(chmod(PathOf("subuid").c_str(), row.mode), 0);
    EXPECT_EQ(Sentences(), row.sentences) << std::oct << row.mode;
  }
  ASSERT_EQ(chmod(PathOf("subuid").c_str(), 0644), 0);
  ASSERT_EQ(chown(PathOf("subuid").c_str(), 5001, 0), 0);
  EXPECT_EQ(Sentences(), (Lines{"subuid: belongs to uid 5001, not to root"}));
  EXPECT_EQ(Faults()[0].severity, Severity::kProblem);
  EXPECT_EQ(Faults()[0].remedy, "chown root " + PathOf("subuid"));
}

TEST_F(LintTest, FilesThatSayWhoIsWhoAreLookedAt) {
  for (const std::string name : {"passwd", "login.defs", "nsswitch.conf", "subgid"}) {
    ASSERT_EQ(chmod(PathOf(name).c_str(), 0666), 0);
    EXPECT_EQ(Sentences(name), (Lines{name + ": everybody may write it"}));
  }
}

TEST_F(LintTest, AMissingFileIsNoFailure) {
  for (const std::string name : {"subuid", "subgid", "passwd", "group", "login.defs", "nsswitch.conf"}) {
    std::filesystem::remove(PathOf(name));
  }
  EXPECT_EQ(Run().failure, "");
  EXPECT_EQ(Sentences(), (Lines{"subuid: there is no such file, so nobody has uids in files"}));
}

TEST_F(LintTest, AFileThatCannotBeReadIsAFailure) {
  std::filesystem::remove(PathOf("subgid"));
  std::filesystem::create_directory(PathOf("subgid"));
  EXPECT_EQ(Run().failure, "cannot read " + PathOf("subgid") + ": it is not a regular file");
  EXPECT_TRUE(Run().findings.empty());
  std::filesystem::remove(PathOf("subgid"));
  ASSERT_EQ(mkfifo(PathOf("subgid").c_str(), 0644), 0);
  EXPECT_EQ(Run().failure, "cannot read " + PathOf("subgid") + ": it is not a regular file");
  EXPECT_EQ(Lint(root_ + "/nowhere", [](double) {}).failure,
            "cannot read " + root_ + "/nowhere/: No such file or directory");
}

TEST_F(LintTest, LinksAreFollowedWithinTheRoot) {
  Put("elsewhere", "broken\n");
  std::filesystem::remove(PathOf("subuid"));
  std::filesystem::create_symlink("/etc/elsewhere", PathOf("subuid"));
  ASSERT_FALSE(Faults().empty());
  EXPECT_TRUE(Faults()[0].sentence.starts_with("subuid:1: the line does not have the form"));
  std::filesystem::remove(PathOf("subuid"));
  std::filesystem::create_symlink("../../../../../../../etc/elsewhere", PathOf("subuid"));
  ASSERT_FALSE(Faults().empty()) << "and not out of it";
}

// ---- lines -----------------------------------------------------------------------------------------

using Range = std::pair<std::uint32_t, std::uint32_t>;

// What the helpers find for `caller` in a file with this text (system/grant_file.cc), in any order.
std::vector<Range> GrantedByHelper(std::string_view text, const Caller& caller) {
  std::vector<Range> ranges;
  LineBlocks blocks;
  const SubidOwner owner(caller);
  for (bool at_end = false; !at_end;) {
    const std::span<char> space = blocks.Space();
    const std::string_view chunk = text.substr(0, space.size());
    std::copy(chunk.begin(), chunk.end(), space.begin());
    text.remove_prefix(chunk.size());
    blocks.Filled(chunk.size());
    at_end = chunk.empty();
    for (const std::string_view& spelling : owner.spellings()) {
      std::string_view line;
      for (KeySearch search(blocks.Block(), '\n', {&spelling, 1}); search.Next(line);) {
        if (const auto range = GrantOfLine(line)) ranges.emplace_back(range->first, range->last);
      }
    }
  }
  std::sort(ranges.begin(), ranges.end());
  return ranges;
}

std::vector<Range> GrantedByLint(std::string_view text, const LintAccounts& accounts, std::uint32_t uid) {
  RangeHolders holders(accounts);
  FindingsOfFile findings("subuid");
  std::vector<Range> ranges;
  for (const GrantLine& grant : ReadGrantLines(text, MapKind::kUid, "", holders, findings, [](double) {})) {
    if (holders[grant.holder].uid == uid) ranges.emplace_back(grant.range.first, grant.range.last);
  }
  std::sort(ranges.begin(), ranges.end());
  return ranges;
}

std::string RandomText(std::mt19937& random) {
  static const std::string kParts[] = {"u1",
                                       "alias",
                                       "5001",
                                       "05001",
                                       "u2",
                                       ":",
                                       ":",
                                       ":",
                                       ":1",
                                       ":100000:65536",
                                       "\n",
                                       "\n",
                                       "0",
                                       "7",
                                       " ",
                                       "#",
                                       "+",
                                       "x",
                                       "\r",
                                       ":0:0",
                                       "4294967295",
                                       ":1\n",
                                       std::string(1, '\0'),
                                       std::string(1015, 'x'),
                                       "\nu1:5:6\n"};
  std::string text;
  for (std::size_t parts = random() % 200; parts > 0; --parts) text += kParts[random() % std::size(kParts)];
  return text;
}

TEST(LintLines, MeanWhatTheyMeanToTheHelpers) {
  const Caller caller = MakeCaller(5001, 5101, {"u1", "alias"});
  const LintAccounts accounts("u1:x:5001:5101::/:/bin/sh\nalias:x:5001:5101::/:/bin/sh\nu2:x:5002:1::/:/bin/sh\n", "",
                              "", "");
  std::mt19937 random{20262};  // the same in every run
  std::size_t granted = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::string text = RandomText(random);
    const auto by_helper = GrantedByHelper(text, caller);
    ASSERT_EQ(GrantedByLint(text, accounts, 5001), by_helper) << text;
    granted += by_helper.size();
  }
  EXPECT_GT(granted, 1000U) << "or nothing was tested";
}

// ---- time ------------------------------------------------------------------------------------------

double SecondsOfProcessor() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

TEST_F(LintTest, AMillionLinesTakeLessThanTwoSeconds) {
  constexpr int kLines = 1'000'000;
  std::string text;
  for (int i = 0; i < kLines; ++i) {
    text += "user" + std::to_string(i) + ":" + std::to_string(100000 + i * 1000) + ":1000\n";
  }
  Put("subuid", text);
  std::vector<double> told;
  const double start = SecondsOfProcessor();
  const LintReport report = Lint(root_, [&](double part) { told.push_back(part); });
  EXPECT_LT(SecondsOfProcessor() - start, 2);
  EXPECT_EQ(report.failure, "");
  EXPECT_LT(report.findings.size(), 100U);
  EXPECT_GT(told.size(), 20U);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_GE(told.front(), 0);
  EXPECT_EQ(told.back(), 1);
}

}  // namespace
}  // namespace uidmap
