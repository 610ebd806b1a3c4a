/* SPDX-License-Identifier: Apache-2.0 */
/* Composes one page to one person from the view, the site and the tables of words: subject line,
 * SMS form and mail form, with the marks for drill, repetition and recovery. It sends nothing,
 * knows no channel, and puts no address, no name of a person and no secret into a text. */
#include "monitord/message.h"

#include "failover/assert.h"
#include "monitord/code_names.h"
#include "monitord/message_facts.h"
#include "monitord/text.h"
#include "monitord/text_word.h"
#include "monitord/wall_time.h"

#include <stdio.h>
#include <string.h>

#define CHILDREN_NAMED 4
#define BLOCKS_NAMED 3
#define FOOT_BYTES 600 /* kept free for the end of the mail */
#define LINE_MAX_BYTES 512

/* What every part of a message needs to know. */
struct page {
    const struct site *site;
    const struct fo_view *view;
    const struct fo_notify *notify;
    const struct fo_view_incident *incident; /* NULL: not in the view any more */
    enum cfg_language language;
    fo_wall_ms wall_ms;
    uint16_t cause;
    bool drill, recovered; /* recovered: nothing is asked of the reader */
    size_t reserve;        /* bytes at the end of the body that the present part may not use */
    struct md_message *message;
};

static const char *word(const struct page *page, enum md_word id)
{
    return md_text_word(page->language, id);
}

static void clock_text(const struct page *page, fo_wall_ms wall_ms, bool seconds, char text[16])
{
    struct tm local;

    md_wall_local(page->site->timezone, wall_ms, &local);
    strftime(text, 16, seconds ? "%H:%M:%S" : "%H:%M", &local);
}

static void add_line(struct page *page, const char *line)
{
    char *body = page->message->body;
    const size_t size = sizeof(page->message->body) - page->reserve;

    /* a line that does not fit whole is left out: half a line misleads */
    if (strlen(body) + strlen(line) + 1 < size) {
        md_text_append(body, size, line);
        md_text_append(body, size, "\n");
    }
}

static void add_word(struct page *page, enum md_word id, const char *first, const char *second,
                     const char *third)
{
    char line[LINE_MAX_BYTES];

    md_text_fill(line, sizeof(line), page->language, id, first, second, third, NULL);
    add_line(page, line);
}

/* A subject as people call it: "主系 dispatch-1", "ups-a", "監視装置". */
static void subject_text(const struct page *page, struct fo_subject subject, char *text,
                         size_t size)
{
    const char *name = md_subject_name(page->site, subject);

    text[0] = '\0';
    if (subject.kind == FO_SUBJECT_SERVER && subject.index < FO_SERVERS) {
        bool preferred = page->site->servers[subject.index].preferred;
        snprintf(text, size, "%s %s", word(page, preferred ? MD_WORD_PREFERRED : MD_WORD_OTHER),
                 name);
    } else if (subject.kind == FO_SUBJECT_MONITOR) {
        md_text_append(text, size, word(page, MD_WORD_MONITOR));
    } else if (subject.kind != FO_SUBJECT_SITE && subject.kind != FO_SUBJECT_PERSON) {
        md_text_append(text, size, name);
    }
}

/* A reason with what it is about: "指令サーバ停止（主系 dispatch-1）". */
static void reason_text(const struct page *page, unsigned reason, struct fo_subject subject,
                        char *text, size_t size)
{
    char about[160];
    const char *title = md_text_reason(page->language, reason, MD_TEXT_TITLE);

    subject_text(page, subject, about, sizeof(about));
    if (about[0] == '\0') {
        text[0] = '\0';
        md_text_append(text, size, title);
    } else {
        md_text_fill(text, size, page->language, MD_WORD_SUBJECT_OF, title, about, NULL);
    }
}

