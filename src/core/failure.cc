// SPDX-License-Identifier: BSD-3-Clause
#include "core/failure.h"

#include <string.h>

#include <cstddef>

#include "core/map_kind.h"
#include "core/quoted.h"
#include "core/reasons.h"

namespace uidmap {
namespace {

// strerror(3) asks the locale; strerrordesc_np(3) is the same English text without it.
std::string_view ErrnoText(int error_number) {
  const char* text = strerrordesc_np(error_number);
  return text != nullptr ? text : "unknown error";
}

void AppendField(Message& message, const MapKindRow& row, const Failure& failure, char field) {
  switch (field) {
    case 'p': return message.Append(row.program);
    case 'i': return message.Append(row.id_word);
    case 'm': return message.Append(row.map_file);
    case 'g': return message.Append(row.grant_file);
    case 'c': return message.Append(row.capability_name);
    case 'u': return message.Append(row.usage);
    case 's': return message.Append(failure.subject.view());
    case 'q': return AppendQuoted(message, failure.subject, QuotedFor::kSentence);
    case 't': return AppendQuoted(message, failure.said, QuotedFor::kSentence);
    case 'h': return message.Append(failure.said.view());
    case 'e': return message.Append(ErrnoText(failure.error_number));
    default: return message.AppendDecimal(failure.numbers[static_cast<std::size_t>(field - '0')]);
  }
}

void AppendFilled(Message& message, const MapKindRow& row, const Failure& failure, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      AppendField(message, row, failure, text[i + 1]);
      i += 2;
    } else {
      message.AppendByte(text[i]);
    }
  }
  message.AppendByte('\n');
}

void AppendLine(Message& message, const MapKindRow& row, const Failure& failure, std::string_view label,
                std::string_view text) {
  if (text.empty()) return;
  message.Append(row.program);
  message.Append(label);
  AppendFilled(message, row, failure, text);
}

}  // namespace

Message RenderRefusal(const MapKindRow& row, const Failure& failure) {
  const ReasonRow& texts = RowOf(failure.reason);
  Message message;
  AppendFilled(message, row, failure, texts.first_line);
  AppendLine(message, row, failure, ": reason: ", texts.why);
  AppendLine(message, row, failure, ": hint: ", texts.hint);
  if (failure.deny_remains) {
    AppendLine(message, row, failure, ": note: ", "setgroups of the target is now deny, and that cannot be undone");
  }
  return message;
}

std::string_view LogWord(Reason reason) { return RowOf(reason).log_word; }

}  // namespace uidmap
