/* SPDX-License-Identifier: Apache-2.0 */
/* The status as JSON, for the control socket, `monitorctl status --json` and the screen: built from
 * the engine's view, the newest readings and the shell's own figures. It decides nothing. Keys are
 * stable; numbers are numbers in the units of their names; unknown is null; codes are
 * fo_reason_name()s; subjects are {"kind":"server","name":"dispatch-1"} (kinds: site device server
 * line service person channel monitor role place stage).
 *
 * { "schema":1, "site":S, "time":RFC3339, "language":"ja"|"en",
 * "mode":"normal"|"maintenance"|"drill"|"frozen", "state":"ok"|"degraded"|"down"|"unknown",
 * "warm":B, "acting":B, "shadow":B (nothing is done, nobody called),
 *   "services":[{"name","class":1|2,"state","reason","recovery_time_s","down_s","last_outage_s"}],
 *   "servers":[{"name","role":"active"|"standby"|"fenced"|"unknown","state","reason",
 *               "heartbeat_age_ms","service_ok":B,"powered":B,"epoch","preferred":B}],
 *   "stations":[MAC] (who answers for the service address; more than one: an alarm),
 *   "lines":[{"name","carrier","active":B,"state","reason","loss_permille","rtt_ms","jitter_ms",
 *             "loss_out_permille","loss_back_permille","direction_reason":"not_read_yet"|
 *             "no_answer"|"uncounted"|"too_old"|null (known)}], (these three: with a reflector)
 *   "power":[{"name","kind":"ups"|"generator"|"transfer-switch","state","reason","quality":"good"|
 *             "suspect"|"stale"|"absent","age_s","profile","variables":{NAME:number|string|null},
 *             "reasons":{NAME:code},"alarms":[…],"protected":B|null (UPS),
 *             "feeds":[NAME] (UPS: servers, lines),"on_battery":B,"dying":B,
 *             "runtime_left_s","fuel_left_s" (generator),
 *             "outage_s","place":S (devices of other places only)}],
 *   "incidents":[{"id":"INC-20261121-0003","number","state":"open"|"recovered","severity":1..4,
 *                 "root":code,"subject","did":code|null,"opened":RFC3339,"age_s","epoch",
 *                 "acked_by":ID|null,"owned_by","ack_left_s","rung","next_rung_s","drill":B,
 *                 "class2":B (a class-2 service hangs on it),
 *                 "directions":{"line","loss_out_permille","loss_back_permille"}|null (of the
 *                 degraded line it is about, if its far end reports),
 *                 "children":[{"cause","subject","open":B}]}],   (open and recovered; newest last)
 *   "blocked":[{"reason","subject","until_s"}],
 *   "contacts":[{"incident":ID,"person":ID,"title":S,"channel":NAME,
 *               "channel_kind":"terminal"|"smtp"|"command"|"sms"|"tower"|"webhook"|"inform"|"sip",
 *               "attempt","drill":B,
 *               "message":"opened"|"worsened"|"reminder"|"recovered"|"handover"|"brief"|
 *               "unstable"|"aborted"|"give_back",
 *               "state":"queued"|"accepted"|"failed"|"acknowledged","age_s"}],  (newest first)
 *   "duty":[{"role":ID,"title":S,"until":RFC3339|null,
 *            "persons":[{"id","title","outgoing":B,"away":B,"unapproved":B}]}] (called for it now),
 *   "drills":{"every_s":N (0: none is demanded),"notice_s","last":RFC3339|null,"due":RFC3339|null}
 *             (null too until the journal has been read, soon after the start),
 *   "channels":[{"name","kind" (as channel_kind),"works":B|null (not tested yet),"testing":B,
 *                "detail":N}],
 *   "fences":[{"act","server","state":"on"|"off"|null (it does not tell),"lost":B (three times: it
 *              could prove nothing)}]|null (not known: the executor has not told),
 *   "contacts_cut":B (nobody outside can be reached: the call tree is needed),
 *   "shutdown":{"armed":B,"outage_s":N|null,
 *             "stages":[{"name","loads":"class-1"|"class-2"|"monitor",
 *             "state":"ready"|"due"|"shedding"|"shed"|"stopped","left_off":B,"off":[NAME],
 *             "blocked":code|null (why it is not to be switched on now),"since_s","runtime_s",
 *             "left_s":N|null,"begins_s":N|null,"acts":[NAME]}],
 *             "restore":{"under_way":B,"stage":NAME|null,"act":NAME|null (the one, or the next),
 *             "stopped":code|null (why the last one ended early)}},
 *   "switchover":{"step":S|null,"target":NAME|null,"last_s":N|null},
 *   "approvals":[{"id","hash","order":"switch"|"maintenance_begin"|…,"text":S,"by":ID,"left_s"}],
 *   "maintenance":[{"server":NAME|null (none, or another thing),"target":subject (of the site: the
 *                   whole of it),"reason":S|null,"by":ID|null,"second":ID|null,"left_s"}],
 *   "monitor":{"loop_lag_ms","loop_lag_p999_ms","turn_cpu_ms","journal_lag_ms",
 *              "journal":"ok"|"dead","uptime_s","boot":HEX,
 *              "heartbeats":{"sent","received","bad"},
 *              "recorder":{"state":"ok"|"failing"|"off","from":RFC3339|null,"mib":N,"kept_mib":N,
 *                          "lost_steps":N}} } */
#ifndef MONITORD_STATUS_H
#define MONITORD_STATUS_H

#include "config/site.h"
#include "failover/view.h"
#include "monitord/drill_due.h"
#include "monitord/duty_watch.h"
#include "monitord/recorder.h"
#include "monitord/self_test.h"

#include <jansson.h>

/* What the shell itself knows. */
struct md_shell_facts {
    fo_wall_ms wall_ms;
    double loop_lag_ms, loop_lag_p999_ms, turn_cpu_ms, journal_lag_ms;
    bool journal_dead;
    uint64_t boot;
    fo_us uptime_us;
    uint64_t heartbeats_sent, heartbeats_received, heartbeats_bad;
    struct md_recorder_facts recorder;
    /* newest reading and chosen profile by device; NULL before the first */
    const struct fo_reading *readings[FO_DEVICES_MAX];
    const char *profiles[FO_DEVICES_MAX];
    const struct md_self_test *self_test; /* NULL: none has run */
    const struct md_duty_facts *duty;     /* NULL: the calendar has not spoken */
    const struct md_drill_due *drill;     /* NULL: the journal has not told, or nobody asks it */
    const json_t *approvals;              /* array, borrowed; NULL: none */
    const json_t *maintenance;            /* likewise */
    const json_t *fences;                 /* likewise; NULL: the executor has not told */
};
/* New reference; NULL only when out of memory. "power" is the last key. The head has an empty one
 * (status_text.h adds to it), the whole the devices of the centre's own room. */
json_t *md_status_head(const struct site *site, const struct fo_view *view,
                       const struct md_shell_facts *facts);
json_t *md_status_build(const struct site *site, const struct fo_view *view,
                        const struct md_shell_facts *facts);
/* One object of "power": also what `monitord --probe NAME --json` prints. New reference. */
json_t *md_status_device(const struct site *site, unsigned device,
                         const struct fo_view_device *view, const struct fo_reading *reading,
                         const char *profile);
/* The object "shutdown". New reference. */
json_t *md_status_shutdown(const struct site *site, const struct fo_view *view);

#endif
