/* SPDX-License-Identifier: Apache-2.0 */
/* Loading, attaching, moving and reading back the gate, through libbpf. The deadline lies in a map
 * that is shared memory with the kernel, so moving it is one store. It never computes a time left:
 * a remainder would open the gate late after a pause, an absolute end cannot. */
#include "monitord/agent/gate.h"

#include "failover/assert.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_arp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAGE_SIZE_BYTES ((size_t)sysconf(_SC_PAGESIZE))

static const enum bpf_tc_attach_point directions[] = {BPF_TC_INGRESS, BPF_TC_EGRESS};
#define DIRECTIONS (sizeof directions / sizeof directions[0])

static int stay_silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
    (void)level;
    (void)format;
    (void)arguments;
    return 0; /* every error comes back as a value and is reported by us */
}

static bool make_map(struct md_gate *gate)
{
    LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
    gate->map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "noroshi_gate", sizeof(uint32_t),
                                  sizeof(uint64_t), 1, &options);
    if (gate->map_fd < 0) {
        return false;
    }
    void *memory = mmap(NULL, PAGE_SIZE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, gate->map_fd, 0);
    if (memory == MAP_FAILED) {
        return false;
    }
    gate->deadline_ns = memory;
    return true;
}

static bool load_program(struct md_gate *gate)
{
    struct bpf_insn instructions[MD_GATE_INSTRUCTIONS_MAX];
    size_t count = md_gate_program_build(&gate->address, gate->map_fd, instructions);
    gate->program_fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "noroshi_gate", "Apache-2.0",
                                     instructions, count, NULL);
    if (gate->program_fd < 0) {
        return false;
    }
    struct bpf_prog_info info;
    uint32_t length = sizeof info;
    memset(&info, 0, sizeof info);
    if (bpf_obj_get_info_by_fd(gate->program_fd, &info, &length) != 0) {
        return false;
    }
    gate->program_id = info.id;
    return true;
}

bool md_gate_load(struct md_gate *gate, const struct md_gate_address *address, char *error,
                  size_t size)
{
    memset(gate, 0, sizeof *gate);
    gate->address = *address;
    gate->map_fd = gate->program_fd = -1;
    libbpf_set_print(stay_silent);
    errno = 0;
    if (!make_map(gate)) {
        snprintf(error, size, "gate map: %s", strerror(errno));
        return false;
    }
    if (!load_program(gate)) {
        snprintf(error, size, "gate program: %s", strerror(errno));
        return false;
    }
    return true;
}

void md_gate_load_none(struct md_gate *gate, const struct md_gate_address *address)
{
    memset(gate, 0, sizeof *gate);
    gate->address = *address;
    gate->map_fd = gate->program_fd = -1;
    gate->by_agent = true;
    gate->deadline_ns = &gate->own_deadline_ns;
}

bool md_gate_try(char *error, size_t size)
{
    struct md_gate gate;
    struct md_gate_address address = {.address4.s_addr = htonl(INADDR_LOOPBACK)};
    bool loaded = md_gate_load(&gate, &address, error, size);
    md_gate_close(&gate);
    return loaded;
}

bool md_gate_guard(struct md_gate *gate, const char *interface)
{
    for (unsigned i = 0; i < gate->hook_count; i++) {
        if (strcmp(gate->hooks[i].interface, interface) == 0) {
            return true;
        }
    }
    size_t length = strlen(interface);
    if (gate->hook_count == MD_GATE_INTERFACES_MAX || length == 0 || length >= IF_NAMESIZE) {
        return false;
    }
    memcpy(gate->hooks[gate->hook_count++].interface, interface, length + 1);
    return true;
}

/* The program counts on an ethernet header; loopback has the same shape. */
static bool is_ethernet(const char *interface, char *error, size_t size)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, interface, strnlen(interface, IF_NAMESIZE - 1));
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool known = fd >= 0 && ioctl(fd, SIOCGIFHWADDR, &request) == 0;
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!known) {
        snprintf(error, size, "gate on %s: %s", interface, strerror(reason));
        return false;
    }
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER &&
        request.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK) {
        snprintf(error, size, "gate on %s: not an ethernet interface", interface);
        return false;
    }
    return true;
}

static bool query(unsigned ifindex, enum bpf_tc_attach_point direction, uint32_t *program_id)
{
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = direction);
    LIBBPF_OPTS(bpf_tc_opts, options, .handle = MD_GATE_HANDLE, .priority = MD_GATE_PRIORITY);
    if (bpf_tc_query(&hook, &options) != 0) {
        return false;
    }
    *program_id = options.prog_id;
    return true;
}

bool md_gate_attached(const struct md_gate *gate, unsigned index)
{
    FO_ASSERT(index < gate->hook_count);
    const struct md_gate_hook *hook = &gate->hooks[index];
    /* an interface that went and came back has another number and no filter */
    if (hook->ifindex == 0 || if_nametoindex(hook->interface) != hook->ifindex) {
        return false;
    }
    for (size_t i = 0; i < DIRECTIONS && !gate->by_agent; i++) {
        uint32_t program_id = 0;
        if (!query(hook->ifindex, directions[i], &program_id) || program_id != gate->program_id) {
            return false;
        }
    }
    return true;
}

