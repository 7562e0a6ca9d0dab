// SPDX-License-Identifier: BSD-3-Clause
// Each refusal that there is, with any subject, words and numbers: it says what the table of sentences says,
// untrusted text comes out in quotes from which it can be had back, and nothing in it is a line or a control
// character of its own.
#include <string.h>

#include "core/reasons.h"
#include "naive.h"

namespace {

using uidmap::Failure;
using uidmap::MapKindRow;

std::string Quoted(std::string_view text, bool is_cut) {
  std::string quoted = "\"";
  for (const char byte : text) {
    char escaped[8];
    const bool stands_for_itself = byte >= 0x20 && byte <= 0x7e && byte != '"' && byte != '\\';
    snprintf(escaped, sizeof escaped, stands_for_itself ? "%c" : "\\x%02x", static_cast<unsigned char>(byte));
    quoted += escaped;
  }
  CHECK(fuzz::Unquoted(quoted + "\"") == text);
  return quoted + (is_cut ? "...\"" : "\"");
}

std::string Field(const MapKindRow& row, const Failure& failure, char field) {
  const char* const error = strerrordesc_np(failure.error_number);
  switch (field) {
    case 'p': return std::string(row.program);
    case 'i': return std::string(row.id_word);
    case 'm': return row.map_file;
    case 'g': return row.grant_file;
    case 'c': return std::string(row.capability_name);
    case 'u': return std::string(row.usage);
    case 's': return std::string(failure.subject.view());
    case 'q': return Quoted(failure.subject.view(), failure.subject.overflowed());
    case 't': return Quoted(failure.said.view(), failure.said.overflowed());
    case 'h': return std::string(failure.said.view());
    case 'e': return error == nullptr ? "unknown error" : error;
    default: return std::to_string(failure.numbers.at(static_cast<std::size_t>(field - '0')));
  }
}

std::string Filled(const MapKindRow& row, const Failure& failure, std::string_view text) {
  std::string filled;
  for (const std::string& piece : fuzz::naive::Split(text, "{")) {
    const bool is_first = filled.empty() && !text.starts_with('{');
    if (is_first || piece.empty()) {
      filled += piece;
    } else {
      filled += Field(row, failure, piece[0]) + piece.substr(2);
    }
  }
  return filled + "\n";
}

std::string Expected(const MapKindRow& row, const Failure& failure) {
  const uidmap::ReasonRow& texts = uidmap::RowOf(failure.reason);
  const std::string program(row.program);
  std::string message = Filled(row, failure, texts.first_line);
  if (!texts.why.empty()) message += program + ": reason: " + Filled(row, failure, texts.why);
  if (!texts.hint.empty()) message += program + ": hint: " + Filled(row, failure, texts.hint);
  if (!failure.deny_remains) return message;
  return message + program + ": note: setgroups of the target is now deny, and that cannot be undone\n";
}

bool Says(uidmap::Reason reason, std::string_view field) {
  const uidmap::ReasonRow& row = uidmap::RowOf(reason);
  return row.first_line.find(field) != row.first_line.npos || row.why.find(field) != row.why.npos ||
         row.hint.find(field) != row.hint.npos;
}

// What is printed as it is, is a text of ours: a path, a step, a function.
std::string AsOurs(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char byte) { return byte < 0x20 || byte > 0x7e; }, '.');
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  constexpr auto kReasons = static_cast<std::uint32_t>(uidmap::Reason::kCount);
  const auto reason = static_cast<uidmap::Reason>(1 + input.NextNumber() % (kReasons - 1));
  Failure failure{.reason = reason, .error_number = static_cast<int>(input.NextNumber())};
  failure.deny_remains = input.NextNumber() % 2 == 1;
  for (std::uint64_t& number : failure.numbers)
    number = fuzz::Number{input.NextNumber()} << (input.NextNumber() % 33);
  const std::string subject = input.Section();
  const std::string said = input.Section();
  failure.subject.Append(Says(reason, "{s}") ? AsOurs(subject) : subject);
  failure.said.Append(Says(reason, "{h}") ? AsOurs(said) : said);

  fuzz::CheckMessage(row, failure);
  CHECK(uidmap::RenderRefusal(row, failure).view() == Expected(row, failure));
  const std::string_view word = uidmap::LogWord(reason);
  CHECK(!word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == word.npos);
  return 0;
}
