/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the whole site for messages (see message_facts.h). It reads the view and the site and
 * writes no word. */
#include "monitord/message_facts.h"

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
