/* SPDX-License-Identifier: Apache-2.0 */
/* The orders of `monitorctl drill`. It owns where drills live (the library, the script, the
 * directory of the one that runs) and that there is one at a time; running is drill_run.c's,
 * judging drill_result.c's. main.c calls it. */
#include "monitord/console/drill.h"

#include "monitord/console/ask.h"
#include "monitord/console/client.h"
#include "monitord/console/drill_library.h"
#include "monitord/console/people.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/wall_time.h"

#include "config/load.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE 1024
#define UNFIT 2 /* exit code: the site or this host does not allow a drill */

struct places {
    char programs[PLACE], script[PLACE], library[PLACE];
};

/* Installed: bin beside libexec and share; else a source tree's build/PRESET/bin. */
static bool places_find(struct places *places)
{
    ssize_t length = readlink("/proc/self/exe", places->programs, sizeof(places->programs) - 1);

    places->programs[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(places->programs, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    snprintf(places->script, PLACE, "%.900s/../libexec/noroshi/drill-twin", places->programs);
    snprintf(places->library, PLACE, "%.900s/../share/noroshi/drills", places->programs);
    if (access(places->script, R_OK) == 0) {
        return true;
    }
    snprintf(places->script, PLACE, "%.900s/../../../deploy/drill-twin", places->programs);
    snprintf(places->library, PLACE, "%.900s/../../../sim/drills/library", places->programs);
    if (access(places->script, R_OK) == 0) {
        return true;
    }
    fprintf(stderr, "monitorctl: drill-twin is not installed beside this program\n");
    return false;
}

/* The file of a scenario: a path, or a name of the library. */
static bool scenario_find(const struct places *places, const char *name, char path[PLACE])
{
    const char *folder = strchr(name, '/') != NULL ? "" : places->library;

    snprintf(path, PLACE, folder[0] == '\0' ? "%.0s%.900s" : "%.800s/%.200s.conf", folder, name);
    if (access(path, R_OK) == 0) {
        return true;
    }
    fprintf(stderr,
            "monitorctl: there is no drill \"%s\"; `monitorctl drill plan` lists the library\n",
            name);
    return false;
}

static const char *directory_of(const struct md_options *options)
{
    return options->directory != NULL ? options->directory : MD_DRILL_DIRECTORY;
}

/* The live daemon's status; NULL, silently, when there is none. New reference to the answer. */
static json_t *live_status(const struct md_options *options)
{
    char error[MD_CLIENT_ERROR_SIZE];

    return md_client_ask(options->socket, json_pack("{s:s}", "order", "status"), error);
}

/* ---- plan ----------------------------------------------------------------------------------- */

/* The steps of the scenario, as the twin would carry them out; NULL after the script has said why.
 */
static json_t *steps_read(const struct places *places, const char *site_file, const char *scenario)
{
    char directory[] = "/tmp/noroshi-plan-XXXXXX", command[PLACE * 5];
    json_t *plan = NULL;

    if (mkdtemp(directory) == NULL) {
        return NULL;
    }
    snprintf(command, sizeof(command), "exec bash '%s' --plan '%s' '%s' '%s' '%s'", places->script,
             site_file, scenario, directory, places->programs);
    FILE *pipe = strchr(site_file, '\'') != NULL || strchr(scenario, '\'') != NULL
                     ? NULL
                     : popen(command, "re");
    if (pipe != NULL) {
        plan = json_loadf(pipe, 0, NULL);
        if (pclose(pipe) != 0) {
            json_decref(plan);
            plan = NULL;
        }
    }
    snprintf(command, sizeof(command), "rm -rf '%s'", directory);
    if (system(command) != 0) {
        fprintf(stderr, "monitorctl: %s could not be removed\n", directory);
    }
    return plan;
}

/* "id", "name", "site" … of a drill that is about to begin or to be planned. */
static json_t *head_make(const json_t *plan, const struct site *site, const char *scenario)
{
    char id[64], time[MD_WALL_TEXT_SIZE];
    fo_wall_ms now_ms = md_wall_now_ms();
    struct tm local;

    md_wall_local(site->timezone, now_ms, &local);
    md_wall_text(site->timezone, now_ms, time);
    snprintf(id, sizeof(id), "DRILL-%04d%02d%02d-%02d%02d%02d", (local.tm_year + 1900) % 10000,
             (local.tm_mon + 1) % 100, local.tm_mday % 100, local.tm_hour % 100, local.tm_min % 100,
             local.tm_sec % 100);
    return json_pack("{s:s, s:s, s:s, s:O?, s:O?, s:s, s:s}", "id", id, "kind", "simulator",
                     "scenario", scenario, "name", json_object_get(plan, "drill"), "description",
                     json_object_get(plan, "description"), "site", site->name, "started", time);
}

static struct md_speech site_speech(const struct md_options *options, const struct site *site)
{
    json_t *said = json_pack("{s:s}", "language", site->language == CFG_LANGUAGE_JA ? "ja" : "en");
    struct md_speech speech = md_options_speech(options, said);

    speech.ascii = speech.ascii && !options->html;
    json_decref(said);
    return speech;
}

static int drill_plan(const struct md_options *options)
{
    struct places places;
    char scenario[PLACE];
    int code = UNFIT;

    if (!places_find(&places)) {
        return UNFIT;
    }
    if (options->second != NULL && strcmp(options->second, "switchover") == 0) {
        return md_drill_switchover(options, true);
    }
    if (options->second == NULL) {
        json_t *answer = live_status(options);
        struct md_speech speech = md_options_speech(options, json_object_get(answer, "status"));
        json_decref(answer);
        return md_drill_library_list(stdout, &speech, places.library) ? MD_EXIT_OK : MD_EXIT_FAILED;
    }
    if (!scenario_find(&places, options->second, scenario)) {
        return MD_EXIT_FAILED;
    }
    struct site *site = md_people_site(options, true);
    json_t *plan = site == NULL ? NULL : steps_read(&places, site->path, scenario);
    if (plan != NULL) {
        struct md_speech speech = site_speech(options, site);
        json_t *head = head_make(plan, site, options->second);
        json_object_update_missing(head, plan);
        if (options->json) {
            json_dumpf(head, stdout, JSON_INDENT(2));
            putchar('\n');
        } else {
            md_drill_page(stdout, &speech, head, true, options->html);
        }
        json_decref(head);
        code = MD_EXIT_OK;
    }
    json_decref(plan);
    cfg_site_free(site);
    return code;
}

/* ---- the one that runs ---------------------------------------------------------------------- */

/* Takes the lock of the directory; -1 after saying that another drill runs. */
static int lock_take(const char *directory)
{
    char path[PLACE];

    mkdir(directory, 0700);
    snprintf(path, sizeof(path), "%.900s/lock", directory);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        fprintf(stderr, "monitorctl: %s: %s\n", path, strerror(errno));
    } else if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        fprintf(stderr, "monitorctl: another drill is under way in %s\n", directory);
        close(lock);
        lock = -1;
    }
    return lock;
}