/* How each kind of message is marked and what it says of itself; MD_WORD_COUNT: nothing. */
static const struct {
    enum md_word head, tag, sentence;
} kinds[FO_MESSAGES] = {
    [FO_MESSAGE_OPENED] = {MD_WORD_TAG_INCIDENT, MD_WORD_COUNT, MD_WORD_COUNT},
    [FO_MESSAGE_WORSENED] = {MD_WORD_TAG_INCIDENT, MD_WORD_TAG_WORSENED, MD_WORD_MAIL_WORSENED},
    [FO_MESSAGE_REMINDER] = {MD_WORD_TAG_INCIDENT, MD_WORD_TAG_REMINDER, MD_WORD_MAIL_REMINDER},
    [FO_MESSAGE_RECOVERED] = {MD_WORD_TAG_RECOVERED, MD_WORD_COUNT, MD_WORD_COUNT},
    [FO_MESSAGE_HANDOVER] = {MD_WORD_TAG_INCIDENT, MD_WORD_TAG_HANDOVER, MD_WORD_MAIL_HANDOVER},
    [FO_MESSAGE_BRIEF] = {MD_WORD_TAG_BRIEF, MD_WORD_COUNT, MD_WORD_MAIL_BRIEF},
    [FO_MESSAGE_UNSTABLE] = {MD_WORD_TAG_INCIDENT, MD_WORD_TAG_UNSTABLE, MD_WORD_MAIL_UNSTABLE},
    [FO_MESSAGE_ABORTED] = {MD_WORD_TAG_ABORTED, MD_WORD_COUNT, MD_WORD_MAIL_ABORTED},
    [FO_MESSAGE_GIVE_BACK] = {MD_WORD_TAG_GIVE_BACK, MD_WORD_COUNT, MD_WORD_MAIL_GIVE_BACK},
};

static void marks_text(const struct page *page, char *text, size_t size)
{
    text[0] = '\0';
    if (page->drill) {
        md_text_append(text, size, word(page, MD_WORD_TAG_DRILL));
    }
    if (page->notify->resend) {
        md_text_append(text, size, word(page, MD_WORD_TAG_RESEND));
    }
    if (page->notify->delayed) {
        md_text_append(text, size, word(page, MD_WORD_TAG_DELAYED));
    }
    md_text_append(text, size, word(page, kinds[page->notify->message].head));
    if (page->language == CFG_LANGUAGE_EN ||
        kinds[page->notify->message].head == MD_WORD_TAG_ABORTED) {
        md_text_append(text, size, " ");
    }
    if (kinds[page->notify->message].tag != MD_WORD_COUNT) {
        md_text_append(text, size, word(page, kinds[page->notify->message].tag));
        md_text_append(text, size, " ");
    }
}

/* "可用性2 119番受付ほか1 " of the services that suffer; "" when none does. */
static void affected_text(const struct page *page, bool named, char *text, size_t size)
{
    unsigned others = 0;
    unsigned worst = md_worst_service(page->site, page->view, &others);
    char class_digit[8], class_word[48], more[16], names[200];

    text[0] = '\0';
    if (worst == FO_NONE || page->recovered) {
        return;
    }
    snprintf(class_digit, sizeof(class_digit), "%u",
             page->site->policy.services[worst].availability_class);
    md_text_fill(class_word, sizeof(class_word), page->language, MD_WORD_CLASS, class_digit, NULL);
    snprintf(names, sizeof(names), "%s", page->site->services[worst].name);
    if (others > 0) {
        snprintf(more, sizeof(more), "%u", others);
        md_text_fill(names, sizeof(names), page->language, MD_WORD_BRIEF_SERVICES_MORE,
                     page->site->services[worst].name, more, NULL);
    }
    md_text_append(text, size, class_word);
    md_text_append(text, size, " ");
    if (named) {
        md_text_append(text, size, names);
        md_text_append(text, size, " ");
    }
}

static struct fo_subject incident_subject(const struct page *page)
{
    return page->incident != NULL ? page->incident->subject
                                  : (struct fo_subject){.kind = FO_SUBJECT_SITE};
}

/* "・発電機始動渋滞" behind the root: what presses besides it. */
static void add_pressing(const struct page *page, char *text, size_t size)
{
    unsigned cause = md_pressing_cause(page->incident);
    char part[200];

    if (cause != FO_REASON_NONE && !page->recovered) {
        md_text_fill(part, sizeof(part), page->language, MD_WORD_BRIEF_PRESSING,
                     md_text_reason(page->language, cause, MD_TEXT_SHORT), NULL);
        md_text_append(text, size, part);
    }
}

static void compose_subject(struct page *page)
{
    char *subject = page->message->subject;
    const size_t size = sizeof(page->message->subject);
    char part[200];

    marks_text(page, subject, size);
    affected_text(page, true, part, sizeof(part));
    md_text_append(subject, size, part);
    reason_text(page, page->cause, incident_subject(page), part, sizeof(part));
    md_text_append(subject, size, part);
    add_pressing(page, subject, size);
    md_text_append(subject, size, " ");
    md_text_append(subject, size, page->message->incident);
}

