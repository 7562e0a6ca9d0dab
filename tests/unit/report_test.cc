// SPDX-License-Identifier: BSD-3-Clause
#include "tools/report.h"

#include <gtest/gtest.h>

#include "tools/refusal_words.h"

namespace uidmap {
namespace {

const std::vector<Finding> kFindings = {{Severity::kOk, "a", "fine", ""},
                                        {Severity::kWarning, "b", "hm \xff", ""},
                                        {Severity::kProblem, "c", "bad", "do it"}};

TEST(Report, PlainTextHasRemediesAndCounts) {
  EXPECT_EQ(RenderFindings(kFindings, Form::kPlain),
            "ok       a: fine\n"
            "warning  b: hm \xff\n"
            "problem  c: bad\n"
            "         try: do it\n"
            "1 problem, 1 warning\n");
}

TEST(Report, ColourIsAroundTheFirstWordOnly) {
  EXPECT_EQ(RenderFindings({kFindings[0]}, Form::kColoured),
            "\x1b[32mok      \x1b[0m a: fine\n0 problems, 0 warnings\n");
}

TEST(Report, JsonIsValidUtf8WhateverIsInIt) {
  const std::string json = RenderFindings(kFindings, Form::kJson);
  EXPECT_NE(json.find("\"sentence\": \"hm \xef\xbf\xbd\""), std::string::npos);
  EXPECT_NE(json.find("\"ok\": false"), std::string::npos);
  EXPECT_NE(json.find("\"version\": 1"), std::string::npos);
}

TEST(Report, WarningsAreNoProblem) {
  EXPECT_TRUE(HaveProblem(kFindings));
  EXPECT_FALSE(HaveProblem({kFindings[0], kFindings[1]}));
}

TEST(Words, RefusalIsTakenApart) {
  const RefusalWords words = WordsOf(RowOf(MapKind::kGid), {.reason = Reason::kNoNewPrivs});
  EXPECT_EQ(words.first_line, "newgidmap: write to gid_map failed: Operation not permitted");
  EXPECT_EQ(words.reason, "no_new_privs is set, so the kernel gave this program no CAP_SETGID");
  EXPECT_TRUE(words.hint.starts_with("start it without no_new_privs"));
}

}  // namespace
}  // namespace uidmap
