// SPDX-License-Identifier: BSD-3-Clause
// Cutting a map where the parent's pieces end, against a translator that looks at one id at a time.
#include "core/fitted_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "core/decision.h"
#include "support.h"

namespace uidmap {
namespace {

static_assert(!std::is_constructible_v<FittedMap, const MapText&, SetgroupsAction>, "only FitToParent() makes one");
static_assert(!std::is_default_constructible_v<FittedMap>, "only FitToParent() makes one");

ApprovedMap Approve(const std::vector<Extent>& extents, MapKind kind = MapKind::kUid) {
  Request request;
  for (const Extent& extent : extents) request.extents.Append(extent);
  Grants granted;
  EXPECT_TRUE(granted.ranges.Add({0, kLargestId}));
  auto decision = Decide(RowOf(kind), request, MakeCaller(5001, 6001, {"u1"}), {{5001}, {6001}}, granted);
  return *decision;
}

ParentMap ParentOf(const std::vector<IdRange>& pieces) {
  ParentMap parent;
  for (const IdRange& piece : pieces) {
    const std::uint64_t count = std::uint64_t{piece.last} - piece.first + 1;
    EXPECT_TRUE(parent.TakeLine(std::to_string(piece.first) + " 500 " + std::to_string(count)));
  }
  return parent;
}

Result<FittedMap> Fit(const std::vector<Extent>& extents, const std::vector<IdRange>& pieces) {
  return FitToParent(Approve(extents), ParentOf(pieces));
}

std::string TextOf(const Result<FittedMap>& map) {
  return map.has_value() ? std::string((*map).text()) : testing::PrintToString(ReasonOf(map));
}

TEST(FittedMap, StaysAsItIsWhereEveryExtentLiesInOnePiece) {
  const std::vector<Extent> extents = {MakeExtent(1, 100000, 65536), MakeExtent(0, 1000, 1)};
  constexpr const char* kText = "1 100000 65536\n0 1000 1\n";
  EXPECT_EQ(TextOf(FitToParent(Approve(extents), ParentMap::Whole())), kText);
  EXPECT_EQ(TextOf(Fit(extents, {{1000, 1000}, {100000, 165535}})), kText);
  EXPECT_EQ(TextOf(Fit(extents, {{99999, 165536}, {0, 2000}})), kText);
}

// What every rootless container has: 0 is the user, 1 and on are his grant.
TEST(FittedMap, IsCutWhereAPieceEnds) {
  EXPECT_EQ(TextOf(Fit({MakeExtent(0, 0, 65536)}, {{0, 0}, {1, 65536}})), "0 0 1\n1 1 65535\n");
  EXPECT_EQ(TextOf(Fit({MakeExtent(5, 0, 10)}, {{4, 9}, {0, 3}})), "5 0 4\n9 4 6\n");
  EXPECT_EQ(TextOf(Fit({MakeExtent(7, 2, 3), MakeExtent(0, 9, 1)}, {{0, 2}, {3, 3}, {4, 9}})),
            "7 2 1\n8 3 1\n9 4 1\n0 9 1\n");
  EXPECT_EQ(TextOf(Fit({MakeExtent(0, kLargestId - 1, 2)}, {{kLargestId, kLargestId}, {0, kLargestId - 1}})),
            "0 4294967293 1\n1 4294967294 1\n");
}

TEST(FittedMap, NamesTheFirstRangeThatTheParentLacks) {
  const struct {
    Extent extent;
    std::vector<IdRange> pieces;
    Numbers missing;
  } rows[] = {
      {MakeExtent(0, 0, 10), {}, {0, 9}},
      {MakeExtent(0, 0, 10), {{5, 20}}, {0, 4}},
      {MakeExtent(0, 0, 10), {{0, 4}}, {5, 9}},
      {MakeExtent(0, 0, 10), {{8, 8}, {0, 4}, {6, 6}}, {5, 5}},
      {MakeExtent(0, 100000, 65536), {{0, 65535}}, {100000, 165535}},
      {MakeExtent(0, kLargestId, 1), {{0, kLargestId - 1}}, {kLargestId, kLargestId}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.pieces));
    const auto fitted = Fit({row.extent}, row.pieces);
    EXPECT_EQ(ReasonOf(fitted), Reason::kOutsideNotInParent);
    EXPECT_EQ(FailureIn(fitted).numbers, row.missing);
  }
}

TEST(FittedMap, KeepsTheKernelsLimitsAfterTheCut) {
  std::vector<IdRange> pieces;
  for (std::uint32_t i = 0; i < kMaxExtents; ++i) pieces.push_back({i, i});
  EXPECT_TRUE(Fit({MakeExtent(0, 0, kMaxExtents)}, pieces).has_value());
  pieces.back().last = kMaxExtents;  // one piece has two ids more than an extent may end in
  EXPECT_EQ(ReasonOf(Fit({MakeExtent(0, 0, kMaxExtents - 1), MakeExtent(1000, kMaxExtents - 1, 1),
                          MakeExtent(2000, kMaxExtents, 1)},
                         pieces)),
            Reason::kTooManyPieces);
  std::vector<IdRange> far;
  for (std::uint32_t i = 0; i < kMaxExtents; ++i) far.push_back({1000000000 + i, 1000000000 + i});
  EXPECT_EQ(ReasonOf(Fit({MakeExtent(0, 1000000000, kMaxExtents)}, far)), Reason::kMapTextTooLong);
}

TEST(FittedMap, KeepsWhatWasDecidedAboutSetgroups) {
  const ApprovedMap granted = Approve({MakeExtent(0, 0, 2)}, MapKind::kGid);
  EXPECT_EQ((*FitToParent(granted, ParentOf({{0, 0}, {1, 1}}))).setgroups(), granted.setgroups());
}

// ---- against one id at a time
// ----------------------------------------------------------------------------------------

using Translation = std::map<std::uint32_t, std::uint32_t>;  // inside to outside

Translation TranslationOf(const std::vector<Extent>& extents) {
  Translation translation;
  for (const Extent& extent : extents) {
    for (std::uint32_t i = 0; i < extent.count; ++i) translation[extent.inside.value + i] = extent.outside.value + i;
  }
  return translation;
}

std::vector<Extent> ExtentsIn(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<Extent> extents;
  for (std::uint32_t inside = 0, outside = 0, count = 0; stream >> inside >> outside >> count;) {
    extents.push_back(MakeExtent(inside, outside, count));
  }
  return extents;
}

// As the kernel asks: all of the extent's outside ids in a single piece.
bool LiesInOnePiece(const Extent& extent, const std::vector<IdRange>& pieces) {
  return std::any_of(pieces.begin(), pieces.end(), [&](const IdRange& piece) {
    return piece.first <= extent.outside.value && extent.last_outside() <= piece.last;
  });
}

struct RandomCase {
  std::vector<Extent> extents;
  std::vector<IdRange> pieces;
};

RandomCase MakeCase(std::mt19937& random) {
  const auto upto = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % (limit + 1)); };
  const std::uint32_t base = upto(1) == 0 ? 0 : kLargestId - 80;
  RandomCase made;
  for (std::uint32_t outside = upto(3), inside = 0; outside < 40 && made.extents.size() < 4;) {
    const std::uint32_t count = 1 + upto(12);
    made.extents.push_back(MakeExtent(inside, base + outside, count));
    outside += count + upto(4);
    inside += count + upto(2);
  }
  const std::uint32_t widest_hole = upto(3) == 0 ? 2 : 0;
  for (std::uint32_t first = 0; first < 80;) {
    const std::uint32_t last = std::min(first + upto(14), 80U);
    made.pieces.push_back({base + first, base + last});
    first = last + 1 + upto(widest_hole);
  }
  std::shuffle(made.pieces.begin(), made.pieces.end(), random);
  std::shuffle(made.extents.begin(), made.extents.end(), random);
  return made;
}

