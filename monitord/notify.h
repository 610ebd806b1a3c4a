/* SPDX-License-Identifier: Apache-2.0 */
/* From a NOTIFY command to one page on one channel and its outcome by key. It owns the pages under
 * way and the channels; it decides neither whom to page nor when to give up. The app builds it, the
 * driver hands it commands. */
#ifndef MONITORD_NOTIFY_H
#define MONITORD_NOTIFY_H

#include "config/site.h"
#include "failover/view.h"
#include "monitord/answers.h"

#include <uv.h>

struct md_notify_hooks {
    void (*result)(void *context, struct fo_key key, enum fo_outcome outcome, unsigned reason,
                   int detail);
    void (*view)(void *context, struct fo_view *view);
    unsigned (*watchers)(void *context); /* consoles that watch now */
    void *context;
    md_answer_hook answer; /* what people answer away from the terminal; NULL: nobody listens */
    void *answer_context;
};
struct md_notify;
/* NULL when out of memory. site outlives it. */
struct md_notify *md_notify_start(uv_loop_t *loop, const struct site *site,
                                  const struct md_notify_hooks *hooks);
/* One command; its result comes by the hook, perhaps before this returns. A key already under way
 * is ignored: its result will come. */
void md_notify_send(struct md_notify *notify, const struct fo_command *command);
/* Without an engine: one page to each person of the first rung on every channel of their ladder,
 * for this reason; results are only logged. boot makes the keys, new ones at each call. */
void md_notify_without_engine(struct md_notify *notify, uint64_t boot, unsigned reason);
/* Tests one channel without disturbing anybody, as its kind does it (channel.h). tested is called
 * once, at once or later, not after a stop. */
void md_notify_test(struct md_notify *notify, uint8_t channel,
                    void (*tested)(void *context, uint8_t channel, bool works, int detail),
                    void *context);
/* Pages under way. For tests: the daemon waits for their results. */
unsigned md_notify_under_way(const struct md_notify *notify);
/* Whether a page on this channel has been under way for more than twice the channel's time: it
 * hangs and should not be waited for. */
bool md_notify_hangs(const struct md_notify *notify, uint8_t channel, fo_us now_us);
/* Ends what is under way (retry), closes; done when the memory has gone. */
void md_notify_stop(struct md_notify *notify, void (*done)(void *context), void *context);

#endif
