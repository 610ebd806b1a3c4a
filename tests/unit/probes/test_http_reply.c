/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the judgement of HTTP replies: whole, half, in pieces, and not HTTP at all. */
#include "probes/http_reply.h"

#include <criterion/criterion.h>
#include <string.h>

static enum pb_http_verdict feed_all(const char *text, size_t piece)
{
    struct pb_http_reply reply;
    enum pb_http_verdict verdict = PB_HTTP_MORE;
    pb_http_reply_init(&reply);
    for (size_t at = 0; at < strlen(text); at += piece) {
        size_t rest = strlen(text) - at;
        verdict = pb_http_reply_feed(&reply, text + at, rest < piece ? rest : piece);
    }
    return verdict;
}

Test(http_reply, only_a_complete_reply_with_200_is_ok_in_pieces_of_any_size)
{
    static const struct {
        const char *text;
        enum pb_http_verdict verdict;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", PB_HTTP_OK},
        {"HTTP/1.0 200\r\n\r\n", PB_HTTP_OK},
        {"HTTP/1.1 200 OK\ncontent-length:0\n\n", PB_HTTP_OK},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", PB_HTTP_MORE},
        {"HTTP/1.1 200 OK\r\nContent-Le", PB_HTTP_MORE},
        {"HTTP/1.1 200 OK\r\n", PB_HTTP_MORE},
        {"HTTP/1.1 503 Service Unavailable\r\n\r\n", PB_HTTP_BAD},
        {"HTTP/1.1 2000\r\n\r\n", PB_HTTP_BAD},
        {"HTTP/2 200 OK\r\n\r\n", PB_HTTP_BAD},
        {"SSH-2.0-OpenSSH_9.2\r\n", PB_HTTP_BAD},
        {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", PB_HTTP_BAD},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", PB_HTTP_BAD},
        {"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", PB_HTTP_BAD},
        {"", PB_HTTP_MORE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t piece = 1; piece < 40; piece += 7) {
            cr_assert_eq(feed_all(cases[i].text, piece), cases[i].verdict, "case %zu piece %zu", i,
                         piece);
        }
    }
}

Test(http_reply, a_reply_that_ends_half_way_is_bad)
{
    struct pb_http_reply reply;
    pb_http_reply_init(&reply);
    pb_http_reply_feed(&reply, "HTTP/1.1 200 OK\r\n", 17);
    cr_assert_eq(pb_http_reply_end(&reply), PB_HTTP_BAD);
    pb_http_reply_init(&reply);
    cr_assert_eq(pb_http_reply_end(&reply), PB_HTTP_BAD);
}

Test(http_reply, an_endless_head_is_given_up)
{
    struct pb_http_reply reply;
    enum pb_http_verdict verdict = PB_HTTP_MORE;
    size_t fed = 0;
    pb_http_reply_init(&reply);
    pb_http_reply_feed(&reply, "HTTP/1.1 200 OK\r\n", 17);
    while (verdict == PB_HTTP_MORE && fed < 10 * PB_HTTP_REPLY_MAX) {
        verdict = pb_http_reply_feed(&reply, "X", 1);
        fed++;
    }
    cr_assert_eq(verdict, PB_HTTP_BAD);
    cr_assert_leq(fed, PB_HTTP_REPLY_MAX);
}

Test(http_reply, the_verdict_stays_once_it_is_made)
{
    struct pb_http_reply reply;
    pb_http_reply_init(&reply);
    pb_http_reply_feed(&reply, "HTTP/1.1 200 OK\r\n\r\n", 19);
    cr_assert_eq(pb_http_reply_feed(&reply, "garbage", 7), PB_HTTP_OK);
    cr_assert_eq(pb_http_reply_end(&reply), PB_HTTP_OK);
}