static json_t *current_read(const char *directory)
{
    char path[PLACE];

    snprintf(path, sizeof(path), "%.900s/current.json", directory);
    json_t *current = json_load_file(path, 0, NULL);
    pid_t pid = (pid_t)md_fact_number(current, "pid", 0);
    if (pid > 1 && kill(pid, 0) == 0) {
        return current;
    }
    json_decref(current);
    return NULL;
}

static void current_write(const char *directory, const json_t *head)
{
    char path[PLACE];

    snprintf(path, sizeof(path), "%.900s/current.json", directory);
    json_t *current = json_copy((json_t *)head);
    json_object_set_new(current, "pid", json_integer(getpid()));
    json_dump_file(current, path, JSON_COMPACT);
    json_decref(current);
}

/* Journals that a drill has started or ended. False after saying why not. */
static bool keep(const struct md_options *options, const struct md_speech *speech, const char *what,
                 const json_t *result)
{
    json_t *order = json_pack("{s:s, s:s, s:O}", "order", "drill_note", "what", what, "result",
                              (json_t *)result);
    char text[400];

    json_t *answer = md_ask(options, order);
    bool kept = md_fact_true(answer, "ok");
    if (answer != NULL && !kept) {
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_REFUSED,
                     md_refusal(speech, answer), NULL);
        md_plain_line(stderr, speech, text);
    }
    json_decref(answer);
    return kept;
}

