/* SPDX-License-Identifier: Apache-2.0 */
/* The control connection to one baresip, which telephones for us: it is connected, watched and
 * connected again by itself; commands go out, what baresip says comes in. It owns the connection
 * and knows nothing of people, pages or calls. Numbers are never logged. channel_sip.c has one for
 * each channel. */
#ifndef MONITORD_PHONE_H
#define MONITORD_PHONE_H

#include "monitord/phone_wire.h"

#include "config/site.h"

#include <uv.h>

#define MD_PHONE_ANSWER_MS 5000 /* a command without an answer: baresip hangs */
#define MD_PHONE_AGAIN_MS 3000  /* from a failure to the next connection */

struct md_phone_hooks {
    void (*said)(void *context, const struct md_phone_said *said);
    /* up: commands are taken now, and no call is under way. Not up: the connection failed or broke;
     * what was under way is not known any more, and it is tried again by itself. */
    void (*came)(void *context, bool up);
    void *context;
};

struct md_phone;
/* NULL when out of memory. address and name are the channel's, which outlives the phone. */
struct md_phone *md_phone_start(uv_loop_t *loop, const struct cfg_channel *channel,
                                const struct md_phone_hooks *hooks);
/* Sends a command; its token, 0 when it cannot be sent. Without an answer in time the connection is
 * closed (came). */
unsigned md_phone_say(struct md_phone *phone, const char *command, const char *params);
bool md_phone_is_up(const struct md_phone *phone);
/* It is being connected and has not failed since it worked last: worth waiting for (`came`). */
bool md_phone_is_expected(const struct md_phone *phone);
/* Closes the connection as if it had broken (came), which is made anew. */
void md_phone_break(struct md_phone *phone);
/* No hook after this; done when the memory has gone. */
void md_phone_stop(struct md_phone *phone, void (*done)(void *context), void *context);

#endif
