/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon put together: built in order, drained in reverse. It owns every part's life and the
 * wires between them; no rule and no protocol. main.c runs it. */
#ifndef MONITORD_APP_H
#define MONITORD_APP_H

#include "config/load.h"

#include <uv.h>

struct md_app;
/* Builds everything on the loop and takes SIGTERM and SIGINT. NULL with a line in error; what was
 * built is then being closed, so the loop must still be run until it is empty. */
struct md_app *md_app_start(uv_loop_t *loop, const struct site *site, char *error,
                            size_t error_size);
/* Begins the orderly end; the loop then runs empty. */
void md_app_stop(struct md_app *app, const char *why);

#endif
