#include "unit.h"

#define DAY ((int64_t)24 * 60 * 60)

/* Days from 1970-01-01 to a day of the Gregorian calendar, counted from March so that the
 * leap day comes last (ISO 8601 years, also before 1582). */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
    int64_t years = month > 2 ? year : year - 1;
    int64_t months = month > 2 ? month - 3 : month + 9;

    return years * 365 + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 +
           day - 1 - 719468;
}

/* Read exactly `digits` digits; -1 when they are not there. */
static int64_t number(cq_str s, size_t *at, size_t digits)
{
    int64_t value = 0;

    if (s.len - *at < digits)
        return -1;
    for (size_t end = *at + digits; *at < end; ++*at) {
        if (s.ptr[*at] < '0' || s.ptr[*at] > '9')
            return -1;
        value = value * 10 + (s.ptr[*at] - '0');
    }
    return value;
}

static bool take(cq_str s, size_t *at, const char *any)
{
    for (; *at < s.len && *any; any++)
        if (s.ptr[*at] == *any) {
            ++*at;
            return true;
        }
    return false;
}

/* "Z", "+02:00", "-0330" or nothing, which is UTC; false for anything else. */
static bool read_zone(cq_str s, size_t *at, int64_t *offset)
{
    bool is_west = *at < s.len && s.ptr[*at] == '-';
    int64_t hours, minutes = 0;

    *offset = 0;
    if (take(s, at, "Zz") || *at == s.len)
        return true;
    if (!take(s, at, "+-"))
        return false;
    hours = number(s, at, 2);
    take(s, at, ":");
    if (*at < s.len)
        minutes = number(s, at, 2);
    *offset = (hours * 60 + minutes) * 60 * (is_west ? -1 : 1);
    return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

/* The time of day after a date, in seconds; *span is how long the text leaves open. */
static bool read_time(cq_str s, size_t at, int64_t *time, int64_t *span)
{
    int64_t hour, minute, second = 0, offset;

    hour = number(s, &at, 2);
    take(s, &at, ":");
    minute = number(s, &at, 2);
    *span = 60;
    if (take(s, &at, ":") || (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')) {
        second = number(s, &at, 2);
        *span = 1;
        if (take(s, &at, ".,"))
            while (take(s, &at, "0123456789"))
                ;
    }
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    if (!read_zone(s, &at, &offset) || at != s.len)
        return false;
    *time = (hour * 60 + minute) * 60 + second - offset;
    return true;
}

bool cq_date_read(cq_str text, int64_t *from, int64_t *to)
{
    cq_str s = cq_str_trim(text);
    size_t at = 0;
    int64_t year = number(s, &at, 4), month = 1, day = 1, time = 0, span = 0, start;
    bool has_month, has_day = false;

    take(s, &at, "-");
    has_month = year >= 0 && at < s.len;
    if (has_month) {
        month = number(s, &at, 2);
        take(s, &at, "-");
        has_day = at < s.len;
    }
    if (has_day)
        day = number(s, &at, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    if (at < s.len && (!take(s, &at, "Tt ") || !read_time(s, at, &time, &span)))
        return false;
    start = days_to(year, month, day);
    if (span == 0)
        span = DAY * (has_day     ? 1
                      : has_month ? days_to(year + month / 12, month % 12 + 1, 1) - start
                                  : days_to(year + 1, 1, 1) - start);
    *from = start * DAY + time;
    *to = *from + span;
    return true;
}

void cq_date_write(int64_t seconds, char out[CQ_DATE_TEXT_MAX])
{
    int64_t days = seconds / DAY - (seconds % DAY < 0), time = seconds - days * DAY;
    int64_t year = 1970 + days / (days < 0 ? 365 : 366) - 1, month = 1;

    while (days_to(year + 1, 1, 1) <= days)
        year++;
    while (month < 12 && days_to(year, month + 1, 1) <= days)
        month++;
    snprintf(out, CQ_DATE_TEXT_MAX, "%04d%02d%02dT%02d%02d%02dZ", (int)year, (int)month,
             (int)(days - days_to(year, month, 1) + 1), (int)(time / 3600),
             (int)(time / 60 % 60), (int)(time % 60));
}
