// SPDX-License-Identifier: BSD-3-Clause
// What the filter says of every system call, by a reading of the program that shares nothing with the kernel's, for
// each processor that has one.
#include "privileged/filter_program.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "filter_under_test.h"

namespace uidmap_test {

std::vector<FilterUnderTest>& FiltersUnderTest() {
  static std::vector<FilterUnderTest> filters;
  return filters;
}

namespace {

constexpr std::uint32_t kDenied = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t kProbed = SECCOMP_RET_ERRNO | 2971;
constexpr std::uint32_t kNothing = 0xdeadbeef;  // the program does not end with an answer

std::uint32_t WordAt(const seccomp_data& data, std::uint32_t offset) {
  std::uint32_t word = 0;
  if (offset + sizeof word > sizeof data) return kNothing;
  memcpy(&word, reinterpret_cast<const char*>(&data) + offset, sizeof word);
  return word;
}

// Any instruction but the three that the program has use for is a failure.
std::uint32_t Answer(const FilterUnderTest& filter, const seccomp_data& data) {
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < filter.program.size(); ++at) {
    const sock_filter& instruction = filter.program[at];
    switch (instruction.code) {
      case BPF_LD | BPF_W | BPF_ABS: accumulator = WordAt(data, instruction.k); break;
      case BPF_JMP | BPF_JEQ | BPF_K: at += accumulator == instruction.k ? instruction.jt : instruction.jf; break;
      case BPF_LDX | BPF_W | BPF_IMM: break;  // another register, which no instruction here reads
      case BPF_RET | BPF_K: return instruction.k;
      default: return kNothing;
    }
  }
  return kNothing;
}

seccomp_data CallOf(std::uint32_t abi, std::uint32_t number, std::uint64_t argument = 0) {
  seccomp_data data = {};
  data.arch = abi;
  data.nr = static_cast<int>(number);
  std::fill(std::begin(data.args), std::end(data.args), argument);
  return data;
}

constexpr std::uint64_t kProbe = 0x7569646d;
constexpr std::uint64_t kArguments[] = {0, 1, kProbe, kProbe << 32, ~std::uint64_t{0}};

class FilterProgram : public testing::TestWithParam<FilterUnderTest> {
 protected:
  [[nodiscard]] bool IsAllowed(std::uint32_t number) const {
    return std::count(filter_.allowed.begin(), filter_.allowed.end(), number) == 1;
  }

