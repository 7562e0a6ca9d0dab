// SPDX-License-Identifier: BSD-3-Clause
// The least that a run can cost: opens the map of process argv[1] and writes what it was told to. It reads no file
// and decides nothing, so give the privilege to map to nothing but a copy that other users cannot reach.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

// Appends `text` and the byte `end`. Returns where to go on; never past `limit`.
static char* append(char* at, const char* limit, const char* text, char end) {
  const size_t size = strlen(text);
  if (size >= (size_t)(limit - at)) _exit(2);
  memcpy(at, text, size);
  at[size] = end;
  return at + size + 1;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  char path[64] = "/proc/";
  char* end = append(path + strlen(path), path + sizeof path, argv[1], '/');
  append(end, path + sizeof path, "uid_map", '\0');

  char text[4096];
  char* at = text;
  for (int i = 2; i < argc; ++i) at = append(at, text + sizeof text, argv[i], (i - 1) % 3 == 0 ? '\n' : ' ');

  const int map = open(path, O_WRONLY | O_CLOEXEC);
  if (map < 0) return 1;
  return write(map, text, (size_t)(at - text)) == at - text ? 0 : 1;
}
