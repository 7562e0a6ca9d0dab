// SPDX-License-Identifier: BSD-3-Clause
// A PAM module that acts as ordered and returns what the second line of its orders says.
#include <security/pam_modules.h>
#include <stddef.h>
#include <string.h>

#include "acts.h"

// A module that wants to ask the user something.
static void Converse(pam_handle_t* handle) {
  const void* item = NULL;
  pam_get_item(handle, PAM_CONV, &item);
  const struct pam_conv* const conversation = item;
  const struct pam_message message = {.msg_style = PAM_PROMPT_ECHO_ON, .msg = "who are you? "};
  const struct pam_message* messages[] = {&message};
  struct pam_response* responses = NULL;
  Note("pam", "conversation %d", conversation->conv(1, messages, &responses, conversation->appdata_ptr));
}

int pam_sm_acct_mgmt(pam_handle_t* handle, int flags, int argc, const char** argv) {
  const void* service = NULL;
  const void* user = NULL;
  (void)argc, (void)argv;
  pam_get_item(handle, PAM_SERVICE, &service);
  pam_get_item(handle, PAM_USER, &user);
  Note("pam-asked", "%s %s %s", (const char*)service, (const char*)user, (flags & PAM_SILENT) != 0 ? "silent" : "");
  if (strcmp(Ordered("pam", 0), "converse") == 0) Converse(handle);
  Act("pam");
  return (int)OrderedNumber("pam", 1);
}
