// SPDX-License-Identifier: BSD-3-Clause
#include "tools/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/decision.h"
#include "core/fitted_map.h"
#include "core/request.h"
#include "system/caller.h"
#include "system/grants.h"
#include "system/held_ranges.h"
#include "system/parent_map.h"
#include "system/startup.h"
#include "system/target_namespace.h"
#include "system/target_process.h"
#include "tools/exec_outcome.h"
#include "tools/grant_lines.h"
#include "tools/lookup_start.h"
#include "tools/refusal_words.h"
#include "tools/words.h"

namespace uidmap {
namespace {

std::string RangeWords(const MapKindRow& row, const Extent& extent) {
  if (extent.count == 1) return fmt::format("outside {} {}", row.id_word, extent.outside.value);
  return fmt::format("outside {}s {} to {}", row.id_word, extent.outside.value, extent.last_outside());
}

std::string TargetWords(const TargetName& name) {
  return name.form == TargetName::Form::kDescriptor ? fmt::format("fd:{}", name.number)
                                                    : fmt::format("process {}", name.number);
}

std::string CallerWords(const Caller& caller) {
  if (caller.names.size() == 0)
    return fmt::format("uid {}, gid {}, without an account", caller.uid.value, caller.gid.value);
  return fmt::format("uid {}, named {}, gid {}", caller.uid.value, Quoted(caller.names.First()), caller.gid.value);
}

// The run of one helper. What fails ends it, as in src/helper.cc.
class Story {
 public:
  Story(const MapKindRow& row, const ProgramFile& program) : row_(row), program_(program) {}

  [[nodiscard]] Result<void> Run(std::span<const char* const> arguments);

  [[nodiscard]] const char* step() const { return step_; }
  [[nodiscard]] Explanation& told() { return told_; }

 private:
  [[nodiscard]] Result<void> WriteMap(const Request& request, const Result<LocalIdentity>& known);
  [[nodiscard]] Result<Caller> FindCaller(const Result<LocalIdentity>& known);
  [[nodiscard]] Result<void> FindGrants(const LocalIdentity& identity, const Caller& caller, const Request& request);
  [[nodiscard]] Result<void> FitMap(const ApprovedMap& approved);
  [[nodiscard]] Result<void> JudgeSetgroups(const ApprovedMap& approved, const TargetProcess& target, Uid caller);
  [[nodiscard]] Result<void> JudgePrivilege(const Request& request);
  [[nodiscard]] Result<void> AskKernel(const TargetProcess& target, Uid caller);

  void Begin(const char* step) { step_ = step; }
  void Say(std::string sentence) {
    told_.steps.push_back({ExplainedStep::Outcome::kPassed, step_, std::move(sentence)});
  }
  void TellSource(const Extent& extent, const Caller& caller);

