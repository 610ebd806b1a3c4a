/* SPDX-License-Identifier: Apache-2.0 */
/* Severity and explanation of causes (see cause.h). Tables and small rules only: it changes nothing
 * and raises nothing. */
#include "failover/cause.h"

#include "failover/assert.h"
#include "failover/moving.h"
#include "failover/reason.h"
#include "failover/record.h"
#include "failover/supply.h"
#include "failover/window.h"

#define CAUSE_FIRST 100
#define CAUSES 100 /* what lasts is numbered from 100 to 199 */

static const uint8_t severities[CAUSES] = {
#define SEVERITY(id, value) [FO_REASON_##id - CAUSE_FIRST] = value
    SEVERITY(MAINS_LOST, 2),
    SEVERITY(UPS_ON_BATTERY, 3),
    SEVERITY(UPS_LOW, 1),
    SEVERITY(UPS_SILENT, 3),
    SEVERITY(UPS_SILENT_ON_BATTERY, 2),
    SEVERITY(UPS_BYPASS, 3),
    SEVERITY(UPS_OVERLOAD, 3),
    SEVERITY(UPS_REPLACE_BATTERY, 4),
    SEVERITY(UPS_OFF, 2),
    SEVERITY(UPS_EXHAUSTED, 1),
    SEVERITY(GENERATOR_START_SLOW, 3),
    SEVERITY(GENERATOR_NO_START, 1),
    SEVERITY(GENERATOR_NO_TRANSFER, 1),
    SEVERITY(GENERATOR_NOT_AUTO, 3),
    SEVERITY(GENERATOR_FAULT, 2),
    SEVERITY(GENERATOR_SILENT, 3),
    SEVERITY(GENERATOR_FUEL_LOW, 3),
    SEVERITY(GENERATOR_BATTERY_LOW, 3),
    SEVERITY(TRANSFER_SWITCH_SILENT, 3),
    SEVERITY(GENERATOR_EMERGENCY_STOP, 2),
    SEVERITY(GENERATOR_REFUSED, 1),
    SEVERITY(FUEL_SHORT, 3),
    SEVERITY(GENERATOR_TEST_DUE, 4),
    SEVERITY(UPS_MARGIN, 3),
    SEVERITY(FEED_REDUNDANCY_LOST, 3),
    SEVERITY(SHED_DUE, 2),
    SEVERITY(SHED_FAILED, 2),
    SEVERITY(SHED_LEFT_OFF, 3),
    SEVERITY(SERVER_DEAD, 2),
    SEVERITY(SERVER_UNREACHABLE, 3),
    SEVERITY(SERVICE_FAILED, 2),
    SEVERITY(SERVER_DEAF, 2),
    SEVERITY(BOTH_SERVERS_DEAD, 1),
    SEVERITY(REDUNDANCY_LOST, 2),
    SEVERITY(SERVER_HEARTBEAT_PATH, 3),
    SEVERITY(LEASE_LAPSED, 4),
    SEVERITY(SWITCHOVER_FAILED, 1),
    SEVERITY(TWO_ANSWERS, 1),
    SEVERITY(LINE_DOWN, 3),
    SEVERITY(LINES_ALL_DOWN, 1),
    SEVERITY(LINE_DEGRADED, 4),
    SEVERITY(SERVICE_DOWN, 1),
    SEVERITY(SERVICE_RTO_HALF, 1),
    SEVERITY(SERVICE_RTO_BREACHED, 1),
    SEVERITY(MONITOR_NETWORK, 2),
    SEVERITY(MONITOR_STALLED, 4),
    SEVERITY(MONITOR_CLOCK, 2),
    SEVERITY(JOURNAL_DEAD, 2),
    SEVERITY(ENGINE_ASSERTION, 1),
    SEVERITY(MONITOR_RESTARTED, 4),
    SEVERITY(CHANNEL_DOWN, 3),
    SEVERITY(ROSTER_GAP, 3),
    SEVERITY(ROSTER_GAP_AHEAD, 4),
    SEVERITY(CONTACTS_CUT, 2),
    SEVERITY(CONTACT_UNPROVEN, 3),
    SEVERITY(SERVICE_OVERLOADED, 3),
    SEVERITY(MAINTENANCE_OVERRUN, 3),
    SEVERITY(REPORTED, 2),
    SEVERITY(BREAK_GLASS, 2),
    SEVERITY(DRILL, 3),
    SEVERITY(SWITCHOVER_DRILL, 3),
    SEVERITY(DRILL_DUE, 4),
    SEVERITY(DRILL_OVERDUE, 4),
    SEVERITY(MONITOR_MISSED, 2),
    SEVERITY(GATE_LOST, 2),
    SEVERITY(SERVED_ALONE, 1),
    SEVERITY(FORCED, 1),
#undef SEVERITY
};

