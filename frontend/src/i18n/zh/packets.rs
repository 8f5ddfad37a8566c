//! 数据包图解。

use crate::i18n::catalogue::Packets;

pub(in crate::i18n) const PACKETS: Packets = Packets {
    title: "数据包图解",
    lead: "同一个数据包的三种样子：RFC 的位图、字节、字段。指向其中一处，三处同时亮起。",
    hex: "十六进制字节",
    hex_hint: "可以粘贴 Wireshark、tcpdump、xxd 或 hexdump 的输出，旁边的偏移和字符会自动略去。",
    link: "第一个字节属于",
    links: "以太网|IP|Linux cooked 第 1 版|Linux cooked 第 2 版|BSD 环回",
    choose_file: "选择文件",
    no_file: "还没有选择文件",
    not_hex: "第 {line} 行：“{found}”不是十六进制数字（0 到 9，a 到 f）。",
    odd: "第 {line} 行：少了一个十六进制数字，每个字节要两个。",
    too_long: "超过 {most} 字节：没有这么长的数据包。",
    open: "打开抓包文件（pcap 或 pcapng），或拖到这里",
    too_large: "文件超过 {most} MB。请先截短，例如用 `editcap`。",
    listed: "共 {all} 个数据包，列出 {shown} 个",
    packets: "文件里的数据包",
    sample: "选一个样例",
    choose: "请选择……",
    fix: "修改后更正校验和",
    none_known: "文件里的数据包都不是能显示的链路类型：以太网、IP、Linux cooked 或环回。",
    filter: "过滤",
    filter_hint: "例如：udp、tcp and port 80、host 10.0.0.1、not arp",
};
