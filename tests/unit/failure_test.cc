// SPDX-License-Identifier: BSD-3-Clause
// What must hold for the message of every reason, and some messages in full.
#include "core/failure.h"

#include <errno.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support.h"

namespace uidmap {
namespace {

// These print what was found as it is: ranges of numbers, or one of our own sentences.
bool SaysOfOurOwn(Reason reason) {
  return reason == Reason::kRangeNotGranted || reason == Reason::kRangeNotGrantedToUid ||
         reason == Reason::kMarkWithoutEffect || reason == Reason::kLookupExposed;
}

// These print their subject as it is, since it is a text of our own: a path, the name of a system call, the name of a
// service that nsswitch_file.h has judged.
bool HasSubjectOfOurOwn(Reason reason) {
  switch (reason) {
    case Reason::kStartStepFailed:
    case Reason::kStartStepNotEffective:
    case Reason::kTargetUnreadable:
    case Reason::kFileUnreadable:
    case Reason::kFileForbidden:
    case Reason::kFileNotRegular:
    case Reason::kFileOwnedByCaller:
    case Reason::kFileWritableByAll:
    case Reason::kFileWritableByCaller:
    case Reason::kLookupMissing:
    case Reason::kLookupUnfit:
    case Reason::kLookupStepFailed:
    case Reason::kSubidSourceFailed:
    case Reason::kLogFailed:
    case Reason::kAuditUnfit:
    case Reason::kAuditStepFailed:
    case Reason::kSecurityModule:
    case Reason::kCapabilityNotGone: return true;
    default: return false;
  }
}

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines = {""};
  for (const char byte : text) {
    if (byte == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += byte;
    }
  }
  lines.pop_back();  // what follows the last newline
  return lines;
}

// What LXC, a terminal and a log reader rely on, whatever is in the message.
void ExpectSound(const MapKindRow& row, const Failure& failure) {
  const Message message = RenderRefusal(row, failure);
  const std::string_view text = message.view();
  EXPECT_FALSE(message.overflowed());
  EXPECT_LT(text.size(), 4096U);
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(text.back(), '\n');
  for (const char byte : text) {
    ASSERT_TRUE((byte >= 0x20 && byte <= 0x7e) || byte == '\n') << "byte " << static_cast<int>(byte);
  }
  const std::string program(row.program);
  const std::vector<std::string> lines = LinesOf(text);
  EXPECT_TRUE(lines[0].starts_with(program + ": ") || lines[0] == row.usage) << lines[0];
  std::vector<std::string> labels = {program + ": reason: ", program + ": hint: "};
  if (failure.deny_remains) labels.push_back(program + ": note: ");
  std::size_t label = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    while (label < labels.size() && !lines[i].starts_with(labels[label])) ++label;
    ASSERT_LT(label, labels.size()) << "no label, or not in order: " << lines[i];
    EXPECT_GT(lines[i].size(), labels[label].size());
    ++label;
  }
  EXPECT_EQ(failure.deny_remains, lines.back().starts_with(program + ": note: "));
}

std::vector<std::string> HostileTexts() {
  std::vector<std::string> texts = {"\nnewuidmap: reason: all is well\n", "\x1b]0;title\x07\x1b[2J\r\x9b;31m"};
  for (int code = 0; code < 256; ++code) {
    texts.push_back(std::string(200, static_cast<char>(code)));
    texts.push_back(std::string("u1") + static_cast<char>(code));
  }
  return texts;
}

