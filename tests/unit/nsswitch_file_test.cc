// SPDX-License-Identifier: BSD-3-Clause
#include "core/nsswitch_file.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <string_view>

#include "support.h"

namespace uidmap {
namespace {

struct Database {
  const char* name;
  Reason reason;
};

class NsswitchLine : public testing::TestWithParam<Database> {
 protected:
  [[nodiscard]] static std::string LineOf(std::string_view sources) { return GetParam().name + std::string(sources); }
};

INSTANTIATE_TEST_SUITE_P(BothDatabases, NsswitchLine,
                         testing::Values(Database{"passwd", Reason::kPasswdSourceUnsupported},
                                         Database{"subid", Reason::kSubidSourceUnsupported}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(NsswitchLine, FilesFirstIsFine) {
  for (const char* sources :
       {": files", ":files", ":\tfiles\t", " : files", ":  files  systemd", ": files sss",
        ": files [NOTFOUND=return] sss", ": files # systemd", ": files#systemd", ": files\r", ": :files", " files"}) {
    EXPECT_TRUE(CheckNsswitchLine(LineOf(sources)).has_value()) << sources;
  }
}

TEST_P(NsswitchLine, AnotherFirstSourceIsRefusedAndNamed) {
  const struct {
    const char* sources;
    const char* named;
  } rows[] = {
      {": sss", "sss"},
      {":sss", "sss"},
      {": sss files", "sss"},
      {":\t sss \t files", "sss"},
      {" \t: sss", "sss"},
      {": compat", "compat"},
      {": systemd files # files", "systemd"},
      {": sss#files", "sss"},
      {": files[success=merge] sss", "files[success=merge]"},
      {": [NOTFOUND=return] files", "[NOTFOUND=return]"},
      {": FILES", "FILES"},
      {": filesystem", "filesystem"},
      {": file", "file"},
      {": :sss files", "sss"},
      {" sss", "sss"},
      {" sss: files", "sss:"},
      {": ../../tmp/x", "../../tmp/x"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.sources);
    const auto result = CheckNsswitchLine(LineOf(row.sources));
    EXPECT_EQ(ReasonOf(result), GetParam().reason);
    EXPECT_EQ(FailureIn(result).subject.view(), row.named);
  }
}

// libc finds nobody then, while shadow overlooks such a line for subid.
TEST(NsswitchLineWithoutSource, IsRefusedForPasswdOnly) {
  for (const std::string sources : {":", ": ", ": # sss", "", " ", " # files"}) {
    EXPECT_EQ(ReasonOf(CheckNsswitchLine("passwd" + sources)), Reason::kPasswdSourceUnsupported) << sources;
    EXPECT_TRUE(CheckNsswitchLine("subid" + sources).has_value()) << sources;
  }
}

// glibc overlooks blanks before the database, shadow its case: what either would honour is not missed.
TEST_P(NsswitchLine, DatabaseIsFoundInAnyCaseAndBehindBlanks) {
  std::string upper = LineOf(": sss");
  for (char& byte : upper) byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
  EXPECT_EQ(ReasonOf(CheckNsswitchLine(upper)), GetParam().reason);
  EXPECT_EQ(ReasonOf(CheckNsswitchLine(" \t" + LineOf(": sss"))), GetParam().reason);
}

TEST_P(NsswitchLine, CommentsAndOtherDatabasesAreNotJudged) {
  for (const std::string& line :
       {"#" + LineOf(": sss"), " # " + LineOf(": sss"), "x" + LineOf(": sss"), LineOf("x: sss"),
        LineOf("_compat: sss"), "group: " + LineOf(": sss"), std::string(": sss")}) {
    EXPECT_TRUE(CheckNsswitchLine(line).has_value()) << line;
  }
}

TEST(NsswitchOtherLines, SayNothingAboutTheTwoDatabases) {
  for (const char* line : {"", " ", "\t", "#", "group: sss", "shadow: sss", "hosts: mymachines files dns",
                           "sudoers: sss", "garbage", ":", ": :"}) {
    EXPECT_TRUE(CheckNsswitchLine(line).has_value()) << line;
  }
}

}  // namespace
}  // namespace uidmap
