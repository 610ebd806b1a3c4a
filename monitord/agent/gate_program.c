/* SPDX-License-Identifier: Apache-2.0 */
/* Assembles the gate's program by hand, so that no compiler for it is needed at build time. It owns
 * the order of its tests and nothing else; it never talks to the kernel. gate.c calls it. */
#include "monitord/agent/gate_program.h"

#include "failover/assert.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <string.h>

/* Offsets in a frame: ethernet header, then RFC 791, RFC 826 (ethernet and IPv4), RFC 8200, RFC
 * 4861. */
#define NET ETH_HLEN
#define IP4_SOURCE (NET + 12)
#define ARP_SENDER (NET + 14)
#define ARP_TARGET (NET + 24)
#define IP6_NEXT_HEADER_IN_HEADER 6
#define IP6_SOURCE_IN_HEADER 8
#define IP6_HEADER_SIZE 40
#define ND_TYPE (NET + 40)
#define ND_TARGET (NET + 48)
#define ND_SOLICITATION 135
#define ND_ADVERTISEMENT 136

enum place { PLACE_IP4, PLACE_ARP, PLACE_IP6, PLACE_JUDGE, PLACE_DROP, PLACE_PASS, PLACES };
#define JUMPS_MAX 48

/* Jumps go forward to places that are not laid yet; lay_place mends them. */
struct assembler {
    struct bpf_insn *instructions;
    size_t count;
    size_t jump_count;
    struct {
        size_t at;
        enum place to;
    } jumps[JUMPS_MAX];
};

static void emit(struct assembler *assembler, uint8_t code, uint8_t destination, uint8_t source,
                 int16_t offset, int32_t immediate)
{
    FO_ASSERT(assembler->count < MD_GATE_INSTRUCTIONS_MAX);
    assembler->instructions[assembler->count++] = (struct bpf_insn){
        .code = code, .dst_reg = destination, .src_reg = source, .off = offset, .imm = immediate};
}

static void emit_wide(struct assembler *assembler, uint8_t destination, uint8_t source,
                      uint64_t value)
{
    emit(assembler, BPF_LD | BPF_DW | BPF_IMM, destination, source, 0, (int32_t)(uint32_t)value);
    emit(assembler, 0, 0, 0, 0, (int32_t)(uint32_t)(value >> 32));
}

/* code is a jump with an immediate or, with BPF_X, with the source register. */
static void jump(struct assembler *assembler, uint8_t code, uint8_t destination, uint8_t source,
                 int32_t immediate, enum place to)
{
    FO_ASSERT(assembler->jump_count < JUMPS_MAX);
    assembler->jumps[assembler->jump_count].at = assembler->count;
    assembler->jumps[assembler->jump_count++].to = to;
    emit(assembler, (uint8_t)(BPF_JMP | code), destination, source, 0, immediate);
}

static void lay_place(struct assembler *assembler, enum place place)
{
    for (size_t i = 0; i < assembler->jump_count; i++) {
        size_t at = assembler->jumps[i].at;
        if (assembler->jumps[i].to == place) {
            FO_ASSERT(at < assembler->count);
            assembler->instructions[at].off = (int16_t)(assembler->count - at - 1);
        }
    }
}

/* Copies length bytes at offset of the frame to the stack at frame pointer + stack. On a frame too
 * short the packet is judged like one for the service address: the kernel has no use for it. */
static void load_bytes(struct assembler *assembler, int offset, int stack, int length)
{
    emit(assembler, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0);
    emit(assembler, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, offset);
    emit(assembler, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_10, 0, 0);
    emit(assembler, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, stack);
    emit(assembler, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, length);
    emit(assembler, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_skb_load_bytes);
    jump(assembler, BPF_JNE | BPF_K, BPF_REG_0, 0, 0, PLACE_JUDGE);
}

static void judge_if_address4(struct assembler *assembler, int stack, struct in_addr address)
{
    emit(assembler, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_1, BPF_REG_10, (int16_t)stack, 0);
    /* a 32-bit move clears the upper half; a compare with an immediate would extend the sign */
    emit(assembler, BPF_ALU | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, (int32_t)address.s_addr);
    jump(assembler, BPF_JEQ | BPF_X, BPF_REG_1, BPF_REG_2, 0, PLACE_JUDGE);
}

/* The address is compared with 16 bytes on the stack; registers 7 and 8 hold its halves. */
static void judge_if_address6(struct assembler *assembler, int stack)
{
    emit(assembler, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, (int16_t)stack, 0);
    emit(assembler, BPF_JMP | BPF_JNE | BPF_X, BPF_REG_1, BPF_REG_7, 2, 0);
    emit(assembler, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, (int16_t)(stack + 8), 0);
    jump(assembler, BPF_JEQ | BPF_X, BPF_REG_1, BPF_REG_8, 0, PLACE_JUDGE);
}