  const FilterUnderTest filter_ = GetParam();
};

INSTANTIATE_TEST_SUITE_P(, FilterProgram, testing::ValuesIn(FiltersUnderTest()),
                         [](const auto& info) { return std::string(info.param.processor); });

TEST_P(FilterProgram, AllowsExactlyTheCallsOfTheList) {
  for (std::uint32_t number = 0; number < 1024; ++number) {
    if (number == filter_.prctl) continue;
    for (const std::uint64_t argument : kArguments) {
      const std::uint32_t answer = Answer(filter_, CallOf(filter_.abi, number, argument));
      EXPECT_EQ(answer, IsAllowed(number) ? SECCOMP_RET_ALLOW : kDenied) << "system call " << number;
    }
  }
}

// x32 has its calls under the native ABI's name, with a bit in the number.
TEST_P(FilterProgram, AllowsNoNumberOutsideTheTable) {
  for (std::uint32_t number = 0; number < 1024; ++number) {
    for (std::uint32_t bit = 10; bit < 32; ++bit) {
      for (const std::uint64_t argument : kArguments) {
        EXPECT_EQ(Answer(filter_, CallOf(filter_.abi, number | 1U << bit, argument)), kDenied);
      }
    }
  }
}

TEST_P(FilterProgram, AllowsNoCallOfAnotherAbi) {
  std::set<std::uint32_t> others = {0,
                                    ~0U,
                                    AUDIT_ARCH_I386,
                                    AUDIT_ARCH_X86_64,
                                    AUDIT_ARCH_ARM,
                                    AUDIT_ARCH_AARCH64,
                                    AUDIT_ARCH_RISCV32,
                                    AUDIT_ARCH_RISCV64,
                                    AUDIT_ARCH_S390X,
                                    AUDIT_ARCH_PPC64LE};
  for (int bit = 0; bit < 32; ++bit) others.insert(filter_.abi ^ 1U << bit);
  others.erase(filter_.abi);
  for (const std::uint32_t abi : others) {
    for (std::uint32_t number = 0; number < 1024; ++number) {
      EXPECT_EQ(Answer(filter_, CallOf(abi, number)), kDenied) << std::hex << abi;
      EXPECT_EQ(Answer(filter_, CallOf(abi, number, kProbe)), kDenied) << std::hex << abi;
    }
  }
}

// The option is an int: the kernel, too, looks at the low half alone.
TEST_P(FilterProgram, AnswersTheProbeAndDeniesAllElseOfPrctl) {
  EXPECT_EQ(Answer(filter_, CallOf(filter_.abi, filter_.prctl, kProbe)), kProbed);
  seccomp_data only_option = CallOf(filter_.abi, filter_.prctl);
  only_option.args[0] = kProbe;
  EXPECT_EQ(Answer(filter_, only_option), kProbed);

  seccomp_data probe_elsewhere = CallOf(filter_.abi, filter_.prctl, kProbe);
  for (const std::uint64_t option : {std::uint64_t{0}, kProbe << 32, kProbe << 32 | 1, ~std::uint64_t{0}}) {
    probe_elsewhere.args[0] = option;
    EXPECT_EQ(Answer(filter_, probe_elsewhere), kDenied) << option;
  }
  for (std::uint64_t option = 0; option < 4096; ++option) {
    EXPECT_EQ(Answer(filter_, CallOf(filter_.abi, filter_.prctl, option)), kDenied) << option;
  }
  for (int bit = 0; bit < 32; ++bit) {
    const std::uint64_t near = kProbe ^ std::uint64_t{1} << bit;
    EXPECT_EQ(Answer(filter_, CallOf(filter_.abi, filter_.prctl, near)), kDenied) << near;
  }
}

// ioctl_ns(2): of all that ioctl(2) does, one question about a namespace. The request is an int: the kernel, too,
// looks at the low half alone. No other argument has a say.
TEST_P(FilterProgram, AllowsOneRequestOfIoctl) {
  constexpr std::uint64_t kGetParent = 0xb702;
  const auto asked = [&](std::uint64_t request, std::uint64_t others) {
    seccomp_data data = CallOf(filter_.abi, filter_.ioctl, others);
    data.args[1] = request;
    return Answer(filter_, data);
  };
  std::set<std::uint64_t> denied = {0x5412, 0x5421, 0x5451, 0xb701,
                                    0xb703, 0xb704, kProbe, ~std::uint64_t{0}};  // TIOCSTI...
  for (std::uint64_t request = 0; request < 0x10000; ++request) denied.insert(request);
  denied.erase(kGetParent);
  denied.insert(kGetParent << 32);
  for (int bit = 0; bit < 32; ++bit) denied.insert(kGetParent ^ std::uint64_t{1} << bit);
  for (const std::uint64_t others : {std::uint64_t{0}, kGetParent, kProbe, ~std::uint64_t{0}}) {
    EXPECT_EQ(asked(kGetParent, others), SECCOMP_RET_ALLOW);
    for (const std::uint64_t request : denied) ASSERT_EQ(asked(request, others), kDenied) << request;
  }
}

// A number that means a request to ioctl(2) means nothing to others.
TEST_P(FilterProgram, KnowsTheRequestOfIoctlAlone) {
  for (std::uint32_t number = 0; number < 1024; ++number) {
    if (number == filter_.ioctl || IsAllowed(number)) continue;
    EXPECT_EQ(Answer(filter_, CallOf(filter_.abi, number, 0xb702)), kDenied) << "system call " << number;
  }
}

// Nothing is killed, traced, logged or handed to another process for a call, whatever the input.
TEST_P(FilterProgram, HasNoOtherAnswers) {
  std::set<std::uint32_t> answers;
  for (const sock_filter& instruction : filter_.program) {
    if (BPF_CLASS(instruction.code) == BPF_RET) answers.insert(instruction.k);
    EXPECT_TRUE(BPF_CLASS(instruction.code) != BPF_RET || instruction.code == (BPF_RET | BPF_K));
  }
  EXPECT_EQ(answers, (std::set<std::uint32_t>{kDenied, kProbed, SECCOMP_RET_ALLOW}));
}

TEST_P(FilterProgram, LetsNoForbiddenCallPass) {
  std::size_t known = 0;
  for (const auto& [name, number] : filter_.forbidden) {
    if (!number) continue;
    ++known;
    EXPECT_FALSE(IsAllowed(*number)) << name;
    EXPECT_EQ(Answer(filter_, CallOf(filter_.abi, *number)), kDenied) << name;
  }
  EXPECT_GT(known, 140U) << "or the names were not found";
}

TEST_P(FilterProgram, HasEachCallOnce) {
  const std::set<std::uint32_t> calls(filter_.allowed.begin(), filter_.allowed.end());
  EXPECT_EQ(calls.size(), filter_.allowed.size());
  EXPECT_LT(*calls.rbegin(), 1024U) << "or the tests above did not look at it";
}

// uapi/linux/audit.h: what a mistake in the preprocessor's questions would change.
TEST_P(FilterProgram, IsForTheAbiOfItsProcessor) {
#if defined(__x86_64__)
  constexpr std::uint32_t kNative = 0xc000003e;
#elif defined(__aarch64__)
  constexpr std::uint32_t kNative = 0xc00000b7;
#elif defined(__riscv)
  constexpr std::uint32_t kNative = 0xc00000f3;
#endif
  const std::map<std::string, std::uint32_t> abis = {
      {"native", kNative}, {"aarch64", 0xc00000b7}, {"riscv64", 0xc00000f3}};
  EXPECT_EQ(filter_.abi, abis.at(filter_.processor));
}

TEST(FilterPrograms, AreLookedAtForAllProcessors) {
  if (FiltersUnderTest().size() < 3) {
    GTEST_SKIP() << "headers are missing: linux-libc-dev-arm64-cross, linux-libc-dev-riscv64-cross";
  }
}

// The kernel cuts what it does not take for an errno to the largest one; a known one would not tell who answered.
TEST(ProbeAnswer, IsAnErrnoThatTheKernelDoesNotUse) {
  EXPECT_LE(uidmap::kProbeAnswer, 4095U);
  EXPECT_EQ(strerrordesc_np(uidmap::kProbeAnswer), nullptr);
  EXPECT_GT(uidmap::kProbeAnswer, 530U) << "the largest that the kernel has for itself (linux/errno.h)";
}

}  // namespace
}  // namespace uidmap_test
