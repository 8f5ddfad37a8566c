//! 数据包的字节与字段。

use crate::i18n::catalogue::{Bytes, Problems};

pub(in crate::i18n) const BYTES: Bytes = Bytes {
    grid: "{protocol}，逐位显示；用方向键在字段间移动",
    dump: "数据包的字节；用方向键在字段间移动",
    fields: "数据包的字段",
    layer_bytes: "{n} 字节",
    nothing_selected: "指向一位、一个字节或一个字段，三处会同时亮起；选中它，就在这里看说明。",
    place: "从第 {byte} 字节第 {bit} 位起，共 {bits} 位",
    set: "置位",
    not_set: "未置位",
    edit: "修改这个字段",
    edit_hint: "按显示的样子写，或用 0x 开头的十六进制数。字节随即改变。",
};

pub(in crate::i18n) const PROBLEMS: Problems = Problems {
    checksum: "校验和不对：应为 {expected}，实为 {found}",
    offloaded: "校验和未完成：应为 {expected}，实为 {found}，只是伪首部的和，留给网卡去算完",
    length: "长度不对：字段说 {said} 字节，实有 {had} 字节",
    truncated: "不完整：需要 {needed} 字节，只有 {had} 字节",
    cut_short: "抓包时被截短：需要 {needed} 字节，只抓到 {had} 字节",
    value: "值 {found} 不合规定：{expected}",
    malformed: "格式不对：{why}",
    too_many: "{what}超过 {limit} 个，其余不再显示",
    broken: "{protocol}，第 {offset} 字节：{why}",
};
