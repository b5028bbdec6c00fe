/* Context that other tools stored, each in its own property. */
#include "memory/noted.h"

#include "../rows.h"

#include <string.h>

static struct noted_case {
    const char *name, *type, *value;
    cq_place_kind place;
    const char *wanted;
    bool is_it;
} noted_cases[] = {
    {"memoQ", "x-context-pre", "<seg>Save &amp; close</seg>", CQ_PLACE_PREVIOUS,
     "Save & close", true},
    {"memoQ, with a code", "x-context-post",
     "<seg>Press <bpt i='1' type='bold'>{}</bpt>OK<ept i='1'>{}</ept></seg>",
     CQ_PLACE_NEXT, "Press OK", true},
    {"memoQ, text alone", "x-context-pre", "Save", CQ_PLACE_PREVIOUS, "Save", true},
    {"memoQ, broken markup is text", "x-context-pre", "<seg>Save & close</seg>",
     CQ_PLACE_PREVIOUS, "<seg>Save & close</seg>", true},
    {"the other side", "x-context-pre", "Save", CQ_PLACE_NEXT, "Save", false},
    {"Phrase", "context_prev", "Save", CQ_PLACE_PREVIOUS, "Save", true},
    {"XTM", "x-next-source-text", "Save", CQ_PLACE_NEXT, "Save", true},
    /* The check value of the CRC-32 that zip and PNG use: ISO 3309, "123456789". */
    {"XTM, checksum", "x-previous-crc", "3421780262", CQ_PLACE_PREVIOUS, "123456789",
     true},
    {"XTM, checksum in hexadecimal", "x-previous-crc", "CBF43926", CQ_PLACE_PREVIOUS,
     "123456789", true},
    {"XTM, another's checksum", "x-previous-crc", "3421780262", CQ_PLACE_PREVIOUS,
     "12345678", false},
    {"GlobalLink", "previousMd5Segment", "Save", CQ_PLACE_PREVIOUS, "Save", true},
    /* RFC 1321, A.5: MD5 of "abc". */
    {"GlobalLink, checksum of lower case", "nextMd5Checksum",
     "900150983cd24fb0d6963f7d28e17f72", CQ_PLACE_NEXT, "ABC", true},
    {"OmegaT", "prev", "Save", CQ_PLACE_PREVIOUS, "Save", true},
    {"Trados Studio", "x-ContextContent", "Save | Enregistrer", CQ_PLACE_PREVIOUS, "Save",
     true},
    {"Trados Studio, a bar in the source", "x-ContextContent", "A | B | C | D",
     CQ_PLACE_PREVIOUS, "A | B", true},
    {"Trados Studio, hashes", "x-Context", "3724826454458105209, 8956964337464956188",
     CQ_PLACE_KEY, "3724826454458105209, 8956964337464956188", true},
    {"Weblate", "x-context", "menu", CQ_PLACE_KEY, "menu", true},
    {"Lokalize, in lower case", "x-idcontext", "menu", CQ_PLACE_KEY, "menu", true},
    {"names are compared byte by byte", "context", "Menu", CQ_PLACE_KEY, "menu", false},
    {"another property", "domain", "Save", CQ_PLACE_PREVIOUS, "Save", false},
    {"an empty neighbour is none", "prev", "", CQ_PLACE_PREVIOUS, "", false},
    {"texts in another normal form", "prev", "Caf\xc3\xa9", CQ_PLACE_PREVIOUS,
     "Cafe\xcc\x81", true},
};

static void add_prop(cq_unit *unit, cq_item **items, size_t *len,
                     const struct noted_case *row)
{
    cq_item *item = cq_items_add(&unit->arena, items, len, CQ_ITEM_PROP);

    assert_non_null(item);
    assert_non_null(cq_attrs_add(&unit->arena, &item->attrs, &item->attrs_len,
                                 CQ_STR("type"), cq_str_from(row->type)));
    item->text = cq_str_from(row->value);
}

static void assert_noted(const cq_unit *unit, const struct noted_case *row)
{
    cq_str wanted[CQ_PLACE_KINDS] = {{0}};
    bool is_noted[CQ_PLACE_KINDS] = {false};

    wanted[row->place] = cq_str_from(row->wanted);
    assert_int_equal(cq_noted_find(unit, wanted, is_noted, NULL), CQ_OK);
    for (size_t i = 0; i < CQ_PLACE_KINDS; i++)
        assert_int_equal(is_noted[i], row->is_it && i == row->place);
}

static void test_noted(void **state)
{
    const struct noted_case *row = *state;
    cq_unit unit = {0};
    cq_variant *variant;

    add_prop(&unit, &unit.items, &unit.items_len, row);
    assert_noted(&unit, row);
    cq_unit_reset(&unit);
    variant = cq_unit_add_text(&unit, CQ_STR("en"), CQ_STR("x"));
    add_prop(&unit, &variant->items, &variant->items_len, row);
    assert_noted(&unit, row);
    cq_unit_release(&unit);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(noted_cases)];
    size_t len = 0;

    ADD(noted_cases, test_noted);
    return cmocka_run_group_tests_name("memory/noted", tests, NULL, NULL);
}
