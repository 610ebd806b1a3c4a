/* SPDX-License-Identifier: Apache-2.0 */
/* The switchover drill that goes on (see moving.h). */
#include "failover/moving.h"

uint8_t fo_moving(const struct fo_engine *engine)
{
    for (uint8_t i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &engine->incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && incident->drill && !engine->policy.drill &&
            incident->cause == FO_REASON_SWITCHOVER_DRILL) {
            return i;
        }
    }
    return FO_NONE;
}
