/* SPDX-License-Identifier: Apache-2.0 */
/* What every channel to people offers: take one page, say once how it ended. A channel owns the way
 * out and nothing of the decision to page; it sends what it is given and never logs an address.
 * notify.c is the only caller. */
#ifndef MONITORD_CHANNEL_H
#define MONITORD_CHANNEL_H

#include "config/site.h"
#include "failover/command.h"
#include "monitord/message.h"

#include <uv.h>

/* One page on its way; it lives until its end was said. */
struct md_page {
    const struct site *site;
    uv_loop_t *loop;
    struct fo_command command; /* FO_COMMAND_NOTIFY */
    fo_wall_ms wall_ms;
    struct md_message message;
    unsigned watchers; /* consoles that watch now */
    void *channel;     /* the channel's own */
    /* Called exactly once, at once or later. */
    void (*done)(struct md_page *page, enum fo_outcome outcome, unsigned reason, int detail);
    struct md_page *next; /* notify.c's */
    void *context;
    bool ended;
};

/* The terminal: accepted when at least one console watches, else to be tried again. Ends at once.
 */
void md_channel_terminal(struct md_page *page);

/* A program of the site: JSON on its standard input; exit 0 accepted, 75 retry, else failed; killed
 * at the channel's time limit (retry). */
void md_channel_command(struct md_page *page);

/* SMTP through libcurl on the loop, bound to a line's interface by if!NAME, the next interface when
 * the first fails. */
struct md_smtp;
struct md_smtp *md_smtp_start(uv_loop_t *loop); /* NULL when libcurl cannot start */
void md_smtp_send(struct md_smtp *smtp, struct md_page *page);
/* Quiet test of an smtp channel: the conversation without a message. tested is called once, at once
 * or later. */
void md_smtp_test(struct md_smtp *smtp, const struct site *site, uint8_t channel,
                  void (*tested)(void *context, uint8_t channel, bool works, int detail),
                  void *context);
/* Ends what is under way (retry, tests as not working) and closes; done when the memory has gone.
 */
void md_smtp_stop(struct md_smtp *smtp, void (*done)(void *context), void *context);

#endif
