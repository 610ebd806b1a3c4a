/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorsim fault` and `monitorsim state`: one question to a running room and its answer. They
 * own nothing but the printing. */
#include "sim/client.h"
#include "sim/commands.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --room and --json; false on anything else. */
static bool options_read(int argc, char **argv, const char **room, bool *json)
{
    static const struct option options[] = {
        {"room", required_argument, NULL, 'r'}, {"json", no_argument, NULL, 'j'}, {0}};
    int option;
    *room = NULL;
    *json = false;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'r') {
            *room = optarg;
        } else if (option == 'j') {
            *json = true;
        } else {
            return false;
        }
    }
    *room = sim_room_socket(*room);
    return true;
}

/* Asks and prints a refusal; *answer is set when the room agreed. */
static int room_ask(const char *room, json_t *order, json_t **answer)
{
    *answer = sim_client_ask(room, order);
    json_decref(order);
    if (*answer == NULL) {
        fprintf(stderr, "monitorsim: no room answers at %s: %s\n", room, strerror(errno));
        return SIM_EXIT_NOBODY;
    }
    if (!json_is_true(json_object_get(*answer, "ok"))) {
        const char *message = json_string_value(json_object_get(*answer, "message"));
        fprintf(stderr, "monitorsim: %s\n", message == NULL ? "refused" : message);
        json_decref(*answer);
        return SIM_EXIT_USAGE;
    }
    return SIM_EXIT_OK;
}

int sim_command_fault(int argc, char **argv)
{
    const char *room;
    bool json;
    char message[256];
    if (!options_read(argc, argv, &room, &json) || argc - optind < 1) {
        fprintf(stderr, "usage: monitorsim fault NAME key=value... [--room SOCKET]\n");
        return SIM_EXIT_USAGE;
    }
    json_t *order = sim_client_fault(argv + optind, argc - optind, message, sizeof(message));
    if (order == NULL) {
        fprintf(stderr, "monitorsim: %s\n", message);
        return SIM_EXIT_USAGE;
    }
    json_t *answer;
    int code = room_ask(room, order, &answer);
    if (code == SIM_EXIT_OK) {
        json_decref(answer);
    }
    return code;
}

/* Every plain value of an object on one line, the name first. */
static void object_print(json_t *object)
{
    const char *key;
    json_t *value;
    printf("%-14s", json_string_value(json_object_get(object, "name")));
    json_object_foreach(object, key, value)
    {
        if (strcmp(key, "name") == 0 || json_is_object(value) || json_is_array(value)) {
            continue;
        }
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(5));
        size_t length = text == NULL ? 0 : strlen(text);
        if (length >= 2 && text[0] == '"') {
            printf(" %s=%.*s", key, (int)length - 2, text + 1);
        } else {
            printf(" %s=%s", key, text);
        }
        free(text);
    }
    printf("\n");
    json_t *inner = json_object_get(object, "processes");
    for (size_t i = 0; i < json_array_size(inner); i++) {
        printf("  ");
        object_print(json_array_get(inner, i));
    }
}

static void state_print(const json_t *state)
{
    static const char *const lists[] = {"devices", "hosts", "lines", "injected"};
    const json_t *mains = json_object_get(state, "mains");
    printf("%-14s state=%s\n", "mains", json_string_value(json_object_get(mains, "state")));
    for (unsigned i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const json_t *list = json_object_get(state, lists[i]);
        if (i == 3) {
            printf("injected: %zu\n", json_array_size(list));
        }
        for (size_t k = 0; k < json_array_size(list); k++) {
            object_print(json_array_get(list, k));
        }
    }
}

int sim_command_state(int argc, char **argv)
{
    const char *room;
    bool json;
    if (!options_read(argc, argv, &room, &json) || optind != argc) {
        fprintf(stderr, "usage: monitorsim state [--json] [--room SOCKET]\n");
        return SIM_EXIT_USAGE;
    }
    json_t *answer;
    int code = room_ask(room, json_pack("{s:s}", "order", "state"), &answer);
    if (code != SIM_EXIT_OK) {
        return code;
    }
    const json_t *state = json_object_get(answer, "state");
    if (json) {
        json_dumpf(state, stdout, JSON_INDENT(2));
        printf("\n");
    } else {
        state_print(state);
    }
    json_decref(answer);
    return SIM_EXIT_OK;
}
