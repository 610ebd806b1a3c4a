/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a serial line of the kernel (a pty stands for it, which knows no parity): the settings it
 * has then, that it is taken, and that a speed or a device it cannot have is refused and not
 * replaced by another. */
#include "probes/serial_line.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int peer = -1, kept = -1;
static char path[64];

static void make(void)
{
    cr_assert_eq(openpty(&peer, &kept, path, NULL, NULL), 0);
}

static void drop(void)
{
    close(kept);
    close(peer);
}

TestSuite(serial_line, .init = make, .fini = drop);

Test(serial_line, it_has_the_speed_and_stop_bits_that_were_asked_for)
{
    static const struct {
        uint32_t baud;
        char parity;
        unsigned stop_bits;
        speed_t speed;
        tcflag_t stop;
    } cases[] = {
        {9600, 'E', 1, B9600, 0},
        {19200, 'O', 1, B19200, 0},
        {115200, 'N', 1, B115200, 0},
        {921600, 'N', 2, B921600, CSTOPB},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum fo_reason reason = FO_REASON_NO_ANSWER;
        struct termios line;
        int fd = pb_serial_open(path, cases[i].baud, cases[i].parity, cases[i].stop_bits, &reason);
        cr_assert_geq(fd, 0, "%u", cases[i].baud);
        cr_assert_eq(reason, FO_REASON_NONE);
        cr_assert_eq(tcgetattr(fd, &line), 0);
        cr_assert_eq(cfgetospeed(&line), cases[i].speed);
        cr_assert_eq(cfgetispeed(&line), cases[i].speed);
        cr_assert_eq(line.c_lflag & (ICANON | ECHO), 0);
        cr_assert_eq(line.c_cflag & CRTSCTS, 0);
        cr_assert_eq(line.c_cflag & CSTOPB, cases[i].stop);
        close(fd);
    }
}

Test(serial_line, it_is_for_this_process_alone)
{
    enum fo_reason reason;
    int exclusive = 0, fd = pb_serial_open(path, 9600, 'N', 1, &reason);
    cr_assert_geq(fd, 0);
    cr_assert_eq(ioctl(fd, TIOCGEXCL, &exclusive), 0);
    cr_assert_eq(exclusive, 1);
    close(fd);
}

Test(serial_line, what_it_cannot_be_is_refused)
{
    enum fo_reason reason = FO_REASON_NONE;
    cr_assert_eq(pb_serial_open(path, 9601, 'N', 1, &reason), -1, "another speed was taken");
    cr_assert_eq(reason, FO_REASON_NO_ROUTE);
    reason = FO_REASON_NONE;
    cr_assert_eq(pb_serial_open("/dev/null", 9600, 'N', 1, &reason), -1, "no serial line");
    cr_assert_eq(reason, FO_REASON_NO_ROUTE);
    reason = FO_REASON_NONE;
    cr_assert_eq(pb_serial_open("/nowhere/ttyS0", 9600, 'N', 1, &reason), -1);
    cr_assert_eq(reason, FO_REASON_NO_ROUTE);
}