uint8_t fo_cause_severity(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    FO_ASSERT(fo_reason_is_cause(cause));
    FO_ASSERT(cause - CAUSE_FIRST < CAUSES);
    uint8_t severity = severities[cause - CAUSE_FIRST];
    if (subject.kind == FO_SUBJECT_PLACE && severity < 2) {
        return 2; /* bad for that place; the centre and its services stand */
    }
    if (fo_window_excuses(engine, cause, subject)) {
        return 4; /* somebody works on it and said so */
    }
    switch (cause) {
        case FO_REASON_SERVICE_DOWN:
            /* class 1 may be away for a while without harm; class 2 never */
            return engine->policy.services[subject.index].availability_class == 2 ? severity : 3;
        case FO_REASON_MONITOR_NETWORK:
            return engine->self.cut_off || engine->self.nets_down == engine->self.nets_known
                       ? severity
                       : 3;
        case FO_REASON_SERVER_DEAD:
        case FO_REASON_SERVER_UNREACHABLE:
            /* somebody works on it and said so; total loss has causes of its own, and in the
             * window of a switchover drill nobody works on anything */
            return fo_moving(engine) == FO_NONE &&
                           (engine->inhibit.maintenance_us[subject.index] != FO_NEVER ||
                            engine->inhibit.maintenance_us[FO_MAINTENANCE_SITE] != FO_NEVER)
                       ? 4
                       : severity;
        case FO_REASON_FUEL_SHORT: /* running: hours count */
            return subject.kind == FO_SUBJECT_DEVICE
                       ? (uint8_t)(severity - engine->devices[subject.index].fuel_step)
                       : severity;
        case FO_REASON_FEED_REDUNDANCY_LOST: /* both gone: what stands behind it is dark */
            return fo_supply_device(engine, subject.index) == FO_SUPPLY_GONE ? 1 : severity;
        case FO_REASON_REDUNDANCY_LOST:
            for (unsigned i = 0; i <= FO_SERVERS; i++) {
                severity = engine->inhibit.maintenance_us[i] != FO_NEVER ? 4 : severity;
            }
            return severity;
        default:
            FO_ASSERT(severity != 0);
            return severity;
    }
}

bool fo_cause_repages(uint16_t cause)
{
    return cause == FO_REASON_SERVICE_DOWN || cause == FO_REASON_SERVICE_RTO_HALF ||
           cause == FO_REASON_SERVICE_RTO_BREACHED || cause == FO_REASON_SWITCHOVER_FAILED ||
           cause == FO_REASON_UPS_EXHAUSTED || cause == FO_REASON_BOTH_SERVERS_DEAD ||
           cause == FO_REASON_LINES_ALL_DOWN || cause == FO_REASON_GENERATOR_NO_START ||
           cause == FO_REASON_GENERATOR_REFUSED || cause == FO_REASON_SHED_DUE ||
           cause == FO_REASON_SHED_FAILED;
}

bool fo_cause_is_sticky(uint16_t cause)
{
    return cause == FO_REASON_SWITCHOVER_FAILED || cause == FO_REASON_ENGINE_ASSERTION ||
           cause == FO_REASON_SERVICE_FAILED || cause == FO_REASON_REPORTED ||
           cause == FO_REASON_BREAK_GLASS || cause == FO_REASON_SHED_LEFT_OFF;
}

