// SPDX-License-Identifier: BSD-3-Clause
#include "core/nsswitch_file.h"

#include <gtest/gtest.h>

#include <cctype>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "support.h"

namespace uidmap {
namespace {

using Lines = std::initializer_list<std::string_view>;
using Names = std::vector<std::string>;

// What `lines` say together; a line that is refused fails the test.
NameServices ServicesOf(Lines lines) {
  NameServices services;
  for (const std::string_view line : lines) EXPECT_TRUE(TakeNsswitchLine(line, services).has_value()) << line;
  return services;
}

AccountSource AccountsOf(Lines lines) { return ServicesOf(lines).accounts; }

Names SubidOf(Lines lines) {
  Names names;
  const NameServices services = ServicesOf(lines);
  for (const SubidServices::Name& name : services.subid.view()) names.emplace_back(name.view());
  return names;
}

Failure FailureOfLine(std::string_view line) {
  NameServices services;
  return FailureIn(TakeNsswitchLine(line, services));
}

std::string Repeated(int times, const std::string& word) {
  std::string text;
  for (int i = 0; i < times; ++i) text += word;
  return text;
}

TEST(NsswitchPasswd, FilesAloneAreAllThereIs) {
  for (const std::string sources : {": files", ":files", ":\tfiles\t", " : files", ": files # systemd", ": files#sss",
                                    ": files\r", ": :files", " files", "::\v:\f files"}) {
    EXPECT_EQ(AccountsOf({"passwd" + sources}), AccountSource::kFiles) << sources;
  }
}

TEST(NsswitchPasswd, FilesFirstLeaveOthersWhatTheyDoNotHave) {
  for (const std::string sources : {": files sss", ":files sss", ":  files  systemd", ": files sss [NOTFOUND=return]",
                                    ": files\tsystemd # x", ": files files"}) {
    EXPECT_EQ(AccountsOf({"passwd" + sources}), AccountSource::kFilesThenOthers) << sources;
  }
}

// Only libc knows what comes of these; [SUCCESS=continue] gives what files know to the next service.
TEST(NsswitchPasswd, EverythingElseIsLeftToLibc) {
  for (const std::string sources :
       {": sss files", ":\t sss \t files", ": compat", ": systemd files # files", ": files [SUCCESS=continue] sss",
        ": files [success=merge] sss", ": files[success=continue] sss", ": files[NOTFOUND=return]",
        ": files [NOTFOUND=return] sss", ": files \t [ SUCCESS = continue ] sss", ": [NOTFOUND=return] files",
        ": filesystem", ": :sss files", ": files\x01"}) {
    EXPECT_EQ(AccountsOf({"passwd" + sources}), AccountSource::kNameServices) << sources;
  }
}

// Then /etc/passwd has no say about further names either.
TEST(NsswitchPasswd, ALineWithoutFilesIsLeftToLibcAlone) {
  for (const std::string sources : {": sss", ":sss", " \t: sss", ": sss#files", ": FILES", ": file", " sss",
                                    " sss: db", ": ../../tmp/x", ":", ": ", ": # sss", "", " ", " # files"}) {
    EXPECT_EQ(AccountsOf({"passwd" + sources}), AccountSource::kOthers) << sources;
  }
}

TEST(NsswitchPasswd, OfSeveralLinesTheOneThatLeavesLeastToFilesCounts) {
  EXPECT_EQ(AccountsOf({"passwd: files", "passwd: files"}), AccountSource::kFiles);
  EXPECT_EQ(AccountsOf({"passwd: files", "passwd: files sss"}), AccountSource::kFilesThenOthers);
  EXPECT_EQ(AccountsOf({"passwd: files sss", "passwd: files"}), AccountSource::kFilesThenOthers);
  EXPECT_EQ(AccountsOf({"passwd: sss", "passwd: files sss", "passwd: files"}), AccountSource::kOthers);
  EXPECT_EQ(AccountsOf({"passwd: files", "passwd:"}), AccountSource::kOthers);
}

TEST(NsswitchSubid, ServicesAreKeptInTheirOrder) {
  EXPECT_EQ(SubidOf({"subid: files"}), Names{"files"});
  EXPECT_EQ(SubidOf({"subid: sss"}), Names{"sss"});
  EXPECT_EQ(SubidOf({"subid: files sss"}), (Names{"files", "sss"}));
  EXPECT_EQ(SubidOf({"subid:sss\tfiles "}), (Names{"sss", "files"}));
  EXPECT_EQ(SubidOf({"subid : files # sss"}), Names{"files"});
  EXPECT_EQ(SubidOf({"subid: sss#files\r"}), Names{"sss"});
  EXPECT_EQ(SubidOf({"subid: a_B-9 files a_B-9"}), (Names{"a_B-9", "files", "a_B-9"}));
}

TEST(NsswitchSubid, NoServicesAreFiles) {
  EXPECT_EQ(SubidOf({}), Names{});
  EXPECT_FALSE(ServicesOf({}).subid.HavePlugin());
}

TEST(NsswitchSubid, APluginIsAnythingButFiles) {
  EXPECT_FALSE(ServicesOf({"subid: files"}).subid.HavePlugin());
  EXPECT_TRUE(ServicesOf({"subid: sss"}).subid.HavePlugin());
  EXPECT_TRUE(ServicesOf({"subid: files sss"}).subid.HavePlugin());
  EXPECT_TRUE(ServicesOf({"subid: FILES"}).subid.HavePlugin());
  EXPECT_TRUE(ServicesOf({"subid: file"}).subid.HavePlugin());
}

// As in shadow, which overlooks a line that names none.
TEST(NsswitchSubid, TheFirstLineWithAServiceCounts) {
  EXPECT_EQ(SubidOf({"subid: files", "subid: sss"}), Names{"files"});
  EXPECT_EQ(SubidOf({"subid: sss", "subid: files"}), Names{"sss"});
  for (const std::string nothing : {":", ": ", ": # sss", "", " ", " # files"}) {
    EXPECT_EQ(SubidOf({"subid" + nothing, "subid: sss", "subid: files"}), Names{"sss"}) << nothing;
  }
}

TEST(NsswitchSubid, ALineBehindTheOneThatCountsIsNotJudged) {
  EXPECT_EQ(SubidOf({"subid: files", "subid: ../x"}), Names{"files"});
}

// dlopen(3) would take a name with a slash for a path; none of these is a part of the name of a library.
TEST(NsswitchSubid, WhatIsNoNameOfAServiceIsRefusedAndNamed) {
  for (const std::string name : {"../x",
                                 "/tmp/x",
                                 "x/y",
                                 ".",
                                 "..",
                                 "a.b",
                                 "x.so",
                                 "[NOTFOUND=return]",
                                 "files[success=merge]",
                                 "a:b",
                                 "a,b",
                                 "a\\b",
                                 "$LIB",
                                 "a\x01",
                                 "a\x7f",
                                 "\xc3\xbc",
                                 "s\xb2",
                                 "*",
                                 "~",
                                 "@x"}) {
    for (const std::string& line : {"subid: " + name, "subid: files " + name, "subid: " + name + " files"}) {
      const Failure failure = FailureOfLine(line);
      EXPECT_EQ(failure.reason, Reason::kSubidSourceUnsupported) << line;
      EXPECT_EQ(failure.subject.view(), name);
    }
  }
  EXPECT_EQ(FailureOfLine(std::string_view("subid: a\0b", 10)).reason, Reason::kSubidSourceUnsupported);
}

TEST(NsswitchSubid, ANameMayBeAsLongAsInShadow) {
  const std::string longest(50, 'x');
  EXPECT_EQ(SubidOf({"subid: " + longest}), Names{longest});
  EXPECT_EQ(FailureOfLine("subid: " + longest + "x").reason, Reason::kSubidSourceUnsupported);
  EXPECT_EQ(FailureOfLine("subid: " + longest + "x").subject.view(), longest + "x");
}

TEST(NsswitchSubid, EightServicesHaveRoomAndNineAreRefused) {
  EXPECT_EQ(SubidOf({"subid:" + Repeated(8, " sss")}).size(), 8U);
  const Failure failure = FailureOfLine("subid:" + Repeated(8, " sss") + " ninth");
  EXPECT_EQ(failure.reason, Reason::kSubidSourceUnsupported);
  EXPECT_EQ(failure.subject.view(), "ninth");
}

TEST(SubidServices, AddsNothingThatItRefuses) {
  SubidServices services;
  EXPECT_FALSE(services.Add(""));
  EXPECT_FALSE(services.Add("../x"));
  EXPECT_FALSE(services.Add(std::string(51, 'x')));
  EXPECT_TRUE(services.empty());
  for (std::size_t i = 0; i < SubidServices::kMaxServices; ++i) EXPECT_TRUE(services.Add("sss"));
  EXPECT_FALSE(services.Add("sss"));
  EXPECT_EQ(services.view().size(), SubidServices::kMaxServices);
}

// Of all bytes those that a name may have, by hand.
TEST(IsServiceName, TakesLettersDigitsUnderscoreAndHyphen) {
  const std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  for (int code = 0; code < 256; ++code) {
    const char byte = static_cast<char>(code);
    EXPECT_EQ(IsServiceName({&byte, 1}), allowed.find(byte) != std::string_view::npos) << code;
  }
  EXPECT_FALSE(IsServiceName(""));
}

// glibc overlooks blanks before the database, shadow its case: what either would honour is not missed.
TEST(NsswitchDatabase, IsFoundInAnyCaseAndBehindBlanks) {
  for (const std::string_view line : {"PASSWD: sss", "PassWd: sss", " \tpasswd: sss", "\rpasswd: sss"}) {
    EXPECT_EQ(AccountsOf({line}), AccountSource::kOthers) << line;
  }
  for (const std::string_view line : {"SUBID: sss", "SubId: sss", " \tsubid: sss", "\fsubid: sss"}) {
    EXPECT_EQ(SubidOf({line}), Names{"sss"}) << line;
  }
}

TEST(NsswitchDatabase, CommentsAndOtherDatabasesSayNothing) {
  for (const std::string name : {"passwd", "subid"}) {
    for (const std::string& line : {"#" + name + ": ../x", " # " + name + ": ../x", "x" + name + ": ../x",
                                    name + "x: ../x", name + "_compat: ../x", "group: " + name + ": ../x"}) {
      const NameServices services = ServicesOf({line});
      EXPECT_EQ(services.accounts, AccountSource::kFiles) << line;
      EXPECT_TRUE(services.subid.empty()) << line;
    }
  }
  for (const std::string_view line : {"", " ", "\t", "#", "group: sss", "shadow: sss", "hosts: mymachines files dns",
                                      "sudoers: sss", "garbage", ":", ": :", ": sss"}) {
    const NameServices services = ServicesOf({line});
    EXPECT_EQ(services.accounts, AccountSource::kFiles) << line;
    EXPECT_TRUE(services.subid.empty()) << line;
  }
}

}  // namespace
}  // namespace uidmap
