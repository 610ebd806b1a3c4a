/* SPDX-License-Identifier: Apache-2.0 */
/* What one UPS says of its battery, judged from its own statements alone: is it on it, how long
 * will it last, is it low. Pure arithmetic on one device's state; the machine of the room's UPSes
 * (ups.c) and the watch over other places (outlying.c) share it, so that one rule holds for both.
 */
#ifndef FAILOVER_BATTERY_H
#define FAILOVER_BATTERY_H

#include "failover/engine_state.h"
#include "failover/facts.h"

/* Takes runtime, charge and the device's own word for low out of a good reading. */
void fo_battery_read(struct fo_device *ups, const struct fo_facts *facts, fo_us now_us);
/* On battery by its own word in 3 of its last 5 good readings, and none since said that it is on
 * the mains: enough to switch something off. A self-test or a calibration is no such word. */
bool fo_battery_is_sure(const struct fo_device *ups);
/* Whether this status (bits of enum fo_ups_token) says that the load runs on the battery because
 * the mains are away; a self-test counts only when the mains are known to be lost. A status that
 * does not say leaves it as it was. */
bool fo_battery_is_used(const struct fo_device *ups, int64_t status, bool mains_lost);
/* The runtime left as of now: counted down from the last reading on battery, and with the margin
 * taken off when the UPS is silent; FO_NEVER when not known, never below 0. */
fo_us fo_battery_runtime(const struct fo_device *ups, const struct fo_device_policy *policy,
                         fo_us now_us);
/* Low by its own word, by our limits, or because it is silent and never said how long it lasts.
 * Says nothing about whether it is on battery. */
bool fo_battery_is_low(const struct fo_device *ups, const struct fo_device_policy *policy,
                       fo_us now_us);
/* Silent on battery since ups->silent_us: how long it can still be believed to carry its load.
 * FO_NEVER while it answers again and only its hold runs: its own word counts then. */
fo_us fo_battery_silent_left(const struct fo_device *ups, const struct fo_device_policy *policy,
                             fo_us now_us);
/* The UPS's own signs (bypass, overload, battery to be replaced, off), and that its runtime would
 * not last for what it must cover; each believed after two equal readings. */
void fo_battery_signs(struct fo_device *ups, const struct fo_device_policy *policy, int64_t status);

#endif
