/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of people: who asks, what for, and the answer. It owns the check that acting needs one
 * person, by the user's own number or by a session on a shared terminal, who may do this; it
 * journals refusals; the engine decides about the rest. */
#include "monitord/orders.h"

#include "failover/reason.h"
#include "monitord/code_names.h"
#include "monitord/history.h"
#include "monitord/incident_name.h"
#include "monitord/journal_schema.h"
#include "monitord/status.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void look_up(struct md_orders *orders, unsigned person)
{
    const char *login = orders->site->persons[person].login;
    struct passwd entry, *found = NULL;
    char buffer[4096];

    if (login != NULL && getpwnam_r(login, &entry, buffer, sizeof(buffer), &found) == 0 &&
        found != NULL) {
        orders->known[person] = true;
        orders->uid[person] = found->pw_uid;
    }
}

static void on_login_ended(void *context, uid_t uid, uint8_t person, bool right);

void md_orders_init(struct md_orders *orders, const struct site *site, struct md_driver *driver,
                    uv_loop_t *loop, uint64_t boot)
{
    memset(orders, 0, sizeof(*orders));
    md_sessions_init(&orders->sessions, site, loop);
    orders->sessions.ended = on_login_ended;
    orders->sessions.context = orders;
    for (unsigned i = 0; i < FO_WINDOWS; i++) {
        orders->maintenance[i] = (struct md_maintenance_note){.person = FO_NONE, .second = FO_NONE};
    }
    md_approvals_init(&orders->approvals, boot);
    orders->site = site;
    orders->driver = driver;
    for (unsigned i = 0; i < site->person_count; i++) {
        look_up(orders, i);
    }
}

uint8_t md_orders_person(struct md_orders *orders, uid_t uid)
{
    uint8_t found = FO_NONE;

    for (unsigned i = 0; i < orders->site->person_count; i++) {
        if (!orders->known[i]) {
            look_up(orders, i);
        }
        if (!orders->known[i] || orders->uid[i] != uid) {
            continue;
        }
        if (found != FO_NONE) {
            return FO_NONE; /* two persons behind one user: nobody in particular */
        }
        found = (uint8_t)i;
    }
    return found;
}

json_t *md_asking_refuse(const char *code, const char *message)
{
    return json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code, "message", message);
}

/* The number in "INC-20261121-0003", or a bare number; 0 when it is neither. */
static uint32_t incident_number(const json_t *value)
{
    if (json_is_integer(value)) {
        json_int_t whole = json_integer_value(value);

        return whole > 0 && whole <= UINT32_MAX ? (uint32_t)whole : 0;
    }
    return md_incident_number(json_string_value(value));
}

uint32_t md_asking_incident(const json_t *request)
{
    return incident_number(json_object_get(request, "incident"));
}

/* A name whose day is not that of the incident's opening is a slip of the pen, not the incident. */
static bool name_matches(struct md_orders *orders, const char *text, uint32_t number)
{
    struct fo_view *view = calloc(1, sizeof(*view));
    bool matches = true;
    char id[MD_INCIDENT_NAME_SIZE];

    if (view == NULL) {
        return true;
    }
    md_driver_view(orders->driver, view);
    for (unsigned i = 0; i < view->incident_count; i++) {
        if (view->incidents[i].number == number) {
            md_incident_name(orders->site, number, view->incidents[i].opened_wall_ms, id);
            matches = text == NULL || strcmp(text, id) == 0;
        }
    }
    free(view);
    return matches;
}

static json_t *where(const struct md_orders *orders)
{
    char path[1024], history[1024];

    snprintf(path, sizeof(path), "%s/%s", orders->site->state_directory, MD_JOURNAL_FILE);
    snprintf(history, sizeof(history), "%s/%s", orders->site->state_directory, MD_HISTORY_FILE);
    return json_pack("{s:b, s:s, s:s, s:s}", "ok", 1, "journal", path, "config", orders->site->path,
                     "history", history);
}

/* A refusal is journalled with the user it came from. */
json_t *md_asking_refuse_noted(struct md_asking *asking, const char *code, const char *message)
{
    struct md_order_note note = {.order = asking->name,
                                 .refused = code,
                                 .person = asking->person,
                                 .second = FO_NONE,
                                 .uid = asking->uid,
                                 .incident = asking->incident};

    md_driver_note_order(asking->orders->driver, &note);
    return md_asking_refuse(code, message);
}

