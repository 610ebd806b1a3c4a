/* SPDX-License-Identifier: Apache-2.0 */
/* Reads switchover drills out of the journal (see drill_real.h). It judges them as their plan said
 * and decides nothing else. */
#include "monitord/console/drill_real.h"

#include "monitord/fact.h"
#include "monitord/wall_time.h"

#include <stdlib.h>
#include <string.h>

/* One way of the service: over, or back. Times of the wall clock; 0: not reached. */
struct leg {
    int64_t started_ms, chose_ms, held_ms, verified_ms;
};
struct md_drill_real {
    const char *timezone;
    json_t *results;
    json_t *plans;  /* the newest plan of each person who asked */
    json_t *asked;  /* the order that began, or did not begin, the newest drill */
    json_t *result; /* of the drill that goes on or was the last; NULL none; borrowed once ended */
    json_t *attempts; /* key -> who was called, of that drill */
    bool ended;       /* judged, and again with each page about its end */
    bool closed;      /* nothing more comes of it */
    double number;
    int64_t last_started_ms; /* of any switchover: the drill's own begins a row before it */
    int64_t began_ms, switched_ms, decided_ms, ended_ms;
    struct leg legs[2];
};

struct md_drill_real *md_drill_real_open(const char *timezone)
{
    struct md_drill_real *real = calloc(1, sizeof(*real));

    if (real != NULL) {
        real->timezone = timezone;
        real->results = json_array();
        real->plans = json_object();
        real->attempts = json_object();
    }
    return real;
}

void md_drill_real_close(struct md_drill_real *real)
{
    if (real == NULL) {
        return;
    }
    if (!real->ended) {
        json_decref(real->result);
    }
    json_decref(real->results);
    json_decref(real->plans);
    json_decref(real->asked);
    json_decref(real->attempts);
    free(real);
}

static double seconds(int64_t from_ms, int64_t to_ms)
{
    return (double)(to_ms - from_ms) / 1000.0;
}

static json_t *time_json(const struct md_drill_real *real, int64_t wall_ms)
{
    char text[MD_WALL_TEXT_SIZE];

    md_wall_text(real->timezone, wall_ms, text);
    return json_string(text);
}

/* ---- while it goes on ----------------------------------------------------------------------- */

static void begin(struct md_drill_real *real, const json_t *body, int64_t wall_ms)
{
    const json_t *plan = json_object_get(real->plans, md_fact_text(body, "person"));
    const char *incident = md_fact_text(body, "incident"), *dash = strchr(incident, '-');
    char id[48], name[200];

    if (!real->ended) {
        json_decref(real->result);
    }
    snprintf(id, sizeof(id), "DRILL%.30s", dash != NULL ? dash : "-0");
    snprintf(name, sizeof(name), "%.90s → %.90s", md_fact_text(plan, "from"),
             md_fact_text(json_object_get(body, "subject"), "name"));
    real->result = json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:s, s:O?, s:o, s:I, s:s, s:O?, s:O?, s:s, s:O?, s:O?, s:O?}",
        "schema", 1, "id", id, "kind", "switchover", "scenario", "switchover", "name", name,
        "description", md_fact_text(plan, "reason"), "site", json_object_get(plan, "site"),
        "started", time_json(real, wall_ms), "began_wall_ms", (json_int_t)wall_ms, "by",
        md_fact_text(body, "person"), "second", json_object_get(real->asked, "second"), "from",
        json_object_get(plan, "from"), "to", md_fact_text(json_object_get(body, "subject"), "name"),
        "incident", json_object_get(body, "incident"), "services",
        json_object_get(plan, "services"), "participants", json_object_get(plan, "participants"));
    json_object_set_new(real->result, "timer_s", json_real(md_fact_number(plan, "for_s", 0)));
    json_object_set_new(real->result, "people", json_array());
    json_object_clear(real->attempts);
    memset(real->legs, 0, sizeof(real->legs));
    real->ended = real->closed = false;
    real->number = md_fact_number(body, "number", 0);
    real->switched_ms = real->decided_ms = real->ended_ms = 0;
    real->began_ms = wall_ms;
    real->legs[0].started_ms = real->last_started_ms;
}

static void take_leg(struct md_drill_real *real, const json_t *body, const char *name,
                     int64_t wall_ms)
{
    const char *to = md_fact_text(json_object_get(body, "subject"), "name");
    bool back = strcmp(to, md_fact_text(real->result, "to")) != 0;
    struct leg *leg = &real->legs[back ? 1 : 0];

    if (strcmp(name, "switchover_started") == 0) {
        *leg = (struct leg){.started_ms = wall_ms};
    } else if (strcmp(name, "switchover_chose") == 0) {
        leg->chose_ms = wall_ms;
    } else if (strcmp(name, "switchover_held") == 0) {
        leg->held_ms = wall_ms;
    } else if (strcmp(name, "switchover_verified") == 0) {
        leg->verified_ms = wall_ms;
    }
}

