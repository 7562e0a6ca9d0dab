// SPDX-License-Identifier: BSD-3-Clause
#include "core/decision.h"

namespace uidmap {
namespace {

Result<void> CheckOwner(const Caller& caller, TargetOwner target) {
  const Gid primary_group = caller.primary_group.value_or(caller.gid);
  const auto refuse = [&](Reason reason) {
    return Failure{.reason = reason,
                   .numbers = {caller.uid.value, caller.uid.value, target.uid.value, caller.gid.value,
                               primary_group.value, target.gid.value}};
  };
  if (target.uid != caller.uid) return refuse(Reason::kTargetOfOtherUser);
  if (target.gid != caller.gid) return refuse(Reason::kTargetOfOtherGroup);
  if (primary_group != caller.gid && caller.group_rule == GroupRule::kPrimaryOnly) {
    return refuse(Reason::kCallerNotInPrimaryGroup);
  }
  return {};
}

OutsideId OwnId(const MapKindRow& row, const Caller& caller) {
  return {row.kind == MapKind::kUid ? caller.uid.value : caller.gid.value};
}

IdRange OutsideOf(const Extent& extent) { return {extent.outside.value, extent.last_outside()}; }

enum class Answer : std::uint8_t { kNone, kOwnId, kGranted };

// What lets the caller have `extent`, whom `own_id` belongs to.
Answer AnswerFor(const Extent& extent, OutsideId own_id, const IdRanges& granted) {
  if (granted.Hold(OutsideOf(extent))) return Answer::kGranted;
  return extent.count == 1 && extent.outside == own_id ? Answer::kOwnId : Answer::kNone;
}

Failure NotGranted(const Extent& extent, const Caller& caller, const Grants& granted) {
  if (granted.state == SourceState::kAbsent) return {.reason = Reason::kGrantFileMissing};
  const std::string_view name = caller.names.First();
  Failure failure = FailureOf(name.empty() ? Reason::kRangeNotGrantedToUid : Reason::kRangeNotGranted, name);
  if (const std::string_view plugin = granted.plugin.view(); !plugin.empty()) {
    failure = FailureOf(Reason::kRangeNotGrantedByPlugin, plugin);
    failure.said.Append(name);
  }
  failure.numbers = {extent.inside.value,
                     std::uint64_t{extent.last_inside()} + 1,
                     extent.outside.value,
                     std::uint64_t{extent.last_outside()} + 1,
                     extent.last_outside(),
                     caller.uid.value,
                     granted.ranges.FirstMissing(OutsideOf(extent))};
  return failure;
}

}  // namespace

GrantNeed::GrantNeed(const MapKindRow& row, const Caller& caller, std::span<const Extent> wanted)
    : own_id_(OwnId(row, caller)), setgroups_(row.setgroups), unanswered_(wanted) {}

bool GrantNeed::IsMet(const IdRanges& granted) {
  for (; !unanswered_.empty(); unanswered_ = unanswered_.subspan(1)) {
    const Answer answer = AnswerFor(unanswered_.front(), own_id_, granted);
    if (answer == Answer::kNone) return false;
    if (answer == Answer::kGranted) any_granted_ = true;
    if (answer == Answer::kOwnId) own_extent_ = unanswered_.front();
  }
  // One's own id needs no grant, but a later one may still have it. No two extents overlap: it is asked for once.
  if (own_extent_ && granted.Hold(OutsideOf(*own_extent_))) any_granted_ = true;
  return any_granted_ || setgroups_ == SetgroupsRule::kNotConcerned;
}

Result<ApprovedMap> Decide(const MapKindRow& row, const Request& request, const Caller& caller, TargetOwner target,
                           const Grants& granted) {
  TRY(CheckOwner(caller, target));

  // An extent that is granted shows that an administrator knows of this caller's maps, so groups are his to
  // shed; a map of nothing but the caller's own group shows nothing (CVE-2018-7169).
  Basis basis = Basis::kOwnIdAlone;
  for (const Extent& extent : request.extents.view()) {
    const Answer answer = AnswerFor(extent, OwnId(row, caller), granted.ranges);
    if (answer == Answer::kNone) return NotGranted(extent, caller, granted);
    if (answer == Answer::kGranted) basis = Basis::kGrant;
  }
  const bool must_deny = row.setgroups == SetgroupsRule::kDenyUnlessGranted && basis == Basis::kOwnIdAlone;
  return ApprovedMap(request.extents, must_deny ? SetgroupsAction::kDeny : SetgroupsAction::kLeave, basis);
}

}  // namespace uidmap