static bool is_power_of_ups(uint16_t cause)
{
    return cause == FO_REASON_UPS_ON_BATTERY || cause == FO_REASON_UPS_LOW ||
           cause == FO_REASON_UPS_SILENT_ON_BATTERY || cause == FO_REASON_UPS_EXHAUSTED ||
           cause == FO_REASON_UPS_OFF;
}

/* The UPS fails its load, or may have: what it feeds may fall because of it. */
static bool is_suspect(const struct fo_engine *engine, unsigned device)
{
    return fo_supply_device(engine, device) >= FO_SUPPLY_DYING ||
           (engine->devices[device].on_battery &&
            engine->devices[device].communication.state != FO_STATE_OK);
}

static bool is_failing(const struct fo_engine *engine, uint64_t devices)
{
    for (unsigned i = 0; devices >> i != 0 && i < engine->policy.device_count; i++) {
        if ((devices >> i & 1) != 0 && is_suspect(engine, i)) {
            return true;
        }
    }
    return false;
}

static uint64_t power_of(const struct fo_engine *engine, struct fo_subject subject)
{
    if (subject.kind == FO_SUBJECT_LINE) {
        return engine->policy.lines[subject.index].power;
    }
    if (subject.kind == FO_SUBJECT_SERVER) {
        return engine->policy.servers[subject.index].power;
    }
    return 0;
}

/* The equipment of each of these lines stands behind a failing UPS. */
static bool are_lines_failing(const struct fo_engine *engine, uint64_t lines)
{
    unsigned failing = 0, all = 0;
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        bool asked = (lines >> i & 1) != 0;
        all += asked ? 1 : 0;
        failing += asked && is_failing(engine, engine->policy.lines[i].power) ? 1 : 0;
    }
    return all > 0 && failing == all;
}

/* Neither server, or none of the lines it needs, has power that holds. */
static bool is_service_failing(const struct fo_engine *engine, unsigned service)
{
    const struct fo_service_policy *policy = &engine->policy.services[service];
    bool servers = policy->needs_server && is_failing(engine, engine->policy.servers[0].power) &&
                   is_failing(engine, engine->policy.servers[1].power);
    return servers || are_lines_failing(engine, policy->needs_lines);
}

/* Loss of the mains explains all that power does afterwards, and what stands behind a failing UPS.
 */
static enum fo_explains mains_explain(const struct fo_engine *engine, uint16_t cause,
                                      struct fo_subject subject)
{
    switch (cause) {
        case FO_REASON_GENERATOR_START_SLOW:
        case FO_REASON_GENERATOR_NO_START:
        case FO_REASON_GENERATOR_NO_TRANSFER:
        case FO_REASON_GENERATOR_REFUSED:
        case FO_REASON_GENERATOR_FAULT:
        case FO_REASON_GENERATOR_EMERGENCY_STOP:
        case FO_REASON_FUEL_SHORT:
        case FO_REASON_SHED_DUE:
        case FO_REASON_SHED_FAILED:
        case FO_REASON_GENERATOR_FUEL_LOW:
        case FO_REASON_FEED_REDUNDANCY_LOST:
            return FO_EXPLAINS_ALWAYS;
        case FO_REASON_UPS_SILENT:
        case FO_REASON_GENERATOR_SILENT:
        case FO_REASON_TRANSFER_SWITCH_SILENT:
            return FO_EXPLAINS_NEAR;
        case FO_REASON_SERVICE_DOWN:
        case FO_REASON_SERVICE_RTO_HALF:
        case FO_REASON_SERVICE_RTO_BREACHED:
            return is_service_failing(engine, subject.index) ? FO_EXPLAINS_ALWAYS : FO_EXPLAINS_NOT;
        case FO_REASON_LINES_ALL_DOWN:
            return are_lines_failing(engine, UINT64_MAX) ? FO_EXPLAINS_ALWAYS : FO_EXPLAINS_NOT;
        case FO_REASON_LINE_DOWN:
        case FO_REASON_LINE_DEGRADED:
        case FO_REASON_SERVER_DEAD:
        case FO_REASON_SERVER_UNREACHABLE:
            return is_failing(engine, power_of(engine, subject)) ? FO_EXPLAINS_ALWAYS
                                                                 : FO_EXPLAINS_NOT;
        default:
            return is_power_of_ups(cause) ? FO_EXPLAINS_ALWAYS : FO_EXPLAINS_NOT;
    }
}

