// SPDX-License-Identifier: BSD-3-Clause
#include "state_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "report_descriptor.h"

namespace uidmap_test {
namespace {

constexpr std::string_view kStatusLines[] = {"Umask",  "Uid",    "Gid",    "Groups", "SigBlk", "SigCgt",
                                             "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs"};

void ReportStatusLine(std::string_view line) {
  const std::string_view key = line.substr(0, line.find(':'));
  if (std::find(std::begin(kStatusLines), std::end(kStatusLines), key) == std::end(kStatusLines)) return;
  dprintf(kReportDescriptor, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void ReportStatus() {
  char text[8192];
  const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const ssize_t size = read(file, text, sizeof text);
  if (file >= 0) close(file);
  if (size <= 0) return;  // a missing line is what the test will see
  std::string_view rest(text, static_cast<std::size_t>(size));
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    ReportStatusLine(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
}

void ReportProcessFlags() {
  dprintf(kReportDescriptor, "securebits: %d\n", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
  dprintf(kReportDescriptor, "dumpable: %d\n", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
  rlimit core = {.rlim_cur = 1, .rlim_max = 1};
  getrlimit(RLIMIT_CORE, &core);
  dprintf(kReportDescriptor, "core: %s\n", core.rlim_cur == 0 && core.rlim_max == 0 ? "none" : "allowed");
  int variables = 0;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) ++variables;
  dprintf(kReportDescriptor, "environ: %d\n", variables);
  for (const auto timer : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
    itimerval left = {};
    getitimer(timer, &left);
    const bool runs = left.it_value.tv_sec != 0 || left.it_value.tv_usec != 0;
    dprintf(kReportDescriptor, "timer%d: %s\n", static_cast<int>(timer), runs ? "runs" : "stopped");
  }
}

void ReportStandardDescriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    char link[32];
    char file[256] = "closed";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, file, sizeof file - 1);
    if (size >= 0) file[size] = '\0';
    dprintf(kReportDescriptor, "fd%d: %s\n", fd, file);
  }
}

void ReportLibcapView() {
  cap_t sets = cap_get_proc();
  char* text = sets == nullptr ? nullptr : cap_to_text(sets, nullptr);
  dprintf(kReportDescriptor, "libcap: %s\n", text == nullptr ? strerrordesc_np(errno) : text);
  cap_free(text);
  cap_free(sets);
}

void ReportWayBack(const char* call, int result) {
  dprintf(kReportDescriptor, "back %s: %s\n", call, result == 0 ? "done" : strerrorname_np(errno));
}

}  // namespace

void ReportState() {
  dprintf(kReportDescriptor, "state\n");
  ReportStatus();
  ReportProcessFlags();
  ReportStandardDescriptors();
  ReportLibcapView();
}

void ReportFailure(const uidmap::Failure& failure) {
  const std::string_view subject = failure.subject.view();
  dprintf(kReportDescriptor, "failure %d %d %.*s\n", static_cast<int>(failure.reason), failure.error_number,
          static_cast<int>(subject.size()), subject.data());
}

void ReportWaysBack(int capability) {
  dprintf(kReportDescriptor, "state\n");
  for (const cap_flag_t flag : {CAP_INHERITABLE, CAP_PERMITTED}) {
    cap_t sets = cap_init();
    cap_set_flag(sets, flag, 1, &capability, CAP_SET);
    ReportWayBack(flag == CAP_PERMITTED ? "permitted" : "inheritable", cap_set_proc(sets));
    cap_free(sets);
  }
  ReportWayBack("ambient", cap_set_ambient(capability, CAP_SET));
  ReportWayBack("setuid", setuid(0));
  ReportWayBack("setresuid", setresuid(0, 0, 0));
  ReportWayBack("setgid", setgid(0));
  ReportWayBack("setresgid", setresgid(0, 0, 0));
}

}  // namespace uidmap_test
