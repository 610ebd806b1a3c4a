/* SPDX-License-Identifier: Apache-2.0 */
/* One line to standard error, or one more in the count of lines held back. It owns the rate limit
 * and nothing else; every room of the programs may call it. */
#include "monitord/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static time_t window_start;
static unsigned window_lines;
static unsigned long held_back, held_back_said;

static time_t seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* Cleans and writes one line in one call, so that lines of two threads never mix. A standard error
 * that cannot be written is nobody's reason to stop. */
static void put(int level, char *text)
{
    char line[MD_LOG_LINE_MAX + 8];
    int length = snprintf(line, sizeof(line), "<%d>%s", level, text);

    if (length < 0) {
        return;
    }
    if ((size_t)length > sizeof(line) - 2) {
        length = (int)sizeof(line) - 2;
    }
    for (int i = 0; i < length; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f) {
            line[i] = '?';
        }
    }
    line[length] = '\n';
    if (write(STDERR_FILENO, line, (size_t)length + 1) < 0) {
        held_back++;
    }
}

void md_log(enum md_log_level level, const char *format, ...)
{
    char text[MD_LOG_LINE_MAX];
    va_list arguments;
    time_t now = seconds_now();

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);

    pthread_mutex_lock(&lock);
    if (window_start == 0 || now - window_start >= MD_LOG_WINDOW_S) {
        window_start = now;
        window_lines = 0;
        if (held_back > held_back_said) {
            char note[96];

            snprintf(note, sizeof(note), "log: %lu lines held back", held_back - held_back_said);
            held_back_said = held_back;
            put(MD_LOG_WARNING, note);
        }
    }
    if (window_lines < MD_LOG_BURST) {
        window_lines++;
        put((int)level, text);
    } else {
        held_back++;
    }
    pthread_mutex_unlock(&lock);
}

unsigned long md_log_held_back(void)
{
    unsigned long count;

    pthread_mutex_lock(&lock);
    count = held_back;
    pthread_mutex_unlock(&lock);
    return count;
}