static enum md_drill_end carry_out(const struct md_options *options, const struct places *places,
                                   const char *site_file, const char *scenario, const json_t *head,
                                   bool live)
{
    char directory[PLACE], old[PLACE * 2];
    struct md_drill_run run = {.script = places->script,
                               .site_file = site_file,
                               .scenario_file = scenario,
                               .directory = directory,
                               .programs = places->programs,
                               .socket = live ? options->socket : NULL};

    /* the one before stays for a look until now */
    snprintf(old, sizeof(old), "rm -rf '%.900s'/DRILL-*", directory_of(options));
    if (strchr(directory_of(options), '\'') != NULL || system(old) != 0) {
        return MD_DRILL_UNFIT;
    }
    snprintf(directory, sizeof(directory), "%.900s/%s", directory_of(options),
             md_fact_text(head, "id"));
    if (mkdir(directory, 0700) != 0) {
        fprintf(stderr, "monitorctl: %s: %s\n", directory, strerror(errno));
        return MD_DRILL_UNFIT;
    }
    return md_drill_carry_out(&run);
}

static int result_show(const struct md_options *options, const struct md_speech *speech,
                       const json_t *result)
{
    if (options->json) {
        json_dumpf(result, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        md_drill_page(stdout, speech, result, false, options->html);
    }
    return md_fact_true(result, "held") ? MD_EXIT_OK : MD_EXIT_FAILED;
}

static int drill_conduct(const struct md_options *options, const struct places *places,
                         const struct site *site, const char *scenario, json_t *head, bool live)
{
    struct md_speech speech = site_speech(options, site);
    char path[PLACE], text[400], time[MD_WALL_TEXT_SIZE];

    md_text_fill(text, sizeof(text), speech.language, MD_WORD_DRILL_BEGINS,
                 md_fact_text(head, "id"), md_fact_text(head, "name"), NULL);
    md_plain_line(stderr, &speech, text);
    if (!live) {
        md_plain_line(stderr, &speech, md_say(&speech, MD_WORD_DRILL_NOT_KEPT));
    } else if (!keep(options, &speech, "started", head)) {
        return MD_EXIT_FAILED;
    }
    current_write(directory_of(options), head);
    enum md_drill_end end = carry_out(options, places, site->path, scenario, head, live);
    if (end == MD_DRILL_REAL) {
        md_plain_line(stderr, &speech, md_say(&speech, MD_WORD_TAG_ABORTED));
    } else if (end == MD_DRILL_ORDERED) {
        md_plain_line(stderr, &speech, md_say(&speech, MD_WORD_DRILL_STOPPED));
    }
    snprintf(path, sizeof(path), "%.800s/%s/result.json", directory_of(options),
             md_fact_text(head, "id"));
    json_t *raw = json_load_file(path, 0, NULL);
    md_wall_text(site->timezone, md_wall_now_ms(), time);
    json_object_set_new(head, "ended", json_string(time));
    json_t *result = md_drill_result(raw, head, end);
    bool kept = !live || keep(options, &speech, "ended", result);
    int code = result_show(options, &speech, result);
    json_decref(result);
    json_decref(raw);
    return end == MD_DRILL_UNFIT ? UNFIT : kept ? code : MD_EXIT_FAILED;
}

static int drill_start(const struct md_options *options)
{
    struct places places;
    char scenario[PLACE], text[400];
    int code = UNFIT;

    if (!places_find(&places) || !scenario_find(&places, options->second, scenario)) {
        return UNFIT;
    }
    json_t *live = live_status(options);
    const json_t *status = json_object_get(live, "status");
    struct site *site = md_people_site(options, true);
    const char *trouble = md_drill_real_trouble(status);
    int lock = site == NULL ? -1 : lock_take(directory_of(options));
    if (lock >= 0 && trouble[0] != '\0') {
        struct md_speech speech = site_speech(options, site);
        md_text_fill(text, sizeof(text), speech.language, MD_WORD_DRILL_REAL, trouble, NULL);
        md_plain_line(stderr, &speech, text);
        code = MD_EXIT_FAILED;
    } else if (lock >= 0) {
        json_t *plan = steps_read(&places, site->path, scenario);
        json_t *head = plan == NULL ? NULL : head_make(plan, site, options->second);
        if (head != NULL) {
            json_object_set_new(head, "by",
                                json_string(options->as != NULL ? options->as : getenv("USER")));
            code = drill_conduct(options, &places, site, scenario, head, status != NULL);
        }
        json_decref(head);
        json_decref(plan);
    }
    if (lock >= 0) {
        close(lock);
    }
    cfg_site_free(site);
    json_decref(live);
    return code;
}

static int drill_abort(const struct md_options *options)
{
    json_t *current = current_read(directory_of(options));
    pid_t pid = (pid_t)md_fact_number(current, "pid", 0);
    bool asked = current != NULL && kill(pid, SIGTERM) == 0;
    json_t *live = asked ? NULL : live_status(options);
    int code = MD_EXIT_OK;
    bool ended = md_drill_move_end(options, json_object_get(live, "status"), &code);

    json_decref(live);
    if (ended) {
        json_decref(current);
        return code;
    }
    md_plain_line(asked ? stdout : stderr, &options->speech,
                  md_say(&options->speech, asked ? MD_WORD_DRILL_STOPPED : MD_WORD_DRILL_RUNS_NOT));
    json_decref(current);
    return asked ? MD_EXIT_OK : MD_EXIT_FAILED;
}

/* ---- status --------------------------------------------------------------------------------- */

static int drill_status(const struct md_options *options)
{
    json_t *current = current_read(directory_of(options));
    json_t *answer = live_status(options);
    struct md_speech speech = md_options_speech(options, json_object_get(answer, "status"));
    char line[400], clock[9];

    snprintf(line, sizeof(line), "%s", md_say(&speech, MD_WORD_DRILL_RUNS_NOT));
    if (current != NULL) {
        md_fact_clock(md_fact_text(current, "started"), clock);
        md_text_fill(line, sizeof(line), speech.language, MD_WORD_DRILL_RUNS,
                     md_fact_text(current, "name"), clock, NULL);
    }
    if (current != NULL || !md_drill_move_status(&speech, json_object_get(answer, "status"))) {
        md_plain_line(stdout, &speech, line);
    }
    int code = md_drill_put_due(options, &speech,
                                json_object_get(json_object_get(answer, "status"), "drills"));
    json_decref(current);
    json_decref(answer);
    return code;
}

static int drill_switchover(const struct md_options *options)
{
    return md_drill_switchover(options, false);
}

int md_drill(const struct md_options *options)
{
    static const struct {
        const char *name;
        int (*run)(const struct md_options *options);
        bool scenario;
    } orders[] = {/* scenario: a name must follow */
                  {"plan", drill_plan, false},
                  {"start", drill_start, true},
                  {"status", drill_status, false},
                  {"abort", drill_abort, false},
                  {"switchover", drill_switchover, false},
                  {"give-back", md_drill_give_back, false},
                  {"rehearse", md_drill_rehearse, true}};

    if (options->third != NULL &&
        (strcmp(options->argument, "plan") != 0 || strcmp(options->second, "switchover") != 0)) {
        fprintf(stderr, "monitorctl: drill: do not know what to do with \"%s\"\n", options->third);
        return MD_EXIT_USAGE;
    }
    if (strcmp(options->argument, "report") == 0) {
        return md_drill_report(options, options->second);
    }
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        if (strcmp(options->argument, orders[i].name) != 0) {
            continue;
        }
        if (orders[i].scenario && options->second == NULL) {
            fprintf(stderr, "monitorctl: drill %s: of what? %s\n", orders[i].name,
                    orders[i].run == md_drill_rehearse
                        ? "name a server, a line, a power device or mains"
                        : "`monitorctl drill plan` lists the library");
            return MD_EXIT_USAGE;
        }
        return orders[i].run(options);
    }
    fprintf(stderr,
            "monitorctl: drill: say plan, start, status, abort, report, rehearse, switchover or "
            "give-back, not \"%s\"\n",
            options->argument);
    return MD_EXIT_USAGE;
}
