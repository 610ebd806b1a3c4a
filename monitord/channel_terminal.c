/* SPDX-License-Identifier: Apache-2.0 */
/* The console as a channel: what an open incident looks like there is the screen's business; here
 * is only the truth whether anybody could have seen it. */
#include "failover/reason.h"
#include "monitord/channel.h"

void md_channel_terminal(struct md_page *page)
{
    if (page->watchers > 0) {
        page->done(page, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    } else {
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, 0);
    }
}