static void emit_address4_tests(struct assembler *assembler, struct in_addr address)
{
    lay_place(assembler, PLACE_IP4);
    load_bytes(assembler, IP4_SOURCE, -8, 8);
    judge_if_address4(assembler, -8, address);
    judge_if_address4(assembler, -4, address);
    jump(assembler, BPF_JA, 0, 0, 0, PLACE_PASS);

    lay_place(assembler, PLACE_ARP);
    load_bytes(assembler, ARP_SENDER, -8, 4);
    load_bytes(assembler, ARP_TARGET, -4, 4);
    judge_if_address4(assembler, -8, address);
    judge_if_address4(assembler, -4, address);
    jump(assembler, BPF_JA, 0, 0, 0, PLACE_PASS);
}

static void emit_address6_tests(struct assembler *assembler, const struct in6_addr *address)
{
    uint64_t halves[2];
    memcpy(halves, address->s6_addr, sizeof halves);
    lay_place(assembler, PLACE_IP6);
    emit_wide(assembler, BPF_REG_7, 0, halves[0]);
    emit_wide(assembler, BPF_REG_8, 0, halves[1]);
    load_bytes(assembler, NET, -IP6_HEADER_SIZE, IP6_HEADER_SIZE);
    judge_if_address6(assembler, -IP6_HEADER_SIZE + IP6_SOURCE_IN_HEADER);
    judge_if_address6(assembler, -IP6_HEADER_SIZE + IP6_SOURCE_IN_HEADER + 16);
    emit(assembler, BPF_LDX | BPF_MEM | BPF_B, BPF_REG_1, BPF_REG_10,
         -IP6_HEADER_SIZE + IP6_NEXT_HEADER_IN_HEADER, 0);
    jump(assembler, BPF_JNE | BPF_K, BPF_REG_1, 0, IPPROTO_ICMPV6, PLACE_PASS);
    load_bytes(assembler, ND_TYPE, -8, 1);
    emit(assembler, BPF_LDX | BPF_MEM | BPF_B, BPF_REG_1, BPF_REG_10, -8, 0);
    emit(assembler, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_1, 0, 1, ND_SOLICITATION);
    jump(assembler, BPF_JNE | BPF_K, BPF_REG_1, 0, ND_ADVERTISEMENT, PLACE_PASS);
    load_bytes(assembler, ND_TARGET, -16, 16);
    judge_if_address6(assembler, -16);
    jump(assembler, BPF_JA, 0, 0, 0, PLACE_PASS);
}

size_t md_gate_program_build(const struct md_gate_address *address, int map_fd,
                             struct bpf_insn *instructions)
{
    static const struct in6_addr none6 = IN6ADDR_ANY_INIT;
    bool has4 = address->address4.s_addr != 0;
    bool has6 = memcmp(&address->address6, &none6, sizeof none6) != 0;
    struct assembler assembler = {.instructions = instructions};
    FO_ASSERT(has4 || has6);

    emit(&assembler, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0);
    emit(&assembler, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_1, BPF_REG_6,
         offsetof(struct __sk_buff, protocol), 0);
    if (has4) {
        jump(&assembler, BPF_JEQ | BPF_K, BPF_REG_1, 0, htons(ETH_P_IP), PLACE_IP4);
        jump(&assembler, BPF_JEQ | BPF_K, BPF_REG_1, 0, htons(ETH_P_ARP), PLACE_ARP);
    }
    if (has6) {
        jump(&assembler, BPF_JEQ | BPF_K, BPF_REG_1, 0, htons(ETH_P_IPV6), PLACE_IP6);
    }
    jump(&assembler, BPF_JA, 0, 0, 0, PLACE_PASS);
    if (has4) {
        emit_address4_tests(&assembler, address->address4);
    }
    if (has6) {
        emit_address6_tests(&assembler, &address->address6);
    }

    lay_place(&assembler, PLACE_JUDGE);
    emit(&assembler, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ktime_get_boot_ns);
    emit_wide(&assembler, BPF_REG_1, BPF_PSEUDO_MAP_VALUE, (uint32_t)map_fd);
    emit(&assembler, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_1, 0, 0);
    jump(&assembler, BPF_JGE | BPF_X, BPF_REG_0, BPF_REG_1, 0, PLACE_DROP);
    lay_place(&assembler, PLACE_PASS);
    emit(&assembler, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, TC_ACT_UNSPEC);
    emit(&assembler, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
    lay_place(&assembler, PLACE_DROP);
    emit(&assembler, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, TC_ACT_SHOT);
    emit(&assembler, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
    return assembler.count;
}
