/* SPDX-License-Identifier: Apache-2.0 */
/* A modem on a pseudo terminal, in a thread of the test: it speaks AT and PDU mode, and can refuse,
 * stall, lose its network, send no reports, and hand in what a person has answered. It owns both
 * ends of the terminal. Used by the tests of the SMS channel. */
#ifndef TESTS_LIB_FAKE_MODEM_H
#define TESTS_LIB_FAKE_MODEM_H

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct fake_modem {
    char device[128];
    int fd, hold; /* our end; the other end kept open, so that closing it is no hang-up */
    pthread_t thread;
    pthread_mutex_t lock;
    volatile bool ends, silent, no_network, no_reports, gives_up, wants_pin;
    volatile int refuses; /* +CMS ERROR at each message; 0 none */
    char pin[16];
    unsigned pins;          /* tried */
    unsigned taken;         /* messages */
    char messages[16][512]; /* as they came */
    unsigned commands;
    char inbox[4][512]; /* places 1 … 4 of the store */
    unsigned deleted;
    bool prompted;
};

static inline void modem_say(struct fake_modem *modem, const char *text)
{
    if (write(modem->fd, text, strlen(text)) < 0) {
        return;
    }
}

/* A report about the last message, as the network gives it: the number is the message's own. */
static inline void modem_report(struct fake_modem *modem, unsigned reference)
{
    const char *message = modem->messages[(modem->taken - 1) % 16];
    char text[256], number[64];
    unsigned digits = 0;

    cr_assert_eq(sscanf(message + 6, "%2X", &digits), 1);
    snprintf(number, sizeof(number), "%.*s", (int)(4 + (digits + 1) / 2 * 2), message + 6);
    snprintf(text, sizeof(text), "\r\n+CDS: 25\r\n0006%02X%s%s%s%s\r\n", reference, number,
             "62117212000063", "62117212000063", modem->gives_up ? "46" : "00");
    modem_say(modem, text);
}

static inline void modem_take_message(struct fake_modem *modem, const char *line)
{
    char text[64];

    modem->prompted = false;
    if (modem->refuses != 0) {
        snprintf(text, sizeof(text), "\r\n+CMS ERROR: %d\r\n", modem->refuses);
        modem_say(modem, text);
        return;
    }
    snprintf(modem->messages[modem->taken++ % 16], sizeof(modem->messages[0]), "%.500s", line);
    snprintf(text, sizeof(text), "\r\n+CMGS: %u\r\n\r\nOK\r\n", modem->taken & 0xff);
    modem_say(modem, text);
    if (!modem->no_reports) {
        modem_report(modem, modem->taken & 0xff);
    }
}

static inline void modem_take_command(struct fake_modem *modem, const char *line)
{
    char text[1024];
    int place;

    modem->commands++;
    if (strncmp(line, "AT+CPIN=", 8) == 0) {
        modem->pins++;
        modem->wants_pin = strstr(line, modem->pin) == NULL;
        modem_say(modem, modem->wants_pin ? "\r\n+CME ERROR: 16\r\n" : "\r\nOK\r\n");
    } else if (strcmp(line, "AT+CPIN?") == 0) {
        modem_say(modem, modem->wants_pin ? "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"
                                          : "\r\n+CPIN: READY\r\n\r\nOK\r\n");
    } else if (strcmp(line, "AT+CREG?") == 0) {
        modem_say(modem, modem->no_network ? "\r\n+CREG: 0,2\r\n\r\nOK\r\n"
                                           : "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
    } else if (strcmp(line, "AT+CSQ") == 0) {
        modem_say(modem, "\r\n+CSQ: 17,99\r\n\r\nOK\r\n");
    } else if (strncmp(line, "AT+CMGS=", 8) == 0) {
        modem->prompted = true;
        modem_say(modem, modem->no_network ? "\r\n+CMS ERROR: 331\r\n" : "\r\n> ");
        modem->prompted = !modem->no_network;
    } else if (sscanf(line, "AT+CMGR=%d", &place) == 1 && place >= 1 && place <= 4) {
        snprintf(text, sizeof(text), "\r\n+CMGR: 0,,24\r\n%s\r\n\r\nOK\r\n",
                 modem->inbox[place - 1]);
        modem_say(modem, text);
    } else if (sscanf(line, "AT+CMGD=%d", &place) == 1 && place >= 1 && place <= 4) {
        modem->inbox[place - 1][0] = '\0';
        modem->deleted++;
        modem_say(modem, "\r\nOK\r\n");
    } else if (strcmp(line, "AT+CMGL=4") == 0) {
        for (place = 0; place < 4; place++) {
            if (modem->inbox[place][0] != '\0') {
                snprintf(text, sizeof(text), "\r\n+CMGL: %d,0,,24\r\n%s\r\n", place + 1,
                         modem->inbox[place]);
                modem_say(modem, text);
            }
        }
        modem_say(modem, "\r\nOK\r\n");
    } else {
        modem_say(modem, "\r\nOK\r\n");
    }
}

static inline void *modem_run(void *context)
{
    struct fake_modem *modem = context;
    char line[1024];
    size_t length = 0;

    while (!modem->ends) {
        struct pollfd ready = {.fd = modem->fd, .events = POLLIN};
        char byte;

        if (poll(&ready, 1, 20) != 1 || read(modem->fd, &byte, 1) != 1) {
            continue;
        }
        if (byte == '\r' || byte == 0x1a || byte == '\n') {
            line[length] = '\0';
            if (length > 0 && !modem->silent) {
                pthread_mutex_lock(&modem->lock);
                if (modem->prompted && byte == 0x1a) {
                    modem_take_message(modem, line);
                } else {
                    modem_take_command(modem, line);
                }
                pthread_mutex_unlock(&modem->lock);
            }
            length = 0;
        } else if (length + 1 < sizeof(line)) {
            line[length++] = byte;
        }
    }
    return NULL;
}

static inline void modem_start(struct fake_modem *modem)
{
    struct termios raw;

    memset(modem, 0, sizeof(*modem));
    strcpy(modem->pin, "1234");
    pthread_mutex_init(&modem->lock, NULL);
    modem->fd = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_geq(modem->fd, 0);
    cr_assert_eq(grantpt(modem->fd), 0);
    cr_assert_eq(unlockpt(modem->fd), 0);
    cr_assert_eq(ptsname_r(modem->fd, modem->device, sizeof(modem->device)), 0);
    modem->hold = open(modem->device, O_RDWR | O_NOCTTY);
    cr_assert_geq(modem->hold, 0);
    cr_assert_eq(tcgetattr(modem->hold, &raw), 0);
    cfmakeraw(&raw);
    cr_assert_eq(tcsetattr(modem->hold, TCSANOW, &raw), 0);
    cr_assert_eq(pthread_create(&modem->thread, NULL, modem_run, modem), 0);
}

/* A message has come in: it lies in a place of the store and is announced. */
static inline void modem_receive(struct fake_modem *modem, unsigned place, const char *hex)
{
    char text[64];

    pthread_mutex_lock(&modem->lock);
    snprintf(modem->inbox[place - 1], sizeof(modem->inbox[0]), "%s", hex);
    snprintf(text, sizeof(text), "\r\n+CMTI: \"SM\",%u\r\n", place);
    modem_say(modem, text);
    pthread_mutex_unlock(&modem->lock);
}

static inline void modem_stop(struct fake_modem *modem)
{
    modem->ends = true;
    pthread_join(modem->thread, NULL);
    close(modem->hold);
    close(modem->fd);
}

#endif