/* The device stands in the set, or feeds a transfer switch that does. */
static bool is_behind(const struct fo_engine *engine, uint64_t devices, unsigned device)
{
    bool behind = (devices >> device & 1) != 0;
    for (unsigned i = 0; !behind && i < engine->policy.device_count; i++) {
        const uint64_t *sources = engine->policy.devices[i].sources;
        behind = (devices >> i & 1) != 0 && ((sources[0] | sources[1]) >> device & 1) != 0;
    }
    return behind;
}

static enum fo_explains ups_explains(const struct fo_engine *engine, unsigned device,
                                     uint16_t cause, struct fo_subject subject)
{
    if (subject.kind == FO_SUBJECT_DEVICE && cause == FO_REASON_FEED_REDUNDANCY_LOST) {
        return is_behind(engine, (uint64_t)1 << subject.index, device) ? FO_EXPLAINS_ALWAYS
                                                                       : FO_EXPLAINS_NOT;
    }
    if (subject.kind == FO_SUBJECT_DEVICE) {
        return subject.index == device && is_power_of_ups(cause) ? FO_EXPLAINS_ALWAYS
                                                                 : FO_EXPLAINS_NOT;
    }
    bool behind = is_behind(engine, power_of(engine, subject), device);
    return behind && is_suspect(engine, device) ? FO_EXPLAINS_ALWAYS : FO_EXPLAINS_NOT;
}

/* A server that is gone takes the service and the redundancy with it. */
static enum fo_explains server_explains(struct fo_subject root, uint16_t cause,
                                        struct fo_subject subject)
{
    switch (cause) {
        case FO_REASON_REDUNDANCY_LOST:
        case FO_REASON_SERVICE_DOWN:
        case FO_REASON_SERVICE_RTO_HALF:
        case FO_REASON_SERVICE_RTO_BREACHED:
        case FO_REASON_SWITCHOVER_FAILED:
            return FO_EXPLAINS_ALWAYS;
        case FO_REASON_SERVER_UNREACHABLE:
        case FO_REASON_SERVER_HEARTBEAT_PATH:
        case FO_REASON_SERVER_DEAD:
        case FO_REASON_LEASE_LAPSED:
        case FO_REASON_SERVER_DEAF:
            return root.kind == FO_SUBJECT_SITE || fo_subject_equal(root, subject)
                       ? FO_EXPLAINS_ALWAYS
                       : FO_EXPLAINS_NOT;
        default:
            return FO_EXPLAINS_NOT;
    }
}

static bool is_silence(uint16_t cause)
{
    return cause == FO_REASON_UPS_SILENT || cause == FO_REASON_GENERATOR_SILENT ||
           cause == FO_REASON_TRANSFER_SWITCH_SILENT || cause == FO_REASON_LINE_DOWN ||
           cause == FO_REASON_LINES_ALL_DOWN || cause == FO_REASON_LINE_DEGRADED ||
           cause == FO_REASON_SERVER_UNREACHABLE || cause == FO_REASON_SERVICE_DOWN;
}

/* Another place tells its own story; a blackout of the region, or our own blindness, tells all. */
static enum fo_explains place_explains(uint16_t root, struct fo_subject root_subject,
                                       uint16_t cause, struct fo_subject subject)
{
    if (root == cause && root_subject.kind == subject.kind) {
        return FO_EXPLAINS_NEAR;
    }
    if (subject.kind != FO_SUBJECT_PLACE) {
        return FO_EXPLAINS_NOT;
    }
    if (root == FO_REASON_MAINS_LOST) {
        return cause == FO_REASON_UPS_ON_BATTERY || is_silence(cause) ? FO_EXPLAINS_NEAR
                                                                      : FO_EXPLAINS_NOT;
    }
    if (root == FO_REASON_MONITOR_NETWORK || root == FO_REASON_LINES_ALL_DOWN) {
        return is_silence(cause) ? FO_EXPLAINS_NEAR : FO_EXPLAINS_NOT;
    }
    return fo_subject_equal(root_subject, subject) && is_power_of_ups(root) &&
                   is_power_of_ups(cause)
               ? FO_EXPLAINS_ALWAYS
               : FO_EXPLAINS_NOT;
}

