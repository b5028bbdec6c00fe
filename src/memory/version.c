#include "memory.h"

const char *cq_version(void) { return "calque " CQ_VERSION; }
