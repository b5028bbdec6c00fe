/* statements.h -- every prepared statement; included where STATEMENT(name, sql) means
 * something. */

STATEMENT(META_GET, "SELECT value FROM meta WHERE name = ?1")
STATEMENT(META_PUT, "INSERT OR REPLACE INTO meta(name, value) VALUES(?1, ?2)")

STATEMENT(GROUP_FIND, "SELECT id FROM language_group WHERE name = ?1")
STATEMENT(GROUP_GET, "SELECT name FROM language_group WHERE id = ?1")
STATEMENT(GROUP_ADD, "INSERT INTO language_group(name) VALUES(?1)")
STATEMENT(GROUP_NEXT, "SELECT id FROM language_group WHERE id > ?1 ORDER BY id LIMIT 1")
STATEMENT(TAG_FIND, "SELECT id FROM tag WHERE name = ?1")
STATEMENT(TAG_GET, "SELECT name FROM tag WHERE id = ?1")
STATEMENT(TAG_ADD, "INSERT INTO tag(name, variants) VALUES(?1, 0)")
STATEMENT(TAG_COUNT, "UPDATE tag SET variants = variants + ?2 WHERE id = ?1")
STATEMENT(TAG_NEXT, "SELECT id, variants FROM tag WHERE id > ?1 ORDER BY id LIMIT 1")

STATEMENT(ORIGIN_FIND, "SELECT id, start FROM origin WHERE name = ?1")
STATEMENT(ORIGIN_GET, "SELECT id, name, header, start, units FROM origin WHERE id >= ?1 "
                      "ORDER BY id LIMIT 1")
STATEMENT(ORIGIN_ADD, "INSERT INTO origin(name, start, units) VALUES(?1, ?2, 0)")
STATEMENT(ORIGIN_HEADER, "UPDATE origin SET header = ?2 WHERE id = ?1")
STATEMENT(ORIGIN_COUNT, "UPDATE origin SET units = units + ?2 WHERE id = ?1")
STATEMENT(ORIGIN_LEN, "SELECT count(*) FROM origin")

STATEMENT(SPAN_ADD, "INSERT INTO span(origin, first, last) VALUES(?1, ?2, ?3)")
STATEMENT(SPAN_LAST, "SELECT max(last) FROM span WHERE origin = ?1")
STATEMENT(SPAN_NEXT, "SELECT first, last FROM span WHERE origin = ?1 AND last > ?2 "
                     "ORDER BY first LIMIT 1")
STATEMENT(SPAN_BEFORE, "SELECT first, last FROM span WHERE origin = ?1 AND first < ?2 "
                       "ORDER BY first DESC LIMIT 1")
STATEMENT(SHARED_ADD,
          "INSERT INTO shared(origin, anchor, number, unit) VALUES(?1, ?2, ?3, ?4)")
STATEMENT(SHARED_HAS, "SELECT 1 FROM shared WHERE unit = ?1 AND origin = ?2")
STATEMENT(SHARED_LAST, "SELECT max(number) FROM shared WHERE origin = ?1 AND anchor = ?2")
STATEMENT(SHARED_NEXT, "SELECT anchor, number, unit FROM shared WHERE origin = ?1 AND "
                       "(anchor, number) >= (?2, ?3) ORDER BY anchor, number LIMIT 1")
STATEMENT(SHARED_BEFORE, "SELECT anchor, number, unit FROM shared WHERE origin = ?1 AND "
                         "(anchor, number) < (?2, ?3) "
                         "ORDER BY anchor DESC, number DESC LIMIT 1")
STATEMENT(SHARED_ORIGINS, "SELECT origin FROM shared WHERE unit = ?1")
STATEMENT(SHARED_DROP, "DELETE FROM shared WHERE unit = ?1")

STATEMENT(TEXT_GET, "SELECT id, grp, weight, text, tokens FROM text WHERE id = ?1")
STATEMENT(TEXT_NEXT,
          "SELECT id, grp, weight, text, tokens FROM text WHERE id > ?1 ORDER BY id")
