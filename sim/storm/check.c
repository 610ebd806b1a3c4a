/* SPDX-License-Identifier: Apache-2.0 */
/* The checkers' round (see check.h). It judges nothing itself. */
#include "sim/storm/check.h"

#include "sim/storm/alarm.h"
#include "sim/storm/answers.h"
#include "sim/storm/conduct.h"
#include "sim/storm/contact.h"
#include "sim/storm/duty.h"
#include "sim/storm/proof.h"
#include "sim/storm/restore.h"
#include "sim/storm/safety.h"
#include "sim/storm/shed.h"

void storm_check_step(struct storm_world *world, const struct fo_event *event,
                      const struct fo_output *out)
{
    storm_duty_step(world, event, out);
    storm_proof_step(world, event, out);
    storm_safety_step(world, event, out);
    storm_shed_step(world, event, out);
    storm_restore_step(world, event, out);
    storm_conduct_step(world, event, out);
    if (event->kind == FO_EVENT_ORDER) {
        storm_answers_note(world, &event->order, out);
    }
    storm_contact_step(world, out);
    storm_alarm_step(world, event);
}
