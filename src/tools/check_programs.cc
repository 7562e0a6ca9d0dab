// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/stat.h>

#include <array>
#include <string_view>

#include "system/audit_state.h"
#include "system/companion_program.h"
#include "tools/checks.h"
#include "tools/exec_outcome.h"
#include "tools/lookup_start.h"
#include "tools/refusal_words.h"
#include "tools/words.h"

namespace uidmap {
namespace {

std::string_view MakerWords(ProgramMaker maker) {
  constexpr std::array<std::string_view, 4> kWords = {
      "uidmap-ng's", "shadow's", "shadow's, without support for capabilities", "of unknown origin"};
  return kWords.at(static_cast<std::size_t>(maker));
}

std::string MarkWords(const ProgramFile& file) {
  std::string words = fmt::format("mode {:o}, owner {}", file.mode & 07777U, file.owner);
  if (file.capability) {
    words += fmt::format(", file capabilities {:#x}{}", file.capability->permitted,
                         file.capability->effective ? " (effective)" : "");
  }
  return words;
}

// Whoever could write the file decides what runs with the marks that root gives it, also if it is given to root at
// the same time. The real path: a link may lead elsewhere when root comes to it.
constexpr const char* kInstallAnew = "apt-get install --reinstall uidmap";

bool MayGetMarks(const ProgramFile& file) { return file.is_roots_alone && file.maker != ProgramMaker::kUnknown; }

// None for a file whose name has bytes that no command should have.
std::string CommandOn(const ProgramFile& file, std::string_view command) {
  if (!MayGetMarks(file)) return kInstallAnew;
  const std::string path = ShellWord(file.real_path);
  return path.empty() ? std::string() : fmt::format("{} {}", command, path);
}

std::string SetCapability(const Helper& helper) {
  if (!MayGetMarks(*helper.used)) return kInstallAnew;
  const std::string path = ShellWord(helper.used->real_path);
  if (path.empty()) return {};
  return fmt::format("chown root:root {} && chmod 755 {} && setcap cap_set{}=ep {}", path, path, helper.row.id_word,
                     path);
}

// ---- where it is ----------------------------------------------------------------------------------------------

void CheckPlace(const Helper& helper, Findings& findings) {
  const std::string_view name = helper.row.program;
  if (!helper.used) {
    findings.push_back({Severity::kProblem, "helper-found",
                        fmt::format("{} is neither in a directory of PATH nor in /usr/bin", name),
                        "apt-get install uidmap"});
    return;
  }
  if (!helper.used->may_be_executed) {
    findings.push_back({Severity::kProblem, "helper-found",
                        fmt::format("{} may not be executed: it has mode {:o}, or its file system is mounted noexec",
                                    Quoted(helper.used->path), helper.used->mode & 07777U),
                        kInstallAnew});
    return;
  }
  if (helper.in_path.empty()) {
    findings.push_back({Severity::kProblem, "helper-found",
                        fmt::format("{} is in /usr/bin, but in no directory of PATH, where most engines look", name),
                        "export PATH=\"$PATH:/usr/bin\""});
    return;
  }
  if (!helper.usual) {
    findings.push_back({Severity::kWarning, "helper-found",
                        fmt::format("{} is {}; there is none in /usr/bin, where nsjail and minijail look", name,
                                    Quoted(helper.used->path)),
                        CommandOn(*helper.used, "ln -s --target-directory=/usr/bin")});
    return;
  }
  if (helper.used->real_path != helper.usual->real_path) {
    findings.push_back({Severity::kWarning, "helper-found",
                        fmt::format("PATH has {} before /usr/bin/{}: most engines use the first, nsjail and minijail "
                                    "the second",
                                    Quoted(helper.used->path), name),
                        fmt::format("type -a {}", name)});
    return;
  }
  findings.push_back({Severity::kOk, "helper-found",
                      fmt::format("{} is {}, {}", name, Quoted(helper.used->path), MakerWords(helper.used->maker)),
                      ""});
}

// ---- what it is -----------------------------------------------------------------------------------------------

void CheckFile(const Helper& helper, Findings& findings) {
  const ProgramFile& file = *helper.used;
  const std::string path = Quoted(file.path);
  const auto add = [&](Severity severity, std::string sentence, std::string remedy) {
    findings.push_back({severity, "helper-file", std::move(sentence), std::move(remedy)});
  };
  const bool is_groups = (file.mode & S_IWGRP) != 0 && file.group != 0;
  if (file.may_be_written || (file.mode & S_IWOTH) != 0 || is_groups) {
    return add(Severity::kProblem, fmt::format("{} can be overwritten by its users", path), SetCapability(helper));
  }
  if (file.IsSetuid() && file.owner != 0) {
    return add(Severity::kProblem,
               fmt::format("{} has the setuid bit of uid {}, who is not root here", path, file.owner),
               SetCapability(helper));
  }
  if ((file.mode & S_ISGID) != 0) {
    return add(Severity::kProblem, fmt::format("{} has the set-group-id bit, with which it refuses to start", path),
               CommandOn(file, "chmod g-s"));
  }
  const CapabilityMask own = MaskOf(helper.row.capability);
  if (file.capability && (file.capability->permitted & ~own) != 0) {
    return add(Severity::kWarning,
               fmt::format("{} has more file capabilities than {}, the only one that it needs", path,
                           helper.row.capability_name),
               CommandOn(file, fmt::format("setcap cap_set{}=ep", helper.row.id_word)));
  }
  if (file.capability && file.IsSetuid()) {
    return add(Severity::kWarning,
               fmt::format("{} has the setuid bit and a file capability; one of them is enough", path),
               CommandOn(file, "chmod u-s"));
  }
  add(Severity::kOk, fmt::format("{} has {}", path, MarkWords(file)), "");
}

// ---- what it can do here --------------------------------------------------------------------------------------

// shadow without support for capabilities writes as it was started. As root it needs what lets root open the file of
// somebody else, and what lets it stand in for who made the namespace (user_namespaces(7)).
std::string WhyRootCannotWrite(const Helper& helper, const ExecOutcome& outcome) {
  const auto lacks = [&](unsigned capability) { return (outcome.permitted & MaskOf(capability)) == 0; };
  const std::string_view map = helper.row.map_file;
  if (lacks(CAP_DAC_OVERRIDE)) {
    return fmt::format(
        "it opens the target's {} as root, which is not the target's owner, and CAP_DAC_OVERRIDE, which "
        "would make up for that, is missing: \"open of {} failed: Permission denied\"",
        map, map);
  }
  if (lacks(CAP_SYS_ADMIN)) {
    return fmt::format(
        "it writes {} as root, who has not made the target's user namespace, and CAP_SYS_ADMIN, which "
        "would make up for that, is missing from the bounding set: \"write to {} failed: Operation not "
        "permitted\"",
        map, map);
  }
  return {};
}

void CheckPrivilege(const Surroundings& here, const Helper& helper, Findings& findings) {
  const ProgramFile& file = *helper.used;
  const ExecOutcome outcome = PredictExec(here.process, file);
  const auto add = [&](Severity severity, std::string sentence, std::string remedy) {
    findings.push_back({severity, "helper-privilege", std::move(sentence), std::move(remedy)});
  };
  if (outcome.is_refused) {
    return add(Severity::kProblem,
               fmt::format("{} cannot be executed here: its file capability is missing from the bounding set",
                           Quoted(file.path)),
               fmt::format("podman run --cap-add={}", helper.row.capability_name));
  }
  if (const auto why = WhyItCannotStart(here.process, file); why && file.maker == ProgramMaker::kUidmapNg) {
    const RefusalWords words = WordsOf(helper.row, *why);
    return add(Severity::kProblem, fmt::format("{} refuses to start: {}", helper.row.program, words.reason),
               words.hint);
  }
  if (const auto why = WhyItLacksPrivilege(helper.row, here.process, file, {})) {
    const RefusalWords words = WordsOf(helper.row, *why);
    return add(Severity::kProblem, fmt::format("{} cannot write a map: {}", helper.row.program, words.reason),
               why->reason == Reason::kNoPrivilege ? SetCapability(helper) : words.hint);
  }
  if (file.maker == ProgramMaker::kUnknown) {
    return add(Severity::kWarning,
               fmt::format("started from here, {} gets {}, unless it is a script; whether that is enough cannot be "
                           "told, since the program is unreadable or neither uidmap-ng's nor shadow's",
                           Quoted(file.path), helper.row.capability_name),
               CommandOn(file, "ls -l"));
  }
  const bool writes_as_root = file.maker == ProgramMaker::kShadowWithoutCapabilities && outcome.effective_uid == 0 &&
                              here.process.real_uid != 0;
  const std::string why_not = writes_as_root ? WhyRootCannotWrite(helper, outcome) : std::string();
  if (!why_not.empty()) {
    return add(Severity::kProblem,
               fmt::format("{} is shadow's, built without support for capabilities, as Debian's is: {}",
                           Quoted(file.path), why_not),
               fmt::format("install uidmap-ng in its place, or as root here: {}", SetCapability(helper)));
  }
  add(Severity::kOk, fmt::format("started from here, {} gets {}", helper.row.program, helper.row.capability_name),
      "");
}

// ---- what callers say of it -----------------------------------------------------------------------------------

// lxc: idmaptool_on_path_and_privileged().
bool SatisfiesLxc(const ProgramFile& file) {
  constexpr CapabilityMask kEither = MaskOf(CAP_SETUID) | MaskOf(CAP_SETGID);
  return file.IsSetuid() ||
         (file.capability && file.capability->effective && (file.capability->permitted & kEither) != 0);
}

// containers/storage: unshare.IsSetID(). It looks for the set-group-ID bit on newgidmap, which nobody gives it, and
// knows no third revision of the attribute.
bool SatisfiesPodman(const Helper& helper, const ProgramFile& file) {
  const mode_t bit = helper.row.kind == MapKind::kUid ? S_ISUID : S_ISGID;
  if ((file.mode & bit) != 0) return true;
  return file.capability && file.capability->revision < 3 && file.capability->effective &&
         (file.capability->permitted & MaskOf(helper.row.capability)) != 0;
}

void CheckCallers(const Helper& helper, Findings& findings) {
  const ProgramFile& file = *helper.used;
  const std::string_view name = helper.row.program;
  if (SatisfiesLxc(file)) {
    findings.push_back({Severity::kOk, "lxc", fmt::format("LXC finds {} fit for use", name), ""});
  } else {
    findings.push_back(
        {Severity::kWarning, "lxc",
         fmt::format("LXC does not use {}: it has neither the setuid bit nor a file capability that is both "
                     "permitted and effective",
                     name),
         SetCapability(helper)});
  }
  if (SatisfiesPodman(helper, file)) {
    findings.push_back(
        {Severity::kOk, "podman", fmt::format("Podman and Buildah find the marks of {} in order", name), ""});
    return;
  }
  const std::string_view expected = helper.row.kind == MapKind::kUid ? "setuid" : "setgid";
  const bool is_false_alarm = file.IsSetuid();
  findings.push_back({is_false_alarm ? Severity::kOk : Severity::kWarning, "podman",
                      fmt::format("should {} ever fail, Podman adds \"should have {} or have filecaps {}\"{}", name,
                                  expected, expected, is_false_alarm ? ", which is wrong and can be ignored" : ""),
                      is_false_alarm ? "" : SetCapability(helper)});
}

void CheckLookupProgram(const Surroundings& here, Findings& findings) {
  const Helper& helper = here.helpers.front();
  if (!helper.used || helper.used->maker != ProgramMaker::kUidmapNg) return;
  const Result<UniqueFd> program = OpenCompanion(kLookupProgram, OwnIds());
  if (program.has_value()) {
    findings.push_back(
        {Severity::kOk, "lookup-program", "uidmap-lookup has the owner, group and mode that it needs", ""});
    return;
  }
  const RefusalWords words = WordsOf(helper.row, program.error());
  findings.push_back({Severity::kWarning, "lookup-program",
                      fmt::format("name services, subid plugins and PAM cannot be asked: {}", words.reason),
                      words.hint});
}

// Whether the decisions of the program would be in the kernel's audit, where that is on.
void CheckAuditProgram(const Surroundings& here, Findings& findings) {
  const Helper& helper = here.helpers.front();
  if (!helper.used || helper.used->maker != ProgramMaker::kUidmapNg || !IsAuditOn()) return;
  const auto add = [&](Severity severity, std::string sentence, std::string remedy) {
    findings.push_back({severity, "audit-program", std::move(sentence), std::move(remedy)});
  };
  if ((PredictExec(here.process, *helper.used).permitted & MaskOf(CAP_AUDIT_WRITE)) == 0) {
    return add(Severity::kOk,
               "audit is on, but without CAP_AUDIT_WRITE, which a setuid root install has, decisions are in the "
               "system log alone",
               "");
  }
  const Result<UniqueFd> program = OpenCompanion(kAuditProgram, OwnIds());
  if (program.has_value()) return add(Severity::kOk, "audit is on, and uidmap-audit can write to it", "");
  const RefusalWords words = WordsOf(helper.row, program.error());
  add(Severity::kProblem, fmt::format("no map can be put on record, so none is written: {}", words.reason),
      words.hint);
}

}  // namespace

void CheckPrograms(const Surroundings& here, Findings& findings) {
  for (const Helper& helper : here.helpers) {
    CheckPlace(helper, findings);
    if (!helper.used) continue;
    CheckFile(helper, findings);
    CheckPrivilege(here, helper, findings);
    CheckCallers(helper, findings);
  }
  CheckLookupProgram(here, findings);
  CheckAuditProgram(here, findings);
}

}  // namespace uidmap
