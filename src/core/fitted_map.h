// SPDX-License-Identifier: BSD-3-Clause
// An approved map in the form in which the kernel takes it.
#pragma once

#include "core/decision.h"
#include "core/map_text.h"
#include "core/parent_map.h"
#include "core/result.h"

namespace uidmap {

// Only FitToParent() makes one, from an approved map that it translates exactly.
class FittedMap {
 public:
  [[nodiscard]] std::string_view text() const { return text_.view(); }
  [[nodiscard]] SetgroupsAction setgroups() const { return setgroups_; }

 private:
  friend Result<FittedMap> FitToParent(const ApprovedMap& map, const ParentMap& parent);
  FittedMap(const MapText& text, SetgroupsAction setgroups) : text_(text), setgroups_(setgroups) {}

  MapText text_;
  SetgroupsAction setgroups_;
};

// The same map, with extents that reach over an end of one of the parent's pieces cut there: every id is translated
// as in `map`, and a map that needs no cut stays as it is, byte for byte. Fails with kOutsideNotInParent, naming the
// first range that the parent lacks, with kTooManyPieces, or with kMapTextTooLong.
[[nodiscard]] Result<FittedMap> FitToParent(const ApprovedMap& map, const ParentMap& parent);

}  // namespace uidmap