  const MapKindRow& row_;
  const ProgramFile& program_;
  const ProcessState process_ = ReadProcessState();
  const char* step_ = "start";
  std::optional<Result<LookupClient>> lookup_;
  std::unique_ptr<Grants> granted_ = std::make_unique<Grants>();
  Explanation told_;
};

Result<void> Story::Run(std::span<const char* const> arguments) {
  if (!GiveUpCapabilities()) return FailureOf(Reason::kStartStepFailed, "capset", errno);
  if (program_.maker != ProgramMaker::kUidmapNg) {
    Say(fmt::format("{} is not uidmap-ng's; what follows is what uidmap-ng's would do in its place",
                    Quoted(program_.path)));
  }
  if (const auto why = WhyItCannotStart(process_, program_)) return *why;
  TRY(CheckKernel());
  const Result<LocalIdentity> identity = IdentifyLocally(row_, OwnIds());
  const bool needs_lookup = identity.has_value() && (*identity).NeedsLookup();
  lookup_.emplace(needs_lookup ? StartLookupForTool() : LookupClient());
  Begin("request");
  const Request request = TRY(ParseRequest(arguments));
  if (request.action != Action::kWriteMap || request.extents.empty()) {
    Say("nothing is asked for");
    return {};
  }
  const std::size_t triples = request.extents.view().size();
  Say(fmt::format("{} {} for {}", triples, triples == 1 ? "triple" : "triples", TargetWords(request.target)));
  return WriteMap(request, identity);
}

Result<void> Story::WriteMap(const Request& request, const Result<LocalIdentity>& known) {
  Begin("lookup");
  if (!lookup_->has_value()) return lookup_->error();
  Begin("target");
  const TargetProcess target = TRY(TargetProcess::Open(row_, request.target));
  const TargetOwner owner = target.owner();
  Say(fmt::format("it runs as uid {} and gid {}", owner.uid.value, owner.gid.value));
  const Caller caller = TRY(FindCaller(known));
  TRY(FindGrants(*known, caller, request));
  Begin("decision");
  const Result<ApprovedMap> approved = Decide(row_, request, caller, owner, *granted_);
  if (!approved.has_value()) return NameHeldRanges(row_, caller, approved.error());
  Say("the target is the caller's own, and all that is asked for is his to use");
  TRY(FitMap(*approved));
  TRY(JudgeSetgroups(*approved, target, caller.uid));
  TRY(JudgePrivilege(request));
  return AskKernel(target, caller.uid);
}

Result<Caller> Story::FindCaller(const Result<LocalIdentity>& known) {
  Begin("caller");
  if (!known.has_value()) return known.error();
  const Caller caller = TRY(CompleteIdentity(row_, *known, **lookup_));
  Say(CallerWords(caller));
  if ((*known).policy == Policy::kExists) Say("the PAM policy admits him");
  return caller;
}

void Story::TellSource(const Extent& extent, const Caller& caller) {
  const IdRange outside = {extent.outside.value, extent.last_outside()};
  if (!granted_->ranges.Hold(outside)) {
    const std::uint32_t own = row_.kind == MapKind::kUid ? caller.uid.value : caller.gid.value;
    const bool is_own = extent.count == 1 && extent.outside.value == own;
    return Say(RangeWords(row_, extent) + (is_own ? " is the caller's own and needs no grant" : ": not granted"));
  }
  if (!granted_->plugin.view().empty()) {
    return Say(fmt::format("{}: granted by the subid service {}", RangeWords(row_, extent), granted_->plugin.view()));
  }
  Say(fmt::format("{}: granted by {} {}", RangeWords(row_, extent), row_.grant_file,
                  fmt::join(FindGrantLines(row_, caller, outside), ", and ")));
}

Result<void> Story::FindGrants(const LocalIdentity& identity, const Caller& caller, const Request& request) {
  Begin("grants");
  TRY(GatherGrants(row_, caller, identity.services.subid, request.extents.view(), **lookup_, *granted_));
  (**lookup_).End();
  for (const Extent& extent : request.extents.view()) TellSource(extent, caller);
  return {};
}

Result<void> Story::FitMap(const ApprovedMap& approved) {
  Begin("map");
  const FittedMap map = TRY(FitToParent(approved, ReadParentMap(row_)));
  told_.map = map.text();
  const auto lines = static_cast<std::size_t>(std::count(told_.map.begin(), told_.map.end(), '\n'));
  const bool is_cut = lines != approved.extents().view().size();
  Say(is_cut ? fmt::format("cut where the lines of /proc/self/{} end: {} lines", row_.map_file, lines)
             : fmt::format("written as it was asked for: {} {}", lines, lines == 1 ? "line" : "lines"));
  return {};
}

// What PreparedWrite does, without writing.
Result<void> Story::JudgeSetgroups(const ApprovedMap& approved, const TargetProcess& target, Uid caller) {
  if (approved.setgroups() == SetgroupsAction::kLeave) return {};
  Begin("setgroups");
  TRY(JudgeNamespace(row_, target));
  if (!target.OpenFile("setgroups", O_RDWR).is_open()) {
    return ExplainRefusal(row_, target, caller, {.reason = Reason::kSetgroupsUnavailable, .error_number = errno});
  }
  Say("no granted gid is asked for, so setgroups(2) is denied in the target's namespace for good");
  return {};
}

Result<void> Story::JudgePrivilege(const Request& request) {
  Begin("privilege");
  if (const auto why = WhyItLacksPrivilege(row_, process_, program_, request.extents.view())) return *why;
  Say(fmt::format("the kernel gives {} what it needs: {}", Quoted(program_.path), row_.capability_name));
  return {};
}

Result<void> Story::AskKernel(const TargetProcess& target, Uid caller) {
  Begin("kernel");
  if (!target.OpenFile(row_.map_file, O_WRONLY).is_open()) {
    return ExplainRefusal(row_, target, caller, {.reason = Reason::kMapOpenFailed, .error_number = errno});
  }
  const Failure refusal =
      ExplainRefusal(row_, target, caller, {.reason = Reason::kMapWriteFailed, .error_number = EPERM});
  if (refusal.reason == Reason::kSecurityModule) {
    Say(fmt::format("nothing is seen that it would refuse, but {} has a say, too", refusal.subject.view()));
    return {};
  }
  if (refusal.reason != Reason::kMapWriteFailed) return refusal;
  Say("the target has a user namespace of its own that the caller made here, and no map yet: the map is taken");
  return {};
}

}  // namespace

Explanation Explain(const MapKindRow& row, std::span<const char* const> arguments, const ProgramFile& program) {
  const bool is_refused = PredictExec(ReadProcessState(), program).is_refused;
  if (is_refused || !program.may_be_executed) {
    Explanation refused{.reason = "exec"};
    refused.steps.push_back(
        {ExplainedStep::Outcome::kRefused, "start",
         fmt::format("the kernel does not execute {}: {}", Quoted(program.path),
                     program.may_be_executed ? "the capability of the file is missing from the bounding set "
                                               "(Operation not permitted)"
                                             : "its mode or its mount does not allow that (Permission denied)")});
    return refused;
  }
  Story story(row, program);
  const Result<void> end = story.Run(arguments);
  Explanation told = std::move(story.told());
  if (end.has_value()) {
    told.verdict = Explanation::Verdict::kAccepted;
    return told;
  }
  const Failure& failure = end.error();
  const RefusalWords words = WordsOf(row, failure);
  told.steps.push_back(
      {ExplainedStep::Outcome::kRefused, story.step(), words.reason.empty() ? words.first_line : words.reason});
  told.reason = LogWord(failure.reason);
  told.message = RenderRefusal(row, failure).view();
  return told;
}

}  // namespace uidmap
