/* SPDX-License-Identifier: Apache-2.0 */
/* When systemd may be told that the daemon lives. */
#include "monitord/supervisor_notify.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct md_supervisor_facts well(void)
{
    return (struct md_supervisor_facts){.step_age_us = FO_SECOND,
                                        .loop_lag_us = 5 * FO_MS,
                                        .journal_lag_us = FO_SECOND,
                                        .journal_alive = true,
                                        .status = "fine"};
}

Test(supervisor_notify, a_pump_that_moves_is_well)
{
    struct md_supervisor_facts facts = well();

    cr_assert(md_supervisor_well(&facts));
}

Test(supervisor_notify, a_pump_that_stands_a_loop_that_lags_and_a_journal_that_hangs_are_not)
{
    struct md_supervisor_facts facts = well();

    facts.step_age_us = MD_SUPERVISOR_STEP_MAX_US + 1;
    cr_assert_not(md_supervisor_well(&facts));
    facts = well();
    facts.loop_lag_us = MD_SUPERVISOR_LAG_MAX_US + 1;
    cr_assert_not(md_supervisor_well(&facts));
    facts = well();
    facts.journal_lag_us = MD_SUPERVISOR_JOURNAL_MAX_US + 1;
    cr_assert_not(md_supervisor_well(&facts));
}

Test(supervisor_notify, a_journal_known_to_be_dead_is_no_reason_to_kill_the_monitor)
{
    struct md_supervisor_facts facts = well();

    facts.journal_lag_us = FO_HOUR;
    facts.journal_alive = false;
    cr_assert(md_supervisor_well(&facts));
}

Test(supervisor_notify, ready_is_said_once_and_the_watchdog_is_withheld_while_unwell)
{
    struct md_supervisor supervisor = {0};
    struct md_supervisor_facts facts = well();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char text[256];
    ssize_t length;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/noroshi-test-notify-%d", getpid());
    unlink(address.sun_path);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    facts.step_age_us = FO_HOUR;
    md_supervisor_tell(&supervisor, &facts);
    cr_assert_lt(recv(fd, text, sizeof(text) - 1, 0), 0, "said something while unwell");
    cr_assert_eq(supervisor.withheld, 1);
    facts = well();
    md_supervisor_tell(&supervisor, &facts);
    length = recv(fd, text, sizeof(text) - 1, 0);
    cr_assert_gt(length, 0);
    text[length] = '\0';
    cr_assert_not_null(strstr(text, "READY=1"));
    cr_assert_not_null(strstr(text, "STATUS=fine"));
    md_supervisor_tell(&supervisor, &facts);
    length = recv(fd, text, sizeof(text) - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    cr_assert_null(strstr(text, "READY"));
    cr_assert_not_null(strstr(text, "WATCHDOG=1"));
    close(fd);
    unlink(address.sun_path);
}
