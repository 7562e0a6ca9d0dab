// SPDX-License-Identifier: BSD-3-Clause
#include "core/decision.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "support.h"

namespace uidmap {
namespace {

static_assert(!std::is_constructible_v<ApprovedMap, const ExtentList&, SetgroupsAction>, "only Decide() approves");
static_assert(!std::is_default_constructible_v<ApprovedMap>, "only Decide() approves");

constexpr std::uint32_t kUid = 5001;
constexpr std::uint32_t kGid = 6001;
constexpr TargetOwner kOwnTarget = {{kUid}, {kGid}};

Caller User() { return MakeCaller(kUid, kGid, {"u1"}); }

struct Case {
  Caller caller = User();
  TargetOwner target = kOwnTarget;
  std::vector<IdRange> granted = {};
  SourceState source = SourceState::kRead;
};

Result<ApprovedMap> DecideOn(MapKind kind, const std::vector<Extent>& extents, const Case& c) {
  Request request;
  for (const Extent& extent : extents) request.extents.Append(extent);
  Grants granted;
  for (const IdRange& range : c.granted) EXPECT_TRUE(granted.ranges.Add(range));
  granted.state = c.source;
  return Decide(RowOf(kind), request, c.caller, c.target, granted);
}

class Decision : public testing::TestWithParam<MapKind> {
 protected:
  [[nodiscard]] static Result<ApprovedMap> On(const std::vector<Extent>& extents, const Case& c) {
    return DecideOn(GetParam(), extents, c);
  }
  [[nodiscard]] static std::uint32_t OwnId() { return GetParam() == MapKind::kUid ? kUid : kGid; }
  [[nodiscard]] static std::uint32_t OtherKindsOwnId() { return GetParam() == MapKind::kUid ? kGid : kUid; }
};

INSTANTIATE_TEST_SUITE_P(BothKinds, Decision, testing::Values(MapKind::kUid, MapKind::kGid),
                         [](const auto& info) { return std::string(RowOf(info.param).id_word); });

enum class Part { kOwn, kGranted, kForeign };
constexpr Part kParts[] = {Part::kOwn, Part::kGranted, Part::kForeign};

// Every list of one to three extents of one's own id, granted and foreign ranges: all must be allowed, the first
// that is not is named, and groups may be shed in a gid map only if something in it is granted.
TEST_P(Decision, EveryMixOfOwnGrantedAndForeignExtents) {
  std::vector<std::vector<Part>> mixes = {{}};
  for (std::size_t i = 0; i < mixes.size(); ++i) {
    if (mixes[i].size() == 3) continue;
    for (const Part part : kParts) {
      mixes.push_back(mixes[i]);
      mixes.back().push_back(part);
    }
  }
  mixes.erase(mixes.begin());
  ASSERT_EQ(mixes.size(), 3U + 9U + 27U);

  for (const auto& mix : mixes) {
    std::vector<Extent> extents;
    std::string text;
    const Extent* first_foreign = nullptr;
    bool any_granted = false;
    extents.reserve(mix.size());
    for (std::uint32_t i = 0; i < mix.size(); ++i) {
      const std::uint32_t outside = mix[i] == Part::kGranted ? 100000 + i * 10 : 300000 + i * 10;
      extents.push_back(mix[i] == Part::kOwn ? MakeExtent(i * 10, OwnId(), 1) : MakeExtent(i * 10, outside, 10));
      if (mix[i] == Part::kForeign && first_foreign == nullptr) first_foreign = &extents.back();
      any_granted = any_granted || mix[i] == Part::kGranted;
      text += testing::PrintToString(extents.back()) + "\n";
    }
    SCOPED_TRACE(text);
    const auto decision = On(extents, {.granted = {{100000, 165535}}});
    if (first_foreign != nullptr) {
      EXPECT_EQ(ReasonOf(decision), Reason::kRangeNotGranted);
      EXPECT_EQ(FailureIn(decision).numbers[2], first_foreign->outside.value);
      continue;
    }
    ASSERT_EQ(ReasonOf(decision), Reason::kNone);
    const auto approved = (*decision).extents().view();
    EXPECT_EQ(std::vector(approved.begin(), approved.end()), extents);
    const bool must_deny = GetParam() == MapKind::kGid && !any_granted;
    EXPECT_EQ((*decision).setgroups(), must_deny ? SetgroupsAction::kDeny : SetgroupsAction::kLeave);
  }
}

TEST_P(Decision, OwnIdIsFreeAloneOnly) {
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 1)}, {})), Reason::kNone);
  for (const Extent& extent :
       {MakeExtent(0, OwnId(), 2), MakeExtent(0, OwnId() - 1, 2), MakeExtent(0, OwnId() - 1, 1),
        MakeExtent(0, OwnId() + 1, 1), MakeExtent(OwnId(), 0, 1), MakeExtent(0, OtherKindsOwnId(), 1)}) {
    EXPECT_EQ(ReasonOf(On({extent}, {})), Reason::kRangeNotGranted) << testing::PrintToString(extent);
  }
}

