// SPDX-License-Identifier: BSD-3-Clause
// That no overlap is missed and none is made up, against a comparison of every range with every other.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "tools/lint_ranges.h"

namespace uidmap {
namespace {

// Few ids and few users, so that they meet in every way.
std::vector<GrantLine> RandomGrants(std::mt19937& random) {
  std::vector<GrantLine> grants(2 + random() % 5);
  for (std::size_t i = 0; i < grants.size(); ++i) {
    const auto first = static_cast<std::uint32_t>(random() % 20);
    const auto last = first + static_cast<std::uint32_t>(random() % 8);
    grants[i] = {{first, last}, static_cast<std::uint32_t>(random() % 3), static_cast<std::uint32_t>(i + 1)};
  }
  return grants;
}

enum class Holders { kSame, kOther };

bool AnyShare(const std::vector<GrantLine>& grants, Holders holders) {
  for (const GrantLine& a : grants) {
    for (const GrantLine& b : grants) {
      const bool share = a.range.first <= b.range.last && b.range.first <= a.range.last;
      if (a.line < b.line && share && (a.holder == b.holder) == (holders == Holders::kSame)) return true;
    }
  }
  return false;
}

bool Tells(const LintedFile& file, std::string_view check) {
  std::vector<Finding> findings;
  file.findings.AppendTo(findings, {});
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.check == check; });
}

class LintOverlaps : public testing::Test {
 protected:
  LintOverlaps() {
    for (const std::string_view name : {"a", "b", "c"}) static_cast<void>(holders_.NumberOf(name));
  }

  LintedFile Next() {
    LintedFile file{MapKind::kUid, "", RandomGrants(random_), FindingsOfFile("subuid")};
    CheckOverlaps(file, holders_);
    return file;
  }

 private:
  const LintAccounts accounts_{"", "", "", ""};
  RangeHolders holders_{accounts_};
  std::mt19937 random_{20263};  // the same in every run
};

TEST_F(LintOverlaps, OfDifferentUsersAreToldIfAndOnlyIfThereAreAny) {
  for (int i = 0; i < 20000; ++i) {
    const LintedFile file = Next();
    ASSERT_EQ(Tells(file, "overlap"), AnyShare(file.grants, Holders::kOther)) << i;
  }
}

// Where a range of another user reaches further, his own is not looked at again: that overlap is told then.
TEST_F(LintOverlaps, OfOneUserAreToldUnlessAnotherUserIsInvolved) {
  for (int i = 0; i < 20000; ++i) {
    const LintedFile file = Next();
    const bool share = AnyShare(file.grants, Holders::kSame);
    const bool duplicate = Tells(file, "duplicate");
    ASSERT_TRUE(share || !duplicate) << i;
    ASSERT_TRUE(!share || duplicate || Tells(file, "overlap")) << i;
  }
}

}  // namespace
}  // namespace uidmap
