// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "tools/checks.h"
#include "tools/namespace_trial.h"
#include "tools/refusal_words.h"

namespace uidmap {
namespace {

constexpr const char* kLimit = "/proc/sys/user/max_user_namespaces";
constexpr const char* kDebianSwitch = "/proc/sys/kernel/unprivileged_userns_clone";
constexpr const char* kAppArmorSwitch = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

void CheckLimit(Findings& findings) {
  const auto limit = ReadNumber(kLimit);
  if (!limit) {
    findings.push_back({Severity::kWarning, "user-namespace-limit",
                        "the limit user.max_user_namespaces cannot be read; the kernel may have no user namespaces",
                        fmt::format("ls -l {}", kLimit)});
  } else if (*limit == 0) {
    findings.push_back({Severity::kProblem, "user-namespace-limit",
                        "user.max_user_namespaces is 0, so nobody can make a user namespace here",
                        "sysctl -w user.max_user_namespaces=15000"});
  } else {
    findings.push_back({Severity::kOk, "user-namespace-limit",
                        fmt::format("every user can make {} user namespaces here", *limit), ""});
  }
}

void CheckSwitches(const Surroundings& here, Findings& findings) {
  if (ReadNumber(kDebianSwitch).value_or(1) == 0 && here.process.real_uid != 0) {
    findings.push_back({Severity::kProblem, "user-namespace-switch",
                        "kernel.unprivileged_userns_clone is 0, so only root can make user namespaces",
                        "sysctl -w kernel.unprivileged_userns_clone=1"});
  } else {
    findings.push_back({Severity::kOk, "user-namespace-switch", "this user is allowed to make user namespaces", ""});
  }
  if (ReadNumber(kAppArmorSwitch).value_or(0) != 0) {
    findings.push_back({Severity::kWarning, "apparmor-switch",
                        "kernel.apparmor_restrict_unprivileged_userns is on: user namespaces of programs without a "
                        "profile that allows them have no power, and a correct map can be refused",
                        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"});
  }
}

Finding Refused(const Surroundings& here, int error_number) {
  const char* const check = "user-namespace-trial";
  if (error_number == ENOSPC) {
    return {Severity::kProblem, check,
            "a user namespace could not be made: this user has as many as user.max_user_namespaces allows here or "
            "further out, or 32 are nested already (No space left on device)",
            "lsns --type user; sysctl user.max_user_namespaces"};
  }
  if (error_number == EPERM) {
    return {Severity::kProblem, check,
            fmt::format(
                "a user namespace could not be made: Operation not permitted. {}",
                here.process.has_filter
                    ? "A seccomp filter is in force, which may refuse it; so may a security module, a chroot, or "
                      "an own id that this namespace does not have"
                    : "A security module may refuse it, or a switch of the kernel; so does a chroot, or an own id "
                      "that this namespace does not have"),
            here.process.has_filter ? "podman run --security-opt=seccomp=unconfined" : "dmesg"};
  }
  return {Severity::kProblem, check, fmt::format("a user namespace could not be made: {}", ErrnoWords(error_number)),
          "unshare --user true"};
}

// A namespace that was made, but is of no use.
std::optional<Finding> WhyUseless(const NamespaceTrial& trial) {
  const auto problem = [](std::string sentence, std::string remedy) {
    return Finding{Severity::kProblem, "user-namespace-trial", std::move(sentence), std::move(remedy)};
  };
  if (trial.error_of_use == ENOSPC || trial.error_of_mounts == ENOSPC) {
    return problem(
        "a user namespace was made, but no other namespaces in it, which containers need: one of the limits "
        "user.max_*_namespaces is reached (No space left on device)",
        "grep . /proc/sys/user/max_*_namespaces");
  }
  if (trial.error_of_use != 0 || trial.error_of_mounts != 0) {
    return problem(fmt::format("a user namespace was made, but its root has no power in it: {}; a security module "
                               "(AppArmor on Ubuntu) or a seccomp filter takes it away",
                               ErrnoWords(trial.error_of_use != 0 ? trial.error_of_use : trial.error_of_mounts)),
                   "sysctl kernel.apparmor_restrict_unprivileged_userns; dmesg");
  }
  if (trial.error_of_map == 0) return std::nullopt;
  return problem(
      fmt::format("a user namespace was made, but its map of the own ids could not be written: {}; /proc is "
                  "missing or read-only, or a security module refuses it",
                  ErrnoWords(trial.error_of_map)),
      "ls -l /proc/self/uid_map; dmesg");
}

void CheckTrial(const Surroundings& here, Findings& findings) {
  const NamespaceTrial trial = TryNamespaces();
  if (trial.levels == 0) {
    findings.push_back(Refused(here, trial.error_number));
    return;
  }
  if (const auto useless = WhyUseless(trial)) {
    findings.push_back(*useless);
    return;
  }
  findings.push_back(
      {Severity::kOk, "user-namespace-trial", "a user namespace was made, and its root has power in it", ""});
  if (trial.levels < kWantedLevels) {
    findings.push_back(
        {Severity::kWarning, "nesting",
         fmt::format("a container can be made here, but no container in it: {}", ErrnoWords(trial.error_number)),
         "lsns --type user; sysctl user.max_user_namespaces"});
  } else {
    findings.push_back({Severity::kOk, "nesting", "another user namespace can be made in it", ""});
  }
  if (trial.error_of_proc != 0) {
    findings.push_back({Severity::kWarning, "new-proc",
                        fmt::format("a new /proc cannot be mounted there: {}; something covers parts of /proc here, "
                                    "which containers in containers cannot do with",
                                    ErrnoWords(trial.error_of_proc)),
                        "podman run --security-opt=unmask=ALL"});
  }
}

}  // namespace

void CheckNamespaces(const Surroundings& here, Findings& findings) {
  CheckLimit(findings);
  CheckSwitches(here, findings);
  CheckTrial(here, findings);
}

}  // namespace uidmap
