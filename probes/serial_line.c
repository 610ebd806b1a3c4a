/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and sets up a serial line by termios. It waits for no carrier and changes no other line. */
#include "probes/serial_line.h"

#include "config/serial_speed.h"
#include "failover/reason.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool set_up(int fd, uint32_t baud, char parity, unsigned stop_bits)
{
    speed_t speed = cfg_serial_speed(baud);
    struct termios line;

    if (speed == B0 || tcgetattr(fd, &line) != 0) {
        return false;
    }
    cfmakeraw(&line);
    line.c_cflag &= ~(tcflag_t)(PARENB | PARODD | CSTOPB | CRTSCTS);
    line.c_cflag |= CLOCAL | CREAD | CS8;
    if (parity != 'N') {
        line.c_cflag |= PARENB;
        line.c_cflag |= parity == 'O' ? PARODD : 0u;
    }
    if (stop_bits == 2) {
        line.c_cflag |= CSTOPB;
    }
    line.c_cc[VMIN] = 1; /* so that nothing to read is EAGAIN, and 0 bytes mean a line gone */
    line.c_cc[VTIME] = 0;
    return cfsetispeed(&line, speed) == 0 && cfsetospeed(&line, speed) == 0 &&
           tcsetattr(fd, TCSANOW, &line) == 0 && tcflush(fd, TCIOFLUSH) == 0;
}

int pb_serial_open(const char *path, uint32_t baud, char parity, unsigned stop_bits,
                   enum fo_reason *reason)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    *reason = FO_REASON_NO_ROUTE;
    if (fd < 0) {
        return -1;
    }
    if (ioctl(fd, TIOCEXCL) != 0 || !set_up(fd, baud, parity, stop_bits)) {
        close(fd);
        return -1;
    }
    *reason = FO_REASON_NONE;
    return fd;
}

fo_us pb_serial_wire_us(const struct cfg_serial *serial, unsigned count)
{
    unsigned bits = 1u + 8u + (serial->parity != 'N') + serial->stop_bits;
    return (fo_us)count * bits * FO_SECOND / (serial->baud > 0 ? serial->baud : 1);
}
