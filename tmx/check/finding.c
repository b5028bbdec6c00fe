/* finding.c -- what is told: how severe it is, and in which order. */
#include "parts.h"

#include <string.h>

#define WAITING_MAX ((size_t)1000)

/* From 200 on; docs/errors.md. What has a smaller number stops an import: an error. */
static cq_severity severity_of(int number)
{
    static const struct {
        short first, last;
        cq_severity severity;
    } ranges[] = {
        {90, 90, CQ_SEVERITY_WARNING},   {200, 207, CQ_SEVERITY_ERROR},
        {208, 208, CQ_SEVERITY_WARNING}, {209, 210, CQ_SEVERITY_NOTE},
        {220, 224, CQ_SEVERITY_ERROR},   {225, 227, CQ_SEVERITY_WARNING},
        {228, 228, CQ_SEVERITY_NOTE},    {230, 230, CQ_SEVERITY_ERROR},
        {231, 231, CQ_SEVERITY_NOTE},    {232, 233, CQ_SEVERITY_WARNING},
        {234, 234, CQ_SEVERITY_NOTE},    {235, 235, CQ_SEVERITY_WARNING},
        {236, 236, CQ_SEVERITY_NOTE},    {237, 238, CQ_SEVERITY_WARNING},
        {239, 240, CQ_SEVERITY_NOTE},    {250, 256, CQ_SEVERITY_WARNING},
        {257, 258, CQ_SEVERITY_NOTE},
    };

    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (number >= ranges[i].first && number <= ranges[i].last)
            return ranges[i].severity;
    return CQ_SEVERITY_ERROR;
}

static void tell(cq_checker *checker, const cq_error *what)
{
    cq_finding finding = {severity_of(what->number), what};
    cq_check_report *report = &checker->report;

    *(finding.severity == CQ_SEVERITY_ERROR     ? &report->errors
      : finding.severity == CQ_SEVERITY_WARNING ? &report->warnings
                                                : &report->notes) += 1;
    if (checker->opts.finding)
        checker->opts.finding(checker->opts.context, &finding);
}

void cq_check_tell_waiting(cq_checker *checker, uint64_t line, uint64_t column)
{
    size_t at = 0;

    for (; at < checker->waiting_len; at++) {
        const cq_error *what = &checker->waiting[at];

        if (what->line > line || (what->line == line && what->column > column))
            break;
        tell(checker, what);
    }
    checker->waiting_len -= at;
    if (at)
        memmove(checker->waiting, checker->waiting + at,
                checker->waiting_len * sizeof(*checker->waiting));
}

void cq_check_find(cq_checker *checker, int number, cq_check_place place,
                   const char *format, ...)
{
    char message[CQ_ERROR_TEXT_MAX];
    cq_error what = {0};
    va_list args;

    cq_check_tell_waiting(checker, place.line, place.column);
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    cq_fail_number(&what, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(&what, checker->path, place.line, place.column);
    tell(checker, &what);
}

void cq_check_no_memory(cq_checker *checker) { checker->status = CQ_E_NOMEM; }

/* Mending runs ahead of the parser, so what it tells waits until the parser has come as
 * far. */
void cq_check_broken(void *context, const cq_error *what, const char *done)
{
    cq_checker *checker = context;
    cq_error *waiting;

    if (checker->is_over)
        return;
    if (checker->waiting_len == WAITING_MAX)
        cq_check_tell_waiting(checker, UINT64_MAX, 0);
    if (!cq_grow(&checker->waiting, &checker->waiting_capacity, checker->waiting_len + 1,
                 sizeof(*waiting))) {
        cq_check_no_memory(checker);
        return;
    }
    waiting = &checker->waiting[checker->waiting_len++];
    *waiting = (cq_error){.line = what->line, .column = what->column};
    cq_fail_number(waiting, CQ_E_INPUT, what->number, "%.400s (--repair: %s)",
                   what->message, done);
    cq_fail_at(waiting, checker->path, 0, 0);
    checker->is_over = what->number == 60;
}