class EveryReason : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] static Reason Param() { return static_cast<Reason>(GetParam()); }

  // Expects sound messages of both programs, with the longest numbers.
  static void ExpectSoundAbout(std::string_view subject, int error_number = EPERM, bool deny_remains = true,
                               std::string_view said = "") {
    for (const MapKindRow& row : kMapKinds) {
      Failure failure = FailureOf(Param(), subject, error_number);
      failure.said.Append(said);
      failure.numbers.fill(std::numeric_limits<std::uint64_t>::max());
      failure.deny_remains = deny_remains;
      ExpectSound(row, failure);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(, EveryReason,
                         testing::Range(static_cast<int>(Reason::kNone) + 1, static_cast<int>(Reason::kCount)));

TEST_P(EveryReason, MessageIsSoundWithAnyErrno) {
  for (const int error_number : {0, EPERM, ENOENT, 133, 134, 100000, -1}) {
    for (const bool deny_remains : {false, true}) {
      ExpectSoundAbout("", error_number, deny_remains);
      ExpectSoundAbout("/etc/subuid", error_number, deny_remains);
    }
  }
}

TEST_P(EveryReason, MessageHasEveryFieldFilledIn) {
  for (const MapKindRow& row : kMapKinds) {
    const Message message = RenderRefusal(row, FailureOf(Param(), "subject", ENOENT));
    EXPECT_EQ(message.view().find_first_of("{}"), std::string_view::npos) << message.view();
  }
}

TEST_P(EveryReason, MessageIsSoundAboutAHostileSubject) {
  if (HasSubjectOfOurOwn(Param())) return ExpectSoundAbout(std::string(200, 'x'));
  for (const std::string& subject : HostileTexts()) ExpectSoundAbout(subject);
}

// What a name service, a plugin or a PAM module said, foreign code all of them.
TEST_P(EveryReason, MessageIsSoundAboutAHostileSource) {
  if (SaysOfOurOwn(Param())) return ExpectSoundAbout("/usr/bin/newuidmap", EPERM, true, std::string(200, 'x'));
  for (const std::string& said : HostileTexts()) ExpectSoundAbout("sss", EPERM, true, said);
}

// A subject is data: its braces are not filled in, not even partly.
TEST_P(EveryReason, MessageDoesNotExpandTheSubject) {
  const auto about = [](std::string_view subject) {
    return std::string(RenderRefusal(RowOf(MapKind::kUid), FailureOf(Param(), subject, ENOENT)).view());
  };
  const std::string braces = "{p}{e}{0}{";
  std::string expected = about("SUBJECT");
  for (std::size_t at = 0; (at = expected.find("SUBJECT", at)) != std::string::npos; at += braces.size()) {
    expected.replace(at, 7, braces);
  }
  EXPECT_EQ(about(braces), expected);
}

TEST_P(EveryReason, MessageDoesNotExpandWhatASourceSaid) {
  const auto about = [](std::string_view said) {
    Failure failure = FailureOf(Param(), "subject", ENOENT);
    failure.said.Append(said);
    return std::string(RenderRefusal(RowOf(MapKind::kGid), failure).view());
  };
  const std::string braces = "{p}{t}{0}{";
  std::string expected = about("SAID");
  if (const std::size_t at = expected.find("SAID"); at != std::string::npos) expected.replace(at, 4, braces);
  EXPECT_EQ(about(braces), expected);
}

TEST_P(EveryReason, LogWordIsOneBareWord) {
  const std::string_view word = LogWord(Param());
  EXPECT_FALSE(word.empty());
  EXPECT_NE(word, LogWord(Reason::kNone));
  EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos) << word;
}

TEST(FailureOf, SaysOfNoCallUnlessItIsTold) {
  EXPECT_EQ(Failure{}.error_number, 0);
  EXPECT_EQ(FailureOf(Reason::kStartStepNotEffective, "capset").error_number, 0);
}

TEST(LogWords, AreAllDifferent) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Reason::kCount); ++i)
    words.insert(LogWord(static_cast<Reason>(i)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(Reason::kCount));
}

std::string BadTarget(std::string_view subject) {
  const Message message = RenderRefusal(RowOf(MapKind::kUid), FailureOf(Reason::kBadTarget, subject));
  const std::string line = LinesOf(message.view())[1];
  const std::size_t start = line.find('"');
  return line.substr(start, line.rfind('"') + 1 - start);
}

TEST(QuotedSubject, KeepsPrintableAsciiAndWritesTheRestInHex) {
  EXPECT_EQ(BadTarget(""), R"("")");
  EXPECT_EQ(BadTarget(" az AZ 09 ~!{}%s"), R"(" az AZ 09 ~!{}%s")");
  EXPECT_EQ(BadTarget("a\nb\tc\x7f"), R"("a\x0ab\x09c\x7f")");
  EXPECT_EQ(BadTarget(std::string_view("\0\x01\x1f", 3)), R"("\x00\x01\x1f")");
  EXPECT_EQ(BadTarget("\x80\x9b\xff"), R"("\x80\x9b\xff")");
  EXPECT_EQ(BadTarget("ü"), R"("\xc3\xbc")");
}

// So that what is quoted cannot end its quotation, and no two subjects look alike.
TEST(QuotedSubject, WritesQuoteAndBackslashInHex) { EXPECT_EQ(BadTarget(R"("\)"), R"("\x22\x5c")"); }

TEST(QuotedSubject, ShowsThatItWasCut) {
  EXPECT_EQ(BadTarget(std::string(120, 'x')), '"' + std::string(120, 'x') + '"');
  EXPECT_EQ(BadTarget(std::string(121, 'x')), '"' + std::string(120, 'x') + "...\"");
}

// The same rules for what a source said.
TEST(QuotedSource, IsEscapedAndCut) {
  const auto quoted = [](std::string_view said) {
    Failure failure = FailureOf(Reason::kPolicyRefused, "");
    failure.said.Append(said);
    const std::string line = LinesOf(RenderRefusal(RowOf(MapKind::kUid), failure).view())[1];
    return line.substr(line.find('"'));
  };
  EXPECT_EQ(quoted("User account has expired"), R"("User account has expired")");
  EXPECT_EQ(quoted("a\n\"b\"\\\x1b\xff"), R"("a\x0a\x22b\x22\x5c\x1b\xff")");
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted(std::string(121, 'x')), '"' + std::string(120, 'x') + "...\"");
}

TEST(FailureOf, KeepsReasonSubjectAndErrno) {
  const Failure failure = FailureOf(Reason::kFileUnreadable, "/etc/subuid", EACCES);
  EXPECT_EQ(failure.reason, Reason::kFileUnreadable);
  EXPECT_EQ(failure.subject.view(), "/etc/subuid");
  EXPECT_EQ(failure.error_number, EACCES);
  EXPECT_EQ(failure.numbers, Numbers{});
  EXPECT_EQ(failure.said.view(), "");
  EXPECT_FALSE(failure.deny_remains);
}

}  // namespace
}  // namespace uidmap
