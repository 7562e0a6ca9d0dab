// SPDX-License-Identifier: BSD-3-Clause
#include "core/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace uidmap {
namespace {

TEST(Text, HoldsWhatWasAppendedInOrder) {
  BoundedText<20> text;
  EXPECT_EQ(text.view(), "");
  text.Append("ab");
  text.Append("");
  text.AppendByte('c');
  text.AppendDecimal(42);
  EXPECT_EQ(text.view(), "abc42");
  EXPECT_FALSE(text.overflowed());
}

TEST(Text, TakesEveryByteValue) {
  std::string all;
  for (int code = 0; code < 256; ++code) all += static_cast<char>(code);
  BoundedText<256> text;
  text.Append(all);
  EXPECT_EQ(text.view(), all);
  EXPECT_FALSE(text.overflowed());
}

TEST(Text, FullIsNotYetOverflowed) {
  BoundedText<3> text;
  text.Append("abc");
  EXPECT_EQ(text.view(), "abc");
  EXPECT_FALSE(text.overflowed());
  text.Append("");
  EXPECT_FALSE(text.overflowed());
}

TEST(Text, DropsWhatDoesNotFitAndSaysSoForEver) {
  BoundedText<3> text;
  text.Append("abcdef");
  EXPECT_EQ(text.view(), "abc");
  EXPECT_TRUE(text.overflowed());
  text.Append("");
  EXPECT_TRUE(text.overflowed());

  BoundedText<3> by_byte;
  for (const char byte : {'a', 'b', 'c', 'd'}) by_byte.AppendByte(byte);
  EXPECT_EQ(by_byte.view(), "abc");
  EXPECT_TRUE(by_byte.overflowed());
}

TEST(Text, WritesTheWholeRangeOfNumbers) {
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{10}, std::uint64_t{4294967295},
                                     std::uint64_t{4294967296}, std::numeric_limits<std::uint64_t>::max()}) {
    BoundedText<20> text;
    text.AppendDecimal(number);
    EXPECT_EQ(text.view(), std::to_string(number));
    EXPECT_FALSE(text.overflowed());
  }
}

// Half a number is another number: whoever reads the text must see that it was cut.
TEST(Text, NumberThatDoesNotFitOverflows) {
  BoundedText<3> text;
  text.AppendDecimal(1234);
  EXPECT_TRUE(text.overflowed());
}

}  // namespace
}  // namespace uidmap
