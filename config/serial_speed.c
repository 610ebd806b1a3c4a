/* SPDX-License-Identifier: Apache-2.0 */
/* The speeds of serial lines (see serial_speed.h): those that Linux knows by name and UARTs and USB
 * adapters can keep. */
#include "config/serial_speed.h"

#include <stddef.h>

speed_t cfg_serial_speed(uint32_t baud)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } speeds[] = {{1200, B1200},     {2400, B2400},     {4800, B4800},    {9600, B9600},
                  {19200, B19200},   {38400, B38400},   {57600, B57600},  {115200, B115200},
                  {230400, B230400}, {460800, B460800}, {921600, B921600}};
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud == baud) {
            return speeds[i].speed;
        }
    }
    return B0;
}