STATEMENT(TEXT_ADD, "INSERT INTO text(id, grp, weight, unit, text, tokens) "
                    "VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
STATEMENT(TEXT_IS, "SELECT grp, text FROM text WHERE id = ?1")
STATEMENT(TEXT_UNIT, "SELECT unit FROM text WHERE id = ?1")
STATEMENT(TEXT_DROP_UNIT, "UPDATE text SET unit = 0 WHERE id = ?1 AND unit = ?2")

STATEMENT(UNIT_GET, "SELECT id, origin, variants, record FROM unit WHERE id = ?1")
STATEMENT(UNIT_IS, "SELECT origin, variants, record FROM unit WHERE id = ?1")
STATEMENT(UNIT_NEXT, "SELECT id, origin, variants, record FROM unit WHERE id > ?1 "
                     "ORDER BY id")
STATEMENT(UNIT_BEFORE, "SELECT id, origin, variants, record FROM unit WHERE id < ?1 "
                       "AND id >= ?2 AND origin = ?3 ORDER BY id DESC LIMIT 1")
STATEMENT(UNIT_AFTER, "SELECT id, origin, variants, record FROM unit WHERE id > ?1 "
                      "AND id <= ?2 AND origin = ?3 ORDER BY id LIMIT 1")
STATEMENT(UNIT_ADD, "INSERT INTO unit(id, origin, variants, record) "
                    "VALUES(?1, ?2, ?3, ?4)")
STATEMENT(UNIT_DROP, "DELETE FROM unit WHERE id = ?1")

STATEMENT(HOLDER_ADD, "INSERT OR IGNORE INTO holder(text, mark, unit) VALUES(?1, ?2, ?3)")
STATEMENT(HOLDER_MARKED, "SELECT unit FROM holder WHERE text = ?1 AND mark = ?2")
STATEMENT(HOLDER_NEXT, "SELECT mark, unit FROM holder WHERE text = ?1 AND "
                       "(mark, unit) > (?2, ?3) ORDER BY mark, unit LIMIT 1")
STATEMENT(HOLDER_DROP, "DELETE FROM holder WHERE text = ?1 AND mark = ?2 AND unit = ?3")

STATEMENT(TOKEN_FIND, "SELECT id FROM token WHERE grp = ?1 AND kind = ?2 AND key = ?3")
STATEMENT(TOKEN_ADD, "INSERT INTO token(grp, kind, key, id) VALUES(?1, ?2, ?3, ?4)")

STATEMENT(RUNS, "SELECT generation, entries FROM print_run ORDER BY generation")
STATEMENT(RUN_ADD, "INSERT INTO print_run(generation, entries) VALUES(?1, ?2)")
STATEMENT(RUN_DROP, "DELETE FROM print_run WHERE generation = ?1")
STATEMENT(PRINT_ADD, "INSERT INTO print(generation, first, data) VALUES(?1, ?2, ?3)")
STATEMENT(PRINT_FIND, "SELECT first, data FROM print WHERE generation = ?1 AND "
                      "first <= ?2 ORDER BY first DESC LIMIT 1")
STATEMENT(PRINT_DROP, "DELETE FROM print WHERE generation = ?1")

STATEMENT(ROW_PUT, "INSERT OR REPLACE INTO posting(grp, generation, token, part, data) "
                   "VALUES(?1, ?2, ?3, ?4, ?5)")
STATEMENT(ROW_GET, "SELECT part, data FROM posting WHERE grp = ?1 AND generation = ?2 "
                   "AND token = ?3 AND part <= ?4 ORDER BY part DESC LIMIT 1")
STATEMENT(ROW_NEXT, "SELECT token, part, data FROM posting WHERE grp = ?1 AND "
                    "generation = ?2 AND (token, part) >= (?3, ?4) "
                    "ORDER BY token, part LIMIT 1")
STATEMENT(ROW_ERASE, "DELETE FROM posting WHERE grp = ?1 AND generation = ?2")

STATEMENT(SUM_UNITS, "SELECT id, origin, variants, record FROM unit ORDER BY id")
STATEMENT(SUM_TEXTS, "SELECT id, grp, unit, text FROM text ORDER BY id")
STATEMENT(SUM_HOLDERS, "SELECT text, unit FROM holder")
STATEMENT(SUM_ORIGIN, "SELECT count(*) FROM unit WHERE origin = ?1")
STATEMENT(SUM_SHARED, "SELECT count(*) FROM shared WHERE origin = ?1")
STATEMENT(SUM_SPANS, "SELECT origin, first, last FROM span ORDER BY first")
STATEMENT(SUM_STRAY, "SELECT s.origin, s.unit FROM shared s LEFT JOIN unit u "
                     "ON u.id = s.unit WHERE u.id IS NULL")
