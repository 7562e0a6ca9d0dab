// SPDX-License-Identifier: BSD-3-Clause
#include <security/pam_appl.h>

#include "core/companion_protocol.h"
#include "lookup/policy.h"

namespace uidmap {
namespace {

// pam_conv(3): whatever a module wants to say or to ask, nobody is there.
int NobodyToTalkTo(int /*count*/, const pam_message** /*messages*/, pam_response** /*responses*/, void* /*data*/) {
  return PAM_CONV_ERR;
}

int AskPolicy(const char* service, const char* user, pam_handle_t*& handle) {
  static const pam_conv conversation = {.conv = NobodyToTalkTo, .appdata_ptr = nullptr};
  const int started = pam_start(service, user, &conversation, &handle);
  if (started != PAM_SUCCESS) return started;
  return pam_acct_mgmt(handle, PAM_SILENT);
}

}  // namespace

void AnswerPolicy(const LookupQuery& query, LookupAnswer& answer) {
  const auto kind = static_cast<unsigned>(query.kind);
  if (kind >= std::size(kMapKinds) || TextIn(query.name).size() == query.name.size()) return;
  pam_handle_t* handle = nullptr;
  const int status = AskPolicy(kMapKinds[kind].program.data(), query.name.data(), handle);
  const bool admitted = status == PAM_SUCCESS || status == PAM_NEW_AUTHTOK_REQD;
  answer.outcome = admitted ? LookupOutcome::kYes : LookupOutcome::kRefused;
  answer.detail = status;
  PutText(pam_strerror(handle, status), answer.text);
  // No pam_end(3): it calls into the modules again, and the process is about to end.
}

}  // namespace uidmap
