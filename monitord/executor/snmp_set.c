/* SPDX-License-Identifier: Apache-2.0 */
/* Sets objects of a router and reads them back (see snmp_set.h). It owns one conversation and the
 * bound of its act; the protocol is probes/snmp_session.c's. No community, password or value is
 * ever logged: only which object and why. */
#include "monitord/executor/snmp_set.h"

#include "monitord/log.h"
#include "probes/oid.h"
#include "probes/snmp_session.h"

#include <stdlib.h>
#include <string.h>

#define READS 3      /* a router may take the order now and follow it a moment later */
#define PAUSE_MS 500 /* between two of them */

_Static_assert(CFG_SNMP_VALUES_MAX <= PB_SNMP_BATCH, "they are read back in one request");
_Static_assert(CFG_SNMP_TEXT_MAX <= PB_SNMP_TEXT_MAX, "a text must be read back whole");

struct set {
    const struct cfg_act *act;
    struct pb_snmp_session *session; /* NULL: could not be opened */
    uv_timer_t bound, pause;
    unsigned handles;
    bool reading, ended;
    unsigned reads;
    enum fo_reason unsaid; /* NONE: the router has answered the order */
    int refusal;           /* its error-status to it; 0: taken */
    md_snmp_set_done done;
    void *context;
    enum md_act_state state;
    int detail;
    const char *reason;
};

static void one_closed(void *context)
{
    struct set *set = context;

    if (--set->handles == 0) {
        set->done(set->context, set->state, set->detail, set->reason);
        free(set);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void end(struct set *set, enum md_act_state state, int detail, const char *reason)
{
    if (set->ended) {
        return;
    }
    set->ended = true;
    set->state = state;
    set->detail = detail;
    set->reason = reason;
    uv_close((uv_handle_t *)&set->bound, on_timer_closed);
    uv_close((uv_handle_t *)&set->pause, on_timer_closed);
    if (set->session != NULL) {
        pb_snmp_session_close(set->session, one_closed, set);
    }
}

/* Nothing is known of the router, or it does not let us know. */
static void end_unknown(struct set *set, enum fo_reason reason)
{
    switch (reason) {
        case FO_REASON_ACCESS_DENIED:
            end(set, MD_ACT_FAILED, 0, "access-denied");
            break;
        case FO_REASON_SECRET_UNREADABLE:
            end(set, MD_ACT_FAILED, 0, "secret-unreadable");
            break;
        case FO_REASON_NO_ROUTE:
        case FO_REASON_UNREACHABLE:
            end(set, MD_ACT_RETRY, 0, "no-route");
            break;
        default:
            end(set, MD_ACT_RETRY, 0, "no-answer");
            break;
    }
}

static void on_pause(uv_timer_t *timer);

/* ---- what was read back ---- */

static bool reads_as(const struct cfg_snmp_value *wanted, const struct pb_snmp_varbind *found)
{
    if (!pb_oid_equal(&wanted->oid, &found->oid)) {
        return false;
    }
    switch ((enum cfg_snmp_type)wanted->type) {
        case CFG_SNMP_TEXT:
            return found->type == PB_SNMP_TEXT && found->length == strlen(wanted->text) &&
                   memcmp(found->text, wanted->text, found->length) == 0;
        case CFG_SNMP_IP_ADDRESS:
            return found->type == PB_SNMP_ADDRESS && found->integer == wanted->integer;
        default:
            return found->type == PB_SNMP_INTEGER && found->integer == wanted->integer;
    }
}

/* The first object that does not read as it should; value_count when all do. */
static unsigned first_other(const struct cfg_act *act, const struct pb_snmp_answer *answer)
{
    unsigned i = 0;

    while (i < act->value_count && i < answer->count &&
           reads_as(&act->values[i], &answer->varbinds[i])) {
        i++;
    }
    return i;
}

static void log_other(const struct set *set, unsigned index, const char *what)
{
    char oid[CFG_OID_MAX * 11];

    pb_oid_format(&set->act->values[index].oid, oid, sizeof(oid));
    md_log(MD_LOG_WARNING, "executor: act=%s oid=%s %s; error-status of the set: %d",
           set->act->name, oid, what, set->refusal);
}

static void take_reading(struct set *set, const struct pb_snmp_answer *answer)
{
    unsigned other = answer->error_status == 0 ? first_other(set->act, answer) : 0;
    bool missing = answer->error_status != 0 || other >= answer->count ||
                   answer->varbinds[other].type == PB_SNMP_MISSING;

    if (other == set->act->value_count) {
        end(set, MD_ACT_DONE, 0, "");
    } else if (set->refusal == 0 && !missing && ++set->reads < READS) {
        uv_timer_start(&set->pause, on_pause, PAUSE_MS, 0);
    } else {
        log_other(set, other,
                  missing ? "cannot be read back" : "reads back as before or otherwise");
        if (set->unsaid != FO_REASON_NONE) {
            end_unknown(set, set->unsaid);
        } else if (set->refusal != 0) {
            end(set, MD_ACT_FAILED, set->refusal, "router-refused");
        } else {
            end(set, MD_ACT_FAILED, answer->error_status,
                missing ? "cannot-be-read" : "not-changed");
        }
    }
}

/* ---- the conversation ---- */

static void read_back(struct set *set)
{
    struct pb_snmp_request request = {.count = set->act->value_count};

    for (unsigned i = 0; i < set->act->value_count; i++) {
        request.oids[i] = set->act->values[i].oid;
    }
    set->reading = true;
    enum fo_reason reason = pb_snmp_session_ask(set->session, &request);

    if (reason != FO_REASON_NONE) {
        end_unknown(set, reason);
    }
}

/* Whatever the router says to the order, what it has is read. */
static void on_answer(void *context, enum fo_reason reason, const struct pb_snmp_answer *answer)
{
    struct set *set = context;

    if (!set->reading) {
        set->unsaid = reason;
        set->refusal = answer != NULL ? answer->error_status : 0;
        read_back(set);
    } else if (answer == NULL) {
        end_unknown(set, reason);
    } else {
        take_reading(set, answer);
    }
}

static void on_pause(uv_timer_t *timer)
{
    read_back(timer->data);
}

static void on_bound(uv_timer_t *timer)
{
    end(timer->data, MD_ACT_RETRY, 0, "timed-out");
}

bool md_snmp_set_start(uv_loop_t *loop, const struct cfg_act *act, md_snmp_set_done done,
                       void *context)
{
    struct set *set = calloc(1, sizeof(*set));
    enum fo_reason reason;

    if (set == NULL) {
        return false;
    }
    set->act = act;
    set->done = done;
    set->context = context;
    uv_timer_init(loop, &set->bound);
    uv_timer_init(loop, &set->pause);
    set->bound.data = set;
    set->pause.data = set;
    set->handles = 2;
    uv_update_time(loop);
    uv_timer_start(&set->bound, on_bound, (uint64_t)(act->timeout_us / FO_MS), 0);
    set->session = pb_snmp_session_open(loop, &act->address, &act->snmp, act->exchange_us,
                                        on_answer, set, &reason);
    if (set->session != NULL) {
        set->handles++;
        reason = pb_snmp_session_set(set->session, act->values, act->value_count);
    }
    if (reason != FO_REASON_NONE) {
        end_unknown(set, reason);
    }
    return true;
}
