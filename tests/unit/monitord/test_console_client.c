/* SPDX-License-Identifier: Apache-2.0 */
/* The console's end of the socket against a daemon played by a thread: answers in pieces, silence,
 * a closed door; and the key file. */
#include "monitord/console/client.h"
#include "monitord/console/keygen.h"
#include "monitord/console/link.h"
#include "monitord/console/orders.h"

#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/noroshi-client-XXXXXX";
static char path[100];
static int listener = -1;
static const char *const *script; /* what the daemon sends, piece by piece, after one order */
static char heard[1024];

static void set_up(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/c.sock", folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(listen(listener, 4), 0);
}

static void tear_down(void)
{
    close(listener);
    unlink(path);
    rmdir(folder);
}

TestSuite(client, .init = set_up, .fini = tear_down, .timeout = 30);

/* Takes one connection, reads one line, sends the script, closes. */
static void *daemon_run(void *unused)
{
    int peer = accept(listener, NULL, NULL);
    size_t length = 0;

    while (length < sizeof(heard) - 1 && memchr(heard, '\n', length) == NULL) {
        ssize_t more = read(peer, heard + length, sizeof(heard) - 1 - length);
        if (more <= 0) {
            break;
        }
        length += (size_t)more;
    }
    heard[length] = '\0';
    for (size_t i = 0; script[i] != NULL; i++) {
        if (write(peer, script[i], strlen(script[i])) < 0) {
            break;
        }
    }
    close(peer);
    return unused;
}

static json_t *ask_daemon(const char *const *pieces, char error[MD_CLIENT_ERROR_SIZE])
{
    pthread_t thread;

    script = pieces;
    cr_assert_eq(pthread_create(&thread, NULL, daemon_run, NULL), 0);
    json_t *answer = md_client_ask(path, json_pack("{s:s}", "order", "status"), error);
    pthread_join(thread, NULL);
    return answer;
}

Test(client, an_answer_in_pieces_is_one_answer)
{
    const char *const pieces[] = {"{\"ok\":tr", "ue,\"status\":{\"state\"", ":\"ok\"}}\n", NULL};
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = ask_daemon(pieces, error);

    cr_assert_not_null(answer, "%s", error);
    cr_expect(json_is_true(json_object_get(answer, "ok")));
    cr_expect_str_eq(heard, "{\"order\":\"status\"}\n");
    json_decref(answer);
}

Test(client, a_daemon_that_closes_without_a_word_is_an_error)
{
    const char *const pieces[] = {NULL};
    char error[MD_CLIENT_ERROR_SIZE];

    cr_expect_null(ask_daemon(pieces, error));
    cr_expect_not_null(strstr(error, "does not answer"));
}

Test(client, an_answer_that_is_no_json_is_an_error)
{
    const char *const pieces[] = {"hello\n", NULL};
    char error[MD_CLIENT_ERROR_SIZE];

    cr_expect_null(ask_daemon(pieces, error));
}

Test(client, no_socket_is_said_with_a_hint)
{
    char error[MD_CLIENT_ERROR_SIZE];

    cr_expect_null(md_client_ask("/nonexistent/x.sock", json_object(), error));
    cr_expect_not_null(strstr(error, "is monitord running?"), "%s", error);
}

Test(client, a_path_too_long_for_a_socket_is_refused)
{
    char long_path[300], error[MD_CLIENT_ERROR_SIZE];

    memset(long_path, 'x', sizeof(long_path) - 1);
    long_path[sizeof(long_path) - 1] = '\0';
    cr_expect_null(md_client_ask(long_path, json_object(), error));
}

Test(client, a_link_keeps_the_last_status_when_the_daemon_goes)
{
    const char *const pieces[] = {"{\"ok\":true,\"status\":{\"state\":\"down\"}}\n",
                                  "{\"ok\":true,\"status\":{\"state\":\"degraded\"}}\n", NULL};
    struct md_link link;
    pthread_t thread;
    long long end_ms = md_link_now_ms() + 10000;

    script = pieces;
    cr_assert_eq(pthread_create(&thread, NULL, daemon_run, NULL), 0);
    md_link_init(&link, path);
    md_link_wait(&link, -1, 100);
    cr_expect(link.connected);
    pthread_join(thread, NULL);
    while (link.connected && md_link_now_ms() < end_ms) {
        md_link_wait(&link, -1, 100);
    }
    cr_expect_not(link.connected);
    cr_assert_not_null(link.status);
    cr_expect_str_eq(json_string_value(json_object_get(link.status, "state")), "degraded");
    cr_expect_str_eq(heard, "{\"order\":\"watch\"}\n");
    md_link_close(&link);
}

Test(client, a_link_without_a_daemon_waits_and_says_so)
{
    struct md_link link;

    md_link_init(&link, "/nonexistent/x.sock");
    cr_expect_not(md_link_wait(&link, -1, 10));
    cr_expect_not(link.connected);
    cr_expect_null(link.status);
    md_link_close(&link);
}

Test(orders, an_incident_is_found_by_its_id_or_its_bare_number)
{
    json_t *status =
        json_loads("{\"incidents\":[{\"id\":\"INC-20261121-0003\",\"number\":3}]}", 0, NULL);
    char id[32];

    cr_expect(md_order_incident_id(status, "3", id));
    cr_expect_str_eq(id, "INC-20261121-0003");
    cr_expect(md_order_incident_id(status, "0003", id));
    cr_expect(md_order_incident_id(NULL, "INC-20261121-0009", id));
    cr_expect_str_eq(id, "INC-20261121-0009");
    cr_expect_not(md_order_incident_id(status, "4", id));
    cr_expect_not(md_order_incident_id(status, "INC-20261121-00000000000000000000000003", id));
    json_decref(status);
}

static size_t key_read(const char *file, char text[100])
{
    FILE *in = fopen(file, "r");
    size_t length = in == NULL ? 0 : fread(text, 1, 99, in);

    if (in != NULL) {
        fclose(in);
    }
    text[length] = '\0';
    return length;
}

Test(client, a_key_is_64_hex_digits_for_its_owner_only_and_never_overwritten)
{
    char file[250], first[100], second[100];
    struct stat facts;

    snprintf(file, sizeof(file), "%s/key", folder);
    cr_assert_eq(md_keygen(file), 0);
    cr_assert_eq(stat(file, &facts), 0);
    cr_expect_eq(facts.st_mode & 07777, 0600);
    cr_expect_eq(key_read(file, first), 65);
    cr_expect_eq(strspn(first, "0123456789abcdef"), 64);
    cr_expect_eq(first[64], '\n');
    cr_expect_neq(md_keygen(file), 0);
    key_read(file, second);
    cr_expect_str_eq(first, second);
    unlink(file);
    cr_assert_eq(md_keygen(file), 0);
    key_read(file, second);
    cr_expect_str_neq(first, second);
    unlink(file);
    cr_expect_neq(md_keygen("/nonexistent/key"), 0);
}