TEST(FittedMap, TranslatesEveryIdAsTheRequestAndLiesInThePiecesOrNamesAnIdThatIsMissing) {
  std::mt19937 random(20261121);
  int fitted_maps = 0;
  constexpr int kRounds = 20000;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    const auto [extents, pieces] = MakeCase(random);
    SCOPED_TRACE(testing::PrintToString(extents) + testing::PrintToString(pieces));
    const auto fitted = Fit(extents, pieces);
    const Translation wanted = TranslationOf(extents);
    const auto missing = [&, &pieces = pieces](const auto& pair) {
      return !LiesInOnePiece(MakeExtent(0, pair.second, 1), pieces);
    };
    if (!fitted.has_value()) {
      ASSERT_EQ(ReasonOf(fitted), Reason::kOutsideNotInParent);
      const std::uint64_t first = FailureIn(fitted).numbers[0];
      EXPECT_TRUE(std::any_of(wanted.begin(), wanted.end(),
                              [&](const auto& pair) { return pair.second == first && missing(pair); }));
      continue;
    }
    ++fitted_maps;
    const auto cut = ExtentsIn((*fitted).text());
    EXPECT_EQ(TranslationOf(cut), wanted);
    for (const Extent& extent : cut) EXPECT_TRUE(LiesInOnePiece(extent, pieces)) << testing::PrintToString(extent);
    EXPECT_FALSE(std::any_of(wanted.begin(), wanted.end(), missing));
  }
  EXPECT_GT(fitted_maps, kRounds / 10);
  EXPECT_LT(fitted_maps, kRounds * 9 / 10);
}

}  // namespace
}  // namespace uidmap
