/* SPDX-License-Identifier: Apache-2.0 */
/* monitorsim from the command line: what is refused, with which exit code and which words. */
#include "tests/integration/sim/room_process.h"

#include <stdarg.h>

static char output[8192];

/* Runs monitorsim with these words; returns its exit code, keeps what it printed. */
static int monitorsim(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int monitorsim(const char *format, ...)
{
    char words[512], command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof(words), format, arguments);
    va_end(arguments);
    snprintf(command, sizeof(command), MONITORSIM " %s 2>&1", words);
    FILE *stream = popen(command, "r");
    cr_assert_not_null(stream);
    size_t length = fread(output, 1, sizeof(output) - 1, stream);
    output[length] = '\0';
    int status = pclose(stream);
    cr_assert(WIFEXITED(status), "monitorsim %s ended with %#x", words, status);
    return WEXITSTATUS(status);
}

TestSuite(command_line, .timeout = 60);

Test(command_line, without_an_order_it_shows_its_usage)
{
    cr_assert_eq(monitorsim("%s", ""), 2);
    cr_assert_not_null(strstr(output, "usage: monitorsim"));
    cr_assert_eq(monitorsim("dance"), 2);
    cr_assert_eq(monitorsim("--help"), 0);
    cr_assert_not_null(strstr(output, "fault NAME key=value"));
    cr_assert_eq(monitorsim("--version"), 0);
    cr_assert_not_null(strstr(output, NOROSHI_VERSION));
}

Test(command_line, every_order_refuses_what_it_does_not_know)
{
    static const char *const wrong[] = {
        "room",
        "room a b",
        "room --define NOVALUE x",
        "state now",
        "state --loud",
        "fault",
        "fault mains",
        "fault mains lost",
        "fault mains =lost",
        "service",
        "service --name x",
        "service --name x --listen 127.0.0.1",
        "service --name x --listen localhost:80",
        "drill",
        "drill a b",
        "drill /nonexistent.conf",
        "room /nonexistent.conf",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        cr_assert_eq(monitorsim("%s", wrong[i]), 2, "monitorsim %s: %s", wrong[i], output);
        cr_assert_neq(output[0], '\0', "monitorsim %s says nothing", wrong[i]);
    }
}

Test(command_line, nobody_at_the_socket_is_its_own_exit_code)
{
    cr_assert_eq(monitorsim("state --room /tmp/no-such-room.sock"), 4);
    cr_assert_not_null(strstr(output, "/tmp/no-such-room.sock"));
    cr_assert_eq(monitorsim("fault mains state=lost --room /tmp/no-such-room.sock"), 4);
}

Test(command_line, a_wrong_fault_lists_what_would_be_right)
{
    struct room_process room;
    room_start(&room, "ups = ( { name = \"ups-a\"; } );\n");
    cr_assert_eq(monitorsim("fault moon state=full --room %s", room.control), 2);
    cr_assert_not_null(strstr(output, "names: mains ups-a"));
    cr_assert_eq(monitorsim("fault ups-a colour=red --room %s", room.control), 2);
    cr_assert_not_null(strstr(output, "comms=ok|silent|half"));
    cr_assert_eq(monitorsim("fault ups-a mode=sideways --room %s", room.control), 2);
    cr_assert_not_null(strstr(output, "normal|bypass|off"));
    cr_assert_eq(monitorsim("fault ups-a mode=bypass --room %s", room.control), 0);
    cr_assert_eq(monitorsim("state --room %s", room.control), 0);
    cr_assert_not_null(strstr(output, "key=mode value=bypass"));
    cr_assert_eq(monitorsim("state --json --room %s", room.control), 0);
    json_t *state = json_loads(output, 0, NULL);
    cr_assert_not_null(state);
    json_decref(state);
    room_end(&room);
}

Test(command_line, a_room_that_cannot_be_opened_says_what_and_why)
{
    char path[] = "/tmp/test-room-XXXXXX";
    int fd = mkstemp(path);
    dprintf(fd,
            "control = \"%s.sock\";\nups = ( { name = \"ups-a\"; address = \"127.0.0.1:0\";"
            "  netns = \"no-such-space\"; } );\n",
            path);
    close(fd);
    cr_assert_eq(monitorsim("room %s", path), 1);
    cr_assert_not_null(strstr(output, "ups-a cannot listen in netns no-such-space"));
    unlink(path);
}
