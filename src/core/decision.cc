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

Failure NotGranted(const Extent& extent, const Caller& caller, const Grants& granted) {
  if (granted.state == SourceState::kAbsent) return {.reason = Reason::kGrantFileMissing};
  const std::string_view name = caller.names.First();
  Failure failure = FailureOf(name.empty() ? Reason::kRangeNotGrantedToUid : Reason::kRangeNotGranted, name);
  failure.numbers = {extent.inside.value,
                     std::uint64_t{extent.last_inside()} + 1,
                     extent.outside.value,
                     std::uint64_t{extent.last_outside()} + 1,
                     extent.last_outside(),
                     caller.uid.value,
                     granted.ranges.FirstMissing({extent.outside.value, extent.last_outside()})};
  return failure;
}

}  // namespace

Result<ApprovedMap> Decide(const MapKindRow& row, const Request& request, const Caller& caller, TargetOwner target,
                           const Grants& granted) {
  TRY(CheckOwner(caller, target));

  // An extent that is granted shows that an administrator knows of this caller's maps, so groups are his to
  // shed; a map of nothing but the caller's own group shows nothing (CVE-2018-7169).
  bool any_granted = false;
  for (const Extent& extent : request.extents.view()) {
    if (granted.ranges.Hold({extent.outside.value, extent.last_outside()})) {
      any_granted = true;
    } else if (extent.count != 1 || extent.outside != OwnId(row, caller)) {
      return NotGranted(extent, caller, granted);
    }
  }
  const bool must_deny = row.setgroups == SetgroupsRule::kDenyUnlessGranted && !any_granted;
  const MapText text = TRY(RenderMap(request.extents.view()));
  return ApprovedMap(text, must_deny ? SetgroupsAction::kDeny : SetgroupsAction::kLeave);
}

}  // namespace uidmap
