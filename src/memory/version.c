#include "memory.h"

#include "store/store.h"
#include "text/text.h"
#include "tmx/tmx.h"

#include <stdio.h>

const char *cq_version(void)
{
    /* Every thread writes the same bytes. */
    static char line[160];

    if (line[0] == '\0')
        snprintf(line, sizeof(line), "calque " CQ_VERSION " (%s, %s, %s)",
                 cq_text_version(), cq_store_version(), cq_tmx_version());
    return line;
}
