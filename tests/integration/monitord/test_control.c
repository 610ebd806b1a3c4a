/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket against everything that may connect to it: consoles, garbage, giants,
 * sleepers, strangers. */
#include "monitord/control.h"
#include "monitord/control_wire.h"
#include "monitord/unix_socket.h"
#include "tests/lib/daemon_fixture.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <sys/socket.h>

#define LIMIT_MS 5000

struct stage {
    struct place place;
    struct md_control *control;
    char path[128];
    uid_t order_uid;
    unsigned orders, pictures;
    unsigned devices, told; /* of other places: how many there are, how many were asked for */
    uint64_t ticket, synced;
    size_t padding;
    /* the client */
    int fd;
    struct md_line_buffer lines;
    char *line;
    bool closed, stopped;
};

static json_t *give_status(void *context)
{
    struct stage *stage = context;
    char *padding = calloc(1, stage->padding + 1);
    json_t *status;

    memset(padding, 'x', stage->padding);
    stage->pictures++;
    status = json_pack("{s:i, s:s, s:[]}", "schema", 1, "padding", padding, "power");
    free(padding);
    return status;
}

static json_t *give_device(void *context, unsigned number)
{
    struct stage *stage = context;

    stage->told += number < stage->devices;
    return number < stage->devices ? json_pack("{s:i}", "number", (int)number) : NULL;
}

static json_t *take_order(void *context, uid_t uid, const json_t *request, uint64_t *ticket)
{
    struct stage *stage = context;

    stage->orders++;
    stage->order_uid = uid;
    *ticket = stage->ticket;
    return json_pack("{s:b, s:O}", "ok", 1, "order", json_object_get(request, "order"));
}

static bool is_synced(void *context, uint64_t ticket)
{
    return ((struct stage *)context)->synced >= ticket;
}

static void open_stage(struct stage *stage)
{
    struct md_control_hooks hooks = {.status = give_status,
                                     .device = give_device,
                                     .order = take_order,
                                     .synced = is_synced,
                                     .context = stage};
    char error[256];

    memset(stage, 0, sizeof(*stage));
    place_make(&stage->place, 0);
    snprintf(stage->path, sizeof(stage->path), "%s/control.sock", stage->place.directory);
    stage->control =
        md_control_start(&stage->place.loop, stage->path, NULL, &hooks, error, sizeof(error));
    cr_assert_not_null(stage->control, "%s", error);
    stage->fd = -1;
}

static void connect_stage(struct stage *stage)
{
    stage->fd = md_unix_connect(stage->path);
    cr_assert_geq(stage->fd, 0, "%s", strerror(errno));
    md_lines_init(&stage->lines, MD_CONTROL_REPLY_MAX);
    stage->closed = false;
}

