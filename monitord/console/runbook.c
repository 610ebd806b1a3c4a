/* SPDX-License-Identifier: Apache-2.0 */
/* Finds and reads runbook pages. It owns the order of the places where they may lie; it never
 * writes and never fetches. watch.c and main.c call it. */
#include "monitord/console/runbook.h"

#include "monitord/console/client.h"
#include "monitord/console/orders.h"
#include "monitord/console/plain.h"
#include "monitord/fact.h"
#include "monitord/incident_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLACE 1024

/* A code is a file name: nothing that could lead out of the folder. */
static bool is_code(const char *text)
{
    return text[0] != '\0' && strlen(text) < 64 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

static char *read_page(const char *folder, const char *language, const char *code)
{
    char path[PLACE + 128];
    FILE *file;
    char *text;
    size_t length;

    snprintf(path, sizeof(path), "%s/%s/%s.txt", folder, language, code);
    file = fopen(path, "re");
    if (file == NULL) {
        return NULL;
    }
    text = malloc(MD_RUNBOOK_MAX);
    length = text == NULL ? 0 : fread(text, 1, MD_RUNBOOK_MAX - 1, file);
    fclose(file);
    if (text != NULL) {
        text[length] = '\0';
    }
    return text;
}

/* Folder number `place`, or false after the last. */
static bool folder_at(unsigned place, char folder[PLACE])
{
    const char *own = getenv("NOROSHI_RUNBOOKS");
    char program[PLACE] = "";
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    switch (place) {
        case 0:
            snprintf(folder, PLACE, "/etc/noroshi/runbooks");
            return true;
        case 1:
            snprintf(folder, PLACE, "%s", own != NULL && own[0] != '\0' ? own : "/nonexistent");
            return true;
        case 2: /* bin beside share */
            snprintf(folder, PLACE, "%.900s/../share/noroshi/runbooks", program);
            return true;
        case 3: /* build/PRESET/bin of a source tree */
            snprintf(folder, PLACE, "%.900s/../../../deploy/runbooks", program);
            return true;
        default:
            return false;
    }
}

char *md_runbook_load(enum cfg_language language, const char *code)
{
    const char *const order[2] = {language == CFG_LANGUAGE_EN ? "en" : "ja", "en"};
    char folder[PLACE], *text = NULL;

    if (!is_code(code)) {
        return NULL;
    }
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned place = 0; text == NULL && folder_at(place, folder); place++) {
            text = read_page(folder, order[i], code);
        }
    }
    return text;
}

int md_runbook_print(const struct md_options *options)
{
    char error[MD_CLIENT_ERROR_SIZE], id[MD_INCIDENT_NAME_SIZE], code[64] = "";
    json_t *answer = md_client_ask(options->socket, json_pack("{s:s}", "order", "status"), error);
    const json_t *status = json_object_get(answer, "status");
    struct md_speech speech = md_options_speech(options, status);
    json_t *incident;
    size_t i;

    snprintf(code, sizeof(code), "%s", options->argument);
    if (md_order_incident_id(status, options->argument, id)) {
        json_array_foreach(json_object_get(status, "incidents"), i, incident)
        {
            if (strcmp(md_fact_text(incident, "id"), id) == 0) {
                snprintf(code, sizeof(code), "%s", md_fact_text(incident, "root"));
            }
        }
    }
    char *page = md_runbook_load(speech.language, code);
    json_decref(answer);
    if (page == NULL) {
        fprintf(stderr,
                "monitorctl: no runbook for \"%s\"; name an open incident or a code like "
                "mains_lost\n",
                options->argument);
        return MD_EXIT_FAILED;
    }
    for (char *line = page; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        bool more = line[length] == '\n';
        line[length] = '\0';
        md_plain_line(stdout, &speech, line);
        line += length + (more ? 1 : 0);
    }
    free(page);
    return MD_EXIT_OK;
}
