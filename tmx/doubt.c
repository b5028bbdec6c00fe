/* doubt.c -- what is well-formed and read as it stands, but hardly meant so: a warning.
 */
#include "parts.h"

static void warn(cq_tmx_reader *reader, const char *message)
{
    cq_error what = {0};
    uint64_t line, column;

    cq_tmx_place_now(reader, '<', &line, &column);
    cq_fail_number(&what, CQ_E_INPUT, 91, "%s", message);
    cq_fail_at(&what, reader->path, line, column);
    cq_tmx_tell(reader, CQ_NOTICE_WARNING, &what);
}

void cq_tmx_warn_of_misplaced(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    char message[160];

    if (!cq_tmx_is(reader, el, "tu") && !cq_tmx_is(reader, el, "tuv") &&
        (!cq_tmx_is(reader, el, "seg") || reader->place != CQ_IN_SEGMENT))
        return;
    snprintf(
        message, sizeof(message),
        "<%.60s> stands where TMX has none: it is kept as it is, but lookup does not "
        "see it",
        (const char *)el->name);
    warn(reader, message);
}

void cq_tmx_watch_instruction(cq_tmx_reader *reader, const xmlChar *data)
{
    if (data && strstr((const char *)data, "<tu"))
        warn(reader,
             "an instruction holds tags of units, so it has probably lost its end; "
             "--repair takes them in");
}

/* A section comes in pieces: of the one before as many bytes are kept as a mark could be
 * cut into. */
void cq_tmx_watch_cdata(cq_tmx_reader *reader, cq_str piece)
{
    cq_tmx_cdata *seen = &reader->cdata;
    char joint[2 * sizeof(seen->tail)];
    size_t begin = piece.len < sizeof(seen->tail) ? piece.len : sizeof(seen->tail);
    cq_str cut = {joint, seen->tail_len + begin}, end = cut;

    memcpy(joint, seen->tail, seen->tail_len);
    memcpy(joint + seen->tail_len, piece.ptr, begin);
    seen->has_open = seen->has_open || cq_str_find(piece, CQ_STR("<![CDATA[")) ||
                     cq_str_find(cut, CQ_STR("<![CDATA["));
    seen->has_unit = seen->has_unit || cq_str_find(piece, CQ_STR("<tu")) ||
                     cq_str_find(cut, CQ_STR("<tu"));
    if (seen->has_open && seen->has_unit && !seen->is_told) {
        seen->is_told = true;
        warn(reader, "a CDATA section holds tags of units, so it has probably lost its "
                     "end; --repair takes them in");
    }
    if (piece.len > begin)
        end = piece;
    seen->tail_len = end.len < sizeof(seen->tail) ? end.len : sizeof(seen->tail);
    memcpy(seen->tail, end.ptr + end.len - seen->tail_len, seen->tail_len);
}
