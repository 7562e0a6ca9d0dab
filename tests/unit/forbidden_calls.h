// SPDX-License-Identifier: BSD-3-Clause
// System calls by which a process that was taken over could change what it is, what it runs, or somebody else: none
// of them may ever get onto the list of allowed calls. By name, so that nobody reads a number wrong. prctl(2) and
// ioctl(2) stand here, too: they are not allowed as such, whatever the filter says of an option or a request.
#pragma once

#include <sys/syscall.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "filter_under_test.h"

namespace {

// `text` is the number if the headers have the macro, and the macro's own name if not.
std::optional<std::uint32_t> NumberIn(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

#define TEXT_OF(macro) #macro
#define VALUE_OF(macro) TEXT_OF(macro)
#define CALL(name) \
  { #name, NumberIn(VALUE_OF(SYS_##name)) }

const uidmap_test::ForbiddenCall kForbiddenCalls[] = {
    // ids, groups, capabilities of others, what exec gives
    CALL(setuid), CALL(setgid), CALL(setreuid), CALL(setregid), CALL(setresuid), CALL(setresgid), CALL(setfsuid),
    CALL(setfsgid), CALL(setgroups), CALL(personality), CALL(seccomp), CALL(prctl), CALL(arch_prctl),
    // becoming or making another process
    CALL(execve), CALL(execveat), CALL(fork), CALL(vfork), CALL(clone), CALL(clone3), CALL(setsid), CALL(setpgid),
    // namespaces, mounts, roots
    CALL(unshare), CALL(setns), CALL(mount), CALL(umount2), CALL(pivot_root), CALL(chroot), CALL(chdir), CALL(fchdir),
    CALL(fsopen), CALL(fsconfig), CALL(fsmount), CALL(fspick), CALL(open_tree), CALL(move_mount), CALL(mount_setattr),
    CALL(sethostname), CALL(setdomainname), CALL(swapon), CALL(swapoff), CALL(quotactl), CALL(name_to_handle_at),
    CALL(open_by_handle_at),
    // other processes
    CALL(ptrace), CALL(process_vm_readv), CALL(process_vm_writev), CALL(process_madvise), CALL(process_mrelease),
    CALL(kcmp), CALL(kill), CALL(tkill), CALL(tgkill), CALL(rt_sigqueueinfo), CALL(rt_tgsigqueueinfo),
    CALL(pidfd_open), CALL(pidfd_getfd), CALL(pidfd_send_signal), CALL(prlimit64), CALL(setrlimit), CALL(setpriority),
    CALL(ioprio_set), CALL(sched_setscheduler), CALL(sched_setattr), CALL(sched_setaffinity), CALL(migrate_pages),
    CALL(move_pages), CALL(set_robust_list), CALL(get_robust_list),
    // credentials, descriptors and words to others
    CALL(socket), CALL(socketpair), CALL(connect), CALL(bind), CALL(listen), CALL(accept), CALL(accept4),
    CALL(sendmsg), CALL(sendmmsg), CALL(recvmsg), CALL(recvmmsg), CALL(setsockopt), CALL(add_key), CALL(request_key),
    CALL(keyctl), CALL(msgget), CALL(msgsnd), CALL(semget), CALL(semop), CALL(shmget), CALL(shmat), CALL(mq_open),
    // files
    CALL(open), CALL(creat), CALL(setxattr), CALL(lsetxattr), CALL(fsetxattr), CALL(setxattrat), CALL(removexattr),
    CALL(lremovexattr), CALL(fremovexattr), CALL(chmod), CALL(fchmod), CALL(fchmodat), CALL(fchmodat2), CALL(chown),
    CALL(fchown), CALL(lchown), CALL(fchownat), CALL(unlink), CALL(unlinkat), CALL(rmdir), CALL(rename),
    CALL(renameat), CALL(renameat2), CALL(link), CALL(linkat), CALL(symlink), CALL(symlinkat), CALL(mkdir),
    CALL(mkdirat), CALL(mknod), CALL(mknodat), CALL(truncate), CALL(ftruncate), CALL(fallocate), CALL(utimensat),
    CALL(file_setattr), CALL(ioctl), CALL(pwrite64), CALL(writev), CALL(pwritev), CALL(pwritev2), CALL(sendfile),
    CALL(splice), CALL(tee), CALL(vmsplice), CALL(copy_file_range), CALL(fcntl), CALL(dup2), CALL(dup3), CALL(umask),
    CALL(acct), CALL(fanotify_init), CALL(fanotify_mark), CALL(landlock_restrict_self),
    // memory that could be made code
    CALL(mmap), CALL(mmap2), CALL(mprotect), CALL(mremap), CALL(pkey_mprotect), CALL(remap_file_pages), CALL(brk),
    CALL(memfd_create), CALL(memfd_secret), CALL(userfaultfd), CALL(map_shadow_stack), CALL(uselib),
    // large doors into the kernel
    CALL(bpf), CALL(perf_event_open), CALL(init_module), CALL(finit_module), CALL(delete_module), CALL(kexec_load),
    CALL(kexec_file_load), CALL(io_uring_setup), CALL(io_uring_enter), CALL(io_uring_register), CALL(io_setup),
    CALL(io_submit), CALL(reboot), CALL(syslog), CALL(iopl), CALL(ioperm), CALL(modify_ldt), CALL(settimeofday),
    CALL(clock_settime), CALL(adjtimex), CALL(clock_adjtime), CALL(vhangup), CALL(lookup_dcookie)};

}  // namespace