enum fo_explains fo_cause_explains(const struct fo_engine *engine, uint16_t root,
                                   struct fo_subject root_subject, uint16_t cause,
                                   struct fo_subject subject)
{
    FO_ASSERT(root != FO_REASON_NONE && cause != FO_REASON_NONE);
    if (cause == FO_REASON_REPORTED) {
        return FO_EXPLAINS_NOT; /* what a person has seen is called until a person joins it */
    }
    if (root_subject.kind == FO_SUBJECT_PLACE || subject.kind == FO_SUBJECT_PLACE) {
        return place_explains(root, root_subject, cause, subject);
    }
    if (root == cause && subject.kind == FO_SUBJECT_DEVICE) {
        return FO_EXPLAINS_NEAR; /* many devices at once are one story */
    }
    if (is_power_of_ups(root)) {
        return ups_explains(engine, root_subject.index, cause, subject);
    }
    switch (root) {
        case FO_REASON_MAINS_LOST:
            return mains_explain(engine, cause, subject);
        case FO_REASON_SERVER_DEAD:
        case FO_REASON_SERVER_UNREACHABLE:
        case FO_REASON_SERVICE_FAILED:
        case FO_REASON_SERVER_DEAF:
        case FO_REASON_BOTH_SERVERS_DEAD:
            return root == cause ? FO_EXPLAINS_NOT : server_explains(root_subject, cause, subject);
        case FO_REASON_LINES_ALL_DOWN:
            if (subject.kind == FO_SUBJECT_SERVICE) {
                return engine->policy.services[subject.index].needs_lines != 0 ? FO_EXPLAINS_ALWAYS
                                                                               : FO_EXPLAINS_NOT;
            }
            return cause == FO_REASON_LINE_DOWN || cause == FO_REASON_LINE_DEGRADED ||
                           cause == FO_REASON_CONTACTS_CUT
                       ? FO_EXPLAINS_ALWAYS
                       : FO_EXPLAINS_NOT;
        case FO_REASON_LINE_DOWN:
            return cause == FO_REASON_LINE_DEGRADED && fo_subject_equal(root_subject, subject)
                       ? FO_EXPLAINS_ALWAYS
                       : FO_EXPLAINS_NOT;
        case FO_REASON_SERVICE_DOWN:
            if (cause == FO_REASON_SERVICE_RTO_HALF || cause == FO_REASON_SERVICE_RTO_BREACHED) {
                return fo_subject_equal(root_subject, subject) ? FO_EXPLAINS_ALWAYS
                                                               : FO_EXPLAINS_NOT;
            }
            return cause == FO_REASON_SERVICE_DOWN ? FO_EXPLAINS_NEAR : FO_EXPLAINS_NOT;
        case FO_REASON_MONITOR_NETWORK:
            return is_silence(cause) ? FO_EXPLAINS_NEAR : FO_EXPLAINS_NOT;
        case FO_REASON_DRILL_OVERDUE:
            return cause == FO_REASON_DRILL_DUE ? FO_EXPLAINS_ALWAYS : FO_EXPLAINS_NOT;
        default:
            return FO_EXPLAINS_NOT;
    }
}

bool fo_cause_touches_class2(const struct fo_engine *engine, struct fo_subject subject)
{
    const struct fo_policy *policy = &engine->policy;
    for (unsigned i = 0; i < policy->service_count; i++) {
        const struct fo_service_policy *service = &policy->services[i];
        if (service->availability_class != 2) {
            continue;
        }
        switch (subject.kind) {
            case FO_SUBJECT_SERVICE:
                if (subject.index == i) {
                    return true;
                }
                break;
            case FO_SUBJECT_SERVER:
                if (service->needs_server) {
                    return true;
                }
                break;
            case FO_SUBJECT_LINE:
                if ((service->needs_lines >> subject.index & 1) != 0) {
                    return true;
                }
                break;
            case FO_SUBJECT_DEVICE:
            case FO_SUBJECT_SITE:
                return true;
            default:
                break;
        }
    }
    return false;
}
