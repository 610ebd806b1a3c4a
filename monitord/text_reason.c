/* SPDX-License-Identifier: Apache-2.0 */
/* The words of every reason code that is no cause, Japanese and English side by side: what was
 * done, what blocks an act and what a person should do, why a value is not good. Those of the
 * causes are text_cause.c's. It knows no state; screen, messages and reports ask it through
 * monitord/text.h. */
#include "monitord/text_cause.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct md_reason_words words[] = {
    REASON(NONE, "理由なし", "No reason", "理由なし", "no reason", "", "")

    /* decisions and actions */
    REASON(SWITCHOVER_STARTED, "系切替を開始", "Switchover started", "系切替開始", "switching", "", "")
    REASON(SWITCHOVER_CHOSE, "切替先の系を決定", "Chose the server to take over", "切替先決定", "server chosen", "", "")
    REASON(SWITCHOVER_HELD, "切替先の系が運用権を取得", "The other server took over", "切替済み", "switched over", "", "")
    REASON(SWITCHOVER_VERIFIED, "相手系へ切替済み、応答を確認", "Switched to the other server, service answers", "切替済み", "switched over", "", "")
    REASON(SWITCHOVER_HANDED_TO_PEOPLE, "自動切替を断念し、人に引き継ぎ", "Automatic switchover given up, handed to people", "切替断念・人へ引継", "handed to people", "", "")
    REASON(FENCE_STARTED, "停止側サーバの電源遮断を開始", "Powering the failed server off", "電源遮断開始", "fencing", "", "")
    REASON(FENCE_PROVEN, "停止側サーバの電源遮断を確認", "The failed server is proven off", "電源遮断確認", "fenced", "", "")
    REASON(FENCE_FAILED, "停止側サーバの電源遮断に失敗", "The failed server could not be proven off", "電源遮断失敗", "fencing failed", "", "")
    REASON(SHED_STARTED, "停止計画の段階を開始", "A stage of the shutdown plan began", "停止計画開始", "shutdown stage", "", "")
    REASON(SHED_DONE, "停止計画の段階を終了", "A stage of the shutdown plan is done", "停止計画実施済み", "stage done", "", "")
    REASON(SHED_CANCELLED, "停止計画の段階を中止", "A stage of the shutdown plan is called off", "停止計画中止", "stage called off", "", "")
    REASON(LINE_CHANGED, "使用回線を切替", "Traffic moved to another line", "回線切替", "line changed", "", "")
    REASON(DRAIN_STARTED, "計画切替のため受付中の処理を待機", "Draining before a planned switchover", "処理完了待ち", "draining", "", "")
    REASON(DRAIN_TIMEOUT, "処理の完了待ちが時間切れ", "Draining took too long", "完了待ち時間切れ", "drain timeout", "", "")
    REASON(PROMOTE_FAILED, "切替先の系で運用開始の処理に失敗", "The other server could not be made to serve", "運用開始失敗", "promotion failed", "", "")
    REASON(DEMOTE_FAILED, "運用系で運用終了の処理に失敗", "The active server could not be made to stop serving", "運用終了失敗", "demotion failed", "", "")
    REASON(ADOPTED_HOLDER, "起動後、運用中の系をそのまま引き継ぎ", "After a start, kept the server that was serving", "運用系を引継ぎ", "kept the holder", "", "")
    REASON(CHECK_PASSED, "切替前点検に合格", "A check before switchover passed", "切替前点検合格", "check passed", "", "")
    REASON(CHOSE_WITHOUT_JOURNAL, "記録を待たずに切替先を決定", "Chose without waiting for the journal", "記録前に切替決定", "chose, no journal", "", "")
    REASON(INCIDENT_OPENED, "事案発生", "Incident opened", "発生", "opened", "", "")
    REASON(INCIDENT_CHILD_FOLDED, "関連事象を統合", "A related fault was folded in", "関連事象統合", "folded in", "", "")
    REASON(INCIDENT_EPOCH, "事案悪化", "Incident worsened", "悪化", "worsened", "", "")
    REASON(INCIDENT_RECOVERED, "事案復旧", "Incident recovered", "復旧", "recovered", "", "")
    REASON(INCIDENT_CLOSED, "事案終結", "Incident closed", "終結", "closed", "", "")
    REASON(INCIDENT_REPARENTED, "原因を更新し統合", "Merged under its root cause", "原因更新", "merged", "", "")
    REASON(ACKNOWLEDGED, "了知", "Acknowledged", "了知", "acknowledged", "", "")
    REASON(ACKNOWLEDGE_EXPIRED, "了知の期限切れ", "Acknowledgement expired", "了知期限切れ", "ack expired", "", "")
    REASON(OWNED, "対応着手", "Someone took it on", "対応着手", "taken on", "", "")
    REASON(CANNOT, "対応不能の申告", "Someone cannot respond", "対応不能", "cannot respond", "", "")
    REASON(RESOLVED, "復旧確認", "Resolution confirmed", "復旧確認", "resolved", "", "")
    REASON(ATTEMPT_QUEUED, "連絡を送信待ちに登録", "Message queued", "送信待ち", "queued", "", "")
    REASON(ATTEMPT_ACCEPTED, "連絡を送信", "Message accepted by its channel", "送信済み", "accepted", "", "")
    REASON(ATTEMPT_FAILED, "連絡の送信に失敗", "Message could not be sent", "送信失敗", "failed", "", "")
    REASON(ATTEMPT_REPEATED, "連絡を再送", "Message sent again after a restart", "再送", "sent again", "", "")
    REASON(RUNG_REACHED, "次の連絡段階へ", "Next rung of the contact network", "次の連絡段階", "next rung", "", "")
    REASON(RUNG_EMPTY, "連絡段階に該当者なし", "Nobody on this rung", "該当者なし", "empty rung", "", "")
    REASON(LADDER_LOOPED, "全段階を一巡、再度連絡", "All rungs tried, starting over", "連絡網一巡", "ladder looped", "", "")
    REASON(ACKNOWLEDGE_IGNORED, "効力のない応答", "Answer without effect", "効力なし", "no effect", "", "")
    REASON(MAINS_RETURNED, "商用復電", "Mains power is back", "復電", "mains back", "", "")
    REASON(GENERATOR_RUNNING, "発電機電圧確立", "Generator is running", "発電機電圧確立", "generator running", "", "")
    REASON(GENERATOR_LOADED, "発電機給電中", "Generator carries the load", "発電機給電中", "generator on load", "", "")
    REASON(SERVICE_RESTORED, "サービス復旧", "Service restored", "サービス復旧", "service restored", "", "")
    REASON(MODE_CHANGED, "運用モード変更", "Mode changed", "モード変更", "mode changed", "", "")
    REASON(ACKNOWLEDGE_OLD, "前の段階の連絡への応答", "Answer to an earlier page", "前段階への応答", "earlier page", "", "")
    REASON(HANDED_OVER, "申し送り完了", "Shift handed over", "申し送り完了", "handed over", "", "")
    REASON(ROSTER_CHANGED, "当番交代", "Duty changed", "当番交代", "duty changed", "", "")
    REASON(PRESENCE_CHANGED, "出動・帰署の変更", "Presence changed", "出動・帰署", "presence", "", "")
    REASON(DECIDER_ABSENT, "決定者が不在のため代行者が判断（対策基準第12条5）", "Who must decide is absent: the deputy decides", "決定者不在・代行", "deputy decides", "", "")
    REASON(INCIDENT_UNSTABLE, "発生と復旧を繰り返し、不安定", "It comes and goes: unstable", "不安定", "unstable", "", "")
    REASON(CLOCK_STEPPED, "時刻が急に変わった", "The clock stepped", "時刻の急変", "clock stepped", "", "")
    REASON(OUTSIDE_PROMPTED, "外部への連絡を要請", "People are asked to call somebody outside", "外部連絡を要請", "call outside", "", "")
    REASON(OUTSIDE_CALLED, "外部への連絡の記録", "Somebody outside was called", "外部連絡済み", "called outside", "", "")
    REASON(CALLED_BY_HAND, "電話連絡表による連絡", "Called by hand", "手動連絡", "called by hand", "", "")
    REASON(MERGE_OFFERED, "開いている事案と同じか、人の確認が必要", "Looks like an incident that is open already", "同一事案か確認", "same incident?", "", "")
    REASON(DRILL_STARTED, "訓練開始", "Drill started", "訓練開始", "drill started", "", "")
    REASON(DRILL_ENDED, "訓練終了", "Drill ended", "訓練終了", "drill ended", "", "")
    REASON(DRILL_ABORTED, "実障害のため訓練中止", "Drill aborted: a real incident", "訓練中止", "drill aborted", "", "")
    REASON(DRILL_SWITCHED, "訓練の切替完了、切戻しは人の判断", "Drill switchover done; people decide whether to give back", "訓練切替完了", "drill switched", "", "")
    REASON(LADDER_KEPT, "発生時の連絡網を維持", "Keeps the contact network it began with", "連絡網を維持", "ladder kept", "", "")
    REASON(LADDER_ADOPTED, "新しい連絡網を適用", "New contact network adopted", "新連絡網適用", "ladder adopted", "", "")
    REASON(ATTEMPT_DELIVERED, "連絡の到達を確認", "Message has arrived", "到達", "delivered", "", "")
    REASON(ATTEMPT_HELD, "回線の復旧を待って送信", "Message waits for a line", "回線待ち", "waits for a line", "", "")
    REASON(OPERATOR_ORDER, "人の指示", "A person's order", "人の指示", "order", "", "")
    REASON(SHADOWED, "試行運用のため実行せず", "Not done: shadow mode", "試行・実行せず", "shadow, not done", "", "")
    REASON(ORDER_REFUSED, "指示を拒否", "Order refused", "指示拒否", "order refused", "", "")
    REASON(RESTORE_STARTED, "復電後の負荷の再投入を開始", "Loads are being switched on again after the outage", "再投入開始", "loads coming on", "", "")
    REASON(RESTORE_LOAD_ON, "負荷の再投入を確認", "A load is on again, read back", "負荷再投入", "load on again", "", "")
    REASON(RESTORE_DONE, "復電後の負荷の再投入を終了", "Switching loads on again has ended", "再投入終了", "loads switched on", "", "")
    REASON(RESTORE_STOPPED, "復電後の負荷の再投入を中止", "Switching loads on again has stopped early", "再投入中止", "switching on stopped", "", "")
    REASON(RESTORE_FAILED, "負荷が入らない", "A load could not be switched on", "負荷が入らず", "load not on", "", "")
    REASON(RESTORE_BY_HAND, "残りの負荷は人の手で投入", "The remaining loads are to be switched on by hand", "手で投入", "by hand", "", "")

    /* an automatic action is blocked */
    REASON(BLOCKED_MAINTENANCE,
        "保守作業中のため自動切替停止", "Blocked: maintenance",
        "保守中", "maintenance",
        "保守が終わったら解除してください。", "End the maintenance when the work is done.")
    REASON(BLOCKED_OPERATOR_HOLD,
        "人の指示により自動切替停止", "Blocked: held by a person",
        "人の指示で停止", "held by a person",
        "再開するには monitorctl release を使ってください。", "To resume use monitorctl release.")
    REASON(BLOCKED_ONE_WITNESS,
        "停止の証拠が一つだけ", "Blocked: only one witness",
        "証拠不足", "one witness",
        "サーバの状態を目視で確認してください。", "Look at the server yourself.")
    REASON(BLOCKED_GRANT,
        "運用権を取得できない", "Blocked: the right to serve cannot be had",
        "運用権取得不可", "no grant",
        "相手系のサーバと LAN の状態を確認してください。", "Check the other server and the networks.")
    REASON(BLOCKED_STANDBY_UNHEALTHY,
        "待機系が正常でない", "Blocked: standby unhealthy",
        "待機系異常", "standby unhealthy",
        "待機系を復旧してください。", "Repair the standby.")
    REASON(BLOCKED_STANDBY_UNPOWERED,
        "待機系の電源が不安定", "Blocked: standby without safe power",
        "待機系電源不安", "standby unpowered",
        "待機系の給電を確認してください。", "Check the supply of the standby.")
    REASON(BLOCKED_POSITION,
        "待機系のデータが遅れている", "Blocked: standby data lags behind",
        "データ遅れ", "data lags",
        "データ同期の状態を確認してください。", "Check data replication.")
    REASON(BLOCKED_PERIOD,
        "再切替の禁止時間中", "Blocked: switched over recently",
        "再切替禁止時間", "block period",
        "時間まで自動では切り替えません。必要なら人が判断してください。",
        "No automatic switchover until then; decide by hand if one is needed.")
    REASON(BLOCKED_MONITOR_UNWELL,
        "監視装置の不調", "Blocked: the monitor has a problem",
        "監視装置不調", "monitor problem",
        "監視装置の負荷と時計を確認してください。", "Check load and clock of the monitor.")
    REASON(BLOCKED_WARM_UP,
        "起動直後の様子見", "Blocked: just started",
        "起動直後", "warming up",
        "最初の値がそろうまでお待ちください。", "Wait until the first values are in.")
    REASON(BLOCKED_FENCE_PROOF,
        "停止側の電源遮断が未確認", "Blocked: no proof that the other is off",
        "電源遮断未確認", "no fence proof",
        "停止側サーバの電源が切れていることを確認してください。", "Make sure that the failed server is off.")
    REASON(BLOCKED_NO_STANDBY,
        "切替先の系がない", "Blocked: no standby",
        "切替先なし", "no standby",
        "もう一方のサーバを復旧してください。", "Bring the other server back.")
    REASON(BLOCKED_OWN_NETWORK,
        "監視装置のネットワーク断", "Blocked: the monitor is cut off",
        "監視装置LAN断", "monitor cut off",
        "監視装置の LAN を確認してください。", "Check the network of the monitor.")
    REASON(BLOCKED_JOURNAL,
        "記録できないため停止", "Blocked: the journal cannot be written",
        "記録不能", "no journal",
        "記憶装置の空きと故障を確認してください。", "Check free space and health of the disk.")
    REASON(BLOCKED_IN_PROGRESS,
        "別の切替を実行中", "Blocked: another switchover is under way",
        "切替実行中", "in progress",
        "切替の完了をお待ちください。", "Wait until it has finished.")
    REASON(BLOCKED_LINE_FLAPPING,
        "回線が不安定のため切戻し停止", "Blocked: the line is unstable",
        "回線不安定", "line unstable",
        "通信事業者に回線の調査を依頼してください。", "Ask the carrier to examine the line.")
    REASON(BLOCKED_ASSERTION,
        "自己点検不合格のため停止", "Blocked: the monitor failed its own check",
        "自己点検不合格", "self-check failed",
        "手動で監視し、保守担当へ連絡してください。", "Watch by hand and call the maintainer.")
    REASON(BLOCKED_NO_WINDOW,
        "訓練の終わりまで続く全体の保守時間がない", "Blocked: no window of the site covers the whole drill",
        "保守時間なし", "no window",
        "先に全体の保守時間を2名で設定してください（monitorctl maintenance begin）。", "Open a maintenance window of the site first, by two persons (monitorctl maintenance begin).")
    REASON(BLOCKED_MAINS,
        "商用電源の復電が確定していない", "Blocked: the mains are not known to be back for good",
        "復電未確定", "mains not settled",
        "停止計画の return_hold の時間、受電が続くまでお待ちください。", "Wait until the mains have been there for the return_hold of the shutdown plan.")
    REASON(BLOCKED_SUPPLY,
        "この段階の UPS が次の停電に耐えられない", "Blocked: a UPS of the stage could not bear another outage",
        "UPS余力不足", "UPS not ready",
        "UPS の応答、運転状態と電池の残り時間を確認し、充電を待ってください。今入れると、停電時にすぐまた切ることになります。", "See that the UPS answers and runs as usual, and let it charge; switched on now, the loads would go off again at once.")
    REASON(BLOCKED_NOT_OFF,
        "再投入する負荷がない", "Blocked: there is nothing to switch on again",
        "対象負荷なし", "nothing is off",
        "monitorctl power plan で段階の状態を確認してください。", "See the stages with monitorctl power plan.")
    REASON(BLOCKED_BY_HAND,
        "残りの負荷は人の手で投入するもの", "Blocked: the remaining loads can only be switched on by hand",
        "手で投入", "by hand only",
        "負荷を一つずつ手で入れ、動作を確かめてから復旧確認をしてください。", "Switch them on by hand, one by one, see that they work, then resolve.")
    REASON(BLOCKED_SERVER_UNKNOWN,
        "どちらの系が運用中か不明", "Blocked: it is not known which server serves",
        "運用系不明", "server unknown",
        "両系が同時に運用を始めないよう、運用中の系を確かめてから手で投入してください。", "Find out which server serves, so that not both begin to, and switch on by hand.")
    REASON(BLOCKED_SWITCHING,
        "負荷の入切を実行中", "Blocked: loads are being switched just now",
        "入切実行中", "being switched",
        "実行中の入切が終わるまでお待ちください。", "Wait until that has ended.")

    /* why a value or a statement is not good */
    REASON(NOT_READ_YET, "未取得", "Not read yet", "未取得", "not read yet", "", "")
    REASON(NO_ANSWER, "応答なし", "No answer", "応答なし", "no answer", "", "")
    REASON(REFUSED, "接続拒否", "Connection refused", "接続拒否", "refused", "", "")
    REASON(UNREACHABLE, "到達不能", "Unreachable", "到達不能", "unreachable", "", "")
    REASON(NO_SUCH_OBJECT, "機器に項目なし", "The device does not have it", "項目なし", "no such object", "", "")
    REASON(SENTINEL, "機器が「値なし」と応答", "The device says it is not available", "機器が値なし", "not available", "", "")
    REASON(IMPLAUSIBLE, "あり得ない値", "Outside the plausible range", "あり得ない値", "implausible", "", "")
    REASON(FROZEN, "値が動かない", "The value does not move", "値が固着", "frozen", "", "")
    REASON(TOO_OLD, "値が古い", "Too old", "値が古い", "too old", "", "")
    REASON(DEVICE_ERROR, "機器がエラーを応答", "The device answered with an error", "機器エラー", "device error", "", "")
    REASON(BAD_FRAME, "応答の形式異常", "Malformed answer", "形式異常", "bad frame", "", "")
    REASON(CARD_LOST_DEVICE, "通信カードが本体を見失った", "The card has lost its device", "カードが本体喪失", "card lost device", "", "")
    REASON(BAD_STATUS, "応答内容が期待と違う", "Not the expected answer", "応答内容異常", "bad status", "", "")
    REASON(NO_ROUTE, "経路なし（インタフェース断）", "No route: interface missing or down", "経路なし", "no route", "", "")
    REASON(WRONG_TYPE, "値の型が違う", "Wrong type", "型違い", "wrong type", "", "")
    REASON(TOO_LATE, "時間切れ後の応答", "Answered too late", "応答遅れ", "too late", "", "")
    REASON(ZERO_NOT_BELIEVED, "ゼロは値なしと判断", "Zero counts as no value", "ゼロは無効", "zero: no value", "", "")
    REASON(OVERLOADED, "逼迫と応答", "It reports that it is at its limit", "逼迫", "overloaded", "", "")
    REASON(NOT_DELIVERED, "到達が確認できない", "Arrival not confirmed", "到達未確認", "not delivered", "", "")
    REASON(ACCESS_DENIED, "機器が認証を拒否", "The device refuses user, password or security level", "認証拒否", "access denied",
        "", "")
    REASON(SECRET_UNREADABLE, "パスワードファイルを読めない", "The monitor's own password file cannot be used", "パスワード読取不可", "password file unreadable",
        "", "")
    REASON(GAVE_WAY, "より重大な連絡に順番を譲った", "Gave way to a more serious page", "順番を譲った", "gave way", "", "")
    REASON(UNCOUNTED, "対向装置が受信数を数えていない", "The far end does not count what reaches it", "方向別の計数なし", "not counted", "", "")
};
/* clang-format on */

const char *md_text_reason(enum cfg_language language, unsigned reason, enum md_text_form form)
{
    static char unknown[2][32];
    unsigned column = language == CFG_LANGUAGE_EN ? 1 : 0;
    const struct md_reason_words *entry = md_text_cause(reason);

    if (entry == NULL && reason < sizeof(words) / sizeof(words[0]) &&
        words[reason].title[0] != NULL) {
        entry = &words[reason];
    }
    if (entry == NULL) {
        snprintf(unknown[column], sizeof(unknown[0]), column == 1 ? "reason %u" : "理由番号 %u",
                 reason % 100000);
        return unknown[column];
    }
    switch (form) {
        case MD_TEXT_ADVICE:
            return entry->advice[column];
        case MD_TEXT_SHORT:
            return entry->brief[column];
        default:
            return entry->title[column];
    }
}

unsigned md_text_reason_number(const char *name)
{
    static const unsigned numbers[] = {
#define X(number, id) number,
        FO_REASONS(X)
#undef X
    };
    if (name == NULL) {
        return FO_REASON_NONE;
    }
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (strcmp(fo_reason_name(numbers[i]), name) == 0) {
            return numbers[i];
        }
    }
    return UINT16_MAX;
}