static void take_outage(struct md_drill_real *real, const json_t *body)
{
    const char *name = md_fact_text(json_object_get(body, "subject"), "name");
    json_t *service = md_fact_find(json_object_get(real->result, "services"), "name", name);

    if (service != NULL) {
        json_object_set_new(service, "outage_s", json_real(md_fact_number(body, "a", 0) / 1e6));
    }
}

static void take_answer(struct md_drill_real *real, const json_t *body, int64_t wall_ms)
{
    json_t *person;
    size_t i;

    json_array_foreach(json_object_get(real->result, "people"), i, person)
    {
        if (strcmp(md_fact_text(person, "person"), md_fact_text(body, "person")) == 0 &&
            !json_is_string(json_object_get(person, "acknowledged"))) {
            json_object_set_new(person, "acknowledged", time_json(real, wall_ms));
        }
    }
}

static json_t *title_of(const struct md_drill_real *real, const char *id)
{
    return json_object_get(
        md_fact_find(json_object_get(real->result, "participants"), "person", id), "title");
}

/* One row of the report for each person and channel. */
static json_t *person_row(struct md_drill_real *real, const json_t *body)
{
    json_t *people = json_object_get(real->result, "people"), *row;
    size_t i;

    json_array_foreach(people, i, row)
    {
        if (json_equal(json_object_get(row, "person"), json_object_get(body, "person")) &&
            json_equal(json_object_get(row, "channel"), json_object_get(body, "channel"))) {
            return row;
        }
    }
    row = json_pack("{s:O?, s:O?, s:O?, s:i, s:i, s:n}", "person", json_object_get(body, "person"),
                    "title", title_of(real, md_fact_text(body, "person")), "channel",
                    json_object_get(body, "channel"), "calls", 0, "accepted", 0, "acknowledged");
    json_array_append_new(people, row);
    return row;
}

static void add(json_t *row, const char *key)
{
    json_object_set_new(row, key, json_integer((json_int_t)md_fact_number(row, key, 0) + 1));
}

/* A page of this drill. What calls it off because of something real is real, and is not counted. */
static void take_page(struct md_drill_real *real, const json_t *body)
{
    const char *key = md_fact_text(body, "key");

    if (strcmp(md_fact_text(body, "kind"), "notify") != 0 ||
        strcmp(md_fact_text(body, "message"), "aborted") == 0 ||
        json_object_get(real->attempts, key) != NULL) {
        return;
    }
    json_t *row = person_row(real, body);
    add(row, "calls");
    json_object_set_new(
        real->attempts, key,
        json_pack("{s:O, s:b}", "row", row, "marked", (int)md_fact_true(body, "drill")));
}

static void take_result(struct md_drill_real *real, const json_t *body)
{
    json_t *attempt = json_object_get(real->attempts, md_fact_text(body, "key"));
    const char *outcome = md_fact_text(body, "outcome");

    if (attempt != NULL && (strcmp(outcome, "accepted") == 0 || strcmp(outcome, "done") == 0)) {
        add(json_object_get(attempt, "row"), "accepted");
    }
}

/* ---- the judgement -------------------------------------------------------------------------- */

static const char *give_back_of(const struct md_drill_real *real)
{
    if (real->switched_ms == 0) {
        return NULL;
    }
    return real->legs[1].verified_ms != 0          ? "done"
           : real->decided_ms >= real->switched_ms ? "stayed"
                                                   : "undecided";
}

/* The shortest recovery time of the services that moved; 0 when none has one. */
static double target_of(const struct md_drill_real *real)
{
    double shortest = 0;
    json_t *service;
    size_t i;

    json_array_foreach(json_object_get(real->result, "services"), i, service)
    {
        double target = md_fact_number(service, "recovery_time_s", 0);
        shortest = target > 0 && (shortest <= 0 || target < shortest) ? target : shortest;
    }
    return shortest;
}

static json_t *expectation(const char *code, double at_s, double bound_s, double measured_s,
                           const char *verdict)
{
    return json_pack("{s:s, s:s, s:f, s:f, s:f, s:s}", "kind", "expect", "code", code, "at_s", at_s,
                     "bound_s", bound_s, "measured_s", measured_s, "verdict", verdict);
}