json_t *md_asking_give(struct md_asking *asking, const struct fo_order *order)
{
    struct md_order_outcome outcome;
    json_t *answer;

    md_driver_order(asking->orders->driver, order, asking->uid, &outcome);
    if (!outcome.taken) {
        return md_asking_refuse(fo_reason_name(outcome.reason), "the order was refused");
    }
    *asking->ticket = outcome.journal_dead ? 0 : outcome.ticket;
    answer = json_pack("{s:b, s:s}", "ok", 1, "order", md_order_name(order->kind));
    if (outcome.journal_dead) {
        json_object_set_new(answer, "journalled", json_false());
    }
    return answer;
}

uint32_t md_asking_named(struct md_asking *asking)
{
    const json_t *incident = json_object_get(asking->request, "incident");

    asking->incident = incident_number(incident);
    return asking->incident != 0 &&
                   name_matches(asking->orders, json_string_value(incident), asking->incident)
               ? asking->incident
               : 0;
}

static json_t *take_incident(struct md_asking *asking, uint8_t kind)
{
    const json_t *incident = json_object_get(asking->request, "incident");
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = FO_NONE};
    json_t *answer;

    if (md_asking_named(asking) == 0) {
        return md_asking_refuse_noted(asking, "no-such-incident", "no incident has this name");
    }
    order.incident = asking->incident;
    answer = md_asking_give(asking, &order);
    if (json_is_true(json_object_get(answer, "ok"))) {
        json_object_set(answer, "incident", (json_t *)incident);
    }
    return answer;
}

static json_t *take_plain(struct md_asking *asking, uint8_t kind)
{
    struct fo_order order = {
        .kind = kind, .person = asking->person, .second = FO_NONE, .server = FO_NONE};

    return md_asking_give(asking, &order);
}

static const struct {
    const char *name;
    uint8_t kind;
    uint8_t may; /* bits of enum cfg_may, one of which is needed */
    json_t *(*take)(struct md_asking *asking, uint8_t kind);
} known_orders[] = {
    {"acknowledge", FO_ORDER_ACKNOWLEDGE, CFG_MAY_OPERATE, take_incident},
    {"own", FO_ORDER_OWN, CFG_MAY_OPERATE, take_incident},
    {"cannot", FO_ORDER_CANNOT, CFG_MAY_OPERATE, take_incident},
    {"resolve", FO_ORDER_RESOLVE, CFG_MAY_OPERATE, take_incident},
    {"hold", FO_ORDER_HOLD, CFG_MAY_OPERATE, take_plain},
    {"release", FO_ORDER_RELEASE, CFG_MAY_OPERATE, take_plain},
    {"stop_shutdown", FO_ORDER_STOP_SHED, CFG_MAY_OPERATE, take_plain},
    {"restore_loads", FO_ORDER_RESTORE, CFG_MAY_OPERATE, md_asking_restore},
    {"handover", FO_ORDER_HANDOVER, CFG_MAY_OPERATE, take_plain},
    {"away", FO_ORDER_AWAY, CFG_MAY_OPERATE, md_asking_presence},
    {"back", FO_ORDER_BACK, CFG_MAY_OPERATE, md_asking_presence},
    {"raise", FO_ORDER_REPORT, CFG_MAY_OPERATE, md_asking_raise},
    {"merge", FO_ORDER_MERGE, CFG_MAY_OPERATE, md_asking_merge},
    {"called", FO_ORDER_CALLED, CFG_MAY_OPERATE, md_asking_called},
    {"outside", FO_ORDER_OUTSIDE, CFG_MAY_OPERATE, md_asking_outside},
    {"contacts_test", FO_ORDER_KINDS, CFG_MAY_OPERATE, md_asking_test},
    {"numbers", FO_ORDER_KINDS, CFG_MAY_OPERATE, md_asking_numbers},
    {"contacts_drill", FO_ORDER_DRILL_BEGIN, CFG_MAY_OPERATE, md_asking_drill},
    {"drill_switchover", FO_ORDER_DRILL_BEGIN, CFG_MAY_OPERATE, md_asking_drill_switchover},
    {"drill_end", FO_ORDER_DRILL_END, CFG_MAY_OPERATE, take_incident},
    {"adopt_ladder", FO_ORDER_ADOPT_LADDER, CFG_MAY_OPERATE, md_asking_adopt},
    {"switch", FO_ORDER_SWITCH, CFG_MAY_OPERATE, md_asking_switch},
    {"maintenance_begin", FO_ORDER_MAINTENANCE_BEGIN, CFG_MAY_OPERATE, md_asking_maintenance},
    {"maintenance_end", FO_ORDER_MAINTENANCE_END, CFG_MAY_OPERATE, md_asking_maintenance},
    {"approve", FO_ORDER_KINDS, CFG_MAY_APPROVE, md_asking_approve},
    {"withdraw", FO_ORDER_KINDS, CFG_MAY_OPERATE, md_asking_withdraw},
    {"conclude", FO_ORDER_KINDS, CFG_MAY_OPERATE, md_asking_conclude},
    {"drill_note", FO_ORDER_KINDS, CFG_MAY_OPERATE, md_asking_drill_note},
};

