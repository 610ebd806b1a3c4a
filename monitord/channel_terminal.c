/* SPDX-License-Identifier: Apache-2.0 */
/* The screens of the centre as a channel. What an open incident looks like on a console is the
 * console's business; here is the truth whether anybody could have seen it, and the host's own
 * terminal, where each page is written with the bell: it needs no program, no network and no login.
 */
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/text_word.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The whole of what the terminal shows of one page: bell, mark, subject, what to do. */
#define BANNER_MAX 1024

/* A device that somebody has stopped (^S) or that is gone must not hold the loop. */
static int open_device(const char *path)
{
    return open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

static void add_plain(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);

    /* a name from a device could carry a control sequence to the screen */
    for (; *more != '\0' && used + 1 < size; more++) {
        text[used++] = (unsigned char)*more < 0x20 || *more == 0x7f ? '?' : *more;
    }
    text[used] = '\0';
}

static int write_banner(const struct md_page *page, const char *path)
{
    char text[BANNER_MAX] = "\a\r\n== ";
    size_t length;
    ssize_t written;
    int error = 0;
    int fd = open_device(path);

    if (fd < 0) {
        return errno;
    }
    add_plain(text, sizeof(text) - 8, page->message.subject);
    strcat(text, "\r\n   ");
    if (page->command.notify.message != FO_MESSAGE_RECOVERED) {
        char how[256];

        md_text_fill(how, sizeof(how), page->site->language, MD_WORD_MAIL_ACK_HOW,
                     page->message.incident, NULL);
        add_plain(text, sizeof(text) - 4, how);
    }
    strcat(text, "\r\n");
    length = strlen(text);
    written = write(fd, text, length);
    if (written != (ssize_t)length) {
        error = written < 0 ? errno : EAGAIN;
    }
    close(fd);
    return error;
}

static void *terminal_start(const struct md_channel_world *world)
{
    const struct md_channel_world **room = malloc(sizeof(*room));

    if (room != NULL) {
        *room = world;
    }
    return room;
}

static void terminal_send(void *room, struct md_page *page)
{
    const char *device = page->site->channels[page->command.notify.channel].device;
    int error = device != NULL ? write_banner(page, device) : ENODEV;

    (void)room;
    if (page->watchers > 0 || error == 0) {
        page->done(page, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    } else {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, device != NULL ? error : 0);
    }
}

static void terminal_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    const struct md_channel_world *const *world = room;
    const char *device = (*world)->site->channels[channel].device;
    int fd = device != NULL ? open_device(device) : -1;
    int error = device != NULL && fd < 0 ? errno : 0;

    if (fd >= 0) {
        close(fd);
    }
    tested(context, channel, error == 0, error);
}

static void terminal_stop(void *room, void (*done)(void *context), void *context)
{
    free(room);
    done(context);
}

const struct md_channel_kind md_channel_terminal = {terminal_start, terminal_send, terminal_test,
                                                    terminal_stop};
