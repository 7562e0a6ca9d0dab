// SPDX-License-Identifier: BSD-3-Clause
// When reading may stop, against Decide itself, whose word on the grants so far must then be its word on all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/decision.h"
#include "support.h"

namespace uidmap {
namespace {

// Small numbers, so that one's own id, what is asked for and what is granted meet often.
constexpr std::uint32_t kUid = 20;
constexpr std::uint32_t kGid = 30;
constexpr std::uint32_t kIds = 50;

class Need : public testing::TestWithParam<MapKind> {
 protected:
  [[nodiscard]] static const MapKindRow& Row() { return RowOf(GetParam()); }
  [[nodiscard]] static std::uint32_t OwnId() { return GetParam() == MapKind::kUid ? kUid : kGid; }

  // What a need of `extents` says after each of `grants`, beginning before the first.
  [[nodiscard]] static std::vector<bool> MetAfter(const std::vector<Extent>& extents,
                                                  const std::vector<IdRange>& grants) {
    const Caller caller = MakeCaller(kUid, kGid, {"u1"});
    GrantNeed need(Row(), caller, extents);
    IdRanges ranges;
    std::vector<bool> met = {need.IsMet(ranges)};
    for (const IdRange& grant : grants) {
      EXPECT_TRUE(ranges.Add(grant));
      met.push_back(need.IsMet(ranges));
    }
    return met;
  }
};

INSTANTIATE_TEST_SUITE_P(BothKinds, Need, testing::Values(MapKind::kUid, MapKind::kGid),
                         [](const auto& info) { return std::string(RowOf(info.param).id_word); });

TEST_P(Need, IsMetWhenTheLastExtentIsGranted) {
  const std::vector<Extent> extents = {MakeExtent(0, OwnId(), 1), MakeExtent(1, 100, 10), MakeExtent(11, 200, 10)};
  EXPECT_EQ(MetAfter(extents, {{200, 300}, {100, 104}, {106, 120}, {105, 105}, {400, 500}}),
            (std::vector<bool>{false, false, false, false, true, true}));
  EXPECT_EQ(MetAfter(extents, {{100, 109}, {200, 208}, {210, 300}}), (std::vector<bool>(4, false)));
}

// A uid map of that needs nothing; in a gid map it depends on a grant whether setgroups stays allowed.
TEST_P(Need, OfOnesOwnIdAloneWaitsForAGrantOnlyWhereItDecidesAboutSetgroups) {
  const bool without_grant = GetParam() == MapKind::kUid;
  EXPECT_EQ(MetAfter({MakeExtent(0, OwnId(), 1)}, {{100, 200}, {OwnId(), OwnId()}}),
            (std::vector<bool>{without_grant, without_grant, true}));
  EXPECT_EQ(MetAfter({MakeExtent(0, OwnId(), 1), MakeExtent(1, 100, 1)}, {{OwnId(), OwnId()}, {100, 100}}),
            (std::vector<bool>{false, false, true}));
}

struct Said {
  Reason reason;
  std::vector<Extent> extents;
  SetgroupsAction setgroups;
  friend bool operator==(const Said&, const Said&) = default;
};

Said Say(const MapKindRow& row, const Request& request, const IdRanges& ranges) {
  const Caller caller = MakeCaller(kUid, kGid, {"u1"});
  Grants granted;
  granted.ranges = ranges;
  const auto decision = Decide(row, request, caller, {{kUid}, {kGid}}, granted);
  if (!decision.has_value()) return {ReasonOf(decision), {}, SetgroupsAction::kLeave};
  const auto extents = (*decision).extents().view();
  return {Reason::kNone, {extents.begin(), extents.end()}, (*decision).setgroups()};
}

class Chance {
 public:
  std::uint32_t UpTo(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % (limit + 1)); }

  // One to four extents that share no id, one's own alone among them more often than not.
  std::vector<Extent> Extents(std::uint32_t own_id) {
    std::vector<Extent> extents;
    if (UpTo(3) > 0) extents.push_back(MakeExtent(0, own_id, 1));
    for (std::uint32_t first = UpTo(9); extents.size() <= UpTo(4) || extents.empty(); first += 5 + UpTo(9)) {
      const std::uint32_t count = 1 + UpTo(4);
      if (extents.empty() || own_id < first || own_id >= first + count) {
        extents.push_back(MakeExtent(first, first, count));
      }
    }
    std::shuffle(extents.begin(), extents.end(), random_);
    return extents;
  }

  std::vector<IdRange> Grants() {
    std::vector<IdRange> grants(UpTo(25));
    for (IdRange& grant : grants) {
      grant.first = UpTo(kIds);
      grant.last = grant.first + UpTo(6);
    }
    return grants;
  }

 private:
  std::mt19937 random_{11};
};

// Met means approved, with setgroups left alone, and what is approved by the grants so far stays approved by more.
TEST_P(Need, IsMetAsSoonAsDecideSaysOfTheGrantsSoFarWhatItWillSayOfAll) {
  Chance chance;
  int stopped_early = 0;
  for (int round = 0; round < 20000 && !HasFailure(); ++round) {
    const std::vector<Extent> extents = chance.Extents(OwnId());
    const std::vector<IdRange> grants = chance.Grants();
    SCOPED_TRACE(testing::PrintToString(extents) + " of " + testing::PrintToString(grants));
    Request request;
    for (const Extent& extent : extents) request.extents.Append(extent);
    IdRanges all;
    for (const IdRange& grant : grants) ASSERT_TRUE(all.Add(grant));
    const Said of_all = Say(Row(), request, all);

    const std::vector<bool> met = MetAfter(extents, grants);
    IdRanges so_far;
    for (std::size_t i = 0; i < met.size(); ++i) {
      ASSERT_TRUE(i == 0 || so_far.Add(grants[i - 1]));
      const Said of_these = Say(Row(), request, so_far);
      ASSERT_TRUE(!met[i] || of_these == of_all);
      ASSERT_EQ(met[i], of_these.reason == Reason::kNone && of_these.setgroups == SetgroupsAction::kLeave);
    }
    if (met.back() && grants.size() > 1 && met[met.size() - 2]) ++stopped_early;
  }
  EXPECT_GT(stopped_early, 1000);
}

}  // namespace
}  // namespace uidmap
