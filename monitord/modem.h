/* SPDX-License-Identifier: Apache-2.0 */
/* One modem at a serial line: it is opened, brought up, watched and brought up again by itself; it
 * takes messages one after the other and hands over what comes in. It owns the line and the order
 * of commands, and knows nothing of people. Numbers and texts are never logged. channel_sms.c has
 * one for each channel. */
#ifndef MONITORD_MODEM_H
#define MONITORD_MODEM_H

#include "monitord/sms_pdu.h"

#include "config/site.h"

#include <uv.h>

#define MD_MODEM_ANSWER_MS 5000 /* a command without an answer: the modem hangs */
#define MD_MODEM_SEND_MS 30000  /* handing a message over may take so long */
#define MD_MODEM_AGAIN_MS 5000  /* from a failure to the next opening */

enum md_modem_state {
    MD_MODEM_CLOSED, /* no device, or it hung */
    MD_MODEM_COMING, /* being brought up */
    MD_MODEM_READY,
    MD_MODEM_LOCKED /* the card wants what we do not have (PIN refused, PUK): people must act */
};
struct md_modem_hooks {
    /* A message's end: reference 0 … 255 when the network took it; -1: error is the modem's
     * number, or -1 for silence. */
    void (*sent)(void *context, void *job, int reference, int error);
    void (*received)(void *context, const struct md_sms_in *in);
    /* up: it can send now. Not up: its line was closed or its card is locked; it is tried again by
     * itself, and nobody should wait for it. */
    void (*came)(void *context, bool up);
    void *context;
};

struct md_modem;
/* The channel's device, baud and PIN. NULL when out of memory; a device that is not there is tried
 * again. */
struct md_modem *md_modem_start(uv_loop_t *loop, const struct cfg_channel *channel,
                                const struct md_modem_hooks *hooks);
/* Queues one SUBMIT; false when the queue is full or the modem is not ready. */
bool md_modem_send(struct md_modem *modem, void *job, const char *hex, unsigned length);
/* No hook will come for this job. */
void md_modem_forget(struct md_modem *modem, void *job);
/* Asks card, network and signal without disturbing anybody; tested is called once, later, unless
 * the modem is not up (at once): works, and MD_MODEM_… state or the signal. Only one at a time. */
void md_modem_test(struct md_modem *modem, void (*tested)(void *context, bool works, int detail),
                   void *context);
enum md_modem_state md_modem_state(const struct md_modem *modem);
/* It is being brought up and has not failed since it worked last: worth waiting for (`came`). */
bool md_modem_is_expected(const struct md_modem *modem);
/* No hook after this; done when the memory has gone. */
void md_modem_stop(struct md_modem *modem, void (*done)(void *context), void *context);

#endif
