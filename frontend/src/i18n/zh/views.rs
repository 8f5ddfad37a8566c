//! 记录的各种视图：时序图、播放器、列表、表格、状态图。

use crate::i18n::catalogue::{Calls, Export, Ladder, Log, PacketList, Player, States, Tables};

pub(in crate::i18n) const LADDER: Ladder = Ladder {
    title: "两台机器之间的报文段时序图，时间自上而下",
    earlier: "更早的 {n} 项没有显示：把时间往回拨就能看到。",
};

pub(in crate::i18n) const PLAYER: Player = Player {
    title: "播放器",
    play: "播放",
    pause: "暂停",
    rewind: "回到开头",
    back: "后退一个事件",
    forward: "前进一个事件",
    end: "跳到结尾",
    time: "时间",
    speed: "速度",
};

pub(in crate::i18n) const PACKET_LIST: PacketList = PacketList {
    title: "数据包",
    number: "序号",
    time: "时间（秒）",
    way: "从 → 到",
    protocol: "协议",
    info: "内容",
    fate: "结果",
    delivered: "送达",
    duplicate: "重复的一份",
    reordered: "被后面的帧超过",
    delayed: "被延迟",
    corrupted: "有一位被翻转",
    comma: "，",
};

pub(in crate::i18n) const TABLES: Tables = Tables {
    empty: "还没有内容。",
    variable: "变量",
    relative: "序号和时序图一样，从 ISS、IRS 开始数；下面一行是报文段里的原始序号。",
    raw: "原始 {number}",
    deleted: "{time} 秒时 TCB 已删除（CLOSED），以下是最后的值",
    gone: "已消失",
    since: "自 {time} 秒起",
};

pub(in crate::i18n) const CALLS: Calls = Calls { title: "系统调用", empty: "还没有系统调用。" };

pub(in crate::i18n) const LOG: Log =
    Log { title: "发生了什么，为什么", state: "{from} → {to}：", sends: "发出 {what}。" };

pub(in crate::i18n) const STATES: States =
    States { title: "{node} 的 TCP 状态图，当前处于 {state}" };

pub(in crate::i18n) const EXPORT: Export = Export { title: "保存记录" };
