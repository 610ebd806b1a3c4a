/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent shows of itself, as JSON (`dispatch-agent status --json`). It decides nothing;
 * keys are stable, unknown is null, ages and remainders are milliseconds:
 *
 * { "schema":1, "server":S, "self":"P"|"S", "time":RFC3339, "role":"active"|"standby",
 *   "gate":"open"|"shut"|"missing", "gate_why":S|null (dispatch-agent(8) lists them),
 * "lease_left_ms":N (0 without a lease), "epoch":N,
 *   "grants":[{"voter":"monitor"|"peer","left_ms":N}],  (those that run)
 *   "claim":"none"|"want"|"hold", "vote":"abstaining"|"free"|"peer"|"self",
 *   "standing":"none"|"given"|"taken", "alone":B, "forced":B,
 *   "draining":B, "leaving":B, "health":"unknown"|"ok"|"failed", "health_why":S|null,
 *   "service":{"health":S,"pid":N|null,"check_reason":code|null,"checks":N,"checks_failed":N},
 *   "position":N|null, "monitor_seen_ms":N|null, "peer_seen_ms":N|null,
 *   "choice":"self"|"peer"|"none"|null (by the monitor's newest beat; null when it is too old),
 *   "top":{"epoch":N,"holder":"self"|"peer"|null,"written":B}, "address":B, "link":B,
 * "step":S|null, "clock_well":B, "gate_error":S|null,
 * "watchdog":null|{"device":S,"armed":B,"timeout_s":N,"fed":N,"withheld":N,"error":S|null},
 * "alarms":{"waiting":N,"accepted":N,"failed":N,"dropped":N},
 *   "counts":{"promotes","demotes","announces","lapses","gate_losses","steps_failed","sent",
 *             "send_errors","received","refused","announced_frames"}, "uptime_s":N, "loop_lag_ms":N
 * } */
#ifndef MONITORD_AGENT_REPORT_H
#define MONITORD_AGENT_REPORT_H

#include "monitord/agent/agent_state.h"

#include <jansson.h>

/* New reference; NULL only when out of memory. */
json_t *md_agent_report(const struct md_agent *agent);
/* The well-being told to the lease, and why when it is not ok (static storage, NULL when it is). */
enum fo_health md_agent_health(const struct md_agent *agent, fo_us now_us, const char **why);

#endif
