// SPDX-License-Identifier: BSD-3-Clause
#include "contained.h"

#include <unistd.h>

#include "report_descriptor.h"

namespace uidmap_test {

void InstallAll(const Filters& filters) {
  for (const SyscallFilter& filter : filters) Must(InstallFilter(filter), "install a filter");
}

Contained::Contained(MapKind kind, Marker marker)
    : kind_(kind), program_(Install(HelperProgram(kind), MarkedWith(marker, kind))) {}

Ended Contained::RunProgram(const std::function<void()>& as_root, const std::string& first,
                            const std::string& count) const {
  return RunChild([&] {
    Must(dup2(kReportDescriptor, STDERR_FILENO) == STDERR_FILENO, "hear what is said");
    BecomeCaller({.uid = kCaller, .as_root = as_root});
    Execute(program_, {target_.pid(), "0", first, count});
  });
}

void Contained::ExpectWorks(const Ended& ended) const {
  EXPECT_EQ(ended.how, "exit status 0") << ended.report;
  EXPECT_EQ(target_.Read(NameOf(kind_) + "_map"), "0 100000 65536");
}

void Contained::ExpectRefused(const Ended& ended, const std::string& reason) const {
  EXPECT_EQ(ended.how, "exit status 1");
  EXPECT_NE(ended.report.find(reason), std::string::npos) << ended.report;
  EXPECT_EQ(target_.Read(NameOf(kind_) + "_map"), "");
}

}  // namespace uidmap_test
