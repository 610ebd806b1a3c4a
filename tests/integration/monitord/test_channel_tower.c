/* SPDX-License-Identifier: Apache-2.0 */
/* A signal tower on a socket, in a thread of the test: it is set, read back and set again when
 * somebody has cleared it; one that refuses, lies or is silent never makes a page accepted. */
#include "tests/lib/notify_stage.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

enum temper { TEMPER_GOOD, TEMPER_REFUSES, TEMPER_LIES, TEMPER_SILENT };

struct tower {
    volatile enum temper temper;
    int listener;
    struct sockaddr_in address;
    pthread_t thread;
    volatile unsigned sets, asks;
    unsigned char state[6];
};

static void talk(struct tower *tower, int fd)
{
    unsigned char frame[12];

    while (recv(fd, frame, 6, MSG_WAITALL) == 6) {
        if (frame[2] == 'S') {
            if (recv(fd, frame + 6, 6, MSG_WAITALL) != 6) {
                return;
            }
            tower->sets++;
            if (tower->temper == TEMPER_GOOD) {
                memcpy(tower->state, frame + 6, 6);
            }
            if (tower->temper != TEMPER_SILENT &&
                send(fd, tower->temper == TEMPER_REFUSES ? "\x15" : "\x06", 1, MSG_NOSIGNAL) != 1) {
                return;
            }
        } else if (tower->temper != TEMPER_SILENT) {
            unsigned char answer[7] = {6};

            tower->asks++;
            memcpy(answer + 1, tower->state, 6);
            /* in two pieces, as a slow device may */
            if (send(fd, answer, 3, MSG_NOSIGNAL) != 3 ||
                send(fd, answer + 3, 4, MSG_NOSIGNAL) != 4) {
                return;
            }
        }
    }
}

static void *serve(void *context)
{
    struct tower *tower = context;
    int fd;

    while ((fd = accept(tower->listener, NULL, NULL)) >= 0) {
        talk(tower, fd);
        close(fd);
    }
    return NULL;
}

static void tower_open(struct notify_stage *stage, struct tower *tower, enum temper temper)
{
    struct cfg_channel *channel;
    socklen_t length = sizeof(tower->address);

    memset(tower, 0, sizeof(*tower));
    tower->temper = temper;
    tower->address.sin_family = AF_INET;
    tower->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tower->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(tower->listener, (struct sockaddr *)&tower->address, length), 0);
    cr_assert_eq(listen(tower->listener, 8), 0);
    cr_assert_eq(getsockname(tower->listener, (struct sockaddr *)&tower->address, &length), 0);
    cr_assert_eq(pthread_create(&tower->thread, NULL, serve, tower), 0);
    notify_stage_make(stage, 0);
    channel = &stage->place.site->channels[STAGE_SMS];
    channel->kind = FO_CHANNEL_TOWER;
    memcpy(&channel->address.storage, &tower->address, sizeof(tower->address));
    channel->address.length = sizeof(tower->address);
    stage->place.site->policy.channels[STAGE_SMS].timeout_us =
        temper == TEMPER_SILENT ? 2 * FO_SECOND : 20 * FO_SECOND;
    notify_stage_start(stage);
}

static void tower_close(struct notify_stage *stage, struct tower *tower)
{
    notify_stage_close(stage);
    shutdown(tower->listener, SHUT_RDWR);
    pthread_join(tower->thread, NULL);
    close(tower->listener);
}

static void open_incident(struct notify_stage *stage, bool drill, uint8_t acked_by)
{
    stage->view.incident_count = 1;
    stage->view.incidents[0].number = 3;
    stage->view.incidents[0].state = FO_INCIDENT_OPEN;
    stage->view.incidents[0].severity = 1;
    stage->view.incidents[0].acked_by = acked_by;
    stage->view.incidents[0].drill = drill;
}

static struct fo_result send_page(struct notify_stage *stage, uint64_t sequence)
{
    struct fo_command command = notify_stage_command(STAGE_SMS, sequence);

    notify_stage_send(stage, &command);
    return stage->result;
}

Test(channel_tower, a_page_is_accepted_when_the_tower_says_itself_what_it_shows)
{
    struct notify_stage stage;
    struct tower tower;

    tower_open(&stage, &tower, TEMPER_GOOD);
    open_incident(&stage, false, FO_NONE);
    cr_assert_eq(send_page(&stage, 1).outcome, FO_OUTCOME_ACCEPTED);
    cr_assert_eq(tower.state[0], 2, "red flashes");
    cr_assert_eq(tower.state[5], 1, "the buzzer sounds");
    cr_assert_geq(tower.asks, 1, "it was not read back");
    open_incident(&stage, false, 0);
    cr_assert_eq(send_page(&stage, 2).outcome, FO_OUTCOME_ACCEPTED);
    cr_assert_eq(tower.state[0], 1, "red stands still");
    cr_assert_eq(tower.state[5], 0, "acknowledged: no buzzer");
    tower_close(&stage, &tower);
}

Test(channel_tower, a_tower_that_refuses_lies_or_is_silent_accepts_nothing)
{
    static const enum temper tempers[] = {TEMPER_REFUSES, TEMPER_LIES, TEMPER_SILENT};

    for (unsigned i = 0; i < 3; i++) {
        struct notify_stage stage;
        struct tower tower;

        tower_open(&stage, &tower, tempers[i]);
        open_incident(&stage, false, FO_NONE);
        cr_assert_eq(send_page(&stage, 1).outcome, FO_OUTCOME_RETRY, "temper %u", tempers[i]);
        tower_close(&stage, &tower);
    }
}

static bool is_set_again(void *context)
{
    return ((struct tower *)context)->state[3] != 0;
}

static bool is_quiet(void *context)
{
    return ((struct tower *)context)->state[5] == 0;
}

Test(channel_tower, an_answer_quiets_the_buzzer_without_a_page)
{
    struct notify_stage stage;
    struct tower tower;

    tower_open(&stage, &tower, TEMPER_GOOD);
    open_incident(&stage, false, FO_NONE);
    cr_assert_eq(send_page(&stage, 1).outcome, FO_OUTCOME_ACCEPTED);
    cr_assert_eq(tower.state[5], 1);
    open_incident(&stage, false, 0);
    cr_assert(place_wait(&stage.place, is_quiet, &tower, 10000), "only at the next assertion");
    cr_assert_eq(tower.state[0], 1, "red stands still");
    tower_close(&stage, &tower);
}

/* The first assertion comes by itself a second after the start, without any page. */
Test(channel_tower, what_is_open_is_asserted_without_a_page_and_a_drill_has_its_own_colours)
{
    struct notify_stage stage;
    struct tower tower;

    tower_open(&stage, &tower, TEMPER_GOOD);
    open_incident(&stage, true, FO_NONE);
    cr_assert(place_wait(&stage.place, is_set_again, &tower, 20000));
    cr_assert_eq(tower.state[0], 0, "red in a drill");
    cr_assert_eq(tower.state[5], 0, "the buzzer in a drill");
    tower_close(&stage, &tower);
}
