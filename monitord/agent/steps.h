/* SPDX-License-Identifier: Apache-2.0 */
/* The site's own steps around a change of holder: promote, demote and drain programs, one at a
 * time, in order, each in bounded time, with JSON on standard input. A newer step overtakes what it
 * makes pointless. It never touches gate or address; agent.c orders steps and hears how they ended.
 */
#ifndef MONITORD_AGENT_STEPS_H
#define MONITORD_AGENT_STEPS_H

#include "config/site.h"
#include "monitord/agent/child.h"

enum md_step { MD_STEP_NONE, MD_STEP_PROMOTE, MD_STEP_DEMOTE, MD_STEP_DRAIN };

/* What a program is told, beside its name. */
struct md_step_facts {
    uint64_t epoch;
    bool forced, alone;
    bool start; /* a demote at the start of the agent: nothing is known of what was before */
};

/* On the loop: the step ended; ok means exit 0, or that no program is configured for it. A step
 * that was overtaken reports nothing. detail is for the log ("exit 3", "timeout"). */
typedef void (*md_step_callback)(void *context, enum md_step step, bool ok, const char *detail);

#define MD_STEPS_WAITING_MAX 4
struct md_steps {
    const struct cfg_agent *config;
    struct md_child child;
    enum md_step running;
    bool overtaken; /* the running one has been told to stop */
    bool closing;
    unsigned waiting_count;
    struct {
        enum md_step step;
        struct md_step_facts facts;
    } waiting[MD_STEPS_WAITING_MAX];
    md_step_callback callback;
    void *context;
};

/* config outlives the object. False when the kernel has no handle left. */
bool md_steps_init(struct md_steps *steps, uv_loop_t *loop, const struct cfg_agent *config,
                   md_step_callback callback, void *context);
/* Orders a step. A demote ends a running promote or drain and drops those that wait; a promote
 * drops a waiting or running drain, and waits for a demote. The callback may come before this
 * returns. */
void md_steps_order(struct md_steps *steps, enum md_step step, const struct md_step_facts *facts);
/* Nothing runs and nothing waits. */
bool md_steps_idle(const struct md_steps *steps);
/* The name of the step as programs and the status see it ("promote"); "none". Static storage. */
const char *md_step_name(enum md_step step);
/* No callback after this; ends a running step. The loop must run until the handles are closed. */
void md_steps_close(struct md_steps *steps);

#endif
