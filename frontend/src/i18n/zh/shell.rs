//! 每个页面四周的文字，以及各页共用的短语。

use crate::i18n::catalogue::{Common, HandOver, NotFound, Shell};

pub(in crate::i18n) const SHELL: Shell = Shell {
    skip: "跳到正文",
    navigation: "页面",
    home: "首页",
    language: "语言",
    theme: "外观",
    theme_system: "跟随系统",
    theme_light: "浅色",
    theme_dark: "深色",
    footer: "Firsthop：学计算机网络，每一个数据包都是真的。",
};

pub(in crate::i18n) const COMMON: Common = Common {
    copy: "复制",
    copied: "已复制",
    copy_failed: "浏览器不允许这个网页复制",
    yes: "是",
    no: "否",
    show: "显示",
    hide: "隐藏",
};

pub(in crate::i18n) const NOT_FOUND: NotFound =
    NotFound {
        title: "没有这个页面", text: "地址可能输错了，也可能页面已经搬走。", back: "回到首页"
    };

pub(in crate::i18n) const HAND_OVER: HandOver = HandOver {
    loading: "正在载入页面……",
    failed: "这个页面没能载入。请检查网络，并确认服务器还在运行。",
    again: "再试一次",
};
