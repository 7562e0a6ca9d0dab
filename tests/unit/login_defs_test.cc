// SPDX-License-Identifier: BSD-3-Clause
#include "core/login_defs.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace uidmap {
namespace {

using namespace std::string_view_literals;  // for a line with a NUL

TEST(LoginDefsLine, OnlyTheWordYesAllowsAnyGroup) {
  for (const std::string_view line :
       {"GRANT_AUX_GROUP_SUBIDS yes", "GRANT_AUX_GROUP_SUBIDS\tyes", "GRANT_AUX_GROUP_SUBIDS \t YES \t",
        "  GRANT_AUX_GROUP_SUBIDS Yes", "GRANT_AUX_GROUP_SUBIDS yes\r", "GRANT_AUX_GROUP_SUBIDS \"yes\""}) {
    EXPECT_EQ(ParseLoginDefsLine(line), GroupRule::kAnyOfHis) << line;
  }
}

// There are no comments behind a value.
TEST(LoginDefsLine, AnyOtherValueMeansThePrimaryGroupOnly) {
  for (const std::string_view line :
       {"GRANT_AUX_GROUP_SUBIDS"sv, "GRANT_AUX_GROUP_SUBIDS "sv, "GRANT_AUX_GROUP_SUBIDS no"sv,
        "GRANT_AUX_GROUP_SUBIDS true"sv, "GRANT_AUX_GROUP_SUBIDS 1"sv, "GRANT_AUX_GROUP_SUBIDS y"sv,
        "GRANT_AUX_GROUP_SUBIDS yess"sv, "GRANT_AUX_GROUP_SUBIDS yes # c"sv, "GRANT_AUX_GROUP_SUBIDS yes#c"sv,
        "GRANT_AUX_GROUP_SUBIDS yes no"sv, "GRANT_AUX_GROUP_SUBIDS = yes"sv, "GRANT_AUX_GROUP_SUBIDS 'yes'"sv,
        "GRANT_AUX_GROUP_SUBIDS \""sv, "GRANT_AUX_GROUP_SUBIDS \"\""sv, "GRANT_AUX_GROUP_SUBIDS \"yes"sv,
        "GRANT_AUX_GROUP_SUBIDS \"yes!"sv, "GRANT_AUX_GROUP_SUBIDS !yes\""sv, "GRANT_AUX_GROUP_SUBIDS yes\0"sv}) {
    EXPECT_EQ(ParseLoginDefsLine(line), GroupRule::kPrimaryOnly) << line;
  }
}

TEST(LoginDefsLine, OtherLinesSayNothing) {
  for (const std::string_view line :
       {"", " ", "#", "# GRANT_AUX_GROUP_SUBIDS yes", " #GRANT_AUX_GROUP_SUBIDS yes", "grant_aux_group_subids yes",
        "GRANT_AUX_GROUP_SUBIDS=yes", "XGRANT_AUX_GROUP_SUBIDS yes", "GRANT_AUX_GROUP_SUBID yes", "yes",
        "UMASK GRANT_AUX_GROUP_SUBIDS yes", "\"GRANT_AUX_GROUP_SUBIDS\" yes", "SUB_UID_COUNT 0"}) {
    EXPECT_EQ(ParseLoginDefsLine(line), std::nullopt) << line;
  }
}

}  // namespace
}  // namespace uidmap