static void say(struct stage *stage, const char *text)
{
    cr_assert_eq(send(stage->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* A line has come, or the peer has closed. */
static bool has_line(void *context)
{
    struct stage *stage = context;
    char bytes[65536];
    ssize_t count;

    stage->line = md_lines_next(&stage->lines);
    while (stage->line == NULL && !stage->closed) {
        count = recv(stage->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) {
            return false;
        }
        if (count <= 0) {
            stage->closed = true;
            break;
        }
        cr_assert(md_lines_feed(&stage->lines, bytes, (size_t)count));
        stage->line = md_lines_next(&stage->lines);
    }
    return true;
}

static void expect_line(struct stage *stage, const char *part)
{
    cr_assert(place_wait(&stage->place, has_line, stage, LIMIT_MS), "no answer");
    cr_assert_not_null(stage->line, "closed instead of: %s", part);
    cr_assert_not_null(strstr(stage->line, part), "%.200s instead of %s", stage->line, part);
}

static void expect_close(struct stage *stage)
{
    do {
        cr_assert(place_wait(&stage->place, has_line, stage, 15000), "still open");
    } while (!stage->closed);
}

static void disconnect(struct stage *stage)
{
    close(stage->fd);
    md_lines_free(&stage->lines);
    stage->fd = -1;
}

static void on_stopped(void *context)
{
    ((struct stage *)context)->stopped = true;
}

static bool is_stopped(void *context)
{
    return ((struct stage *)context)->stopped;
}

static void close_stage(struct stage *stage)
{
    if (stage->fd >= 0) {
        disconnect(stage);
    }
    md_control_stop(stage->control, on_stopped, stage);
    cr_assert(place_wait(&stage->place, is_stopped, stage, LIMIT_MS));
    cr_assert_neq(access(stage->path, F_OK), 0, "the socket file was left");
    place_remove(&stage->place);
}

Test(control, a_status_is_answered)
{
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    say(&stage, "{\"order\":\"status\"}\n");
    expect_line(&stage, "\"ok\":true,\"status\":{");
    close_stage(&stage);
}

Test(control, an_order_comes_with_the_user_of_its_peer)
{
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    stage.order_uid = 12345;
    say(&stage, "{\"order\":\"hold\"}\n");
    expect_line(&stage, "\"order\":\"hold\"");
    cr_assert_eq(stage.order_uid, geteuid());
    close_stage(&stage);
}

Test(control, two_orders_in_one_write_and_one_order_in_two_are_both_well)
{
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    say(&stage, "{\"order\":\"a\"}\n{\"order\":\"b\"}\n{\"ord");
    expect_line(&stage, "\"a\"");
    expect_line(&stage, "\"b\"");
    say(&stage, "er\":\"c\"}\n");
    expect_line(&stage, "\"c\"");
    cr_assert_eq(stage.orders, 3);
    close_stage(&stage);
}

Test(control, garbage_is_answered_with_an_error_and_the_connection_lives)
{
    static const char *const garbage[] = {"hello\n",
                                          "\n",
                                          "{}\n",
                                          "[1,2]\n",
                                          "{\"order\":7}\n",
                                          "{\"order\":\"a\",\"order\":\"b\"}\n",
                                          "\xff\xfe\x01\n",
                                          "{\"order\":\"a\"\n"};
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    for (unsigned i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
        say(&stage, garbage[i]);
        expect_line(&stage, "\"error\":\"bad-request\"");
    }
    cr_assert_eq(stage.orders, 0);
    say(&stage, "{\"order\":\"status\"}\n");
    expect_line(&stage, "\"ok\":true");
    close_stage(&stage);
}

Test(control, a_line_without_end_is_cut_off)
{
    struct stage stage;
    char *text = malloc(MD_CONTROL_REQUEST_MAX + 4096);

    open_stage(&stage);
    connect_stage(&stage);
    memset(text, 'x', MD_CONTROL_REQUEST_MAX + 4095);
    text[MD_CONTROL_REQUEST_MAX + 4095] = '\0';
    say(&stage, text);
    expect_line(&stage, "\"error\":\"too-long\"");
    expect_close(&stage);
    free(text);
    close_stage(&stage);
}

Test(control, a_watcher_gets_a_picture_at_once_at_a_change_and_every_second)
{
    struct stage stage;
    uint64_t start;

    open_stage(&stage);
    connect_stage(&stage);
    say(&stage, "{\"order\":\"watch\"}\n");
    expect_line(&stage, "\"status\"");
    cr_assert_eq(md_control_watchers(stage.control), 1);
    md_control_changed(stage.control);
    start = uv_hrtime();
    expect_line(&stage, "\"status\"");
    cr_assert_lt(uv_hrtime() - start, 500000000u, "a change was not shown at once");
    start = uv_hrtime();
    expect_line(&stage, "\"status\"");
    cr_assert_gt(uv_hrtime() - start, 500000000u, "a picture without a reason");
    disconnect(&stage);
    place_turn(&stage.place, 20);
    cr_assert_eq(md_control_watchers(stage.control), 0);
    close_stage(&stage);
}

Test(control, a_watcher_that_does_not_read_is_dropped_and_holds_nobody_up)
{
    struct stage stage;
    int sleeper;

    open_stage(&stage);
    stage.padding = 900000; /* more than a socket takes at once */
    sleeper = md_unix_connect(stage.path);
    cr_assert_eq(write(sleeper, "{\"order\":\"watch\"}\n", 18), 18);
    place_turn(&stage.place, 50);
    cr_assert_eq(md_control_watchers(stage.control), 1);
    connect_stage(&stage);
    say(&stage, "{\"order\":\"hold\"}\n");
    expect_line(&stage, "\"ok\":true");
    unsigned before = stage.pictures;

    place_turn(&stage.place, MD_CONTROL_STUCK_MS + 1500);
    cr_assert_eq(md_control_watchers(stage.control), 0, "the sleeper is still there");
    cr_assert_leq(stage.pictures - before, 2, "pictures were queued for a sleeper");
    close(sleeper);
    close_stage(&stage);
}

Test(control, thousands_of_devices_hold_up_no_turn_of_the_loop)
{
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    stage.devices = 4032;
    say(&stage, "{\"order\":\"status\"}\n{\"order\":\"hold\"}\n");
    for (unsigned told = 0; stage.told < stage.devices; told = stage.told) {
        cr_assert_eq(uv_run(&stage.place.loop, UV_RUN_NOWAIT), 1);
        cr_assert_leq(stage.told - told, 16, "a turn made %u devices", stage.told - told);
        cr_assert_eq(stage.orders, 0, "what was said later was done first");
    }
    expect_line(&stage, "{\"number\":4031}]}}");
    json_t *answer = json_loads(stage.line, 0, NULL);
    json_t *power = json_object_get(json_object_get(answer, "status"), "power");
    cr_assert_eq(json_array_size(power), 4032);
    json_decref(answer);
    expect_line(&stage, "\"hold\"");
    close_stage(&stage);
}

Test(control, who_asks_while_a_picture_is_made_gets_a_newer_one)
{
    struct stage stage;
    int early;

    open_stage(&stage);
    stage.devices = 1000;
    early = md_unix_connect(stage.path);
    cr_assert_eq(write(early, "{\"order\":\"watch\"}\n", 18), 18);
    for (unsigned turn = 0; stage.told == 0; turn++) {
        cr_assert_lt(turn, 100u);
        uv_run(&stage.place.loop, UV_RUN_NOWAIT);
    }
    connect_stage(&stage);
    say(&stage, "{\"order\":\"status\"}\n");
    expect_line(&stage, "{\"number\":999}]}}");
    cr_assert_geq(stage.pictures, 2, "a picture from before the question");
    close(early);
    close_stage(&stage);
}

Test(control, an_answer_waits_until_the_journal_has_the_order)
{
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    stage.ticket = 7;
    say(&stage, "{\"order\":\"hold\"}\n{\"order\":\"status\"}\n");
    place_turn(&stage.place, 200);
    cr_assert(!has_line(&stage), "answered before it was on disk");
    stage.synced = 7;
    md_control_synced(stage.control);
    expect_line(&stage, "\"order\":\"hold\"");
    cr_assert_null(strstr(stage.line, "journalled"));
    expect_line(&stage, "\"status\"");
    close_stage(&stage);
}

Test(control, an_answer_says_so_when_the_journal_takes_too_long)
{
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    stage.ticket = 7;
    say(&stage, "{\"order\":\"acknowledge\"}\n");
    expect_line(&stage, "\"journalled\":false");
    close_stage(&stage);
}

Test(control, a_peer_that_leaves_while_its_answer_waits_is_forgotten)
{
    struct stage stage;

    open_stage(&stage);
    connect_stage(&stage);
    stage.ticket = 7;
    say(&stage, "{\"order\":\"hold\"}\n");
    place_turn(&stage.place, 50);
    disconnect(&stage);
    place_turn(&stage.place, 50);
    stage.synced = 7;
    md_control_synced(stage.control);
    place_turn(&stage.place, 50);
    close_stage(&stage);
}

Test(control, one_connection_too_many_is_told_so)
{
    struct stage stage;
    int fds[MD_CONTROL_CLIENTS_MAX];

    open_stage(&stage);
    for (unsigned i = 0; i < MD_CONTROL_CLIENTS_MAX; i++) {
        fds[i] = md_unix_connect(stage.path);
        cr_assert_geq(fds[i], 0);
        place_turn(&stage.place, 2);
    }
    connect_stage(&stage);
    expect_line(&stage, "\"error\":\"busy\"");
    expect_close(&stage);
    disconnect(&stage);
    close(fds[0]);
    place_turn(&stage.place, 20);
    connect_stage(&stage);
    say(&stage, "{\"order\":\"status\"}\n");
    expect_line(&stage, "\"ok\":true");
    for (unsigned i = 1; i < MD_CONTROL_CLIENTS_MAX; i++) {
        close(fds[i]);
    }
    close_stage(&stage);
}

Test(control, the_socket_belongs_to_its_owner_or_to_the_group)
{
    struct stage stage;
    struct stat status;
    char path[160], error[256];
    int fd;

    open_stage(&stage);
    cr_assert_eq(stat(stage.path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0600);
    snprintf(path, sizeof(path), "%s/group.sock", stage.place.directory);
    fd = md_unix_listen(path, "daemon", error, sizeof(error));
    cr_assert_geq(fd, 0, "%s", error);
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0660);
    cr_assert_eq(status.st_gid, getgrnam("daemon")->gr_gid);
    close(fd);
    cr_assert_eq(md_unix_listen(path, "no-such-group", error, sizeof(error)), -1);
    cr_assert_not_null(strstr(error, "no-such-group"));
    close_stage(&stage);
}

Test(control, a_stale_socket_file_is_replaced_and_a_living_one_is_not)
{
    struct stage stage;
    char path[160], error[256];
    int first, second;

    open_stage(&stage);
    snprintf(path, sizeof(path), "%s/other.sock", stage.place.directory);
    first = md_unix_listen(path, NULL, error, sizeof(error));
    cr_assert_eq(listen(first, 1), 0);
    cr_assert_eq(md_unix_listen(path, NULL, error, sizeof(error)), -1);
    cr_assert_not_null(strstr(error, "in use"));
    close(first);
    second = md_unix_listen(path, NULL, error, sizeof(error));
    cr_assert_geq(second, 0, "%s", error);
    close(second);
    place_write(&stage.place, "file", "not a socket", 0600);
    snprintf(path, sizeof(path), "%s/file", stage.place.directory);
    cr_assert_eq(md_unix_listen(path, NULL, error, sizeof(error)), -1, "a file was removed");
    close_stage(&stage);
}
