// SPDX-License-Identifier: BSD-3-Clause
// A name service that acts as ordered and knows the one user of its orders: act, status, errno, uid, gid and name, a
// line each. The name "NULL" stands for none at all.
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <string.h>
#include <sys/types.h>

#include "acts.h"

enum { kUnsaid = -1 };

static char no_text[] = "";

static enum nss_status Answer(struct passwd* entry, char* buffer, size_t size, int* error_number) {
  const int before = errno;
  Act("nss");
  const char* const name = Ordered("nss", 5);
  if (strlen(name) >= size) {
    *error_number = ERANGE;
    return NSS_STATUS_TRYAGAIN;
  }
  strcpy(buffer, name);
  entry->pw_name = strcmp(name, "NULL") == 0 ? NULL : buffer;
  entry->pw_passwd = entry->pw_gecos = entry->pw_dir = entry->pw_shell = no_text;
  entry->pw_uid = (uid_t)OrderedNumber("nss", 3);
  entry->pw_gid = (gid_t)OrderedNumber("nss", 4);
  errno = before;
  if (OrderedNumber("nss", 2) != kUnsaid) *error_number = (int)OrderedNumber("nss", 2);
  return (enum nss_status)OrderedNumber("nss", 1);
}

enum nss_status _nss_test_getpwuid_r(uid_t uid, struct passwd* entry, char* buffer, size_t size, int* error_number) {
  const int before = errno;
  Note("nss-asked", "%d", (int)uid);
  errno = before;
  return Answer(entry, buffer, size, error_number);
}

// For PAM modules that look the user up.
enum nss_status _nss_test_getpwnam_r(const char* name, struct passwd* entry, char* buffer, size_t size,
                                     int* error_number) {
  const enum nss_status status = Answer(entry, buffer, size, error_number);
  return status == NSS_STATUS_SUCCESS && strcmp(name, entry->pw_name) != 0 ? NSS_STATUS_NOTFOUND : status;
}
