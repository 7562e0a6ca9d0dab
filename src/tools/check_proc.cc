// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <sstream>

#include "tools/checks.h"
#include "tools/exec_outcome.h"
#include "tools/read_text.h"

namespace uidmap {
namespace {

// The options of the file system that is mounted last on /proc: proc_pid_mountinfo(5).
std::string ProcOptions() {
  std::istringstream lines(ReadText("/proc/self/mountinfo").value_or(""));
  std::string options;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string skipped, mount_point, word;
    words >> skipped >> skipped >> skipped >> skipped >> mount_point;
    if (mount_point != "/proc") continue;
    while (words >> word) options = word;
  }
  return options;
}

// None where nothing is hidden.
std::string HidePid() {
  const std::string options = ProcOptions();
  const auto begin = options.find("hidepid=");
  if (begin == std::string::npos) return {};
  const std::string value = options.substr(begin, options.find(',', begin) - begin);
  return value == "hidepid=0" || value == "hidepid=off" ? std::string() : value;
}

bool CheckMount(Findings& findings) {
  struct statfs file_system = {};
  struct statvfs mount = {};
  const bool is_proc = statfs("/proc", &file_system) == 0 && file_system.f_type == PROC_SUPER_MAGIC;
  if (!is_proc || access("/proc/self/uid_map", F_OK) != 0) {
    findings.push_back({Severity::kProblem, "proc",
                        is_proc
                            ? "/proc/self/uid_map is not there: it is covered, or the kernel has no user namespaces"
                            : "no proc file system is mounted on /proc, and maps are written through it",
                        "mount -t proc proc /proc"});
    return false;
  }
  if (statvfs("/proc/self/uid_map", &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0) {
    findings.push_back({Severity::kProblem, "proc", "/proc is mounted read-only, and maps are written through it",
                        "mount -o remount,rw /proc"});
    return false;
  }
  findings.push_back({Severity::kOk, "proc", "/proc has the files of maps", ""});
  return true;
}

// A setuid root program that has not become the caller again looks at /proc as root, and what hidepid hides from it
// is everything, unless it may trace (kernel: has_pid_permissions()).
bool HidesFrom(const Surroundings& here, const Helper& helper) {
  if (!helper.used || helper.used->maker == ProgramMaker::kUidmapNg || here.process.real_uid == 0) return false;
  const ExecOutcome outcome = PredictExec(here.process, *helper.used);
  return outcome.effective_uid == 0 && (outcome.permitted & MaskOf(CAP_SYS_PTRACE)) == 0;
}

void CheckHidePid(const Surroundings& here, Findings& findings) {
  const std::string hidepid = HidePid();
  if (hidepid.empty()) {
    findings.push_back({Severity::kOk, "hidepid", "/proc hides no processes", ""});
    return;
  }
  for (const Helper& helper : here.helpers) {
    if (!HidesFrom(here, helper)) continue;
    findings.push_back(
        {Severity::kProblem, "hidepid",
         fmt::format("/proc is mounted with {}, and {} is shadow's, setuid root without CAP_SYS_PTRACE: it "
                     "does not find the target",
                     hidepid, helper.row.program),
         "install uidmap-ng, which looks as the caller"});
    return;
  }
  findings.push_back({Severity::kOk, "hidepid",
                      fmt::format("/proc is mounted with {}, which hides nobody's own processes", hidepid), ""});
}

}  // namespace

void CheckProc(const Surroundings& here, Findings& findings) {
  if (CheckMount(findings)) CheckHidePid(here, findings);
}

}  // namespace uidmap
