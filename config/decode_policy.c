/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the thresholds of the site as a whole: switchover, escalation, the monitor itself and how
 * often a drill must be. It never relates them to services; crosscheck.c does. Called by load.c
 * after the heartbeat, because two defaults follow from the lease. */
#include "config/decode.h"

/* ---- switchover ----------------------------------------------------------------------------- */

struct switchover_text {
    int64_t choose_budget, take_over, verify, drain, fence, block, settled, per_hour;
    int64_t position_bound;
};
#define AT(field) offsetof(struct switchover_text, field)
static const struct cfg_key switchover_keys[] = {
    {"choose_budget", CFG_TYPE_DURATION, false, AT(choose_budget), "100ms", FO_MS, FO_SECOND, NULL,
     NULL},
    {"take_over", CFG_TYPE_DURATION, false, AT(take_over), NULL, 100 * FO_MS, FO_MINUTE, NULL,
     NULL},
    {"verify", CFG_TYPE_DURATION, false, AT(verify), "10s", 100 * FO_MS, 10 * FO_MINUTE, NULL,
     NULL},
    {"drain", CFG_TYPE_DURATION, false, AT(drain), "30s", 0, 10 * FO_MINUTE, NULL, NULL},
    {"fence", CFG_TYPE_DURATION, false, AT(fence), "60s", FO_SECOND, 10 * FO_MINUTE, NULL, NULL},
    {"block", CFG_TYPE_DURATION, false, AT(block), "1h", 0, 24 * FO_HOUR, NULL, NULL},
    {"settled", CFG_TYPE_DURATION, false, AT(settled), "10min", 0, 24 * FO_HOUR, NULL, NULL},
    {"per_hour", CFG_TYPE_INTEGER, false, AT(per_hour), "2", 0, 20, NULL, NULL},
    {"position_bound", CFG_TYPE_INTEGER, false, AT(position_bound), "0", 0, INT64_MAX, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_switchover = CFG_TABLE("the switchover group", switchover_keys);

static void switchover_decode(struct cfg_source *source, config_setting_t *root,
                              struct fo_policy *policy)
{
    struct switchover_text text = {0};
    cfg_table_read(source, cfg_section(root, "switchover"), &cfg_table_switchover, &text);
    policy->choose_budget_us = text.choose_budget;
    policy->take_over_us =
        text.take_over != 0
            ? text.take_over
            : 2 * FO_SECOND + fo_lease_promise_us(&policy->lease, policy->lease.lease_us);
    policy->verify_us = text.verify;
    policy->drain_us = text.drain;
    policy->fence_us = text.fence;
    policy->block_us = text.block;
    policy->settled_us = text.settled;
    policy->switchovers_per_hour = (uint8_t)text.per_hour;
    policy->position_bound = (uint64_t)text.position_bound;
}

/* ---- escalation ----------------------------------------------------------------------------- */

struct escalation_text {
    int64_t acknowledge, loop_first, loop_cap, clean, flap, overrun, child_window, child_grace;
};
#define AT(field) offsetof(struct escalation_text, field)
static const struct cfg_key escalation_keys[] = {
    {"acknowledge", CFG_TYPE_DURATION, false, AT(acknowledge), "30min", FO_SECOND, 24 * FO_HOUR,
     NULL, NULL},
    {"loop_first", CFG_TYPE_DURATION, false, AT(loop_first), "1min", FO_SECOND, FO_HOUR, NULL,
     NULL},
    {"loop_cap", CFG_TYPE_DURATION, false, AT(loop_cap), "10min", FO_SECOND, FO_HOUR, NULL, NULL},
    {"clean", CFG_TYPE_DURATION, false, AT(clean), "30s", FO_SECOND, FO_HOUR, NULL, NULL},
    {"flap", CFG_TYPE_DURATION, false, AT(flap), "10min", 0, FO_HOUR, NULL, NULL},
    {"overrun", CFG_TYPE_DURATION, false, AT(overrun), "30min", 0, 24 * FO_HOUR, NULL, NULL},
    {"child_window", CFG_TYPE_DURATION, false, AT(child_window), "60s", 0, FO_HOUR, NULL, NULL},
    {"child_grace", CFG_TYPE_DURATION, false, AT(child_grace), "10s", 0, FO_HOUR, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_escalation = CFG_TABLE("the escalation group", escalation_keys);

static void escalation_decode(struct cfg_source *source, config_setting_t *root,
                              struct fo_policy *policy)
{
    struct escalation_text text = {0};
    config_setting_t *group = cfg_section(root, "escalation");
    cfg_table_read(source, group, &cfg_table_escalation, &text);
    if (text.loop_first > text.loop_cap) {
        cfg_error_at(source, group, "loop_first", "must not be longer than loop_cap");
    }
    policy->acknowledge_us = text.acknowledge;
    policy->loop_first_us = text.loop_first;
    policy->loop_cap_us = text.loop_cap;
    policy->clean_us = text.clean;
    policy->flap_us = text.flap;
    policy->overrun_us = text.overrun;
    policy->child_window_us = text.child_window;
    policy->child_grace_us = text.child_grace;
}

/* ---- the monitor itself --------------------------------------------------------------------- */

struct monitor_text {
    int64_t stall;
    struct cfg_endpoint trap_port;
};
static const struct cfg_key monitor_keys[] = {
    {"stall", CFG_TYPE_DURATION, false, offsetof(struct monitor_text, stall), NULL, 10 * FO_MS,
     FO_MINUTE, NULL, NULL},
    {"trap_port", CFG_TYPE_ADDRESS, false, offsetof(struct monitor_text, trap_port), NULL, 0, 0,
     NULL, NULL},
};
const struct cfg_table cfg_table_monitor = CFG_TABLE("the monitor group", monitor_keys);

/* ---- the flight recorder ----------------------------------------------------------------------
 */

/* A recording that holds less than a few minutes is of no use. */
#define RECORDER_LEAST (4 * 1048576LL)
#define RECORDER_MOST (64 * 1073741824LL)
static const struct cfg_key recorder_keys[] = {
    {"size", CFG_TYPE_BYTES, false, offsetof(struct cfg_recorder, size), "64MiB", 0, RECORDER_MOST,
     NULL, NULL},
    {"kept", CFG_TYPE_BYTES, false, offsetof(struct cfg_recorder, kept), "256MiB", RECORDER_LEAST,
     RECORDER_MOST, NULL, NULL},
};
const struct cfg_table cfg_table_recorder = CFG_TABLE("the recorder group", recorder_keys);

static void recorder_decode(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    config_setting_t *group = cfg_section(root, "recorder");
    cfg_table_read(source, group, &cfg_table_recorder, &site->recorder);
    if (site->recorder.size != 0 && site->recorder.size < RECORDER_LEAST) {
        cfg_error_at(source, group, "size",
                     "holds less than a few minutes; write at least \"4MiB\", or \"0B\" for no "
                     "recorder at all");
    } else if (site->recorder.size == 0) {
        cfg_warning_at(source, group, "size",
                       "is 0B: nothing is recorded, so no incident can be replayed");
    }
}

/* ---- drills ---------------------------------------------------------------------------------- */

struct drills_text {
    int64_t every, notice;
};
#define DAY_US (24 * FO_HOUR)
#define NOTICE_SHARE 5 /* of the time between two drills: a week of 35 days */
static const struct cfg_key drills_keys[] = {
    {"every", CFG_TYPE_DURATION, false, offsetof(struct drills_text, every), "35d", 0, 400 * DAY_US,
     NULL, NULL},
    {"notice", CFG_TYPE_DURATION, false, offsetof(struct drills_text, notice), NULL, FO_SECOND,
     100 * DAY_US, NULL, NULL},
};
#undef DAY_US
const struct cfg_table cfg_table_drills = CFG_TABLE("the drills group", drills_keys);

static void drills_decode(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    struct drills_text text = {0};
    config_setting_t *group = cfg_section(root, "drills");
    cfg_table_read(source, group, &cfg_table_drills, &text);
    if (text.notice != 0 && text.notice >= text.every) {
        cfg_error_at(source, group, "notice",
                     text.every == 0 ? "has nothing to go before: every is 0s, no drill is demanded"
                                     : "must be shorter than every");
    }
    site->drill_every_us = text.every;
    site->drill_notice_us = text.notice != 0 ? text.notice : text.every / NOTICE_SHARE;
}

void cfg_decode_policy(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    struct monitor_text text = {0};
    switchover_decode(source, root, &site->policy);
    escalation_decode(source, root, &site->policy);
    recorder_decode(source, root, site);
    drills_decode(source, root, site);
    cfg_table_read(source, cfg_section(root, "monitor"), &cfg_table_monitor, &text);
    site->trap_port = text.trap_port.address;
    /* the lease page, rule M3: a gap above two beats is a stall */
    site->policy.stall_us = text.stall != 0 ? text.stall : 2 * site->policy.lease.beat_us;
}
