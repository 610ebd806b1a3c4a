/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and sets up a serial line by termios. It waits for no carrier and changes no other line. */
#include "probes/serial_line.h"

#include "failover/reason.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static speed_t speed_of(uint32_t baud)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } speeds[] = {{1200, B1200},   {2400, B2400},     {4800, B4800},
                  {9600, B9600},   {19200, B19200},   {38400, B38400},
                  {57600, B57600}, {115200, B115200}, {230400, B230400}};
    for (unsigned i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud == baud) {
            return speeds[i].speed;
        }
    }
    return B0;
}

static bool set_up(int fd, const struct cfg_serial *serial)
{
    struct termios line;

    if (speed_of(serial->baud) == B0 || tcgetattr(fd, &line) != 0) {
        return false;
    }
    cfmakeraw(&line);
    line.c_cflag &= ~(tcflag_t)(PARENB | PARODD | CSTOPB | CRTSCTS);
    line.c_cflag |= CLOCAL | CREAD | CS8;
    if (serial->parity != 'N') {
        line.c_cflag |= PARENB;
        line.c_cflag |= serial->parity == 'O' ? PARODD : 0u;
    }
    if (serial->stop_bits == 2) {
        line.c_cflag |= CSTOPB;
    }
    line.c_cc[VMIN] = 1; /* so that nothing to read is EAGAIN, and 0 bytes mean a line gone */
    line.c_cc[VTIME] = 0;
    return cfsetispeed(&line, speed_of(serial->baud)) == 0 &&
           cfsetospeed(&line, speed_of(serial->baud)) == 0 && tcsetattr(fd, TCSANOW, &line) == 0 &&
           tcflush(fd, TCIOFLUSH) == 0;
}

int pb_serial_open(const struct cfg_serial *serial, enum fo_reason *reason)
{
    int fd = open(serial->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    *reason = FO_REASON_NO_ROUTE;
    if (fd < 0) {
        return -1;
    }
    if (ioctl(fd, TIOCEXCL) != 0 || !set_up(fd, serial)) {
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
