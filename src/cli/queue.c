#include "asking.h"

#include <pthread.h>
#include <stdlib.h>

#define SLOTS_A_JOB 16

/* A ring of slots: the main thread fills one after the other and empties the oldest once
 * it is done; workers take what waits in the same order. */
typedef enum slot_state { SLOT_FREE, SLOT_WAITS, SLOT_TAKEN, SLOT_DONE } slot_state;

typedef struct slot {
    slot_state state;
    cli_buf query, previous, next;
    bool has_previous, has_next;
    cli_answer answer;
} slot;

typedef struct worker {
    cli_queue *queue;
    cli_memories memories;
    pthread_t thread;
} worker;

struct cli_queue {
    cli_app *cli;
    cli_asking asking;
    cli_answer_fn tell;
    void *context;
    worker *workers;
    size_t workers_len, started;
    slot *slots;
    size_t slots_len;
    size_t put, taken, told; /* queries so far */
    bool is_ended;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static cq_str view(const cli_buf *buf, bool is_there)
{
    return is_there ? (cq_str){buf->ptr ? buf->ptr : "", buf->len} : (cq_str){0};
}

static void look_up(worker *w, slot *s)
{
    cli_asking asking = w->queue->asking;

    asking.opts.previous = view(&s->previous, s->has_previous);
    asking.opts.next = view(&s->next, s->has_next);
    s->answer.query = view(&s->query, true);
    cli_ask(&w->memories, &asking, &s->answer);
}

static void *work(void *context)
{
    worker *w = context;
    cli_queue *queue = w->queue;

    pthread_mutex_lock(&queue->lock);
    for (;;) {
        slot *s = &queue->slots[queue->taken % queue->slots_len];

        if (queue->taken == queue->put && queue->is_ended)
            break;
        if (queue->taken == queue->put) {
            pthread_cond_wait(&queue->changed, &queue->lock);
            continue;
        }
        queue->taken++;
        s->state = SLOT_TAKEN;
        pthread_mutex_unlock(&queue->lock);
        look_up(w, s);
        pthread_mutex_lock(&queue->lock);
        s->state = SLOT_DONE;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return NULL;
}

int cli_queue_open(cli_app *cli, size_t jobs, const cli_asking *asking,
                   cli_answer_fn tell, void *context, cli_queue **out)
{
    cli_queue *queue = cli_alloc(sizeof(*queue));
    int status = CLI_DONE;

    *queue = (cli_queue){.cli = cli,
                         .asking = *asking,
                         .tell = tell,
                         .context = context,
                         .slots_len = jobs * SLOTS_A_JOB};
    *out = queue;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->changed, NULL);
    queue->slots = cli_alloc(queue->slots_len * sizeof(*queue->slots));
    for (size_t i = 0; i < queue->slots_len; i++)
        queue->slots[i] = (slot){.state = SLOT_FREE};
    queue->workers = cli_alloc(jobs * sizeof(*queue->workers));
    while (queue->workers_len < jobs && status == CLI_DONE) {
        worker *w = &queue->workers[queue->workers_len++];

        *w = (worker){.queue = queue, .memories = {.is_again = true}};
        status = cli_memories_open(cli, &w->memories);
        if (status == CLI_DONE && pthread_create(&w->thread, NULL, work, w) != 0)
            status = cli_complain(cli, CLI_FAILED, 155, "no_threads", NULL, 0);
        queue->started += status == CLI_DONE;
    }
    return status;
}

/* Tell the oldest answer, which is waited for. */
static int tell_next(cli_queue *queue)
{
    slot *s = &queue->slots[queue->told % queue->slots_len];
    int status;

    pthread_mutex_lock(&queue->lock);
    while (s->state != SLOT_DONE)
        pthread_cond_wait(&queue->changed, &queue->lock);
    pthread_mutex_unlock(&queue->lock);
    queue->told++;
    status = queue->tell(queue->context, &s->answer);
    cli_answer_release(&s->answer);
    s->state = SLOT_FREE;
    return status;
}

static void keep(cli_buf *kept, cq_str text)
{
    kept->len = 0;
    cli_put(kept, text);
}

int cli_queue_put(cli_queue *queue, cq_str query, cq_str previous, cq_str next)
{
    slot *s;
    int status = CLI_DONE;

    if (queue->put - queue->told == queue->slots_len)
        status = tell_next(queue);
    s = &queue->slots[queue->put % queue->slots_len];
    keep(&s->query, query);
    keep(&s->previous, previous);
    keep(&s->next, next);
    s->has_previous = previous.ptr != NULL;
    s->has_next = next.ptr != NULL;
    pthread_mutex_lock(&queue->lock);
    s->state = SLOT_WAITS;
    queue->put++;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
    return status;
}

int cli_queue_end(cli_queue *queue)
{
    int status = CLI_DONE;

    while (queue->told < queue->put) {
        int told = tell_next(queue);

        status = status == CLI_DONE ? told : status;
    }
    return status;
}

void cli_queue_close(cli_queue *queue)
{
    if (!queue)
        return;
    pthread_mutex_lock(&queue->lock);
    queue->is_ended = true;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
    for (size_t i = 0; i < queue->started; i++)
        pthread_join(queue->workers[i].thread, NULL);
    for (size_t i = 0; i < queue->workers_len; i++)
        cli_memories_close(&queue->workers[i].memories);
    for (size_t i = 0; i < queue->slots_len; i++) {
        cli_answer_release(&queue->slots[i].answer);
        cli_buf_release(&queue->slots[i].query);
        cli_buf_release(&queue->slots[i].previous);
        cli_buf_release(&queue->slots[i].next);
    }
    pthread_mutex_destroy(&queue->lock);
    pthread_cond_destroy(&queue->changed);
    free(queue->slots);
    free(queue->workers);
    free(queue);
}