TEST_P(Decision, RootIsNotExempt) {
  const Case root = {.caller = MakeCaller(0, 0, {"root"}), .target = {{0}, {0}}};
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, 0, 1)}, root)), Reason::kNone);
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, 0, 2)}, root)), Reason::kRangeNotGranted);
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, 100000, 1)}, root)), Reason::kRangeNotGranted);
}

TEST_P(Decision, GrantHoldsToItsLastIdAndNoFurther) {
  const Case joined = {.granted = {{100000, 100009}, {100010, 100019}, {100021, 100030}}};
  for (const Extent& extent : {MakeExtent(0, 100000, 20), MakeExtent(0, 100009, 2), MakeExtent(0, 100021, 10)}) {
    EXPECT_EQ(ReasonOf(On({extent}, joined)), Reason::kNone) << testing::PrintToString(extent);
  }
  for (const Extent& extent : {MakeExtent(0, 99999, 2), MakeExtent(0, 100000, 21), MakeExtent(0, 100019, 3),
                               MakeExtent(0, 100030, 2), MakeExtent(0, 0, 4294967295), MakeExtent(100000, 0, 10)}) {
    EXPECT_EQ(ReasonOf(On({extent}, joined)), Reason::kRangeNotGranted) << testing::PrintToString(extent);
  }
}

// One's own id next to a grant is not part of it.
TEST_P(Decision, OwnIdDoesNotExtendAGrant) {
  const Case beside = {.granted = {{OwnId() + 1, OwnId() + 10}}};
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 11)}, beside)), Reason::kRangeNotGranted);
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 1), MakeExtent(1, OwnId() + 1, 10)}, beside)), Reason::kNone);
}

TEST_P(Decision, RefusalHasTheNumbersOfItsExtent) {
  const auto decision = On({MakeExtent(0, OwnId(), 1), MakeExtent(1, 300000, 65536)}, {});
  EXPECT_EQ(FailureIn(decision).numbers, (Numbers{1, 65537, 300000, 365536, 365535, kUid, 300000}));
  const auto partly = On({MakeExtent(0, 299999, 11)}, {.granted = {{299990, 300004}, {300006, 300020}}});
  EXPECT_EQ(FailureIn(partly).numbers, (Numbers{0, 11, 299999, 300010, 300009, kUid, 300005}));
  const auto largest = On({MakeExtent(4294967294, 4294967294, 1)}, {});
  EXPECT_EQ(FailureIn(largest).numbers,
            (Numbers{4294967294, 4294967295, 4294967294, 4294967295, 4294967294, kUid, 4294967294}));
}

TEST_P(Decision, RefusalNamesTheCallerOrHisUidOnly) {
  const Case named = {.caller = MakeCaller(kUid, kGid, {"u1", "alias"})};
  const auto by_name = On({MakeExtent(0, 300000, 1)}, named);
  EXPECT_EQ(ReasonOf(by_name), Reason::kRangeNotGranted);
  EXPECT_EQ(FailureIn(by_name).subject.view(), "u1");

  const Case unnamed = {.caller = MakeCaller(kUid, kGid, {})};
  const auto by_uid = On({MakeExtent(0, 300000, 1)}, unnamed);
  EXPECT_EQ(ReasonOf(by_uid), Reason::kRangeNotGrantedToUid);
  EXPECT_EQ(FailureIn(by_uid).subject.view(), "");
}

TEST_P(Decision, RefusalNamesThePluginThatDecided) {
  Request request;
  request.extents.Append(MakeExtent(0, 300000, 1));
  Grants granted;
  granted.plugin.Append("sss");
  const Failure refusal = FailureIn(Decide(RowOf(GetParam()), request, User(), kOwnTarget, granted));
  EXPECT_EQ(refusal.reason, Reason::kRangeNotGrantedByPlugin);
  EXPECT_EQ(refusal.subject.view(), "sss");
  EXPECT_EQ(refusal.said.view(), "u1");
  EXPECT_EQ(refusal.numbers, (Numbers{0, 1, 300000, 300001, 300000, kUid, 300000}));
}

TEST_P(Decision, MissingGrantFileIsNamedOnlyIfAGrantIsNeeded) {
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 1)}, {.source = SourceState::kAbsent})), Reason::kNone);
  for (const Caller& caller : {User(), MakeCaller(kUid, kGid, {})}) {
    EXPECT_EQ(ReasonOf(On({MakeExtent(0, 300000, 1)}, {.caller = caller, .source = SourceState::kAbsent})),
              Reason::kGrantFileMissing);
  }
}

TEST_P(Decision, CallerWithoutAccountMayUseHisIdAndHisGrants) {
  const Case unnamed = {.caller = MakeCaller(kUid, kGid, {}), .granted = {{100000, 165535}}};
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 1), MakeExtent(1, 100000, 65536)}, unnamed)), Reason::kNone);
}