/* The SMS form with as many of its parts as `richness` (0 … 4) allows. */
static void compose_brief_parts(struct page *page, int richness)
{
    char *brief = page->message->brief;
    const size_t size = sizeof(page->message->brief);
    const enum cfg_language language = page->language;
    const char *short_form = md_text_reason(language, page->cause, MD_TEXT_SHORT);
    struct fo_subject about = incident_subject(page);
    char part[256], time[16];

    marks_text(page, brief, size);
    affected_text(page, richness >= 2, part, sizeof(part));
    md_text_append(brief, size, part);
    if (page->incident != NULL && richness >= 1) {
        clock_text(page, page->incident->opened_wall_ms, false, time);
        md_text_append(brief, size, time);
        md_text_append(brief, size, " ");
    }
    if (about.kind == FO_SUBJECT_SERVER && about.index < FO_SERVERS) {
        bool preferred = page->site->servers[about.index].preferred;
        md_text_fill(part, sizeof(part), language, MD_WORD_BRIEF_TITLE,
                     word(page, preferred ? MD_WORD_PREFERRED : MD_WORD_OTHER), short_form, NULL);
    } else if (about.kind == FO_SUBJECT_DEVICE || about.kind == FO_SUBJECT_LINE ||
               about.kind == FO_SUBJECT_PLACE || about.kind == FO_SUBJECT_STAGE) {
        snprintf(part, sizeof(part), "%s %s", md_subject_name(page->site, about), short_form);
    } else {
        snprintf(part, sizeof(part), "%s", short_form);
    }
    md_text_append(brief, size, part);
    if (richness >= 1) {
        add_pressing(page, brief, size);
    }
    if (page->cause == FO_REASON_TWO_ANSWERS && page->view->stations[1] != 0) {
        char first[MD_STATION_TEXT_SIZE], second[MD_STATION_TEXT_SIZE];
        md_text_station(first, page->view->stations[0]);
        md_text_station(second, page->view->stations[1]);
        add_word(page, MD_WORD_MAIL_STATIONS, first, second, "");
    }
    if (page->recovered && page->notify->message != FO_MESSAGE_ABORTED) {
        clock_text(page, page->wall_ms, false, time);
        md_text_append(brief, size, page->language == CFG_LANGUAGE_EN ? ", " : "→");
        md_text_append(brief, size, word(page, MD_WORD_RECOVERED));
        md_text_append(brief, size, " ");
        md_text_append(brief, size, time);
    } else if (page->incident != NULL && page->incident->did != 0 && richness >= 3) {
        md_text_fill(part, sizeof(part), language, MD_WORD_BRIEF_DID,
                     md_text_reason(language, page->incident->did, MD_TEXT_SHORT), NULL);
        md_text_append(brief, size, part);
    }
    if (!page->recovered && richness >= 4 && page->cause != FO_REASON_REDUNDANCY_LOST &&
        md_standby_is_gone(page->view)) {
        md_text_append(brief, size, " ");
        md_text_append(brief, size, word(page, MD_WORD_STANDBY_NONE));
    }
    md_text_append(brief, size, " ");
    if (page->recovered) {
        md_text_append(brief, size, page->message->incident);
    } else {
        md_text_fill(part, sizeof(part), language, MD_WORD_BRIEF_ACK, page->message->incident,
                     NULL);
        md_text_append(brief, size, part);
    }
}

static void compose_brief(struct page *page)
{
    for (int richness = 4; richness >= 0; richness--) {
        compose_brief_parts(page, richness);
        if (md_text_characters(page->message->brief) <= md_text_sms_most(page->message->brief)) {
            return;
        }
    }
    md_text_shorten(page->message->brief, md_text_sms_most(page->message->brief));
}

