// SPDX-License-Identifier: BSD-3-Clause
// A run from argv to the text that the kernel would read, with any files, answers of uidmap-lookup and parent map. A
// map is approved if and only if the naive model approves it, and then translates every id as was asked, each line
// inside one piece of the parent; setgroups stays as it is only where a range is granted.
#include "core/companion_protocol.h"
#include "core/decision.h"
#include "core/fitted_map.h"
#include "core/record.h"
#include "judge.h"
#include "machine.h"
#include "system/caller.h"
#include "system/grants.h"
#include "system/held_ranges.h"
#include "system/parent_map.h"

namespace {

using fuzz::Number;
using fuzz::naive::Case;
using fuzz::naive::Covers;
using fuzz::naive::Extent;
using fuzz::naive::kNoId;
using fuzz::naive::Outside;
using fuzz::naive::Range;
using uidmap::LookupOutcome;
using uidmap::LookupQuestion;

const Case* running;

uidmap::LookupAnswer Answer(const uidmap::LookupQuery& query) {
  uidmap::LookupAnswer answer = {};
  answer.question = query.question;
  if (query.question == LookupQuestion::kAccount) {
    answer.outcome = running->account;
    answer.uid = static_cast<std::uint32_t>(running->uid);
    answer.gid = static_cast<std::uint32_t>(running->account_gid);
    uidmap::PutText(running->account_name, answer.name);
  } else if (query.question == LookupQuestion::kPolicy) {
    answer.outcome = running->policy;
  } else {
    answer.outcome = running->ranges;
    for (std::size_t i = 0; i < std::min(running->granted.size(), std::size_t{query.range_count}); ++i) {
      answer.granted[i] = running->granted[i] == '1' ? 1 : 0;
    }
  }
  return answer;
}

// ---- the map

std::vector<Range> PiecesOf(const uidmap::ParentMap& parent) {
  std::vector<Range> pieces;
  for (const uidmap::IdRange& piece : parent.pieces()) pieces.emplace_back(piece.first, piece.last);
  return pieces;
}

// Lines that go on where the one before ends are one extent again.
std::vector<Extent> Rejoined(std::vector<Extent> extents) {
  std::vector<Extent> joined;
  for (const Extent& extent : extents) {
    if (!joined.empty() && joined.back().inside + joined.back().count == extent.inside &&
        joined.back().outside + joined.back().count == extent.outside) {
      joined.back().count += extent.count;
    } else {
      joined.push_back(extent);
    }
  }
  return joined;
}

void CheckMap(const uidmap::FittedMap& map, const std::vector<Extent>& asked, const std::vector<Range>& pieces) {
  std::vector<Extent> lines;
  for (const std::string& line : fuzz::LinesOf(map.text())) {
    const std::vector<std::string> numbers = fuzz::naive::Split(line, " ");
    CHECK(numbers.size() == 3);
    lines.push_back({strtoull(numbers[0].c_str(), nullptr, 10), strtoull(numbers[1].c_str(), nullptr, 10),
                     strtoull(numbers[2].c_str(), nullptr, 10)});
    CHECK(std::any_of(pieces.begin(), pieces.end(), [&](const Range& piece) {
      return piece.first <= lines.back().outside && lines.back().outside + lines.back().count - 1 <= piece.second;
    }));
  }
  CHECK(lines.size() <= 340 && map.text().size() <= 4095 && map.text().ends_with('\n'));
  CHECK(Rejoined(lines) == Rejoined(asked));
}

// Refused though approved: an id does not exist in the parent, or the map has no room.
void CheckUnfit(const uidmap::Failure& failure, const std::vector<Extent>& asked, const std::vector<Range>& pieces) {
  const bool all_exist =
      std::all_of(asked.begin(), asked.end(), [&](const Extent& extent) { return Covers(pieces, Outside(extent)); });
  if (failure.reason == uidmap::Reason::kOutsideNotInParent) {
    CHECK(!all_exist && failure.numbers[0] <= failure.numbers[1]);
    for (const Number id : {failure.numbers[0], failure.numbers[1]}) {
      CHECK(!Covers(pieces, {id, id}));
      CHECK(std::any_of(asked.begin(), asked.end(), [&](const Extent& extent) {
        return extent.outside <= id && id < extent.outside + extent.count;
      }));
    }
    return;
  }
  CHECK(failure.reason == uidmap::Reason::kTooManyPieces || failure.reason == uidmap::Reason::kMapTextTooLong);
  CHECK(asked.size() + asked.size() * pieces.size() > 340 || asked.size() * 33 > 4095 || pieces.size() * 33 > 4095);
}

// ---- the run

uidmap::Result<uidmap::ApprovedMap> Approve(const Case& run, const uidmap::Request& request,
                                            uidmap::RunFacts& facts) {
  const uidmap::CallerIds ids = {{static_cast<std::uint32_t>(run.uid)}, {static_cast<std::uint32_t>(run.gid)}};
  const uidmap::LocalIdentity identity = TRY(uidmap::IdentifyLocally(*run.row, ids));
  fuzz::lookup = identity.NeedsLookup() ? Answer : nullptr;
  uidmap::LookupClient client;
  const uidmap::Caller caller = TRY(uidmap::CompleteIdentity(*run.row, identity, client));
  uidmap::PutAccount(caller, facts);
  static uidmap::Grants granted;
  granted = {};
  TRY(uidmap::GatherGrants(*run.row, caller, identity.services.subid, request.extents.view(), client, granted));
  const uidmap::TargetOwner target = {{static_cast<std::uint32_t>(run.target_uid)},
                                      {static_cast<std::uint32_t>(run.target_gid)}};
  auto decided = uidmap::Decide(*run.row, request, caller, target, granted);
  facts.source = uidmap::SourceOf(granted, decided);
  if (!decided.has_value()) return uidmap::NameHeldRanges(*run.row, caller, decided.error());
  return decided;
}

Case CaseOf(fuzz::Input& input) {
  Case run = {};
  run.row = &uidmap::kMapKinds[input.NextNumber() % 2];
  fuzz::files.Reset(input.NextChunk());
  run.uid = std::min<Number>(input.NextNumber(), kNoId - 1);
  run.gid = std::min<Number>(input.NextNumber(), kNoId - 1);
  // Mostly his own target, which the rest of the input is about.
  const std::uint32_t other = input.NextNumber();
  run.target_uid = run.uid ^ (other % 8 == 1 ? 1 : 0);
  run.target_gid = run.gid ^ (other % 8 == 2 ? 1 : 0);
  const std::uint32_t exists = input.NextNumber();
  run.has_grants = exists % 2 == 0;
  run.has_policy = exists / 2 % 4 == 3;
  run.account = static_cast<LookupOutcome>(1 + input.NextNumber() % 6);
  run.policy = static_cast<LookupOutcome>(1 + input.NextNumber() % 6);
  run.ranges = static_cast<LookupOutcome>(1 + input.NextNumber() % 6);
  run.account_gid = input.NextNumber();
  run.arguments = fuzz::naive::ArgumentsOf(input);
  run.grants = input.Section();
  run.parent = input.Section();
  run.nsswitch = input.Section();
  run.passwd = input.Section();
  run.login_defs = input.Section();
  run.account_name = input.Section();
  run.granted = input.Section();
  return run;
}

void PutFiles(const Case& run) {
  fuzz::files.contents["/etc/nsswitch.conf"] = run.nsswitch;
  fuzz::files.contents["/etc/passwd"] = run.passwd;
  fuzz::files.contents["/etc/login.defs"] = run.login_defs;
  if (run.has_grants) fuzz::files.contents[run.row->grant_file] = run.grants;
  if (run.has_policy) fuzz::files.contents[run.row->policy_files[0]] = "";
  fuzz::files.contents[std::string("/proc/self/") + run.row->map_file] = run.parent;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const Case run = CaseOf(input);
  running = &run;
  PutFiles(run);
  const auto request = uidmap::ParseRequest(fuzz::naive::Argv(run.arguments));
  const bool asks = request.has_value() && !(*request).extents.empty();
  if (!asks) return 0;

  uidmap::RunFacts facts;
  const auto approved = Approve(run, *request, facts);
  const fuzz::naive::Verdict verdict = fuzz::naive::Judge(run);
  CHECK(approved.has_value() == verdict.is_allowed);
  if (!approved.has_value()) {
    fuzz::CheckMessage(*run.row, approved.error());
    CHECK(fuzz::IsPrintable(uidmap::RenderLogLine(*run.row, facts, 1, &approved.error()).view()));
    return 0;
  }
  const uidmap::ParentMap parent = uidmap::ReadParentMap(*run.row);
  const auto map = uidmap::FitToParent(*approved, parent);
  if (!map.has_value()) {
    fuzz::CheckMessage(*run.row, map.error());
    CheckUnfit(map.error(), verdict.asked, PiecesOf(parent));
    return 0;
  }
  CheckMap(*map, verdict.asked, PiecesOf(parent));
  CHECK(((*map).setgroups() == uidmap::SetgroupsAction::kDeny) == verdict.must_deny);
  return 0;
}