static json_t *steps_of(const struct md_drill_real *real)
{
    const struct leg *over = &real->legs[0], *back = &real->legs[1];
    double timer_s = md_fact_number(real->result, "timer_s", 0), target_s = target_of(real);
    double answers_s = seconds(real->began_ms, over->verified_ms);
    double bound_s = target_s > 0 ? target_s : timer_s;
    bool moved = over->verified_ms != 0, decided = false;
    const char *give_back = give_back_of(real);
    double wait_s = seconds(real->switched_ms, real->ended_ms);

    if (give_back != NULL) {
        decided = strcmp(give_back, "undecided") != 0;
        int64_t when_ms = back->verified_ms != 0 ? back->started_ms : real->decided_ms;
        wait_s = decided ? seconds(real->switched_ms, when_ms) : wait_s;
    }
    json_t *list = json_array();
    json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:s}", "kind", "fault", "code", "moves",
                                          "at_s", 0.0, "verdict", "done"));
    json_array_append_new(list, expectation("service_answers", 0, bound_s, moved ? answers_s : 0,
                                            !moved                 ? "none"
                                            : answers_s <= bound_s ? "held"
                                                                   : "failed"));
    json_array_append_new(list,
                          expectation("people_decide", seconds(real->began_ms, real->switched_ms),
                                      timer_s - seconds(real->began_ms, real->switched_ms), wait_s,
                                      give_back == NULL ? "none"
                                      : decided         ? "held"
                                                        : "failed"));
    if (!moved || give_back == NULL) { /* no time of its own */
        json_object_set_new(json_array_get(list, 2), "at_s", json_real(0));
        json_object_set_new(json_array_get(list, 2), "bound_s", json_real(timer_s));
    }
    return list;
}

static json_t *after(const struct leg *leg, int64_t from_ms, int64_t at_ms)
{
    return leg->started_ms == 0 || at_ms == 0 ? json_null() : json_real(seconds(from_ms, at_ms));
}

/* Counted from the approval, on the way back from its own order. */
static json_t *times_of(const struct md_drill_real *real)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < 2; i++) {
        const struct leg *leg = &real->legs[i];
        int64_t from_ms = i == 0 ? real->began_ms : leg->started_ms;

        if (leg->started_ms != 0) {
            json_array_append_new(
                list, json_pack("{s:O?, s:s, s:{s:s, s:O?}, s:o, s:o, s:o}", "incident",
                                json_object_get(real->result, "incident"), "root",
                                "switchover_drill", "subject", "kind", "server", "name",
                                json_object_get(real->result, i == 0 ? "to" : "from"), "decide_s",
                                after(leg, from_ms, leg->started_ms), "act_s",
                                after(leg, from_ms, leg->chose_ms), "restore_s",
                                after(leg, from_ms, leg->verified_ms)));
        }
    }
    return list;
}

/* Without a word of the service's own probe the time in which nobody held is what is known. */
static void judge_services(const struct md_drill_real *real)
{
    double gap_s = -1;
    json_t *service;
    size_t i;

    for (i = 0; i < 2; i++) {
        const struct leg *leg = &real->legs[i];
        double one_s = leg->held_ms == 0 ? -1 : seconds(leg->chose_ms, leg->held_ms);
        gap_s = one_s > gap_s ? one_s : gap_s;
    }
    json_array_foreach(json_object_get(real->result, "services"), i, service)
    {
        double outage_s = md_fact_number(service, "outage_s", -1);
        double target_s = md_fact_number(service, "recovery_time_s", 0);
        outage_s = outage_s > gap_s ? outage_s : gap_s;
        if (outage_s >= 0) {
            json_object_set_new(service, "outage_s", json_real(outage_s));
        }
        json_object_set_new(
            service, "within",
            target_s > 0 && outage_s >= 0 ? json_boolean(outage_s <= target_s) : json_null());
    }
}

static bool all_good(const struct md_drill_real *real, unsigned left, unsigned marked)
{
    bool good = left == marked && json_is_null(json_object_get(real->result, "aborted"));
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(real->result, "steps"), i, entry)
    {
        bool fault = strcmp(md_fact_text(entry, "kind"), "fault") == 0;
        good = good && (fault || strcmp(md_fact_text(entry, "verdict"), "held") == 0);
    }
    json_array_foreach(json_object_get(real->result, "services"), i, entry)
    {
        good = good && !json_is_false(json_object_get(entry, "within"));
    }
    return good;
}

static void judge(struct md_drill_real *real)
{
    const char *give_back = give_back_of(real), *key;
    unsigned left = 0, marked = 0;
    json_t *attempt;

    json_object_foreach(real->attempts, key, attempt)
    {
        left++;
        marked += md_fact_true(attempt, "marked") ? 1 : 0;
    }
    judge_services(real);
    json_object_set_new(real->result, "give_back",
                        give_back == NULL ? json_null() : json_string(give_back));
    json_object_set_new(real->result, "steps", steps_of(real));
    json_object_set_new(real->result, "times", times_of(real));
    json_object_set_new(real->result, "messages",
                        json_pack("{s:i, s:i}", "left", (int)left, "marked", (int)marked));
    json_object_set_new(real->result, "held", json_boolean(all_good(real, left, marked)));
}

