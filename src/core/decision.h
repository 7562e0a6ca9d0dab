// SPDX-License-Identifier: BSD-3-Clause
// The whole decision: may this caller give this target this map? A pure function of values.
#pragma once

#include <optional>
#include <span>

#include "core/caller.h"
#include "core/grants.h"
#include "core/map_kind.h"
#include "core/request.h"
#include "core/result.h"

namespace uidmap {

// Whom the target's /proc directory belongs to: its effective ids.
struct TargetOwner {
  Uid uid;
  Gid gid;
};

enum class SetgroupsAction : std::uint8_t { kLeave, kDeny };

// What makes a map the caller's to have.
enum class Basis : std::uint8_t { kOwnIdAlone, kGrant };

// A map that the caller may have. Only Decide() makes one, so having one is the permission to write it.
class ApprovedMap {
 public:
  [[nodiscard]] const ExtentList& extents() const { return extents_; }
  [[nodiscard]] SetgroupsAction setgroups() const { return setgroups_; }
  [[nodiscard]] Basis basis() const { return basis_; }

 private:
  friend Result<ApprovedMap> Decide(const MapKindRow& row, const Request& request, const Caller& caller,
                                    TargetOwner target, const Grants& granted);
  ApprovedMap(const ExtentList& extents, SetgroupsAction setgroups, Basis basis)
      : extents_(extents), setgroups_(setgroups), basis_(basis) {}

  ExtentList extents_;
  SetgroupsAction setgroups_;
  Basis basis_;
};

// What Decide still has to know of the grants of one request. Once that is met, no grant that is added can change
// what Decide says, so the rest of the grants need not be read.
class GrantNeed {
 public:
  // Keeps a reference to `wanted`, the extents of a request.
  GrantNeed(const MapKindRow& row, const Caller& caller, std::span<const Extent> wanted);

  // True if every extent is answered for and, where it decides about setgroups, one of them by a grant. False is no
  // promise. From call to call `granted` only grows, so what is answered is not asked again: all calls together take
  // as many looks into `granted` as there are calls and extents.
  [[nodiscard]] bool IsMet(const IdRanges& granted);

 private:
  OutsideId own_id_;
  SetgroupsRule setgroups_;
  std::span<const Extent> unanswered_;
  std::optional<Extent> own_extent_;  // was answered for without a grant
  bool any_granted_ = false;
};

// Approves if and only if the target runs with the caller's real uid and gid, the caller runs with the primary
// group of his account (where he has one and login.defs does not allow others), and every extent is either inside
// `granted` or the caller's own id alone. Trusts `granted` and `caller` to be true; `request` obeys what request.h
// says and asks for something.
[[nodiscard]] Result<ApprovedMap> Decide(const MapKindRow& row, const Request& request, const Caller& caller,
                                         TargetOwner target, const Grants& granted);

}  // namespace uidmap
