/* SPDX-License-Identifier: Apache-2.0 */
/* The order that switches loads on again after an outage, as it goes before a second person: its
 * text names every load in the order in which it would come on, so that who approves it approves
 * just that. What stands against it is said at once and by the engine's own rule; the engine asks
 * again at the approval and before each load. */
#include "monitord/orders.h"

#include "failover/reason.h"
#include "monitord/text_word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stage named in the request, the site when it names none; FO_SUBJECT_KINDS: there is no such
 * stage. */
static struct fo_subject subject_of(const struct md_asking *asking)
{
    const struct site *site = asking->orders->site;
    const json_t *value = json_object_get(asking->request, "stage");

    if (value == NULL) {
        return (struct fo_subject){.kind = FO_SUBJECT_SITE};
    }
    for (uint8_t i = 0; i < site->policy.stage_count && json_is_string(value); i++) {
        if (strcmp(site->stages[i].name, json_string_value(value)) == 0) {
            return (struct fo_subject){.kind = FO_SUBJECT_STAGE, .index = i};
        }
    }
    return (struct fo_subject){.kind = FO_SUBJECT_KINDS};
}

/* " act, act" of the set, last first. */
static void put_acts(char *text, size_t size, const struct cfg_stage *stage, unsigned acts)
{
    const char *between = " ";

    for (unsigned i = stage->act_count; i-- > 0;) {
        if ((acts >> i & 1) != 0) {
            md_text_append(text, size, between);
            md_text_append(text, size, stage->acts[i]);
            between = ", ";
        }
    }
}

/* "switch on again, one by one: wall: reports, map-wall; by hand: desk halt-desk" */
static void put_loads(const struct site *site, const struct fo_view *view, struct fo_subject what,
                      char *text, size_t size)
{
    const char *between = "";

    md_text_append(text, size, "switch on again, one by one: ");
    for (unsigned hand = 0; hand < 2; hand++) {
        for (unsigned i = site->policy.stage_count; i-- > 0;) {
            unsigned by_hand = site->policy.stages[i].by_hand;
            unsigned acts = view->stages[i].off & (hand == 1 ? by_hand : ~by_hand);

            if (acts == 0 || (what.kind == FO_SUBJECT_STAGE && what.index != i)) {
                continue;
            }
            md_text_append(text, size, between);
            md_text_append(text, size, hand == 1 ? "by hand: " : "");
            md_text_append(text, size, site->stages[i].name);
            put_acts(text, size, &site->stages[i], acts);
            between = "; ";
        }
    }
}

json_t *md_asking_restore(struct md_asking *asking, uint8_t kind)
{
    const struct site *site = asking->orders->site;
    struct fo_subject what = subject_of(asking);
    struct fo_order order = {.kind = kind,
                             .person = asking->person,
                             .second = FO_NONE,
                             .server = FO_NONE,
                             .subject = what};
    char text[MD_APPROVAL_TEXT_SIZE] = "";

    if (what.kind == FO_SUBJECT_KINDS) {
        return md_asking_refuse_noted(asking, "no-such-stage", "no stage has this name");
    }
    if (site->shadow) {
        return md_asking_refuse_noted(asking, "shadow", "nothing is switched in shadow mode");
    }
    if (json_is_true(json_object_get(asking->request, "alone"))) {
        return md_asking_refuse_noted(asking, "same-person", "a second person must approve it");
    }
    struct fo_view *view = calloc(1, sizeof(*view));
    if (view == NULL) {
        return md_asking_refuse("busy", "out of memory");
    }
    md_driver_view(asking->orders->driver, view);
    uint16_t refused =
        what.kind == FO_SUBJECT_STAGE ? view->stages[what.index].refused : view->restore.refused;
    put_loads(site, view, what, text, sizeof(text));
    free(view);
    if (refused != FO_REASON_NONE) {
        return md_asking_refuse_noted(asking, fo_reason_name(refused), "the order was refused");
    }
    return md_asking_second(asking, &order, text);
}