TEST_P(Decision, TargetMustRunAsTheCallerInHisPrimaryGroup) {
  Caller elsewhere = User();
  elsewhere.primary_group = Gid{kGid + 1};
  const struct {
    Caller caller;
    TargetOwner target;
    Reason reason;
    Numbers numbers;
  } rows[] = {
      {User(), {{kUid + 1}, {kGid}}, Reason::kTargetOfOtherUser, {kUid, kUid, kUid + 1, kGid, kGid, kGid}},
      {User(), {{0}, {0}}, Reason::kTargetOfOtherUser, {kUid, kUid, 0, kGid, kGid, 0}},
      {User(), {{kGid}, {kUid}}, Reason::kTargetOfOtherUser, {kUid, kUid, kGid, kGid, kGid, kUid}},
      {User(), {{kUid}, {kGid + 2}}, Reason::kTargetOfOtherGroup, {kUid, kUid, kUid, kGid, kGid, kGid + 2}},
      {elsewhere, kOwnTarget, Reason::kCallerNotInPrimaryGroup, {kUid, kUid, kUid, kGid, kGid + 1, kGid}},
      {elsewhere, {{kUid}, {kGid + 1}}, Reason::kTargetOfOtherGroup, {kUid, kUid, kUid, kGid, kGid + 1, kGid + 1}},
      {elsewhere, {{0}, {kGid}}, Reason::kTargetOfOtherUser, {kUid, kUid, 0, kGid, kGid + 1, kGid}},
      {MakeCaller(kUid, kGid, {}), {{kUid}, {0}}, Reason::kTargetOfOtherGroup, {kUid, kUid, kUid, kGid, kGid, 0}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.numbers));
    const Case c = {.caller = row.caller, .target = row.target, .granted = {{0, 4294967295}}};
    // The owner counts before the ranges, and for one's own id as for a grant.
    for (const Extent& extent : {MakeExtent(0, OwnId(), 1), MakeExtent(0, 100000, 1)}) {
      const auto decision = On({extent}, c);
      EXPECT_EQ(ReasonOf(decision), row.reason);
      EXPECT_EQ(FailureIn(decision).numbers, row.numbers);
    }
  }
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, 300000, 1)}, {.target = {{0}, {0}}})), Reason::kTargetOfOtherUser);
}

// GRANT_AUX_GROUP_SUBIDS: the group that counts is the one the caller runs with.
TEST_P(Decision, AnyGroupOfTheCallersIsFineWhereLoginDefsSaysSo) {
  Caller elsewhere = User();
  elsewhere.primary_group = Gid{kGid + 1};
  elsewhere.group_rule = GroupRule::kAnyOfHis;
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 1)}, {.caller = elsewhere})), Reason::kNone);
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, kGid + 1, 1)}, {.caller = elsewhere})), Reason::kRangeNotGranted);
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 1)}, {.caller = elsewhere, .target = {{kUid}, {kGid + 1}}})),
            Reason::kTargetOfOtherGroup);
  EXPECT_EQ(ReasonOf(On({MakeExtent(0, OwnId(), 1)}, {.caller = elsewhere, .target = {{kUid + 1}, {kGid}}})),
            Reason::kTargetOfOtherUser);
}

// CVE-2018-7169: a caller must not shed his groups by mapping nothing but his own one.
TEST(DecisionOnSetgroups, IsLeftAloneOnlyWhereAGidIsGranted) {
  const Extent own = MakeExtent(0, kGid, 1);
  const Extent subordinate = MakeExtent(1, 100000, 65536);
  const Extent one_subordinate = MakeExtent(1, 100000, 1);
  const std::vector<IdRange> range = {{100000, 165535}};
  const std::vector<IdRange> own_gid = {{kGid, kGid}};
  constexpr auto kLeave = SetgroupsAction::kLeave;
  constexpr auto kDeny = SetgroupsAction::kDeny;
  const struct {
    std::vector<Extent> extents;
    std::vector<IdRange> granted;
    SetgroupsAction setgroups;
  } rows[] = {
      {{own}, {}, kDeny},
      {{own}, range, kDeny},  // having a grant is not using it
      {{own}, own_gid, kLeave},
      {{subordinate}, range, kLeave},
      {{one_subordinate}, range, kLeave},
      {{own, subordinate}, range, kLeave},
      {{subordinate, own}, range, kLeave},
      {{}, {}, kDeny},
      {{}, range, kDeny},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.extents) + " of " + testing::PrintToString(row.granted));
    const auto decision = DecideOn(MapKind::kGid, row.extents, {.granted = row.granted});
    ASSERT_EQ(ReasonOf(decision), Reason::kNone);
    EXPECT_EQ((*decision).setgroups(), row.setgroups);
  }
}

}  // namespace
}  // namespace uidmap