/* ---- who asks ------------------------------------------------------------------------------- */

/* A session names its person; without one the user does. */
static uint8_t identify(struct md_orders *orders, uid_t uid, const json_t *request)
{
    const char *token = json_string_value(json_object_get(request, "session"));

    return token != NULL ? md_sessions_use(&orders->sessions, uid, token, pb_clock_us())
                         : md_orders_person(orders, uid);
}

static void on_login_ended(void *context, uid_t uid, uint8_t person, bool right)
{
    struct md_orders *orders = context;
    struct md_order_note note = {.order = "login",
                                 .refused = right ? NULL : "wrong-passphrase",
                                 .person = person,
                                 .second = FO_NONE,
                                 .uid = uid};

    md_driver_note_order(orders->driver, &note);
}

/* Begins the check of a passphrase; the client asks for its session until it is open or wrong. */
static json_t *take_login(struct md_asking *asking)
{
    const struct site *site = asking->orders->site;
    const char *id = json_string_value(json_object_get(asking->request, "person"));
    const char *passphrase = json_string_value(json_object_get(asking->request, "passphrase"));
    char token[MD_SESSION_TOKEN_SIZE];

    for (unsigned i = 0; i < site->person_count && id != NULL; i++) {
        if (strcmp(site->persons[i].id, id) == 0) {
            asking->person = (uint8_t)i;
        }
    }
    if (asking->person == FO_NONE || passphrase == NULL) {
        return md_asking_refuse_noted(asking, "no-such-person", "no person has this id");
    }
    switch (md_sessions_begin(&asking->orders->sessions, asking->uid, asking->person, passphrase,
                              pb_clock_us(), token)) {
        case MD_SESSION_BEGUN:
            return json_pack("{s:b, s:s}", "ok", 1, "session", token);
        case MD_SESSION_BLOCKED:
            return md_asking_refuse_noted(asking, "too-many-tries",
                                          "too many wrong passphrases from this terminal");
        case MD_SESSION_BUSY:
            return md_asking_refuse("busy", "another passphrase is being checked");
        case MD_SESSION_NOWHERE:
        default:
            return md_asking_refuse("no-passphrases", "the site has no passphrase_file");
    }
}

static json_t *session_json(struct md_asking *asking)
{
    const char *token = json_string_value(json_object_get(asking->request, "session"));
    struct md_session session = md_sessions_look(&asking->orders->sessions, asking->uid,
                                                 token != NULL ? token : "", pb_clock_us());
    const struct site *site = asking->orders->site;
    char last[MD_WALL_TEXT_SIZE] = "";

    if (session.state == MD_SESSION_WRONG) {
        return md_asking_refuse("wrong-passphrase", "wrong passphrase");
    }
    if (session.state == MD_SESSION_NONE || session.person >= site->person_count) {
        return md_asking_refuse("locked", "the session has ended");
    }
    if (session.last_use_ms != 0) {
        md_wall_text(site->timezone, session.last_use_ms, last);
    }
    return json_pack("{s:b, s:s, s:s, s:s?, s:f}", "ok", 1, "state",
                     session.state == MD_SESSION_OPEN ? "open" : "checking", "person",
                     site->persons[session.person].id, "last_use", last[0] != '\0' ? last : NULL,
                     "idle_s", (double)site->idle_lock_us / (double)FO_SECOND);
}

/* The orders about sessions themselves; NULL: it is another order. */
static json_t *take_session(struct md_asking *asking)
{
    const char *token = json_string_value(json_object_get(asking->request, "session"));

    if (strcmp(asking->name, "login") == 0) {
        asking->name = "login";
        return take_login(asking);
    }
    if (strcmp(asking->name, "session") == 0) {
        return session_json(asking);
    }
    if (strcmp(asking->name, "logout") == 0) {
        md_sessions_end(&asking->orders->sessions, asking->uid, token != NULL ? token : "");
        return json_pack("{s:b}", "ok", 1);
    }
    return NULL;
}