json_t *md_drill_real_results(struct md_drill_real *real)
{
    return real->results;
}

/* ---- the rows ------------------------------------------------------------------------------- */

static void finish(struct md_drill_real *real, bool aborted, int64_t wall_ms)
{
    real->ended = true;
    real->ended_ms = wall_ms;
    bool ordered = !aborted && real->switched_ms == 0;
    json_object_set_new(real->result, "ended", time_json(real, wall_ms));
    json_object_set_new(real->result, "journalled_wall_ms", json_real((double)wall_ms));
    json_object_set_new(real->result, "aborted",
                        aborted   ? json_string("real")
                        : ordered ? json_string("order")
                                  : json_null());
    json_array_append_new(real->results, real->result); /* borrowed from now on */
}

static void take_record(struct md_drill_real *real, const json_t *body, int64_t wall_ms)
{
    const char *name = md_fact_text(body, "name");
    bool own = md_fact_number(body, "number", 0) == real->number;

    if (strncmp(name, "switchover_", 11) == 0 && !real->ended) {
        take_leg(real, body, name, wall_ms);
    } else if (strcmp(name, "service_restored") == 0 && !real->ended) {
        take_outage(real, body);
    } else if (!own) {
        return;
    } else if (strcmp(name, "acknowledged") == 0 || strcmp(name, "owned") == 0) {
        take_answer(real, body, wall_ms);
    } else if (strcmp(name, "drill_switched") == 0) {
        real->switched_ms = wall_ms;
    } else if (strcmp(name, "incident_closed") == 0) {
        real->closed = true;
    } else if (strcmp(name, "resolved") == 0) {
        real->decided_ms = wall_ms;
    } else if (!real->ended &&
               (strcmp(name, "drill_ended") == 0 || strcmp(name, "drill_aborted") == 0)) {
        finish(real, strcmp(name, "drill_aborted") == 0, wall_ms);
    }
}

static void take_order(struct md_drill_real *real, const json_t *body, int64_t wall_ms)
{
    const char *order = md_fact_text(body, "order");
    json_t *plan;

    if (json_is_string(json_object_get(body, "refused"))) {
        return;
    }
    if (strcmp(order, "drill_plan") == 0) {
        plan = json_loads(md_fact_text(body, "text"), 0, NULL);
        json_object_set_new(real->plans, md_fact_text(body, "person"), plan);
    } else if (strcmp(order, "drill_begin") == 0) {
        json_decref(real->asked);
        real->asked = json_deep_copy(body);
    } else if (strcmp(order, "drill_end") == 0 && real->result != NULL && !real->ended &&
               md_fact_number(body, "number", 0) == real->number) {
        real->decided_ms = wall_ms;
    }
}

/* Most rows of a journal are none of ours, and are not worth parsing. */
static bool is_wanted(const struct md_drill_real *real, const struct md_journal_entry *entry)
{
    bool order = strcmp(entry->kind, "order") == 0, record = strcmp(entry->kind, "record") == 0;

    if (order) {
        return strstr(entry->body, "\"drill_") != NULL;
    }
    if (real->result == NULL || real->closed) {
        return record && (strstr(entry->body, "\"drill_started\"") != NULL ||
                          strstr(entry->body, "\"switchover_started\"") != NULL);
    }
    return record || strcmp(entry->kind, "command") == 0 || strcmp(entry->kind, "result") == 0;
}

void md_drill_real_take(struct md_drill_real *real, const struct md_journal_entry *entry)
{
    if (!is_wanted(real, entry)) {
        return;
    }
    json_t *body = json_loads(entry->body, 0, NULL);
    const char *name = md_fact_text(body, "name");
    if (strcmp(entry->kind, "order") == 0) {
        take_order(real, body, entry->wall_ms);
    } else if (strcmp(name, "drill_started") == 0 &&
               strcmp(md_fact_text(body, "why"), "switchover_drill") == 0) {
        begin(real, body, entry->wall_ms);
    } else if (strcmp(entry->kind, "record") == 0) {
        if (strcmp(name, "switchover_started") == 0) {
            real->last_started_ms = entry->wall_ms;
        }
        if (real->result != NULL) {
            take_record(real, body, entry->wall_ms);
        }
    } else if (real->result != NULL && strcmp(entry->kind, "result") == 0) {
        take_result(real, body);
    } else if (real->result != NULL && md_fact_number(body, "number", 0) == real->number) {
        take_page(real, body);
    }
    if (real->result != NULL && real->ended) {
        judge(real); /* who was reached hears of the end after it */
    }
    json_decref(body);
}
