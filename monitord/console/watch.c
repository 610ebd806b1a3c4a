/* SPDX-License-Identifier: Apache-2.0 */
/* The full-screen view: news from the link, keys from the terminal, orders to the daemon, pictures
 * from the panels. It owns where the reader is (page, selection, question); it decides nothing. */
#include "monitord/console/watch.h"

#include "monitord/console/acting.h"
#include "monitord/console/ask.h"
#include "monitord/console/link.h"
#include "monitord/console/panels.h"
#include "monitord/console/past.h"
#include "monitord/console/plain.h"
#include "monitord/console/ranking.h"
#include "monitord/console/runbook.h"
#include "monitord/console/sparkline.h"
#include "monitord/console/terminal.h"
#include "monitord/console/tree_desk.h"
#include "monitord/fact.h"
#include "monitord/history.h"
#include "monitord/incident_name.h"
#include "monitord/wall_time.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 250
#define HISTORY_AGAIN_MS 10000
#define TRENDS_AGAIN_MS 60000

struct watch {
    const struct md_options *options;
    struct md_link link;
    struct md_bell bell;
    enum md_page page;
    int scroll, hidden;
    char selected[MD_INCIDENT_NAME_SIZE]; /* "" the first */
    struct md_acting acting;
    struct md_tree_desk desk;
    json_t *history, *trends;
    long long trends_ms; /* 0 never */
    char *runbook;       /* owned: page of runbook_code; NULL none */
    char runbook_code[64];
    long long history_ms;
    bool quit;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

bool md_bell_due(struct md_bell *bell, const json_t *status, long long now_ms)
{
    unsigned long long highest = bell->known;
    bool calls = false;
    json_t *incident;
    size_t i;

    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        unsigned long long number = (unsigned long long)md_fact_number(incident, "number", 0);
        if (md_incident_calls(incident)) {
            calls = true;
            highest = number > highest ? number : highest;
        }
    }
    bool due = calls &&
               (highest > bell->known || !bell->rung || now_ms - bell->last_ms >= MD_BELL_AGAIN_MS);
    bell->known = highest;
    if (due) {
        bell->last_ms = now_ms;
        bell->rung = true;
    }
    return due;
}

static void scene_make(const struct watch *watch, struct md_scene *scene)
{
    const struct md_link *link = &watch->link;
    long long now_ms = md_link_now_ms();

    *scene = (struct md_scene){
        .speech = md_options_speech(watch->options, link->status),
        .status = link->status,
        .history = watch->history,
        .runbook = watch->runbook,
        .trends = watch->trends,
        .tree = watch->desk.tree,
        .page = watch->page,
        .scroll = watch->scroll,
        .selected = watch->selected[0] != '\0' ? watch->selected : NULL,
        .connected = link->connected,
        .age_s = link->status == NULL ? 0 : (double)(now_ms - link->status_ms) / 1000.0,
    };
    scene->notice = md_acting_notice(&watch->acting, now_ms);
    scene->person = watch->acting.session[0] != '\0' && watch->acting.step == MD_ACTING_IDLE
                        ? watch->acting.person
                        : NULL;
}

static void draw(struct watch *watch)
{
    struct md_canvas canvas;
    struct md_scene scene;
    int width = 0, height = 0;

    md_terminal_size(&width, &height);
    width = width > MD_CANVAS_WIDTH_MAX ? MD_CANVAS_WIDTH_MAX : width;
    height = height > MD_CANVAS_HEIGHT_MAX ? MD_CANVAS_HEIGHT_MAX : height;
    if (!md_canvas_init(&canvas, width, height)) {
        return;
    }
    scene_make(watch, &scene);
    watch->hidden = md_panels_draw(&canvas, &scene);
    watch->scroll = watch->scroll > watch->hidden ? watch->hidden : watch->scroll;
    md_terminal_show(&canvas);
    md_canvas_free(&canvas);
}

/* ---- orders --------------------------------------------------------------------------------- */

/* The selected incident if it can still be acted on. */
static const char *target(struct watch *watch)
{
    struct md_scene scene;

    scene_make(watch, &scene);
    const json_t *incident = md_panels_selected(&scene);
    return strcmp(md_fact_text(incident, "state"), "open") == 0 ? md_fact_text(incident, "id") : "";
}

/* Asks first: an acknowledgement stops the calls, and a sleeve on the keyboard must not. The
 * question holds on to the incident, so that [y] never answers for another one. */
