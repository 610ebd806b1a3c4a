/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a serial line. It owns the table of speeds. */
#include "monitord/serial_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

static speed_t speed_of(uint32_t baud)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } speeds[] = {{1200, B1200},     {2400, B2400},     {4800, B4800},    {9600, B9600},
                  {19200, B19200},   {38400, B38400},   {57600, B57600},  {115200, B115200},
                  {230400, B230400}, {460800, B460800}, {921600, B921600}};

    for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
        if (speeds[i].baud == baud) {
            return speeds[i].speed;
        }
    }
    return B115200;
}

int md_serial_open(const char *path, uint32_t baud)
{
    struct termios line;
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    int error;

    if (fd < 0) {
        return -1;
    }
    if (tcgetattr(fd, &line) == 0) {
        cfmakeraw(&line);
        line.c_cflag |= CLOCAL | CREAD;
        line.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
        cfsetispeed(&line, speed_of(baud));
        cfsetospeed(&line, speed_of(baud));
        if (tcsetattr(fd, TCSANOW, &line) == 0) {
            tcflush(fd, TCIOFLUSH);
            return fd;
        }
    }
    error = errno;
    close(fd);
    errno = error;
    return -1;
}
