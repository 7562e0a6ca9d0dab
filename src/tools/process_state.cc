// SPDX-License-Identifier: BSD-3-Clause
#include "tools/process_state.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <string>

#include "system/small_file.h"

namespace uidmap {
namespace {

constexpr unsigned kMostCapabilities = 64;

// capget(2): two words of 32 bits.
using CapabilityWords = std::array<__user_cap_data_struct, 2>;

// What prctl(2) says of each capability; a number that the kernel does not know is in no set.
CapabilityMask MaskFrom(int option, unsigned long argument, bool takes_argument) {
  CapabilityMask mask = 0;
  for (unsigned capability = 0; capability < kMostCapabilities; ++capability) {
    const int answer =
        takes_argument ? prctl(option, argument, capability, 0, 0) : prctl(option, capability, 0, 0, 0);
    if (answer == 1) mask |= MaskOf(capability);
  }
  return mask;
}

// By a process that is not root's: exec under one with privilege gives what it always does.
bool IsTraced() {
  const UniqueFd file(open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  std::array<char, 1024> bytes;
  const std::string tracer(ValueOf(ReadOnce(file, bytes), "TracerPid").value_or("0"));
  struct stat status = {};
  if (tracer == "0") return false;
  return stat(("/proc/" + tracer).c_str(), &status) != 0 || status.st_uid != 0;
}

}  // namespace

ProcessState ReadProcessState() {
  ProcessState state{
      .real_uid = getuid(), .effective_uid = geteuid(), .real_gid = getgid(), .effective_gid = getegid()};
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  CapabilityWords words = {};
  if (syscall(SYS_capget, &header, words.data()) == 0) {
    state.permitted = words[0].permitted | CapabilityMask{words[1].permitted} << 32;
    state.inheritable = words[0].inheritable | CapabilityMask{words[1].inheritable} << 32;
  }
  state.ambient = MaskFrom(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, true);
  state.bounding = MaskFrom(PR_CAPBSET_READ, 0, false);
  const int securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  state.securebits = securebits > 0 ? static_cast<unsigned>(securebits) : 0;
  state.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  state.has_filter = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
  state.is_traced = IsTraced();
  return state;
}

bool GiveUpCapabilities() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const CapabilityWords none = {};
  return syscall(SYS_capset, &header, none.data()) == 0;
}

}  // namespace uidmap
