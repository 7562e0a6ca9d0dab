// SPDX-License-Identifier: BSD-3-Clause
#include "core/decimal.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "support.h"

namespace uidmap {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

TEST(Decimal, TakesNoOtherSpellingOfANumber) {
  for (const std::string_view text : kNotPlainDecimal) {
    SCOPED_TRACE(testing::PrintToString(text));
    EXPECT_FALSE(IsPlainDecimal(text));
    EXPECT_EQ(ParseDecimal(text, kUnlimited), std::nullopt);
  }
}

TEST(Decimal, OnlyTheTenDigitBytesAreDigits) {
  for (int code = 0; code < 256; ++code) {
    const char byte = static_cast<char>(code);
    const bool is_digit = std::string_view("0123456789").find(byte) != std::string_view::npos;
    SCOPED_TRACE(code);
    EXPECT_EQ(IsAllDigits(std::string(1, byte)), is_digit);
    EXPECT_EQ(IsAllDigits(std::string("1") + byte), is_digit);
    EXPECT_EQ(IsAllDigits(byte + std::string("1")), is_digit);
    EXPECT_EQ(ParseDecimal(std::string("1") + byte, kUnlimited).has_value(), is_digit);
  }
}

TEST(Decimal, LeadingZerosAreDigitsButNotPlain) {
  EXPECT_TRUE(IsAllDigits("007"));
  EXPECT_FALSE(IsPlainDecimal("007"));
  EXPECT_TRUE(IsPlainDecimal("0"));
  EXPECT_FALSE(IsAllDigits(""));
}

TEST(Decimal, EveryNumberUpTo100000IsReadAsItself) {
  for (std::uint64_t number = 0; number <= 100000; ++number) {
    ASSERT_EQ(ParseDecimal(std::to_string(number), kUnlimited), number);
  }
}

TEST(Decimal, TheLargestIsTakenAndTheNextIsNot) {
  for (const std::uint64_t largest : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{2147483647},
                                      std::uint64_t{4294967294}, std::uint64_t{4294967295}}) {
    SCOPED_TRACE(largest);
    EXPECT_EQ(ParseDecimal(std::to_string(largest), largest), largest);
    EXPECT_EQ(ParseDecimal(std::to_string(largest + 1), largest), std::nullopt);
  }
}

// Cutting a number to 32 bits made another map of it in shadow (CVE-2016-6252).
TEST(Decimal, LongNumbersNeverWrap) {
  EXPECT_EQ(ParseDecimal("9999999999999999999", kUnlimited), 9999999999999999999U);
  for (const std::string_view text : {"18446744073709551615", "18446744073709551616", "18446744073709551617",
                                      "99999999999999999999", "340282366920938463463374607431768211457"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(IsPlainDecimal(text));
    EXPECT_EQ(ParseDecimal(text, kUnlimited), std::nullopt);
  }
}

}  // namespace
}  // namespace uidmap
