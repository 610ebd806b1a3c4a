/* SPDX-License-Identifier: Apache-2.0 */
/* Words for what a device itself reports (see text_alarm.h), in the order of failover/variable.h.
 * It owns wording only; the console's speech_things.c calls it. */
#include "monitord/text_alarm.h"

#include <string.h>

static const struct {
    const char *name, *words[2]; /* Japanese, English */
} alarms[] = {
    {"battery_bad", {"電池異常", "battery bad"}},
    {"on_battery", {"電池運転", "on battery"}},
    {"low_battery", {"電池残量低下", "low battery"}},
    {"depleted_battery", {"電池枯渇", "battery depleted"}},
    {"temp_bad", {"温度異常", "temperature bad"}},
    {"input_bad", {"入力異常", "input bad"}},
    {"output_bad", {"出力異常", "output bad"}},
    {"output_overload", {"過負荷", "overload"}},
    {"on_bypass", {"バイパス運転", "on bypass"}},
    {"bypass_bad", {"バイパス異常", "bypass bad"}},
    {"output_off_as_requested", {"指令による出力停止", "output off as asked"}},
    {"ups_off_as_requested", {"指令による停止", "off as asked"}},
    {"charger_failed", {"充電器故障", "charger failed"}},
    {"ups_output_off", {"出力停止", "output off"}},
    {"ups_system_off", {"UPS停止", "UPS off"}},
    {"fan_failure", {"ファン故障", "fan failed"}},
    {"fuse_failure", {"ヒューズ断", "fuse blown"}},
    {"general_fault", {"UPS故障", "general fault"}},
    {"diagnostic_test_failed", {"自己診断不良", "self-test failed"}},
    {"communications_lost", {"内部通信途絶", "card lost its UPS"}},
    {"awaiting_power", {"入力復電待ち", "awaiting power"}},
    {"shutdown_pending", {"停止予告", "shutdown pending"}},
    {"shutdown_imminent", {"まもなく停止", "shutdown imminent"}},
    {"test_in_progress", {"試験中", "test running"}},
    {"emergency_stop", {"非常停止", "emergency stop"}},
    {"low_oil_pressure", {"油圧低下", "low oil pressure"}},
    {"high_coolant_temperature", {"水温上昇", "coolant too hot"}},
    {"under_speed", {"回転低下", "under speed"}},
    {"over_speed", {"過回転", "over speed"}},
    {"fail_to_start", {"始動渋滞", "fail to start"}},
    {"fail_to_stop", {"停止渋滞", "fail to stop"}},
    {"loss_of_speed_sensing", {"回転検出なし", "no speed signal"}},
    {"under_voltage", {"電圧低下", "under voltage"}},
    {"over_voltage", {"過電圧", "over voltage"}},
    {"under_frequency", {"周波数低下", "under frequency"}},
    {"shutdown", {"保護停止", "shut down"}},
    {"electrical_trip", {"電気系遮断", "electrical trip"}},
    {"door_open", {"扉開", "door open"}},
    {"water", {"漏水", "water"}},
    {"smoke", {"煙感知", "smoke"}},
    {"fire_panel", {"火災受信機", "fire panel"}},
    {"breaker_trip", {"遮断器動作", "breaker tripped"}},
    {"air_conditioner", {"空調故障", "air conditioner"}},
    {"mains_lost", {"商用停電", "mains lost"}},
    {"generator_running", {"発電機運転", "generator runs"}},
    {"generator_fault", {"発電機故障", "generator fault"}},
    {"fuel_low", {"燃料低下", "fuel low"}},
    {"dc_supply", {"直流電源異常", "DC supply"}},
    {"intrusion", {"侵入", "intrusion"}},
    {"panic", {"非常通報", "panic button"}},
    {"source_a_lost", {"A系給電断", "source A lost"}},
    {"source_b_lost", {"B系給電断", "source B lost"}},
};

const char *md_text_alarm(enum cfg_language language, const char *name)
{
    for (size_t i = 0; i < sizeof(alarms) / sizeof(alarms[0]); i++) {
        if (strcmp(alarms[i].name, name) == 0) {
            return alarms[i].words[language];
        }
    }
    return name;
}
