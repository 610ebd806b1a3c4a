/* SPDX-License-Identifier: Apache-2.0 */
/* Debian's snmpd as a card that speaks SNMPv3: a child of the test with its own port, users, engine
 * and memory, which can be restarted with or without them. It answers a few objects of the UPS-MIB.
 * Tests of the SNMP driver and of the executor use it. */
#ifndef TESTS_SNMP_DAEMON_H
#define TESTS_SNMP_DAEMON_H

#include "tests/lib/free_port.h"
#include "tests/lib/signal_child.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SNMPD "/usr/sbin/snmpd"

struct snmp_daemon {
    char folder[64];
    int port;
    pid_t pid;
};

static inline void daemon_write(const struct snmp_daemon *daemon, const char *name,
                                const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", daemon->folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    fclose(file);
    chmod(path, 0600);
}

/* users: "createUser …" and "rouser …" lines; engine: its engineID as text, NULL: its own. */
static inline void daemon_configure(const struct snmp_daemon *daemon, const char *users,
                                    const char *engine)
{
    char text[2048];
    snprintf(text, sizeof text,
             "%s\n%s%s\n"
             "override .1.3.6.1.2.1.33.1.2.1.0 integer 2\n"
             "override .1.3.6.1.2.1.33.1.2.3.0 integer 31\n"
             "override .1.3.6.1.2.1.33.1.2.4.0 integer 98\n"
             "override .1.3.6.1.2.1.33.1.4.1.0 integer 3\n"
             "override .1.3.6.1.2.1.33.1.4.4.1.5.1 integer 26\n",
             users, engine != NULL ? "engineID " : "", engine != NULL ? engine : "");
    daemon_write(daemon, "snmpd.conf", text);
}

static inline void daemon_launch(struct snmp_daemon *daemon)
{
    char conf[128], address[64], persistent[96];
    snprintf(conf, sizeof conf, "%s/snmpd.conf", daemon->folder);
    snprintf(persistent, sizeof persistent, "%s/memory", daemon->folder);
    snprintf(address, sizeof address, "udp:127.0.0.1:%d", daemon->port);
    daemon->pid = fork();
    cr_assert_geq(daemon->pid, 0);
    if (daemon->pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        setenv("SNMP_PERSISTENT_DIR", persistent, 1);
        setenv("MIBS", "", 1);
        unsetenv("LD_PRELOAD");
        execl(SNMPD, SNMPD, "-f", "-Ln", "-C", "-c", conf, address, (char *)NULL);
        _exit(127);
    }
}

static inline void daemon_stop(struct snmp_daemon *daemon)
{
    if (daemon->pid > 0) {
        signal_child(daemon->pid, SIGTERM); /* in order: it writes its boots down */
        waitpid(daemon->pid, NULL, 0);
        daemon->pid = 0;
    }
}

static inline void daemon_start(struct snmp_daemon *daemon, const char *users, const char *engine)
{
    memset(daemon, 0, sizeof *daemon);
    strcpy(daemon->folder, "/tmp/noroshi-snmpd-XXXXXX");
    cr_assert_not_null(mkdtemp(daemon->folder));
    daemon->port = free_port(SOCK_DGRAM, "127.0.0.1");
    daemon_configure(daemon, users, engine);
    daemon_launch(daemon);
}

/* Its boots and its localised keys are gone. */
static inline void daemon_lose_memory(const struct snmp_daemon *daemon)
{
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s/memory'", daemon->folder);
    cr_assert_eq(system(command), 0);
}

static inline void daemon_remove(struct snmp_daemon *daemon)
{
    char command[160];
    daemon_stop(daemon);
    snprintf(command, sizeof command, "rm -rf '%s'", daemon->folder);
    cr_assert_eq(system(command), 0);
}

#endif
