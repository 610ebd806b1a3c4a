/* SPDX-License-Identifier: Apache-2.0 */
/* A pretended SNMP card for tests of the pure maps: a list of objects, the manners of v1 or v2c,
 * and a count of the requests it was asked. It speaks no bytes. */
#ifndef TESTS_SNMP_CARD_H
#define TESTS_SNMP_CARD_H

#include "probes/snmp_detect.h"
#include "probes/snmp_reading.h"
#include "tests/lib/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARD_OBJECTS 64

struct card_object {
    const char *oid; /* dotted */
    int64_t number;
    const char *value_oid; /* an OID instead of a number */
};
struct card {
    bool version1;
    unsigned most; /* objects one answer can hold; 0: any number */
    const struct card_object *objects;
    size_t count;
    unsigned requests;
};

static inline struct cfg_oid card_oid(const char *text)
{
    struct cfg_oid oid = {.length = 0};
    while (*text != '\0') {
        char *end;
        oid.arcs[oid.length++] = (uint32_t)strtoul(text, &end, 10);
        text = *end == '.' ? end + 1 : end;
    }
    return oid;
}

static inline int card_compare(const struct cfg_oid *a, const struct cfg_oid *b)
{
    for (unsigned i = 0; i < a->length && i < b->length; i++) {
        if (a->arcs[i] != b->arcs[i]) {
            return a->arcs[i] < b->arcs[i] ? -1 : 1;
        }
    }
    return (int)a->length - (int)b->length;
}

/* The object asked for, or with `next` the first one after it; NULL: there is none. */
static inline const struct card_object *card_find(const struct card *card,
                                                  const struct cfg_oid *asked, bool next)
{
    const struct card_object *best = NULL;
    struct cfg_oid best_oid = {.length = 0};
    for (size_t i = 0; i < card->count; i++) {
        struct cfg_oid oid = card_oid(card->objects[i].oid);
        int order = card_compare(&oid, asked);
        if (!next && order == 0) {
            return &card->objects[i];
        }
        if (next && order > 0 && (best == NULL || card_compare(&oid, &best_oid) < 0)) {
            best = &card->objects[i];
            best_oid = oid;
        }
    }
    return best;
}

static inline void card_answer(struct card *card, const struct pb_snmp_request *request,
                               struct pb_snmp_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    card->requests++;
    if (card->most != 0 && request->count > card->most) {
        answer->error_status = 1;
        return;
    }
    for (unsigned i = 0; i < request->count; i++) {
        const struct card_object *object = card_find(card, &request->oids[i], request->next);
        struct pb_snmp_varbind *varbind = &answer->varbinds[answer->count++];
        varbind->oid = request->oids[i];
        if (object == NULL && card->version1) {
            memset(answer, 0, sizeof *answer);
            answer->error_status = 2;
            answer->error_index = (int)i + 1;
            return;
        }
        if (object == NULL) {
            varbind->type = PB_SNMP_MISSING;
            continue;
        }
        varbind->oid = card_oid(object->oid);
        varbind->type = object->value_oid != NULL ? PB_SNMP_OID : PB_SNMP_INTEGER;
        varbind->integer = object->number;
        if (object->value_oid != NULL) {
            varbind->value = card_oid(object->value_oid);
        }
    }
}

/* One whole poll; returns how many requests it took. */
static inline unsigned card_poll(struct card *card, struct pb_snmp_map *map, fo_us now_us,
                                 struct fo_reading *reading)
{
    struct pb_snmp_request request;
    struct pb_snmp_answer answer;
    unsigned before = card->requests;

    pb_snmp_map_begin(map);
    while (pb_snmp_map_ask(map, &request)) {
        card_answer(card, &request, &answer);
        pb_snmp_map_answer(map, &answer);
        if (card->requests - before > 200) {
            abort(); /* a poll that does not end */
        }
    }
    pb_snmp_reading_make(map, now_us, reading);
    return card->requests - before;
}

/* The value of a variable in a reading; quality 0xff when it is not in it. */
static inline struct fo_value reading_value(const struct fo_reading *reading,
                                            enum fo_variable variable)
{
    for (unsigned i = 0; i < reading->count; i++) {
        if (reading->values[i].variable == variable) {
            return reading->values[i];
        }
    }
    return (struct fo_value){.quality = 0xff};
}

#endif