static void order_key(struct watch *watch, int key)
{
    static const struct {
        int key;
        const char *order;
        enum md_word question;
    } keys[] = {{'a', "acknowledge", MD_WORD_CONFIRM_ACK},
                {'o', "own", MD_WORD_CONFIRM_OWN},
                {'n', "cannot", MD_WORD_CONFIRM_CANNOT},
                {'f', "resolve", MD_WORD_CONFIRM_RESOLVE}};
    struct md_speech speech = md_options_speech(watch->options, watch->link.status);
    char id[MD_INCIDENT_NAME_SIZE];

    snprintf(id, sizeof(id), "%s", target(watch));
    if (id[0] == '\0') {
        md_acting_say(&watch->acting, &speech, MD_WORD_NO_OPEN_INCIDENT, "");
        return;
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (keys[i].key == key) {
            snprintf(watch->selected, sizeof(watch->selected), "%s", id); /* stay with this one */
            md_acting_ask(&watch->acting, &speech, keys[i].order, id, "", keys[i].question, NULL);
        }
    }
}

/* Asks for an approval of the first order that waits, as it stands on the screen now. */
static void approve_key(struct watch *watch)
{
    struct md_speech speech = md_options_speech(watch->options, watch->link.status);
    const json_t *approval = json_array_get(json_object_get(watch->link.status, "approvals"), 0);
    char what[400];

    if (approval == NULL) {
        md_acting_say(&watch->acting, &speech, MD_WORD_NO_APPROVALS, "");
        return;
    }
    md_say_approval(&speech, approval, what, sizeof(what));
    md_acting_ask(&watch->acting, &speech, "approve", md_fact_text(approval, "id"),
                  md_fact_text(approval, "hash"), MD_WORD_CONFIRM_APPROVE, what);
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void select_next(struct watch *watch)
{
    const json_t *order[MD_RANKED_MAX];
    size_t count = md_rank_incidents(watch->link.status, order, MD_RANKED_MAX);
    size_t next = 0;

    for (size_t i = 0; i < count; i++) {
        const char *id = md_fact_text(order[i], "id");
        if (strcmp(id, watch->selected) == 0 || (watch->selected[0] == '\0' && i == 0)) {
            next = (i + 1) % count;
        }
    }
    if (count > 0) {
        snprintf(watch->selected, sizeof(watch->selected), "%s", md_fact_text(order[next], "id"));
    }
}

static void turn_to(struct watch *watch, enum md_page page)
{
    watch->page = watch->page == page ? MD_PAGE_MAIN : page;
    watch->scroll = 0;
    md_tree_desk_leave(&watch->desk);
    if (watch->page == MD_PAGE_TREE) {
        md_tree_desk_open(&watch->desk, watch->options);
    }
    if (watch->page == MD_PAGE_HISTORY) {
        watch->history_ms = 0; /* read it now */
    }
}

static void scroll_by(struct watch *watch, int rows)
{
    watch->scroll += rows;
    watch->scroll = watch->scroll > watch->hidden ? watch->hidden : watch->scroll;
    watch->scroll = watch->scroll < 0 ? 0 : watch->scroll;
}

static void page_key(struct watch *watch, int key)
{
    switch (key) {
        case 'h':
            turn_to(watch, MD_PAGE_HISTORY);
            break;
        case 'l':
            turn_to(watch, MD_PAGE_LINES);
            break;
        case 'p':
            turn_to(watch, MD_PAGE_POWER);
            break;
        case 'r':
            turn_to(watch, MD_PAGE_RUNBOOK);
            break;
        case 'c':
            turn_to(watch, MD_PAGE_CONTACTS);
            break;
        case 't':
            turn_to(watch, MD_PAGE_TREE);
            break;
        case '?':
            turn_to(watch, MD_PAGE_HELP);
            break;
        case 'm':
        case 27: /* Escape */
            turn_to(watch, MD_PAGE_MAIN);
            break;
        case MD_KEY_UP:
            scroll_by(watch, -1);
            break;
        case MD_KEY_DOWN:
            scroll_by(watch, 1);
            break;
        case MD_KEY_PAGE_UP:
            scroll_by(watch, -15);
            break;
        case MD_KEY_PAGE_DOWN:
            scroll_by(watch, 15);
            break;
        default:
            break;
    }
}

static void take_key(struct watch *watch, int key)
{
    struct md_speech speech = md_options_speech(watch->options, watch->link.status);

    if (md_acting_key(&watch->acting, watch->options, &speech, key)) {
        return;
    }
    if (watch->page == MD_PAGE_TREE &&
        md_tree_desk_key(&watch->desk, &watch->acting, &speech, key)) {
        return;
    }
    if (key == 'q') {
        watch->quit = true;
    } else if (key == 'a' || key == 'o' || key == 'n' || key == 'f') {
        order_key(watch, key);
    } else if (key == 'v') {
        approve_key(watch);
    } else if (key == 'x') {
        md_acting_lock(&watch->acting, watch->options, &speech);
        md_tree_desk_leave(&watch->desk); /* the numbers were his */
    } else if (key == '\t') {
        select_next(watch);
    } else {
        page_key(watch, key);
    }
}

/* ---- the loop ------------------------------------------------------------------------------- */

/* The runbook of the incident that keys act on; a page of its own for each language. */
static void refresh_runbook(struct watch *watch)
{
    struct md_scene scene;
    char code[64];

    if (watch->page != MD_PAGE_RUNBOOK) {
        return;
    }
    scene_make(watch, &scene);
    snprintf(code, sizeof(code), "%s%s", md_fact_text(md_panels_selected(&scene), "root"),
             scene.speech.language == CFG_LANGUAGE_EN ? ":en" : "");
    if (strcmp(code, watch->runbook_code) == 0) {
        return;
    }
    snprintf(watch->runbook_code, sizeof(watch->runbook_code), "%s", code);
    code[strcspn(code, ":")] = '\0';
    free(watch->runbook);
    watch->runbook = md_runbook_load(scene.speech.language, code);
}

/* The call tree opens by itself, once each time that nobody outside can be reached. */
static void refresh_tree(struct watch *watch)
{
    struct md_speech speech = md_options_speech(watch->options, watch->link.status);

    if (md_tree_begins(&watch->desk.onset, watch->link.status) && watch->page != MD_PAGE_TREE) {
        turn_to(watch, MD_PAGE_TREE);
    }
    if (watch->page == MD_PAGE_TREE) {
        md_tree_desk_refresh(&watch->desk, &speech, watch->link.status);
    }
}

static void refresh_history(struct watch *watch)
{
    long long now_ms = md_link_now_ms();

    if (watch->page != MD_PAGE_HISTORY || !watch->link.connected ||
        (watch->history_ms != 0 && now_ms - watch->history_ms < HISTORY_AGAIN_MS)) {
        return;
    }
    json_decref(watch->history);
    watch->history = md_past_incidents_quietly(watch->options, watch->link.status);
    watch->history_ms = now_ms;
}

/* The curves of the last day, while a page shows them. */
static void refresh_trends(struct watch *watch)
{
    long long now_ms = md_link_now_ms();
    char path[1024];

    if ((watch->page != MD_PAGE_LINES && watch->page != MD_PAGE_POWER) || !watch->link.connected ||
        (watch->trends_ms != 0 && now_ms - watch->trends_ms < TRENDS_AGAIN_MS)) {
        return;
    }
    watch->trends_ms = now_ms;
    if (md_ask_where(watch->options, "history", path, sizeof(path))) {
        json_decref(watch->trends);
        watch->trends = md_history_read(path, md_wall_now_ms(), MD_SPARK_BUCKETS);
    }
}

static void act(struct watch *watch)
{
    struct md_speech speech = md_options_speech(watch->options, watch->link.status);

    md_acting_turn(&watch->acting, watch->options, &speech);
}

/* Whether the terminal is still there to be read from. */
static bool terminal_lives(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&input, 1, 0) >= 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

int md_watch(const struct md_options *options)
{
    struct watch watch = {.options = options};
    watch.acting.done = md_tree_desk_done;
    watch.acting.context = &watch.desk;
    const struct sigaction action = {.sa_handler = on_signal};
    char error[256];

    if (!md_terminal_open(error, sizeof(error))) {
        fprintf(stderr, "monitorctl: %s\n", error);
        return MD_EXIT_FAILED;
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    md_link_init(&watch.link, options->socket);
    while (!watch.quit && stop == 0 && terminal_lives()) {
        md_link_wait(&watch.link, STDIN_FILENO, TICK_MS);
        for (int key = md_terminal_key(); key != MD_KEY_NONE; key = md_terminal_key()) {
            take_key(&watch, key);
        }
        refresh_tree(&watch);
        refresh_history(&watch);
        refresh_runbook(&watch);
        refresh_trends(&watch);
        act(&watch);
        if (!options->quiet && md_bell_due(&watch.bell, watch.link.status, md_link_now_ms())) {
            md_terminal_bell();
        }
        draw(&watch);
    }
    md_terminal_close();
    json_decref(watch.history);
    json_decref(watch.trends);
    md_tree_desk_free(&watch.desk);
    free(watch.runbook);
    md_link_close(&watch.link);
    return MD_EXIT_OK;
}
