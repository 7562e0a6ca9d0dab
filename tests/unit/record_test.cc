// SPDX-License-Identifier: BSD-3-Clause
// What a record says, for a log that anybody's input reaches.
#include "core/record.h"

#include <errno.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "core/attributes.h"
#include "core/audit_protocol.h"
#include "core/companion_protocol.h"
#include "support.h"

namespace uidmap_test {
namespace {

using namespace uidmap;

const MapKindRow& kRow = RowOf(MapKind::kUid);

RunFacts Alice() {
  RunFacts facts;
  facts.caller = {.uid = {1000}, .gid = {1000}};
  facts.account.Append("alice");
  facts.target_process = 4242;
  facts.source.Append("files");
  facts.request.extents.Append(MakeExtent(0, 1000, 1));
  facts.request.extents.Append(MakeExtent(1, 100000, 65536));
  return facts;
}

RunFacts WithExtents(std::size_t count) {
  RunFacts facts = Alice();
  facts.request.extents = {};
  for (std::uint32_t i = 0; i < count; ++i) {
    facts.request.extents.Append(MakeExtent(4'000'000'000U + i, 4'100'000'000U + i, 1));
  }
  return facts;
}

std::string LineOf(const RunFacts& facts, const Failure* refusal = nullptr) {
  const LogLine line = RenderLogLine(kRow, facts, 77, refusal);
  EXPECT_FALSE(line.overflowed());
  return std::string(line.view());
}

TEST(LogLine, SaysWhatIsGranted) {
  EXPECT_EQ(
      LineOf(Alice()),
      "<86>newuidmap[77]: op=map-uids uid=1000 acct=\"alice\" opid=4242 map=0:1000:1,1:100000:65536 source=files "
      "res=success");
}

TEST(LogLine, SaysWhyNothingIs) {
  const Failure refusal{.reason = Reason::kRangeNotGranted};
  EXPECT_EQ(
      LineOf(Alice(), &refusal),
      "<84>newuidmap[77]: op=map-uids uid=1000 acct=\"alice\" opid=4242 map=0:1000:1,1:100000:65536 source=files "
      "reason=range-not-granted res=failed");
}

TEST(LogLine, SaysThatDenyRemains) {
  const Failure refusal{.reason = Reason::kMapWriteFailed, .deny_remains = true};
  EXPECT_TRUE(LineOf(Alice(), &refusal).ends_with(" reason=map-write-failed setgroups=deny res=failed"));
}

// A run that ends before anything is known has a line, too.
TEST(LogLine, LeavesOutWhatIsNotKnown) {
  const Failure refusal{.reason = Reason::kKernelTooOld};
  EXPECT_EQ(LineOf({}, &refusal), "<84>newuidmap[77]: op=map-uids acct=\"?\" reason=kernel-too-old res=failed");
}

TEST(LogLine, NamesAFileThatTheCallerCouldWrite) {
  RunFacts facts = Alice();
  facts.writable_file = "/etc/subuid";
  EXPECT_NE(LineOf(facts).find(" writable=/etc/subuid "), std::string::npos) << LineOf(facts);
}

TEST(LogLine, IsOfTheProgramThatRuns) {
  const LogLine line = RenderLogLine(RowOf(MapKind::kGid), Alice(), 1, nullptr);
  EXPECT_TRUE(line.view().starts_with("<86>newgidmap[1]: op=map-gids "));
}

// Blanks and quotes of a name would be other fields to a reader who knows no quotes.
TEST(LogLine, HasNoFieldOrLineThatANameMakes) {
  RunFacts facts = Alice();
  const std::string fields(LineOf(facts));
  facts.account = {};
  facts.account.Append(std::string_view("a b\" res=success\n<86>x\x1b[2J\\\x9b\xff\0z", 31));
  const std::string line = LineOf(facts);
  const std::string_view printable_or_blank = line;
  EXPECT_TRUE(std::all_of(printable_or_blank.begin(), printable_or_blank.end(),
                          [](char byte) { return byte >= 0x20 && byte <= 0x7e; }));
  EXPECT_EQ(std::count(line.begin(), line.end(), ' '), std::count(fields.begin(), fields.end(), ' '));
  EXPECT_EQ(std::count(line.begin(), line.end(), '='), std::count(fields.begin(), fields.end(), '='));
  EXPECT_EQ(std::count(line.begin(), line.end(), '"'), 2);
  EXPECT_NE(line.find("acct=\"a\\x20b\\x22\\x20res\\x3dsuccess\\x0a<86>x\\x1b[2J\\x5c\\x9b\\xff\\x00z\""),
            std::string::npos)
      << line;
}

// Cut where an extent ends, with the number of all of them, and nothing behind the map is lost.
TEST(LogLine, IsBoundedWhateverIsAskedFor) {
  const Failure refusal{.reason = Reason::kCapabilityNotInBoundingSet, .deny_remains = true};
  RunFacts facts = WithExtents(kMaxExtents);
  facts.caller.uid = {kLargestId};
  facts.target_process = 2147483647;
  facts.account = {};
  facts.account.Append(std::string(255, '\n'));
  facts.source = {};
  facts.source.Append(std::string(SubidServices::kLongestName, 'p'));
  const std::string line = std::string(RenderLogLine(kRow, facts, 2147483647, &refusal).view());
  EXPECT_LE(line.size(), 1024U);
  EXPECT_NE(line.find(":1 ranges=340 source="), std::string::npos) << line;
  EXPECT_TRUE(line.ends_with(" res=failed"));
}

TEST(LogLine, HasAllExtentsThatFit) {
  for (std::size_t count = 1; count < 40; ++count) {
    const std::string line = LineOf(WithExtents(count));
    const auto commas = static_cast<std::size_t>(std::count(line.begin(), line.end(), ','));
    EXPECT_EQ(line.find(" ranges=") == std::string::npos, commas + 1 == count) << line;
  }
}

TEST(AppendExtents, FillsTheRoomToItsLastByte) {
  const Extent extents[] = {MakeExtent(0, 1000, 1), MakeExtent(1, 100000, 65536)};
  constexpr std::string_view kFirst = "0:1000:1";
  constexpr std::string_view kBoth = "0:1000:1,1:100000:65536";
  for (std::size_t room = 0; room <= kBoth.size(); ++room) {
    BoundedText<64> text;
    const std::string_view expected = room == kBoth.size() ? kBoth : room >= kFirst.size() ? kFirst : "";
    EXPECT_EQ(AppendExtents(text, extents, room), room == kBoth.size() ? 2 : room >= kFirst.size() ? 1 : 0);
    EXPECT_EQ(text.view(), expected) << room;
  }
}

TEST(SourceOf, NamesWhoWasAsked) {
  UIDMAP_UNINITIALIZED Grants granted;
  granted.plugin = {};
  EXPECT_EQ(SourceOf(granted, Failure{}).view(), "files");
  granted.plugin.Append("sss");
  EXPECT_EQ(SourceOf(granted, Failure{}).view(), "sss");
}

// A map of one's own id, which anybody may have, has no source but its caller; a granted one has, whatever else is in
// it.
TEST(SourceOf, NamesTheCallerWhereNoGrantWasNeeded) {
  const Caller caller = MakeCaller(1000, 1000, {"alice"});
  Grants granted;
  granted.plugin.Append("sss");
  ASSERT_TRUE(granted.ranges.Add({100000, 165535}));
  Request request;
  request.extents.Append(MakeExtent(0, 1000, 1));
  EXPECT_EQ(SourceOf(granted, Decide(kRow, request, caller, {{1000}, {1000}}, granted)).view(), "own");
  request.extents.Append(MakeExtent(1, 100000, 65536));
  EXPECT_EQ(SourceOf(granted, Decide(kRow, request, caller, {{1000}, {1000}}, granted)).view(), "sss");
}

TEST(PutAccount, PutsTheFirstNameInThePlaceOfWhatWasThere) {
  RunFacts facts = Alice();
  PutAccount(MakeCaller(1001, 1001, {"bob", "robert"}), facts);
  EXPECT_EQ(facts.account.view(), "bob");
  PutAccount(MakeCaller(1001, 1001, {}), facts);
  EXPECT_EQ(facts.account.view(), "");
}

TEST(LogLine, HasTheBeginningOfALongName) {
  RunFacts facts = Alice();
  facts.account = {};
  facts.account.Append(std::string(65, 'a'));
  EXPECT_NE(LineOf(facts).find(" acct=\"" + std::string(64, 'a') + "...\" "), std::string::npos) << LineOf(facts);
}

std::unique_ptr<AuditEvent> EventOf(const RunFacts& facts, const Failure* refusal = nullptr) {
  auto event = std::make_unique<AuditEvent>();
  PutEvent(kRow, facts, refusal, *event);
  return event;
}

TEST(AuditEvent, SaysWhatIsGranted) {
  const auto event = EventOf(Alice());
  EXPECT_EQ(event->uid, 1000U);
  EXPECT_EQ(event->target_process, 4242U);
  EXPECT_EQ(event->is_refusal, 0U);
  EXPECT_EQ(event->range_count, 0U);
  EXPECT_EQ(TextIn(event->operation), "map-uids");
  EXPECT_EQ(TextIn(event->account), "alice");
  EXPECT_EQ(TextIn(event->map), "0:1000:1,1:100000:65536");
  EXPECT_EQ(TextIn(event->source), "files");
  EXPECT_EQ(TextIn(event->reason), "ok");
  EXPECT_EQ(TextIn(event->setgroups), "");
  EXPECT_EQ(TextIn(event->writable_file), "");
}

TEST(AuditEvent, NamesAFileThatTheCallerCouldWrite) {
  RunFacts facts = Alice();
  facts.writable_file = "/etc/subuid";
  EXPECT_EQ(TextIn(EventOf(facts)->writable_file), "/etc/subuid");
}

TEST(AuditEvent, OfARefusalThatLeavesNothingHasNoDeny) {
  const Failure refusal{.reason = Reason::kRangeNotGranted};
  EXPECT_EQ(TextIn(EventOf(Alice(), &refusal)->setgroups), "");
}

TEST(AuditEvent, SaysWhyNothingIs) {
  for (std::size_t i = 1; i < static_cast<std::size_t>(Reason::kCount); ++i) {
    const Failure refusal{.reason = static_cast<Reason>(i), .deny_remains = true};
    const auto event = EventOf(Alice(), &refusal);
    EXPECT_EQ(event->is_refusal, 1U);
    EXPECT_EQ(TextIn(event->reason), LogWord(refusal.reason));
    EXPECT_EQ(TextIn(event->setgroups), "deny");
  }
}

// The longest list of arguments that passes has more text than there is room for.
TEST(AuditEvent, CutsTheMapWhereAnExtentEnds) {
  const auto event = EventOf(WithExtents(kMaxExtents));
  const std::string map(TextIn(event->map));
  EXPECT_LE(map.size(), kMapTextLimit);
  EXPECT_TRUE(map.ends_with(":1"));
  EXPECT_EQ(event->range_count, kMaxExtents);
}

TEST(ReadAuditAnswer, TakesARecordAndNobodyWhoListens) {
  EXPECT_TRUE(ReadAuditAnswer({AuditOutcome::kRecorded, 0}).has_value());
  EXPECT_TRUE(ReadAuditAnswer({AuditOutcome::kNobodyListens, ECONNREFUSED}).has_value());
  const Failure failure = FailureIn(ReadAuditAnswer({AuditOutcome::kFailed, ENOBUFS}));
  EXPECT_EQ(failure.reason, Reason::kAuditFailed);
  EXPECT_EQ(failure.error_number, ENOBUFS);
}

TEST(ReadAuditAnswer, TakesNothingElse) {
  for (const std::uint32_t wild : {0U, 4U, 256U, 257U, 0x80000001U, 0xffffffffU}) {
    EXPECT_EQ(ReasonOf(ReadAuditAnswer({static_cast<AuditOutcome>(wild), 0})), Reason::kAuditEnded);
  }
}

}  // namespace
}  // namespace uidmap_test
