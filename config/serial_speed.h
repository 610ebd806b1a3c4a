/* SPDX-License-Identifier: Apache-2.0 */
/* The speeds a serial line can have, for devices and modems alike. It owns the only table of them;
 * the checks of the site file and whoever opens a line call it. Pure. */
#ifndef CONFIG_SERIAL_SPEED_H
#define CONFIG_SERIAL_SPEED_H

#include <stdint.h>
#include <termios.h>

/* The table in words, for hints. */
#define CFG_SERIAL_SPEEDS "1200 2400 4800 9600 19200 38400 57600 115200 230400 460800 921600"

/* What termios calls this many bits a second; B0 when it is none of these speeds. */
speed_t cfg_serial_speed(uint32_t baud);

#endif
