// SPDX-License-Identifier: BSD-3-Clause
// In place of policy_pam.cc in a build without PAM: a policy that exists is not passed over.
#include "core/companion_protocol.h"
#include "lookup/policy.h"

namespace uidmap {

void AnswerPolicy(const LookupQuery& /*query*/, LookupAnswer& answer) {
  answer.outcome = LookupOutcome::kUnavailable;
  PutText("this build has no PAM", answer.text);
}

}  // namespace uidmap
