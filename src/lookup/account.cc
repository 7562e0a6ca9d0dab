// SPDX-License-Identifier: BSD-3-Clause
#include "lookup/account.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "core/companion_protocol.h"

namespace uidmap {
namespace {

char entry_text[1024 * 1024];  // getpwuid_r(3) needs room for all fields; only pages that are used count

}  // namespace

void AnswerAccount(LookupAnswer& answer) {
  // What counts is what the last service has said (glibc: nss/getXXbyYY_r.c): 0 if it does not have the uid, whatever
  // became of those before, and errno as it is if it could not be asked. SECURITY.md says what follows.
  errno = EIO;
  passwd entry = {};
  passwd* found = nullptr;
  const int error_number = getpwuid_r(getuid(), &entry, entry_text, sizeof entry_text, &found);
  if (found == nullptr) {
    answer.outcome = error_number == 0 ? LookupOutcome::kUnknown : LookupOutcome::kUnavailable;
    answer.detail = error_number;
    if (error_number != 0) PutText(strerrordesc_np(error_number), answer.text);
    return;
  }
  // A name that has no room would become another one.
  const std::string_view name = entry.pw_name;
  if (name.size() > kLongestAccountName) {
    answer.outcome = LookupOutcome::kUnavailable;
    PutText("the name of the account is too long", answer.text);
    return;
  }
  answer.outcome = LookupOutcome::kYes;
  answer.uid = entry.pw_uid;
  answer.gid = entry.pw_gid;
  PutText(name, answer.name);
}

}  // namespace uidmap
