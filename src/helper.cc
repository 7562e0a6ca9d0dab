// SPDX-License-Identifier: BSD-3-Clause
// The story of one run, in the order in which it happens. A step that fails ends the run with its reason, and
// nothing outside this process is changed before Write.
#include "helper.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/decision.h"
#include "core/fitted_map.h"
#include "core/request.h"
#include "help.h"
#include "privileged/companion_start.h"
#include "privileged/confinement.h"
#include "privileged/map_writer.h"
#include "privileged/privileges.h"
#include "privileged/record.h"
#include "system/caller.h"
#include "system/grants.h"
#include "system/held_ranges.h"
#include "system/lookup_client.h"
#include "system/parent_map.h"
#include "system/startup.h"
#include "system/target_namespace.h"
#include "system/target_process.h"

namespace uidmap {
namespace {

using Arguments = std::span<const char* const>;

// What is known of the caller before the process is shut in, whatever argv says. A failure counts only if a map is
// asked for.
struct Background {
  Result<LocalIdentity> identity;
  Result<LookupClient> lookup;
};

Background LookIntoBackground(const MapKindRow& row, CallerIds caller) {
  Result<LocalIdentity> identity = IdentifyLocally(row, caller);
  const bool needs_lookup = identity.has_value() && (*identity).NeedsLookup();
  return {identity, needs_lookup ? StartLookup(caller) : LookupClient()};
}

// Inherited descriptors may have left none to open the files with, until they were closed. What the files say now may
// be more than can still be done.
Result<LocalIdentity> IdentityOf(const MapKindRow& row, CallerIds caller, const Background& known) {
  if (known.identity.has_value()) return known.identity;
  Result<LocalIdentity> now = IdentifyLocally(row, caller);
  if (now.has_value() && (*now).NeedsLookup()) return known.identity.error();
  return now;
}

// Closes what the caller left open but his target. The numbers of our own descriptors are numbers that he had closed.
Result<void> KeepDescriptors(const TargetName& target, const LookupClient& lookup, const Record& record) {
  const auto [watch, answers] = lookup.descriptors();
  const auto [log, audit_watch, audit] = record.descriptors();
  const int kept[] = {target.descriptor(), watch,         answers,      log, audit_watch, audit,
                      STDIN_FILENO,        STDOUT_FILENO, STDERR_FILENO};
  for (const int own : std::span(kept).subspan<1, 5>()) {
    if (own < 0 || own != target.descriptor()) continue;
    return Failure{
        .reason = Reason::kBadDescriptor, .error_number = EBADF, .numbers = {static_cast<std::uint64_t>(own)}};
  }
  CloseAllDescriptorsBut(kept);
  return {};
}

Result<void> WriteMap(const MapKindRow& row, DormantPrivileges dormant, Background known, Record& record) {
  const Request& request = record.facts.request;
  TRY(dormant.KeepOnlyFor(request.extents.view()));
  LookupClient lookup = TRY(std::move(known.lookup));
  TRY(KeepDescriptors(request.target, lookup, record));

  const TargetProcess target = TRY(TargetProcess::Open(row, request.target));
  record.facts.target_process = target.Number(request.target);
  const LocalIdentity identity = TRY(IdentityOf(row, dormant.caller(), known));
  const Caller caller = TRY(CompleteIdentity(row, identity, lookup));
  PutAccount(caller, record.facts);
  record.facts.writable_file = identity.writable_file;
  constinit static Grants granted;  // for this one map; static as core/attributes.h says
  TRY(GatherGrants(row, caller, identity.services.subid, request.extents.view(), lookup, granted));
  lookup.End();
  const Result<ApprovedMap> decided = Decide(row, request, caller, target.owner(), granted);
  record.facts.source = SourceOf(granted, decided);
  if (granted.state == SourceState::kReadThoughWritable) record.facts.writable_file = row.grant_file;
  if (!decided.has_value()) return NameHeldRanges(row, caller, decided.error());
  const FittedMap map = TRY(FitToParent(*decided, ReadParentMap(row)));
  // What is denied stays denied, whatever the kernel then says of the map.
  if (map.setgroups() == SetgroupsAction::kDeny) TRY(JudgeNamespace(row, target));
  const Result<PreparedWrite> write = PreparedWrite::Prepare(row, map, target);
  if (!write.has_value()) return ExplainRefusal(row, target, caller.uid, write.error());
  TRY(dormant.CheckSuffices());
  TRY(record.Grant());

  RaisedPrivilege raised = TRY(std::move(dormant).Raise());
  const Result<void> written = (*write).Write(raised);
  TRY(std::move(raised).Renounce());
  if (!written.has_value()) return ExplainRefusal(row, target, caller.uid, written.error());
  return written;
}

Result<Action> Run(const MapKindRow& row, int argc, char** argv, Record& record) {
  TRY(ShieldFromSignals());
  TRY(SettleProcess());
  DormantPrivileges dormant = TRY(DormantPrivileges::PutDown(row));
  TRY(CheckKernel());
  TRY(record.Open(dormant));
  Background known = LookIntoBackground(row, dormant.caller());
  TRY(Confine());

  const Arguments arguments(argv + std::min(argc, 1), static_cast<std::size_t>(std::max(argc - 1, 0)));
  if (known.identity.has_value()) PutAccount((*known.identity).caller, record.facts);
  const Request& request = record.facts.request = TRY(ParseRequest(arguments));
  const bool asks_for_a_map = request.action == Action::kWriteMap && !request.extents.empty();
  if (asks_for_a_map) TRY(WriteMap(row, std::move(dormant), std::move(known), record));
  return request.action;  // lxc-usernsexec asks for a map of nothing, and wants success
}

}  // namespace

// Speaks only after Run, when no privilege is left.
int RunHelper(MapKind kind, int argc, char** argv) {
  const MapKindRow& row = RowOf(kind);
  Record record(row);
  const Result<Action> done = Run(row, argc, argv, record);
  if (!done.has_value()) {
    record.Refuse(done.error());
    WriteOnce(STDERR_FILENO, RenderRefusal(row, done.error()).view());
    return 1;
  }
  if (*done == Action::kShowHelp) WriteOnce(STDOUT_FILENO, RenderHelp(row).view());
  if (*done == Action::kShowVersion) WriteOnce(STDOUT_FILENO, RenderVersion(row).view());
  return 0;
}

}  // namespace uidmap
