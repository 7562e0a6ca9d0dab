// SPDX-License-Identifier: BSD-3-Clause
// What lint says about those who hold ranges.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lint_root_maker.h"
#include "tools/words.h"

namespace uidmap {
namespace {

using Lines = std::vector<std::string>;

TEST_F(LintTest, OwnersWithoutAnAccount) {
  PutBoth("u1:100000:65536\nghost:200000:10\nghost:300000:10\n4711:400000:10\n5002:500000:10\n");
  EXPECT_EQ(Sentences(), (Lines{"subuid:2: no account in passwd is called \"ghost\"",
                                "subuid:4: no account in passwd has uid \"4711\""}));
  EXPECT_EQ(Faults()[0].severity, Severity::kWarning);
  EXPECT_EQ(Faults()[0].remedy, "");  // a command would look at this machine, not below another root
  Put("nsswitch.conf", "passwd: files sss ldap\n");
  EXPECT_EQ(Sentences()[0], "subuid:2: no account in passwd is called \"ghost\"; sss ldap was not asked");
}

TEST(ShellWord, IsOneWordWhateverAShellWouldRead) {
  EXPECT_EQ(ShellWord("$(id) '`"), "'$(id) '\\''`'");
  EXPECT_EQ(ShellWord("ghost"), "ghost");
  EXPECT_EQ(ShellWord("\x1b[2J"), "");
}

TEST_F(LintTest, UsersWithOtherUidsThanGids) {
  Put("subuid", "u1:100000:65536\nu2:165536:65536\nu1:300000:10\n");
  Put("subgid", "u1:100000:65536\n5001:300000:9\n");
  EXPECT_EQ(Sentences(), Lines{});
  EXPECT_EQ(Sentences("subgid"), (Lines{"subgid: \"u1\" has 65545 gids here and 65546 uids in subuid, from line 1 on",
                                        "subgid: \"u2\" has 0 gids here and 65536 uids in subuid, line 2"}));
}

TEST_F(LintTest, MoreLinesThanAMapHolds) {
  std::string text = "u2:165536:65536\n";
  for (int i = 0; i < 340; ++i) text += "u1:" + std::to_string(300000 + 2 * i) + ":1\n";
  PutBoth(text);
  EXPECT_EQ(Sentences(), Lines{});
  PutBoth(text + "alias:400000:1\n");
  EXPECT_EQ(Sentences(),
            (Lines{"subuid: \"u1\" has 341 lines; the kernel takes 340 ranges in one map, and many programs "
                   "ask for all that there are"}));
}

TEST_F(LintTest, NamesOfDigits) {
  Put("passwd", "u1:x:5001:5101::/:/bin/sh\nu2:x:5002:5102::/:/bin/sh\n5001:x:5003:5103::/:/bin/sh\n");
  EXPECT_EQ(Sentences("passwd"),
            (Lines{"passwd: the user \"5001\" has uid 5003; ranges of \"5001\" are those of the uid "
                   "with that number, so his own must be given to 5003"}));
}

}  // namespace
}  // namespace uidmap
