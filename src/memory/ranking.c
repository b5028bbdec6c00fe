#include "ranking.h"

#include <string.h>

int cq_ranked_compare(const cq_ranked *a, const cq_ranked *b)
{
    int changed;

    if (a->percent != b->percent)
        return a->percent > b->percent ? -1 : 1;
    if (a->region != b->region)
        return a->region > b->region ? -1 : 1;
    if (a->letters != b->letters)
        return a->letters > b->letters ? -1 : 1;
    if (a->neighbours != b->neighbours)
        return a->neighbours > b->neighbours ? -1 : 1;
    changed = strcmp(a->changed, b->changed);
    if (changed != 0)
        return changed > 0 ? -1 : 1;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    if (a->pivot != b->pivot)
        return a->pivot < b->pivot ? -1 : 1;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return a->target < b->target ? -1 : a->target > b->target;
}

/* With one target text a place, the answer is the same whatever the order of offers: a
 * hit that falls out has `max` better ones before it with other targets, and these are
 * only ever replaced by still better ones. */
void cq_ranking_offer(cq_ranking *ranking, const cq_ranked *hit)
{
    size_t place = 0, end = ranking->len;

    while (place < ranking->len && cq_ranked_compare(&ranking->items[place], hit) <= 0) {
        if (ranking->items[place].target_text == hit->target_text)
            return;
        place++;
    }
    for (size_t i = place; i < ranking->len; i++)
        if (ranking->items[i].target_text == hit->target_text)
            end = i;
    if (end == ranking->len && ranking->len < ranking->max)
        ranking->len++;
    else if (end == ranking->len)
        end--;
    if (place >= ranking->max)
        return;
    memmove(&ranking->items[place + 1], &ranking->items[place],
            (end - place) * sizeof(*ranking->items));
    ranking->items[place] = *hit;
}