bool md_gate_attach(struct md_gate *gate, unsigned index, char *error, size_t size)
{
    FO_ASSERT(index < gate->hook_count);
    struct md_gate_hook *guarded = &gate->hooks[index];
    if (gate->program_fd < 0 && !gate->by_agent) {
        snprintf(error, size, "gate on %s: no program", guarded->interface);
        return false;
    }
    if (md_gate_attached(gate, index)) {
        return true;
    }
    guarded->ifindex = 0;
    unsigned ifindex = if_nametoindex(guarded->interface);
    if (!is_ethernet(guarded->interface, error, size)) {
        return false;
    }
    if (gate->by_agent) {
        guarded->ifindex = ifindex;
        return true;
    }
    LIBBPF_OPTS(bpf_tc_hook, both, .ifindex = (int)ifindex,
                .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
    int result = bpf_tc_hook_create(&both);
    if (result != 0 && result != -EEXIST) {
        snprintf(error, size, "gate on %s: clsact: %s", guarded->interface, strerror(-result));
        return false;
    }
    for (size_t i = 0; i < DIRECTIONS; i++) {
        LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = directions[i]);
        LIBBPF_OPTS(bpf_tc_opts, options, .handle = MD_GATE_HANDLE, .priority = MD_GATE_PRIORITY,
                    .prog_fd = gate->program_fd, .flags = BPF_TC_F_REPLACE);
        result = bpf_tc_attach(&hook, &options);
        if (result != 0) {
            snprintf(error, size, "gate on %s: filter: %s", guarded->interface, strerror(-result));
            return false;
        }
    }
    guarded->ifindex = ifindex;
    if (!md_gate_attached(gate, index)) {
        snprintf(error, size, "gate on %s: attached, but the kernel does not show it",
                 guarded->interface);
        guarded->ifindex = 0;
        return false;
    }
    return true;
}

void md_gate_open_until(struct md_gate *gate, fo_us until_us)
{
    FO_ASSERT(gate->deadline_ns != NULL);
    uint64_t until_ns = 0;
    if (until_us >= INT64_MAX / 1000) {
        until_ns = UINT64_MAX;
    } else if (until_us > 0) {
        until_ns = (uint64_t)until_us * 1000;
    }
    __atomic_store_n(gate->deadline_ns, until_ns, __ATOMIC_SEQ_CST);
}

/* By system call, not through the shared memory: what the kernel says, not what we wrote. */
static bool read_deadline(const struct md_gate *gate, uint64_t *deadline_ns)
{
    uint32_t key = 0;
    if (gate->by_agent) {
        *deadline_ns = gate->own_deadline_ns;
        return true;
    }
    return gate->map_fd >= 0 && bpf_map_lookup_elem(gate->map_fd, &key, deadline_ns) == 0;
}

bool md_gate_shut(struct md_gate *gate)
{
    uint64_t deadline_ns = UINT64_MAX;
    if (gate->deadline_ns == NULL) {
        return false;
    }
    md_gate_open_until(gate, 0);
    return read_deadline(gate, &deadline_ns) && deadline_ns == 0;
}

fo_us md_gate_until_us(const struct md_gate *gate)
{
    uint64_t deadline_ns = 0;
    if (!read_deadline(gate, &deadline_ns)) {
        return 0;
    }
    return deadline_ns == UINT64_MAX ? FO_NEVER : (fo_us)(deadline_ns / 1000);
}

void md_gate_close(struct md_gate *gate)
{
    if (gate->deadline_ns != NULL) {
        if (!gate->by_agent) {
            munmap((void *)gate->deadline_ns, PAGE_SIZE_BYTES);
        }
        gate->deadline_ns = NULL;
    }
    if (gate->program_fd >= 0) {
        close(gate->program_fd);
    }
    if (gate->map_fd >= 0) {
        close(gate->map_fd);
    }
    gate->map_fd = gate->program_fd = -1;
}

bool md_gate_remove(const char *interface, char *error, size_t size)
{
    unsigned ifindex = if_nametoindex(interface);
    if (ifindex == 0) {
        snprintf(error, size, "gate on %s: %s", interface, strerror(errno));
        return false;
    }
    libbpf_set_print(stay_silent);
    for (size_t i = 0; i < DIRECTIONS; i++) {
        uint32_t program_id = 0;
        if (!query(ifindex, directions[i], &program_id)) {
            continue;
        }
        LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = directions[i]);
        LIBBPF_OPTS(bpf_tc_opts, options, .handle = MD_GATE_HANDLE, .priority = MD_GATE_PRIORITY);
        int result = bpf_tc_detach(&hook, &options);
        if (result != 0) {
            snprintf(error, size, "gate on %s: %s", interface, strerror(-result));
            return false;
        }
    }
    return true;
}
