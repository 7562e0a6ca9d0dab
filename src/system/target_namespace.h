// SPDX-License-Identifier: BSD-3-Clause
// Why the kernel would refuse a map, or has: seen from the target's user namespace, without any privilege.
#pragma once

#include "core/failure.h"
#include "core/ids.h"
#include "core/map_kind.h"
#include "core/result.h"
#include "system/target_process.h"

namespace uidmap {

// Fails with what can be seen to be wrong: the target is still in this program's own namespace
// (kTargetInOwnNamespace), its map is written already (kMapAlreadyWritten, with its first line), or its namespace is
// not a direct child of this program's (kNamespaceNotChild). What cannot be seen is no failure. Looks only; whoever
// can mount things over /proc can have it see what he likes, and be refused.
[[nodiscard]] Result<void> JudgeNamespace(const MapKindRow& row, const TargetProcess& target);

// Why the kernel refused a file of the target, or the map itself, as far as that can be seen: what JudgeNamespace and
// TargetProcess::CheckMapIsOpen find, a namespace that was made by somebody else (kNamespaceOfOther), or, if nothing
// is wrong with it, a security module that is switched on (kSecurityModule). Returns `refused` where nothing more is
// known.
[[nodiscard]] Failure ExplainRefusal(const MapKindRow& row, const TargetProcess& target, Uid caller,
                                     const Failure& refused);

}  // namespace uidmap
