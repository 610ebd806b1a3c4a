/* SPDX-License-Identifier: Apache-2.0 */
/* The host's own terminal as a channel, on a pseudo terminal: bell and words arrive, a terminal
 * that somebody has stopped holds up nothing, and one that is gone says so. */
#include "tests/lib/notify_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

static int terminal_open(struct notify_stage *stage)
{
    static char name[128];
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);

    cr_assert_geq(fd, 0);
    cr_assert_eq(grantpt(fd), 0);
    cr_assert_eq(unlockpt(fd), 0);
    cr_assert_eq(ptsname_r(fd, name, sizeof(name)), 0);
    notify_stage_make(stage, 0);
    stage->place.site->channels[STAGE_TERMINAL].device = name;
    notify_stage_start(stage);
    return fd;
}

Test(channel_terminal, a_page_stands_on_the_terminal_with_the_bell_though_nobody_watches)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_TERMINAL, 1);
    char text[2048] = "";
    int fd = terminal_open(&stage);

    command.notify.drill = true;
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_ACCEPTED);
    cr_assert_gt(read(fd, text, sizeof(text) - 1), 0);
    cr_assert_eq(text[0], '\a');
    cr_assert_not_null(strstr(text, "【訓練】"), "%s", text);
    cr_assert_not_null(strstr(text, "monitorctl ack INC-"), "%s", text);
    close(fd);
    notify_stage_close(&stage);
}

Test(channel_terminal, a_terminal_that_nobody_reads_is_tried_again_and_holds_up_nothing)
{
    struct notify_stage stage;
    uint64_t start, sequence = 1;
    int fd = terminal_open(&stage);

    do {
        struct fo_command command = notify_stage_command(STAGE_TERMINAL, sequence);

        start = uv_hrtime();
        notify_stage_send(&stage, &command);
        cr_assert_leq((uv_hrtime() - start) / 1000000, 1000u);
    } while (stage.result.outcome == FO_OUTCOME_ACCEPTED && ++sequence < 1000);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY, "it never fills");
    cr_assert_eq(stage.result.detail, EAGAIN);
    close(fd);
    notify_stage_close(&stage);
}

struct tested {
    int works, detail; /* works 0: not yet */
};

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    cr_assert_eq(channel, STAGE_TERMINAL);
    *(struct tested *)context = (struct tested){works ? 1 : -1, detail};
}

Test(channel_terminal, the_quiet_test_opens_the_device_and_writes_nothing)
{
    struct notify_stage stage;
    struct tested tested = {0};
    char byte;
    int fd = terminal_open(&stage);

    md_notify_test(stage.notify, STAGE_TERMINAL, on_tested, &tested);
    cr_assert_eq(tested.works, 1);
    cr_assert_leq(read(fd, &byte, 1), 0);
    close(fd);
    stage.place.site->channels[STAGE_TERMINAL].device = "/dev/no-such-terminal";
    md_notify_test(stage.notify, STAGE_TERMINAL, on_tested, &tested);
    cr_assert_eq(tested.works, -1);
    cr_assert_eq(tested.detail, ENOENT);
    notify_stage_close(&stage);
}
