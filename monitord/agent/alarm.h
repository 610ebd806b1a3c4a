/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's own way to people, for what the monitor cannot say: that it is not heard itself, that
 * the gate is lost, that this server serves alone. Says it on the console and runs the site's alarm
 * command until it accepts. It never decides that something is worth a call; agent.c does. */
#ifndef MONITORD_AGENT_ALARM_H
#define MONITORD_AGENT_ALARM_H

#include "config/site.h"
#include "monitord/agent/child.h"

#define MD_ALARM_WAITING_MAX 8
#define MD_ALARM_AGAIN_US (10 * FO_MINUTE) /* the same reason is not called again before */

/* What is told beside the reason: how it stands when the command starts. */
struct md_alarm_facts {
    bool active; /* this server holds the lease */
    uint64_t epoch;
    fo_us monitor_silent_us, peer_silent_us; /* FO_NEVER: never heard */
};
/* Fills in the facts of this moment and says whether the cause still holds; of one that is an event
 * and has no end it says true. */
typedef bool (*md_alarm_ask)(void *context, unsigned reason, struct md_alarm_facts *facts);

struct md_agent_alarm {
    const struct cfg_agent *config;
    md_alarm_ask ask;
    void *context;
    struct md_child child;
    uv_timer_t timer;
    unsigned count;
    struct {
        uint16_t reason;
        bool late;     /* put off because the same was accepted shortly before */
        bool over;     /* its cause ended while its command ran: not tried again */
        fo_us next_us; /* of the next attempt */
        unsigned attempts;
    } waiting[MD_ALARM_WAITING_MAX]; /* oldest first */
    uint16_t running;                /* reason the command runs for now; 0 */
    struct {
        uint16_t reason;
        fo_us at_us;
    } told[MD_ALARM_WAITING_MAX]; /* newest acceptances */
    unsigned told_next;
    uint64_t accepted, failed, dropped;
    bool closing;
};

/* config and context outlive the object. False when the kernel has no handle left. */
bool md_agent_alarm_init(struct md_agent_alarm *alarm, uv_loop_t *loop,
                         const struct cfg_agent *config, md_alarm_ask ask, void *context);
/* A clear line on standard error, and the alarm command, again and again (10 s, then up to 5 min
 * apart) until it exits 0. The same reason while it waits is one call. Within MD_ALARM_AGAIN_US
 * after it was accepted it waits until that time is over, and is then called if its cause still
 * holds: a cause that comes and goes calls once in that time, one that came back and stays is
 * never left untold. With a full queue the oldest that is not running is dropped and counted. */
void md_agent_alarm_call(struct md_agent_alarm *alarm, unsigned reason);
/* The cause is over: what still waits for this reason is not called any more, and a command that
 * runs for it is not repeated. */
void md_agent_alarm_withdraw(struct md_agent_alarm *alarm, unsigned reason);
/* Ends a running command. The loop must run until the handles are closed. */
void md_agent_alarm_close(struct md_agent_alarm *alarm);

#endif
