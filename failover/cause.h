/* SPDX-License-Identifier: Apache-2.0 */
/* What the causes of incidents mean: how grave each is, which explains which, and which may be
 * declared over by a person. It owns the two tables behind that and no state; incident.c asks. */
#ifndef FAILOVER_CAUSE_H
#define FAILOVER_CAUSE_H

#include "failover/engine_state.h"

enum fo_explains {
    FO_EXPLAINS_NOT,
    FO_EXPLAINS_NEAR, /* if the child began within the child window of its root */
    FO_EXPLAINS_ALWAYS
};

/* 1 worst … 4 information. */
uint8_t fo_cause_severity(const struct fo_engine *engine, uint16_t cause,
                          struct fo_subject subject);
/* Whether `root` explains `cause`, given what feeds what. */
enum fo_explains fo_cause_explains(const struct fo_engine *engine, uint16_t root,
                                   struct fo_subject root_subject, uint16_t cause,
                                   struct fo_subject subject);
/* Whether, as a child, it opens a new epoch whatever its severity is. */
bool fo_cause_repages(uint16_t cause);
/* Whether nothing but a person, or a later success, ends it. */
bool fo_cause_is_sticky(uint16_t cause);
/* Whether a service of availability class 2 hangs on the subject. */
bool fo_cause_touches_class2(const struct fo_engine *engine, struct fo_subject subject);

#endif
