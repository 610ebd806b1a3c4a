/* SPDX-License-Identifier: Apache-2.0 */
/* What the rooms of orders (orders.c and the rooms orders_*.c named below) share: the desk with its
 * requests, sessions and notes, one order on its way over it, and the few answers they all give.
 * Others use it through orders.h. */
#ifndef MONITORD_ORDERS_ASKING_H
#define MONITORD_ORDERS_ASKING_H

#include "config/site.h"
#include "failover/window.h"
#include "monitord/approvals.h"
#include "monitord/driver.h"
#include "monitord/record_json.h"
#include "monitord/self_test.h"
#include "monitord/sessions.h"

#include <jansson.h>
#include <sys/types.h>

#define MD_MAINTENANCE_MAX_S (24 * 3600)
#define MD_NOTE_TEXT_MAX 2000   /* bytes of one text of a conclusion */
#define MD_ORDER_REASON_MAX 200 /* bytes of the reason of maintenance and break-glass */

/* Why a window is open, for people; lost at a restart, when the journal still has it. */
struct md_maintenance_note {
    uint8_t person, second; /* FO_NONE: not known, or nobody */
    char reason[MD_ORDER_REASON_MAX + 1];
};

struct md_orders {
    const struct site *site;
    struct md_driver *driver;
    bool known[FO_PERSONS_MAX]; /* the login exists on this host */
    uid_t uid[FO_PERSONS_MAX];
    struct md_self_test *self_test; /* of the channels; NULL: not yet */
    struct md_approvals approvals;
    struct md_sessions sessions;
    struct md_maintenance_note maintenance[FO_WINDOWS]; /* by place (window.h) */
};

struct md_asking {
    struct md_orders *orders;
    const json_t *request;
    const char *name;
    uid_t uid;
    uint8_t person;
    uint32_t incident;
    uint64_t *ticket;
};
/* {"ok":false,…}; the second is journalled with the user it came from. */
json_t *md_asking_refuse(const char *code, const char *message);
json_t *md_asking_refuse_noted(struct md_asking *asking, const char *code, const char *message);
/* Gives the order to the engine; the answer says what became of it. */
json_t *md_asking_give(struct md_asking *asking, const struct fo_order *order);

/* The number of the incident that a request names; 0: none, or it is no name of one. */
uint32_t md_asking_incident(const json_t *request);
/* The same when it is one that is not contradicted by its day, also kept in asking->incident; 0
 * when there is none. */
uint32_t md_asking_named(struct md_asking *asking);

/* What is only written down (orders_notes.c). */
json_t *md_asking_conclude(struct md_asking *asking, uint8_t kind);
json_t *md_asking_drill_note(struct md_asking *asking, uint8_t kind);

/* Puts the operation before a second person; the text says what he would approve. */
json_t *md_asking_second(struct md_asking *asking, const struct fo_order *order, const char *text);

/* The thing of the room that the request names at the key; the site itself when it names none.
 * False: nothing has this name. */
bool md_asking_subject(const struct md_asking *asking, const char *key, struct fo_subject *subject);

/* What people say and enter by hand (orders_people.c). */
json_t *md_asking_presence(struct md_asking *asking, uint8_t kind);
json_t *md_asking_raise(struct md_asking *asking, uint8_t kind);
json_t *md_asking_merge(struct md_asking *asking, uint8_t kind);
json_t *md_asking_called(struct md_asking *asking, uint8_t kind);
json_t *md_asking_outside(struct md_asking *asking, uint8_t kind);
json_t *md_asking_drill(struct md_asking *asking, uint8_t kind);
/* A switchover drill (orders_drill.c). */
json_t *md_asking_drill_switchover(struct md_asking *asking, uint8_t kind);
/* The contact network itself (orders_contacts.c). */
json_t *md_asking_test(struct md_asking *asking, uint8_t kind);
json_t *md_asking_numbers(struct md_asking *asking, uint8_t kind);
json_t *md_asking_adopt(struct md_asking *asking, uint8_t kind);

/* Loads switched on again after an outage (orders_restore.c). */
json_t *md_asking_restore(struct md_asking *asking, uint8_t kind);

/* The orders that need a second person, and how a second person answers (orders_two.c). */
json_t *md_asking_switch(struct md_asking *asking, uint8_t kind);
json_t *md_asking_maintenance(struct md_asking *asking, uint8_t kind);
json_t *md_asking_approve(struct md_asking *asking, uint8_t kind);
json_t *md_asking_withdraw(struct md_asking *asking, uint8_t kind);

#endif
