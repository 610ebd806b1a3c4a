/* SPDX-License-Identifier: Apache-2.0 */
/* A place on disk, a site file in it and a loop, for tests of the daemon's rooms; and the way to
 * wait: turn the loop until something is true, at most so long. Each test has a place of its own,
 * removed at its end. */
#ifndef TESTS_LIB_DAEMON_FIXTURE_H
#define TESTS_LIB_DAEMON_FIXTURE_H

#include "config/load.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define DAEMON_FIXTURE __attribute__((unused)) static

struct place {
    char directory[64];
    struct site *site;
    uv_loop_t loop;
    uv_timer_t tick; /* keeps the loop turning while a test waits */
};

DAEMON_FIXTURE void place_write(const struct place *place, const char *name, const char *text,
                                unsigned mode)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", place->directory, name);
    unlink(path);
    file = fopen(path, "we");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
    cr_assert_eq(chmod(path, mode), 0);
}

/* The whole file as text; the caller frees it. "" when there is none. */
DAEMON_FIXTURE char *place_read(const struct place *place, const char *name)
{
    char path[512];
    char *text = calloc(1, 1 << 20);
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", place->directory, name);
    file = fopen(path, "re");
    if (file != NULL) {
        if (fread(text, 1, (1 << 20) - 1, file) == 0) {
            text[0] = '\0';
        }
        fclose(file);
    }
    return text;
}

static void place_on_tick(uv_timer_t *timer)
{
    (void)timer;
}

static char *place_template(void)
{
    char *text = calloc(1, 16384);
    FILE *file = fopen(NOROSHI_SOURCE_DIR "/tests/lib/place.conf", "re");

    cr_assert_not_null(file);
    cr_assert_gt(fread(text, 1, 16383, file), 0u);
    fclose(file);
    return text;
}

/* Puts the directory and the port in their places. */
static void place_fill(char *text, size_t size, const char *template, const char *directory,
                       int port)
{
    size_t length = 0;

    for (const char *at = template; *at != '\0';) {
        if (strncmp(at, "@PLACE@", 7) == 0) {
            length += (size_t)snprintf(text + length, size - length, "%s", directory);
            at += 7;
        } else if (strncmp(at, "@PORT@", 6) == 0) {
            length += (size_t)snprintf(text + length, size - length, "%d", port);
            at += 6;
        } else {
            cr_assert_lt(length + 1, size);
            text[length++] = *at++;
        }
    }
    text[length] = '\0';
}

/* The site of place.conf: two servers, two lines, three channels, two persons; nothing of it
 * answers. smtp_port 0: no mail server is meant. */
DAEMON_FIXTURE void place_make(struct place *place, int smtp_port)
{
    static char text[16384];
    char *template;
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    char path[512];

    memset(place, 0, sizeof(*place));
    signal(SIGPIPE, SIG_IGN); /* as the programs do */
    cr_assert_geq(sodium_init(), 0);
    strcpy(place->directory, "/tmp/noroshi-test-XXXXXX");
    cr_assert_not_null(mkdtemp(place->directory));
    template = place_template();
    place_fill(text, sizeof(text), template, place->directory, smtp_port > 0 ? smtp_port : 9);
    free(template);
    place_write(place, "site.conf", text, 0640);
    place_write(place, "key", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
                0600);
    snprintf(path, sizeof(path), "%s/site.conf", place->directory);
    place->site = cfg_site_load(path, findings);
    if (place->site == NULL) {
        cfg_findings_print(findings, stderr);
    }
    free(findings);
    cr_assert_not_null(place->site, "the site of the fixture does not load");
    cr_assert_eq(uv_loop_init(&place->loop), 0);
    uv_timer_init(&place->loop, &place->tick);
}

/* Closes the loop (it must have no handle left but ours) and removes the place. */
DAEMON_FIXTURE void place_remove(struct place *place)
{
    char command[128];

    uv_close((uv_handle_t *)&place->tick, NULL);
    uv_run(&place->loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&place->loop), 0, "handles are left open");
    cfg_site_free(place->site);
    snprintf(command, sizeof(command), "rm -rf %s", place->directory);
    cr_assert_eq(system(command), 0);
}

/* Turns the loop until condition(context), at most limit_ms. Whether it came true. */
DAEMON_FIXTURE bool place_wait(struct place *place, bool (*condition)(void *context), void *context,
                               unsigned limit_ms)
{
    uint64_t end_ns = uv_hrtime() + (uint64_t)limit_ms * 1000000;
    bool came;

    uv_timer_start(&place->tick, place_on_tick, 2, 2);
    while (!(came = condition(context)) && uv_hrtime() < end_ns) {
        uv_run(&place->loop, UV_RUN_ONCE);
    }
    uv_timer_stop(&place->tick);
    return came;
}

static bool place_never(void *context)
{
    (void)context;
    return false;
}

/* Turns the loop for so long: only to show that something does not happen. */
DAEMON_FIXTURE void place_turn(struct place *place, unsigned ms)
{
    place_wait(place, place_never, NULL, ms);
}

#endif