static void add_what_happened(struct page *page)
{
    char line[LINE_MAX_BYTES], time[MD_WALL_TEXT_SIZE], severity[64], number[16], out[8], back[8];
    const struct fo_view_incident *incident = page->incident;

    add_line(page, word(page, MD_WORD_MAIL_WHAT));
    reason_text(page, page->cause, incident_subject(page), line, sizeof(line));
    add_line(page, line);
    if (incident == NULL) {
        snprintf(number, sizeof(number), "%u", page->notify->incident);
        add_word(page, MD_WORD_MAIL_NUMBER, page->message->incident, number, "");
        add_word(page, MD_WORD_MAIL_GONE, page->message->incident, "", "");
        return;
    }
    md_wall_text(page->site->timezone, incident->opened_wall_ms, time);
    unsigned level = incident->severity >= 1 && incident->severity <= 4 ? incident->severity : 4;
    snprintf(number, sizeof(number), "%u", level);
    md_text_fill(severity, sizeof(severity), page->language, MD_WORD_SEVERITY, number,
                 word(page, MD_WORD_SEVERITY_1 + level - 1), NULL);
    add_word(page, MD_WORD_MAIL_OPENED_AT, time, page->message->incident, severity);
    if (page->recovered && page->notify->message != FO_MESSAGE_ABORTED) {
        md_wall_text(page->site->timezone, page->wall_ms, time);
        add_word(page, MD_WORD_MAIL_RECOVERED, time, "", "");
    }
    if (kinds[page->notify->message].sentence != MD_WORD_COUNT) {
        add_line(page, word(page, kinds[page->notify->message].sentence));
    }
    if (page->notify->delayed) {
        add_line(page, word(page, MD_WORD_MAIL_DELAYED));
    }
    for (unsigned i = 0; i < incident->child_count && i < CHILDREN_NAMED; i++) {
        const struct fo_view_child *child = &incident->children[i];
        reason_text(page, child->cause, child->subject, line, sizeof(line));
        add_word(page, MD_WORD_MAIL_CHILDREN, line, "", "");
    }
    if (incident->child_count > CHILDREN_NAMED) {
        snprintf(number, sizeof(number), "%u", incident->child_count - CHILDREN_NAMED);
        add_word(page, MD_WORD_MORE, number, "", "");
    }
    unsigned degraded = md_known_directions(page->site, page->view, incident, out, back);
    if (degraded != FO_NONE && !page->recovered) { /* what people tell the carrier */
        add_word(page, MD_WORD_MAIL_DIRECTIONS, page->site->lines[degraded].name, out, back);
    }
}

static void add_what_the_machine_did(struct page *page)
{
    char what[256], until[64], time[16];

    add_line(page, "");
    add_line(page, word(page, MD_WORD_MAIL_MACHINE));
    if (page->incident != NULL && page->incident->did != 0) {
        add_line(page, md_text_reason(page->language, page->incident->did, MD_TEXT_TITLE));
    } else {
        add_line(page, word(page, MD_WORD_MAIL_NOTHING));
    }
    for (unsigned i = 0; i < page->view->block_count && i < BLOCKS_NAMED; i++) {
        const struct fo_view_block *block = &page->view->blocks[i];
        reason_text(page, block->reason, block->subject, what, sizeof(what));
        if (block->until_us == FO_NEVER) {
            snprintf(until, sizeof(until), "%s", word(page, MD_WORD_UNTIL_LIFTED));
        } else {
            clock_text(page, page->wall_ms + block->until_us / 1000, false, time);
            md_text_fill(until, sizeof(until), page->language, MD_WORD_UNTIL, time, NULL);
        }
        add_word(page, MD_WORD_MAIL_BLOCKED, what, until, "");
    }
}

/* Advice for folded faults that press, the newest first, then for the root. */
static void add_advice(struct page *page)
{
    const struct fo_view_incident *incident = page->incident;
    const char *root = md_text_reason(page->language, page->cause, MD_TEXT_ADVICE);

    for (unsigned i = incident != NULL ? incident->child_count : 0; i > 0; i--) {
        const char *advice =
            md_text_reason(page->language, incident->children[i - 1].cause, MD_TEXT_ADVICE);
        if (md_child_presses(incident, i - 1) && strstr(page->message->body, advice) == NULL) {
            add_line(page, advice);
        }
    }
    if (root[0] != '\0') {
        add_line(page, root);
    }
}

static void add_what_you_should_do(struct page *page)
{
    add_line(page, "");
    add_line(page, word(page, MD_WORD_MAIL_YOU));
    if (page->recovered) {
        add_line(page, word(page, MD_WORD_MAIL_ACK_NONE));
        return;
    }
    add_advice(page);
    add_word(page, MD_WORD_MAIL_ACK, page->message->incident, "", "");
    add_word(page, MD_WORD_MAIL_ACK_HOW, page->message->incident, "", "");
    add_word(page, MD_WORD_MAIL_CANNOT, page->message->incident, "", "");
}

/* "停止 12秒 / 目標 60秒（残り 48秒）": the clock of the recovery time. */
static void clock_of_service(const struct page *page, const struct fo_view_service *service,
                             char *text, size_t size)
{
    const enum cfg_language language = page->language;
    char down[48], target[48], left[48];
    fo_us length = service->down_us > 0 ? service->down_us : service->last_outage_us;

    md_text_duration(down, sizeof(down), language, (double)length / 1e6);
    md_text_duration(target, sizeof(target), language, (double)service->recovery_time_us / 1e6);
    text[0] = '\0';
    if (service->down_us > 0 && service->recovery_time_us <= 0) {
        md_text_fill(text, size, language, MD_WORD_SERVICE_DOWN, down, NULL);
    } else if (service->down_us > service->recovery_time_us) {
        md_text_fill(text, size, language, MD_WORD_SERVICE_DOWN_OVER, down, target, NULL);
    } else if (service->down_us > 0) {
        md_text_duration(left, sizeof(left), language,
                         (double)(service->recovery_time_us - service->down_us) / 1e6);
        md_text_fill(text, size, language, MD_WORD_SERVICE_DOWN_RTO, down, target, left, NULL);
    } else if (service->last_outage_us > 0 && service->recovery_time_us > 0) {
        md_text_fill(text, size, language, MD_WORD_SERVICE_OUTAGE, down, target, NULL);
    } else if (service->recovery_time_us > 0) {
        md_text_fill(text, size, language, MD_WORD_SERVICE_TARGET, target, NULL);
    }
}

