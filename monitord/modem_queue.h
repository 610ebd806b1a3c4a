/* SPDX-License-Identifier: Apache-2.0 */
/* Commands to a modem that wait for their turn, and their words. Pure; modem.c owns one queue. */
#ifndef MONITORD_MODEM_QUEUE_H
#define MONITORD_MODEM_QUEUE_H

#include "monitord/sms_pdu.h"

#define MD_MODEM_QUEUE_MAX 64

enum md_modem_what {
    MD_MODEM_BRING_UP, /* number: the step */
    MD_MODEM_PIN,      /* its text is secret and not made here */
    MD_MODEM_SEND,     /* one SUBMIT */
    MD_MODEM_READ,     /* number: place in the store */
    MD_MODEM_DELETE,
    MD_MODEM_LIST,
    MD_MODEM_TEST /* number: the step */
};
enum { MD_MODEM_STEP_ERRORS = 2, MD_MODEM_STEP_CARD = 3 }; /* of bringing up */

struct md_modem_command {
    enum md_modem_what what;
    int number;
    void *job;       /* MD_MODEM_SEND: whose; NULL: nobody waits for it any more */
    unsigned length; /* MD_MODEM_SEND: as md_sms_submit said */
    char hex[MD_SMS_HEX_MAX];
};
struct md_modem_queue {
    struct md_modem_command commands[MD_MODEM_QUEUE_MAX];
    unsigned first, count;
};
/* A new last command, all zero but for these; NULL when the queue is full. */
struct md_modem_command *md_modem_queue_add(struct md_modem_queue *queue, enum md_modem_what what,
                                            int number);
/* The first; there must be one. */
const struct md_modem_command *md_modem_queue_first(const struct md_modem_queue *queue);
/* Takes the first out and wipes its place; false when there is none. */
bool md_modem_queue_take(struct md_modem_queue *queue, struct md_modem_command *command);
void md_modem_queue_clear(struct md_modem_queue *queue);
/* Nobody waits for this job any more. */
void md_modem_queue_forget(struct md_modem_queue *queue, const void *job);

/* Whether bringing up or a test has this step. */
bool md_modem_has_step(enum md_modem_what what, int step);
/* What is written to the modem for any command but MD_MODEM_PIN. size >= 32. */
void md_modem_command_text(const struct md_modem_command *command, char *line, size_t size);

#endif