/* What a user is told who is nobody in particular. */
static json_t *refuse_nobody(struct md_asking *asking)
{
    asking->incident = incident_number(json_object_get(asking->request, "incident"));
    if (json_object_get(asking->request, "session") != NULL) {
        return md_asking_refuse_noted(asking, "locked", "the session has ended");
    }
    return md_asking_refuse_noted(asking, "not-a-person",
                                  "your user is not the login of exactly one person");
}

json_t *md_orders_take(struct md_orders *orders, uid_t uid, const json_t *request, uint64_t *ticket)
{
    struct md_asking asking = {.orders = orders,
                               .request = request,
                               .name = json_string_value(json_object_get(request, "order")),
                               .uid = uid,
                               .person = FO_NONE,
                               .ticket = ticket};
    json_t *answer;

    *ticket = 0;
    if (asking.name == NULL) {
        return md_asking_refuse("bad-request", "no order");
    }
    if (strcmp(asking.name, "where") == 0) {
        return where(orders);
    }
    answer = take_session(&asking);
    if (answer != NULL) {
        return answer;
    }
    for (unsigned i = 0; i < sizeof(known_orders) / sizeof(known_orders[0]); i++) {
        if (strcmp(asking.name, known_orders[i].name) != 0) {
            continue;
        }
        asking.name = known_orders[i].name;
        asking.person = identify(orders, uid, request);
        if (asking.person == FO_NONE) {
            return refuse_nobody(&asking);
        }
        if ((orders->site->persons[asking.person].may & known_orders[i].may) == 0) {
            return md_asking_refuse_noted(&asking, "not-allowed", "this person may not do this");
        }
        return known_orders[i].take(&asking, known_orders[i].kind);
    }
    return md_asking_refuse("unknown-order", "this daemon knows no such order");
}

void md_orders_stop(struct md_orders *orders)
{
    md_sessions_stop(&orders->sessions);
}

/* What the incident has become since the page was sent. */
static enum md_answer_verdict look_at_incident(struct md_orders *orders,
                                               const struct md_answer *answer)
{
    struct fo_view *view = calloc(1, sizeof(*view));
    enum md_answer_verdict verdict = MD_ANSWER_OVER;

    if (view == NULL) {
        return MD_ANSWER_TAKEN; /* the engine itself will judge */
    }
    md_driver_view(orders->driver, view);
    for (unsigned i = 0; i < view->incident_count; i++) {
        const struct fo_view_incident *incident = &view->incidents[i];

        if (incident->number == answer->incident && incident->state == FO_INCIDENT_OPEN) {
            verdict = incident->epoch == answer->epoch ? MD_ANSWER_TAKEN : MD_ANSWER_OLD;
        }
    }
    free(view);
    return verdict;
}

enum md_answer_verdict md_orders_answer(void *context, const struct md_answer *answer)
{
    struct md_orders *orders = context;
    static const char *const refusals[MD_ANSWER_VERDICTS] = {NULL, "unknown-code", "used-code",
                                                             "old-epoch", "over"};
    const char *channel = orders->site->channels[answer->channel].name;
    enum md_answer_verdict verdict = (enum md_answer_verdict)answer->verdict;
    struct fo_order order = {.kind = answer->order,
                             .person = answer->person,
                             .second = FO_NONE,
                             .server = FO_NONE,
                             .incident = answer->incident,
                             .epoch = answer->epoch,
                             .round = answer->round};
    struct md_order_outcome outcome;

    if (orders->driver == NULL) {
        return MD_ANSWER_UNKNOWN; /* it is only being started */
    }
    if (verdict == MD_ANSWER_TAKEN) {
        verdict = look_at_incident(orders, answer);
    }
    if (verdict != MD_ANSWER_TAKEN) {
        struct md_order_note note = {.order = md_order_name(answer->order),
                                     .refused = refusals[verdict],
                                     .person = answer->person,
                                     .second = FO_NONE,
                                     .incident = answer->incident,
                                     .channel = channel};

        md_driver_note_order(orders->driver, &note);
        return verdict;
    }
    md_driver_answer(orders->driver, &order, channel, &outcome);
    return outcome.taken ? MD_ANSWER_TAKEN : MD_ANSWER_OVER;
}
