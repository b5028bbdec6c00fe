#include "cli.h"

#include <string.h>

#define WORD_MAX 40 /* bytes; no command or option is longer */

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Letters to insert, delete, replace or swap with a neighbour to turn `a` into `b`
 * (optimal string alignment; Damerau 1964). */
static size_t count_typos(const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);
    size_t cost[WORD_MAX + 1][WORD_MAX + 1];

    if (a_len > WORD_MAX || b_len > WORD_MAX)
        return a_len > b_len ? a_len : b_len;
    for (size_t i = 0; i <= a_len; i++) {
        for (size_t j = 0; j <= b_len; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            bool is_same = a[i - 1] == b[j - 1];
            size_t best = cost[i - 1][j - 1] + !is_same;
            best = least(best, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    }
    return cost[a_len][b_len];
}

/* One slip in three letters is a slip; more is another word. The start of a word is also
 * near it: someone who writes "conc" means "concordance". */
bool cli_is_nearer(const char *word, const char *candidate, size_t *best)
{
    size_t len = strlen(word), typos = count_typos(word, candidate);

    if (len >= 2 && strncmp(word, candidate, len) == 0)
        typos = 1;
    if (typos > (len + 2) / 3 || typos >= *best)
        return false;
    *best = typos;
    return true;
}