static void add_services(struct page *page)
{
    char time[16], clock[200], line[LINE_MAX_BYTES], digit[8], name[200];

    clock_text(page, page->wall_ms, true, time);
    add_line(page, "");
    add_word(page, MD_WORD_MAIL_SERVICES, time, "", "");
    for (unsigned i = 0; i < page->site->service_count; i++) {
        const struct fo_view_service *service = &page->view->services[i];
        unsigned state = service->state < FO_STATES ? service->state : FO_STATE_UNKNOWN;
        /* marks and words stand in the order ok, degraded, down, unknown; unknown is state 0 */
        unsigned place = (state + FO_STATES - FO_STATE_OK) % FO_STATES;
        snprintf(digit, sizeof(digit), "%u", page->site->policy.services[i].availability_class);
        md_text_fill(name, sizeof(name), page->language, MD_WORD_REPORT_SERVICE,
                     page->site->services[i].name, digit, NULL);
        clock_of_service(page, service, clock, sizeof(clock));
        snprintf(line, sizeof(line), "%s %s %s%s%s", word(page, MD_WORD_MARK_OK + place), name,
                 word(page, MD_WORD_STATE_OK + place), clock[0] != '\0' ? "  " : "", clock);
        if (state != FO_STATE_OK && service->reason != 0) {
            md_text_append(line, sizeof(line), "  ");
            md_text_append(line, sizeof(line),
                           md_text_reason(page->language, service->reason, MD_TEXT_SHORT));
        }
        add_line(page, line);
    }
}

static void compose_body(struct page *page)
{
    char attempt[8];

    if (page->drill) {
        add_line(page, word(page, MD_WORD_TAG_DRILL));
        add_line(page, word(page, MD_WORD_MAIL_DRILL));
        add_line(page, "");
    }
    if (page->notify->resend) {
        add_line(page, word(page, MD_WORD_MAIL_RESEND));
        add_line(page, "");
    }
    add_what_happened(page);
    add_what_the_machine_did(page);
    add_what_you_should_do(page);
    page->reserve = FOOT_BYTES;
    add_services(page);
    page->reserve = 0;
    add_line(page, "");
    snprintf(attempt, sizeof(attempt), "%u", page->notify->attempt);
    add_word(page, MD_WORD_MAIL_FOOT, page->site->name != NULL ? page->site->name : "",
             page->message->key, attempt);
    if (page->drill) {
        add_line(page, word(page, MD_WORD_TAG_DRILL));
        add_line(page, word(page, MD_WORD_MAIL_DRILL_END));
    }
}

void md_message_compose(const struct site *site, const struct fo_view *view,
                        const struct fo_command *notify, fo_wall_ms wall_ms,
                        struct md_message *message)
{
    struct page page = {.site = site,
                        .view = view,
                        .notify = &notify->notify,
                        .language = site->language,
                        .wall_ms = wall_ms,
                        .cause = notify->reason,
                        .drill = notify->notify.drill,
                        .recovered = notify->notify.message == FO_MESSAGE_RECOVERED ||
                                     notify->notify.message == FO_MESSAGE_BRIEF ||
                                     notify->notify.message == FO_MESSAGE_ABORTED,
                        .message = message};

    FO_ASSERT(notify->notify.message < FO_MESSAGES);
    memset(message, 0, sizeof(*message));
    for (unsigned i = 0; i < view->incident_count && i < FO_INCIDENTS_MAX; i++) {
        if (view->incidents[i].number == notify->notify.incident &&
            view->incidents[i].state != FO_INCIDENT_FREE) {
            page.incident = &view->incidents[i];
            page.cause = page.incident->cause;
        }
    }
    md_incident_name(site, notify->notify.incident,
                     page.incident != NULL ? page.incident->opened_wall_ms : wall_ms,
                     message->incident);
    md_key_text(notify->key, message->key);
    compose_subject(&page);
    compose_brief(&page);
    compose_body(&page);
}
