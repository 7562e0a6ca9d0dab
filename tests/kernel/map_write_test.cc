// SPDX-License-Identifier: BSD-3-Clause
// What the kernel makes of the text written to uid_map: kernel/user_namespace.c, map_write().
// The writer is root and may map everything, so only the text decides.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "support.h"

namespace uidmap_kernel {
namespace {

// `count` one-id extents, short enough to stay below the limit on bytes.
std::string OneIdExtents(int count) {
  std::string text;
  for (int id = 1; id <= count; ++id) {
    text += std::to_string(id) + ' ' + std::to_string(id) + " 1\n";
  }
  return text;
}

// A good map in `size` bytes: blanks before the first number are allowed.
std::string PaddedMap(size_t size) {
  const std::string map = "0 61001 1\n";
  return std::string(size - map.size(), ' ') + map;
}

size_t PageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

void MapOwnIdsToZero() {
  const auto write_file = [](const char* path, const char* text) {
    const Fd fd(open(path, O_WRONLY | O_CLOEXEC));
    Must(fd.get() >= 0 && WriteText(fd.get(), text) == kOk, "map the own id");
  };
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", "0 61001 1");
  write_file("/proc/self/gid_map", "0 61001 1");
}

// A map that nobody has set reads empty: m_start() of the map's seq_file, user_namespaces(7).
TEST(MapWrite, UnsetMapReadsEmpty) {
  const NewNamespace target;
  EXPECT_EQ(target.Read("uid_map"), "");
  EXPECT_EQ(target.Read("gid_map"), "");
}

// Every number is cut to 32 bits: map_write() assigns simple_strtoul() to the u32 members of struct
// uid_gid_extent.
TEST(MapWrite, NumbersAreCutTo32Bits) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "4294967296 61001 1"), kOk);
  EXPECT_EQ(target.Read("uid_map"), "0 61001 1\n");
}

// Numbers beyond 64 bits wrap as well: simple_strtoul() does not look for overflow.
TEST(MapWrite, NumbersBeyond64BitsWrap) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "4294967297 8589934593 18446744073709551617"), kOk);
  EXPECT_EQ(target.Read("uid_map"), "1 1 1\n");
}

// Numbers are base 10 whatever they begin with: map_write() calls simple_strtoul(pos, &pos, 10).
TEST(MapWrite, LeadingZeroIsNotOctal) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "010 61001 1"), kOk);
  EXPECT_EQ(target.Read("uid_map"), "10 61001 1\n");
}

// The prefix of a hexadecimal number is a syntax error: map_write(), base 10.
TEST(MapWrite, HexadecimalIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0x0 61001 1"), Fails(EINVAL));
}

// A descriptor takes one write, at position 0: map_write(), "Only allow < page size writes at the
// beginning of the file".
TEST(MapWrite, SecondWriteOnTheSameDescriptorIsEinval) {
  const NewNamespace target;
  const Fd map = target.Open("uid_map", O_WRONLY);
  EXPECT_EQ(WriteText(map.get(), "0 61001 1"), kOk);
  EXPECT_EQ(WriteText(map.get(), "0 61001 1"), Fails(EINVAL));
}

// A map is set once for ever: map_write(), "Only allow one successful write to the map".
TEST(MapWrite, SecondWriteOnANewDescriptorIsEperm) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0 61001 1"), kOk);
  EXPECT_EQ(target.Write("uid_map", "0 61001 1"), Fails(EPERM));
}

// 340 extents fit: UID_GID_MAP_MAX_EXTENTS in include/linux/user_namespace.h, since Linux 4.15.
TEST(MapWrite, Takes340Extents) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", OneIdExtents(340)), kOk);
  EXPECT_EQ(target.Read("uid_map"), OneIdExtents(340));
}

// 341 extents do not fit: UID_GID_MAP_MAX_EXTENTS, checked by map_write().
TEST(MapWrite, The341stExtentIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", OneIdExtents(341)), Fails(EINVAL));
}

