/* SPDX-License-Identifier: Apache-2.0 */
/* Signal towers: what they show follows the open incidents, not single pages; each setting is read
 * back, and asserted again when that changes, and every thirty seconds, because somebody may clear
 * it by hand. A page is accepted when the tower itself says that it shows what it should. It owns
 * the connection and never decides what is urgent; the maker excludes that people's lives hang on
 * it alone. */
#include "failover/reason.h"
#include "monitord/channel.h"
#include "monitord/log.h"
#include "monitord/tower_frame.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_MS 1000
#define ASSERT_AGAIN_LOOKS 30
#define ROUNDS_MAX 2 /* set and read back; once more when it shows something else */

enum phase { PHASE_IDLE, PHASE_CONNECTING, PHASE_SETTING, PHASE_READING };

struct waiting { /* a page or a test that hears how the round ended */
    struct md_page *page;
    md_tested tested;
    void *context;
    struct waiting *next;
};
struct tower {
    struct towers *towers;
    uint8_t channel;
    enum phase phase;
    bool again, reads_only, failing;
    unsigned rounds, looks;
    uv_tcp_t *tcp;
    uv_connect_t connect;
    uv_write_t write;
    uv_timer_t limit, clock;
    struct md_tower_state wanted;
    uint8_t frame[MD_TOWER_SET_SIZE], answer[32];
    size_t answered;
    struct waiting *now, *later; /* of this round, of the next */
};
struct towers {
    const struct md_channel_world *world;
    struct tower towers[FO_CHANNELS_MAX];
    struct fo_view *view;
    unsigned open;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

static void begin(struct tower *tower);

static void on_gone(struct towers *towers)
{
    void (*done)(void *) = towers->done;
    void *context = towers->done_context;

    if (--towers->open == 0 && towers->stopping) {
        free(towers->view);
        free(towers);
        done(context);
    }
}

static void on_tcp_closed(uv_handle_t *handle)
{
    struct towers *towers = handle->data;

    free(handle);
    on_gone(towers);
}

/* ---- what it should show ------------------------------------------------------------------------
 */

static void look(struct tower *tower)
{
    struct towers *towers = tower->towers;
    struct md_tower_need need = {false};

    towers->world->view(towers->world->context, towers->view);
    for (unsigned i = 0; i < towers->view->incident_count && i < FO_INCIDENTS_MAX; i++) {
        const struct fo_view_incident *incident = &towers->view->incidents[i];
        bool answered = incident->acked_by != FO_NONE;

        if (incident->state != FO_INCIDENT_OPEN) {
            continue;
        }
        if (incident->drill) {
            need.drill = need.drill || !answered;
            need.drill_answered = need.drill_answered || answered;
        } else if (incident->severity > 2) {
            need.lesser = true;
        } else {
            need.urgent = need.urgent || !answered;
            need.answered = need.answered || answered;
        }
    }
    md_tower_show(&need, &tower->wanted);
}

/* ---- one round: set, read back ------------------------------------------------------------------
 */

static void end_round(struct tower *tower, bool shows, unsigned reason, int detail)
{
    struct waiting *list = tower->now;

    if (tower->tcp != NULL) {
        uv_close((uv_handle_t *)tower->tcp, on_tcp_closed);
        tower->tcp = NULL;
    }
    uv_timer_stop(&tower->limit);
    tower->phase = PHASE_IDLE;
    tower->now = NULL;
    if (shows == tower->failing && !tower->towers->stopping) {
        tower->failing = !shows;
        md_log(shows ? MD_LOG_NOTICE : MD_LOG_WARNING, "tower: %s %s",
               tower->towers->world->site->channels[tower->channel].name,
               shows ? "shows what it should again" : "does not show what it should");
    }
    while (list != NULL) {
        struct waiting *next = list->next;

        if (list->page != NULL) {
            list->page->done(list->page, shows ? FO_OUTCOME_ACCEPTED : FO_OUTCOME_RETRY,
                             shows ? FO_REASON_NONE : reason, detail);
        } else {
            list->tested(list->context, tower->channel, shows, detail);
        }
        free(list);
        list = next;
    }
    if (tower->later != NULL && !tower->towers->stopping) {
        begin(tower);
    }
}

static void on_written(uv_write_t *request, int status)
{
    struct tower *tower = request->data;

    if (status < 0 && status != UV_ECANCELED && tower->tcp != NULL) {
        end_round(tower, false, FO_REASON_UNREACHABLE, status);
    }
}

static void say(struct tower *tower, enum phase phase)
{
    uv_buf_t bytes;

    tower->phase = phase;
    tower->answered = 0;
    if (phase == PHASE_SETTING) {
        md_tower_set_frame(&tower->wanted, tower->frame);
    } else {
        md_tower_ask_frame(tower->frame);
    }
    bytes = uv_buf_init((char *)tower->frame,
                        phase == PHASE_SETTING ? MD_TOWER_SET_SIZE : MD_TOWER_ASK_SIZE);
    tower->write.data = tower;
    if (uv_write(&tower->write, (uv_stream_t *)tower->tcp, &bytes, 1, on_written) != 0) {
        end_round(tower, false, FO_REASON_UNREACHABLE, 0);
    }
}

static void take_answer(struct tower *tower)
{
    struct md_tower_state shown;
    enum md_tower_answer answer = tower->phase == PHASE_SETTING
                                      ? md_tower_set_answer(tower->answer, tower->answered)
                                      : md_tower_ask_answer(tower->answer, tower->answered, &shown);

    if (answer == MD_TOWER_MORE) {
        return;
    }
    if (answer != MD_TOWER_YES) {
        end_round(tower, false, answer == MD_TOWER_NO ? FO_REASON_BAD_STATUS : FO_REASON_BAD_FRAME,
                  tower->answer[0]);
    } else if (tower->phase == PHASE_SETTING) {
        say(tower, PHASE_READING);
    } else if (tower->reads_only || md_tower_same(&shown, &tower->wanted)) {
        end_round(tower, true, FO_REASON_NONE, 0);
    } else if (++tower->rounds < ROUNDS_MAX) {
        say(tower, PHASE_SETTING);
    } else {
        end_round(tower, false, FO_REASON_BAD_STATUS, shown.parts[MD_TOWER_RED]);
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *bytes)
{
    static char spare[64];

    (void)handle;
    (void)suggested;
    *bytes = uv_buf_init(spare, sizeof(spare));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *bytes)
{
    struct towers *towers = stream->data;

    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        struct tower *tower = &towers->towers[i];

        if (tower->tcp != (uv_tcp_t *)stream) {
            continue;
        }
        if (count < 0) {
            end_round(tower, false, FO_REASON_UNREACHABLE, (int)count);
            return;
        }
        for (ssize_t at = 0; at < count && tower->answered < sizeof(tower->answer); at++) {
            tower->answer[tower->answered++] = (uint8_t)bytes->base[at];
        }
        take_answer(tower);
        return;
    }
}

static void on_connected(uv_connect_t *request, int status)
{
    struct tower *tower = request->data;

    if (status == UV_ECANCELED || tower->tcp == NULL) {
        return;
    }
    if (status < 0 || uv_read_start((uv_stream_t *)tower->tcp, on_room, on_read) != 0) {
        end_round(tower, false,
                  status == UV_ECONNREFUSED ? FO_REASON_REFUSED : FO_REASON_UNREACHABLE, status);
        return;
    }
    say(tower, tower->reads_only ? PHASE_READING : PHASE_SETTING);
}

static void on_limit(uv_timer_t *timer)
{
    end_round(timer->data, false, FO_REASON_NO_ANSWER, 0);
}

static void begin(struct tower *tower)
{
    struct towers *towers = tower->towers;
    const struct cfg_channel *channel = &towers->world->site->channels[tower->channel];
    long limit_ms = md_page_limit_ms(towers->world->site, tower->channel);

    tower->now = tower->later;
    tower->later = NULL;
    tower->rounds = 0;
    tower->reads_only = tower->now != NULL && tower->now->page == NULL && tower->now->next == NULL;
    look(tower);
    tower->tcp = calloc(1, sizeof(*tower->tcp));
    if (tower->tcp == NULL || uv_tcp_init(towers->world->loop, tower->tcp) != 0) {
        free(tower->tcp);
        tower->tcp = NULL;
        end_round(tower, false, FO_REASON_NONE, 0);
        return;
    }
    towers->open++;
    tower->tcp->data = towers;
    tower->connect.data = tower;
    tower->phase = PHASE_CONNECTING;
    uv_timer_start(&tower->limit, on_limit, (uint64_t)(limit_ms < 5000 ? limit_ms : 5000), 0);
    if (uv_tcp_connect(&tower->connect, tower->tcp,
                       (const struct sockaddr *)&channel->address.storage, on_connected) != 0) {
        end_round(tower, false, FO_REASON_NO_ROUTE, 0);
    }
}

static void wait_for_round(struct tower *tower, struct md_page *page, md_tested tested,
                           void *context)
{
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (waiting == NULL) {
        if (page != NULL) {
            page->done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
        } else {
            tested(context, tower->channel, false, 0);
        }
        return;
    }
    *waiting = (struct waiting){page, tested, context, tower->later};
    tower->later = waiting;
    if (tower->phase == PHASE_IDLE) {
        begin(tower);
    }
}

/* ---- the channel -------------------------------------------------------------------------------
 */

/* An answer from wherever quiets the buzzer at once: nobody should think that it was not heard. */
static void on_look(uv_timer_t *timer)
{
    struct tower *tower = timer->data;
    struct md_tower_state shown = tower->wanted;

    if (tower->phase == PHASE_IDLE) {
        look(tower);
        if (!md_tower_same(&shown, &tower->wanted) || tower->looks++ % ASSERT_AGAIN_LOOKS == 0) {
            begin(tower);
        }
    }
}

static void *tower_start(const struct md_channel_world *world)
{
    struct towers *towers = calloc(1, sizeof(*towers));

    if (towers == NULL || (towers->view = calloc(1, sizeof(*towers->view))) == NULL) {
        free(towers);
        return NULL;
    }
    towers->world = world;
    for (unsigned i = 0; i < world->site->channel_count; i++) {
        struct tower *tower = &towers->towers[i];

        if (world->site->channels[i].kind != FO_CHANNEL_TOWER) {
            continue;
        }
        tower->towers = towers;
        tower->channel = (uint8_t)i;
        uv_timer_init(world->loop, &tower->limit);
        uv_timer_init(world->loop, &tower->clock);
        tower->limit.data = tower->clock.data = tower;
        towers->open += 2;
        uv_timer_start(&tower->clock, on_look, LOOK_MS, LOOK_MS);
    }
    return towers;
}

static void tower_send(void *room, struct md_page *page)
{
    wait_for_round(&((struct towers *)room)->towers[page->command.notify.channel], page, NULL,
                   NULL);
}

static void tower_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    wait_for_round(&((struct towers *)room)->towers[channel], NULL, tested, context);
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_gone(((struct tower *)handle->data)->towers);
}

static void tower_stop(void *room, void (*done)(void *context), void *context)
{
    struct towers *towers = room;

    towers->stopping = true;
    towers->done = done;
    towers->done_context = context;
    towers->open++; /* ours */
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        struct tower *tower = &towers->towers[i];

        if (tower->towers == NULL) {
            continue;
        }
        end_round(tower, false, FO_REASON_NONE, 0);
        tower->now = tower->later;
        tower->later = NULL;
        end_round(tower, false, FO_REASON_NONE, 0);
        uv_close((uv_handle_t *)&tower->limit, on_timer_closed);
        uv_close((uv_handle_t *)&tower->clock, on_timer_closed);
    }
    on_gone(towers);
}

const struct md_channel_kind md_channel_tower = {tower_start, tower_send, tower_test, tower_stop};
