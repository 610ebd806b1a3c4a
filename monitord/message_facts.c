/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the whole site for messages (see message_facts.h). It reads the view and the site and
 * writes no word. */
#include "monitord/message_facts.h"

#include "failover/reason.h"
#include "monitord/text.h"

#include <stdio.h>

static bool matters_more(const struct site *site, const struct fo_view *view, unsigned a,
                         unsigned b)
{
    uint8_t class_a = site->policy.services[a].availability_class;
    uint8_t class_b = site->policy.services[b].availability_class;

    return class_a != class_b ? class_a > class_b
                              : view->services[a].state > view->services[b].state;
}

unsigned md_worst_service(const struct site *site, const struct fo_view *view, unsigned *others)
{
    unsigned worst = FO_NONE;
    unsigned count = 0;

    for (unsigned i = 0; i < site->service_count; i++) {
        uint8_t state = view->services[i].state;
        if (state == FO_STATE_DEGRADED || state == FO_STATE_DOWN) {
            count++;
            if (worst == FO_NONE || matters_more(site, view, i, worst)) {
                worst = i;
            }
        }
    }
    *others = count > 0 ? count - 1 : 0;
    return worst;
}

static bool is_known(const struct site *site, const struct fo_view *view, uint16_t cause,
                     struct fo_subject subject)
{
    return cause == FO_REASON_LINE_DEGRADED && subject.kind == FO_SUBJECT_LINE &&
           subject.index < site->line_count &&
           view->lines[subject.index].loss_out_permille != UINT32_MAX &&
           view->lines[subject.index].loss_back_permille != UINT32_MAX;
}

static void percent_text(uint32_t permille, char text[8])
{
    snprintf(text, 8, "%u.%u", permille / 10 % 1000, permille % 10);
}

unsigned md_known_directions(const struct site *site, const struct fo_view *view,
                             const struct fo_view_incident *incident, char out[8], char back[8])
{
    unsigned line = is_known(site, view, incident->cause, incident->subject)
                        ? incident->subject.index
                        : FO_NONE;
    for (unsigned i = 0; line == FO_NONE && i < incident->child_count; i++) {
        const struct fo_view_child *child = &incident->children[i];
        if (child->open && is_known(site, view, child->cause, child->subject)) {
            line = child->subject.index;
        }
    }
    if (line != FO_NONE) {
        percent_text(view->lines[line].loss_out_permille, out);
        percent_text(view->lines[line].loss_back_permille, back);
    }
    return line;
}

bool md_standby_is_gone(const struct fo_view *view)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        const struct fo_view_server *server = &view->servers[i];
        if (server->state == FO_STATE_DOWN || server->role == FO_ROLE_FENCED) {
            return true;
        }
    }
    return false;
}

bool md_child_presses(const struct fo_view_incident *incident, unsigned i)
{
    const struct fo_view_child *child = &incident->children[i];
    bool about_start =
        child->cause == FO_REASON_GENERATOR_START_SLOW || child->cause == FO_REASON_GENERATOR_FAULT;

    for (unsigned other = 0; about_start && other < incident->child_count; other++) {
        if (incident->children[other].open &&
            incident->children[other].cause == FO_REASON_GENERATOR_NO_START) {
            return false;
        }
    }
    return child->open && md_text_reason_presses(child->cause);
}

unsigned md_pressing_cause(const struct fo_view_incident *incident)
{
    for (unsigned i = incident != NULL ? incident->child_count : 0; i > 0; i--) {
        if (md_child_presses(incident, i - 1)) {
            return incident->children[i - 1].cause;
        }
    }
    return FO_REASON_NONE;
}