// One byte less than a page (4095 of 4096) is accepted: map_write(), user_namespaces(7).
TEST(MapWrite, TakesOneByteLessThanAPage) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", PaddedMap(PageSize() - 1)), kOk);
}

// A whole page (4096 bytes) is refused: map_write(), user_namespaces(7).
TEST(MapWrite, WholePageIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", PaddedMap(PageSize())), Fails(EINVAL));
}

// Extents must not share inside ids: mappings_overlap().
TEST(MapWrite, OverlapInsideIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0 100000 10\n9 200000 10\n"), Fails(EINVAL));
}

// Extents must not share outside ids: mappings_overlap().
TEST(MapWrite, OverlapOutsideIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0 100000 10\n10 100009 10\n"), Fails(EINVAL));
}

// 4294967295 is "no id" inside: map_write(), "Verify we have been given valid starting values".
TEST(MapWrite, NoIdInsideIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "4294967295 61001 1"), Fails(EINVAL));
}

// 4294967295 is "no id" outside: map_write(), "Verify we have been given valid starting values".
TEST(MapWrite, NoIdOutsideIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0 4294967295 1"), Fails(EINVAL));
}

// 4294967294 is the last id, alone it can be mapped: map_write().
TEST(MapWrite, TakesTheLastId) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "4294967294 4294967294 1"), kOk);
}

// A range must not reach past the last id: map_write(), "Verify count is not zero and does not
// cause the extent to wrap".
TEST(MapWrite, RangeThatReachesNoIdIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0 4294967294 2"), Fails(EINVAL));
}

// An empty range is refused: map_write(), "Verify count is not zero and does not cause the extent
// to wrap".
TEST(MapWrite, CountZeroIsEinval) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0 61001 0"), Fails(EINVAL));
}

// A refused write installs nothing and uses nothing up: map_write() builds the new map apart and
// copies it into the namespace at the end.
TEST(MapWrite, RefusedWriteChangesNothing) {
  const NewNamespace target;
  EXPECT_EQ(target.Write("uid_map", "0 61001 1\n1 100000 0\n"), Fails(EINVAL));
  EXPECT_EQ(target.Read("uid_map"), "");
  EXPECT_EQ(target.Write("uid_map", "0 61001 1"), kOk);
}

// An outside range must lie in one extent of the parent's map, even where two extents of the parent
// join without a gap: map_id_range_down(), called by map_write().
TEST(MapWrite, OutsideRangeMustLieInOneExtentOfTheParent) {
  const NewNamespace parent;
  ASSERT_EQ(parent.Write("uid_map", "0 61001 1\n1 100000 9\n"), kOk);
  ASSERT_EQ(parent.Write("gid_map", "0 61001 1\n"), kOk);
  InChild([&] {
    EnterAsRoot(parent.Open("ns/user", O_RDONLY).get());
    const NewNamespace target(0);
    EXPECT_EQ(target.Write("uid_map", "0 0 10\n"), Fails(EPERM));
    EXPECT_EQ(target.Write("uid_map", "0 0 1\n1 1 9\n"), kOk);
  });
}

// Only the namespace itself and its direct parent can set a map, which host root further up cannot:
// proc_uid_map_write() compares the opener's namespace.
TEST(MapWrite, GrandchildsMapIsEperm) {
  const NewNamespace grandchild(kCaller, [] {
    MapOwnIdsToZero();
    Must(unshare(CLONE_NEWUSER) == 0, "create a second user namespace");
  });
  EXPECT_EQ(grandchild.Write("uid_map", "0 0 1"), Fails(EPERM));
  InChild([&] {
    EnterAsRoot(ioctl(grandchild.Open("ns/user", O_RDONLY).get(), NS_GET_PARENT));
    EXPECT_EQ(grandchild.Write("uid_map", "0 0 1"), kOk);
  });
}

}  // namespace
}  // namespace uidmap_kernel
