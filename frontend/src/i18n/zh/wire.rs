//! 解析器的用语：字段名的含义，以及值和问题的说法。

mod dhcp;
mod labels;
mod labels_apps;
mod problems;
mod values;
mod values_apps;

/// 字段名（RFC 的原名）的含义。
pub(in crate::i18n) const LABELS: &[&[(&str, &str)]] = &[labels::TEXTS, labels_apps::TEXTS];

/// 值与问题的说法。
pub(in crate::i18n) const WORDS: &[&[(&str, &str)]] =
    &[values::TEXTS, values_apps::TEXTS, dhcp::TEXTS, problems::TEXTS];

/// 带有数值的说法：`{}` 处照抄。
pub(in crate::i18n) const PATTERNS: &[(&str, &str)] = &[
    ("{}: windows count {} bytes", "{}：窗口以 {} 字节为单位"),
    ("{} (group address)", "{}（组地址）"),
    ("{} s from UTC", "与 UTC 相差 {} 秒"),
    ("{} bytes", "{} 字节"),
    ("{} via {}", "{}，经 {}"),
    ("unknown address family ({}), little-endian", "未知的地址族（{}），小端"),
    ("unknown address family ({}), big-endian", "未知的地址族（{}），大端"),
    ("{} ({}), little-endian", "{}（{}），小端"),
    ("{} ({}), big-endian", "{}（{}），大端"),
];
