/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar's way into the engine: who is on duty by the wall clock of the site, said at the
 * start and at each change, and whether a required role will have nobody within the next days. It
 * owns the duty file as last read and no rule of duty (config/roster.h has them). The app asks it
 * once a second. */
#ifndef MONITORD_DUTY_WATCH_H
#define MONITORD_DUTY_WATCH_H

#include "config/roster.h"
#include "failover/event.h"

#define MD_DUTY_AHEAD_DAYS 3  /* a gap so near is an incident */
#define MD_DUTY_CHECK_DAYS 35 /* monitorctl contacts check looks so far */

struct md_duty_watch;
/* To the engine; the time is set. */
typedef void (*md_duty_feed)(void *context, const struct fo_event *event);

/* NULL when out of memory. Says nothing before the first round. */
struct md_duty_watch *md_duty_watch_start(const struct site *site, md_duty_feed feed,
                                          void *context);
void md_duty_watch_free(struct md_duty_watch *watch);
/* Once a second, with the wall clock. */
void md_duty_watch_round(struct md_duty_watch *watch, fo_wall_ms wall_ms);

/* What the daemon knows of duty, for the status. */
struct md_duty_facts {
    struct fo_roster roster;                /* as said last */
    fo_wall_ms until_wall_ms[FO_ROLES_MAX]; /* the role's persons change then; 0: not for weeks */
    bool known;                             /* the calendar has spoken */
    bool file_bad; /* the duty file has an error: the last good one counts */
};
const struct md_duty_facts *md_duty_watch_facts(const struct md_duty_watch *watch);

/* Minutes since 1970 on the site's wall at that instant. */
int64_t md_duty_minute(const struct site *site, fo_wall_ms wall_ms);

#endif
