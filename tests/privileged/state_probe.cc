// SPDX-License-Identifier: BSD-3-Clause
// Takes the helper's steps one by one, with the libraries, flags and start-up code of the pair, and reports what
// the process is in between:
//
//     state_probe uid|gid STEP...
//
// Ends with status 0 after the last step; as the pair do, with 1 after the first that fails, which it reports.
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <optional>
#include <string_view>

#include "own_fault.h"
#include "privileged/confinement.h"
#include "privileged/privileges.h"
#include "state_report.h"
#include "syscall_filter.h"
#include "system/startup.h"

namespace uidmap_test {
namespace {

using uidmap::Extent;
using uidmap::InsideId;
using uidmap::OutsideId;
using uidmap::Result;

constexpr Extent kOrdinary[] = {{InsideId{0}, OutsideId{100000}, 65536}};
constexpr Extent kWithOutsideZero[] = {{InsideId{1}, OutsideId{100000}, 65536}, {InsideId{0}, OutsideId{0}, 1}};

// A filter that is there only from some step on.
Result<void> AnswerCapset(int answer) {
  const bool installed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                         InstallFilter({.call = {.number = SYS_capset}, .answer = answer});
  if (!installed) return uidmap::FailureOf(uidmap::Reason::kStartStepFailed, "InstallFilter", errno);
  return {};
}

class Probe {
 public:
  explicit Probe(const uidmap::MapKindRow& row) : row_(row) {}

  Result<void> Take(std::string_view step) {
    if (step == "shield") return uidmap::ShieldFromSignals();
    if (step == "settle") return uidmap::SettleProcess();
    if (step == "put-down") return PutDown();
    if (step == "fail-to-put-down") return FailToPutDown();
    if (step == "give-up-auditing") return dormant_->GiveUpAuditing();
    if (step == "confine") return uidmap::Confine();
    if (step == "keep-for-ordinary") return dormant_->KeepOnlyFor(kOrdinary);
    if (step == "keep-for-outside-zero") return dormant_->KeepOnlyFor(kWithOutsideZero);
    if (step == "raise") return Raise();
    if (step == "renounce") return std::move(*raised_).Renounce();
    if (step == "leave-scope") return raised_.reset(), dormant_.reset(), Result<void>();
    if (step == "lie-about-capset") return AnswerCapset(0);
    if (step == "deny-capset") return AnswerCapset(EPERM);
    return Observe(step);
  }

 private:
  Result<void> PutDown() {
    dormant_.emplace(TRY(uidmap::DormantPrivileges::PutDown(row_)));
    return {};
  }

  // Goes on behind a refusal, to see what it left.
  Result<void> FailToPutDown() {
    if (!PutDown().has_value()) return {};
    return uidmap::FailureOf(uidmap::Reason::kBadTarget, "PutDown did not fail");
  }

  Result<void> Raise() {
    raised_.emplace(TRY(std::move(*dormant_).Raise()));
    return {};
  }

  Result<void> Observe(std::string_view step) {
    if (step == "report") return ReportState(), Result<void>();
    if (step == "ways-back") return ReportWaysBack(static_cast<int>(row_.capability)), Result<void>();
    if (step == "ways-back-to-auditing") return ReportWaysBack(CAP_AUDIT_WRITE), Result<void>();
    CommitFault(step);  // a step that does not exist must not look like success
    return uidmap::FailureOf(uidmap::Reason::kBadTarget, step);
  }

  const uidmap::MapKindRow& row_;
  std::optional<uidmap::DormantPrivileges> dormant_;
  std::optional<uidmap::RaisedPrivilege> raised_;
};

}  // namespace
}  // namespace uidmap_test

int main(int argc, char** argv) {
  if (argc < 2) return 1;
  const bool uid = std::string_view(argv[1]) == "uid";
  uidmap_test::Probe probe(RowOf(uid ? uidmap::MapKind::kUid : uidmap::MapKind::kGid));
  for (int i = 2; i < argc; ++i) {
    const auto taken = probe.Take(argv[i]);
    if (taken.has_value()) continue;
    uidmap_test::ReportFailure(taken.error());
    return 1;
  }
  return 0;
}
