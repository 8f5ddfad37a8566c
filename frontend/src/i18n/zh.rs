//! 简体中文。

mod exercise;
mod tcp;

use super::catalogue::{
    Calls, Catalogue, Common, Export, Home, Labs, Ladder, Log, NotFound, Packet, PacketList, Packets, Player,
    Shell, States, Subnet, Tables, Tcp,
};

/// Translations of what traces and exercises say, by identifier.
pub(super) const TRACES: &[&[(&str, &str)]] = &[exercise::TEXTS, tcp::TEXTS];

pub(super) const CATALOGUE: Catalogue = Catalogue {
    shell: Shell {
        skip: "跳到正文",
        navigation: "页面",
        home: "首页",
        language: "语言",
        theme: "外观",
        theme_system: "跟随系统",
        theme_light: "浅色",
        theme_dark: "深色",
        footer: "Firsthop：每一个数据包都是真的。",
    },
    common: Common {
        copy: "复制",
        copied: "已复制",
        copy_failed: "浏览器不允许网页复制",
        yes: "是",
        no: "否",
        show: "显示",
        hide: "隐藏",
        none: "无",
    },
    home: Home {
        title: "从真实的数据包学网络",
        lead: "把一次连接逐段拆开来看：让时间停下，故意丢一个包，看看是哪份 RFC 的哪条规则在起作用。然后在真实的套接字上再做一遍，两相对照。",
        start: "从 TCP 握手开始",
        tools: "工具",
        real_title: "真实：在服务器上",
        real_text: "服务器为你打开真正的 UDP、TFTP、TCP 和 HTTP 套接字。每一次系统调用、抓到的每一帧、内核里的套接字状态，都会实时送到这里。",
        simulated_title: "模拟：在浏览器里",
        simulated_text: "协议以编译好的状态机在这里运行，用的是虚拟时间：可以倒回、单步、弄断链路。同样的设置，得到逐字节相同的数据包。",
        open: "打开",
        figure: "三个报文段建立一条 TCP 连接：客户端发 SYN，服务器回 SYN 和 ACK，客户端再回 ACK。",
        figure_caption: "三个报文段之后，双方都知道了对方的起始序号。",
        subnet_text: "边输入边得出网络号、掩码和主机范围；拖动网络与主机的分界；规划地址空间；做不完的练习。",
        packets_text: "像 RFC 那样画出任意数据包：位图、字节、字段三者联动。可以粘贴十六进制，也可以拖入抓包文件。",
        tcp_text: "两个 TCP 端点，它们的状态与变量，以及两者之间的每一个报文段。",
        labs_text: "在内核套接字上实时运行 UDP 回显、TFTP、TCP 和 HTTP。",
    },
    not_found: NotFound {
        title: "没有这个页面",
        text: "地址可能输错了，也可能页面已经搬走。",
        back: "回到首页",
    },
    subnet: Subnet {
        title: "子网计算器", lead: "这个地址在哪个网络里？那里还容得下谁？"
    },
    packets: Packets {
        title: "数据包图解",
        lead: "同一个数据包的三种样子：RFC 的位图、字节、字段。指向其中一处，三处同时亮起。",
        hex: "十六进制字节",
        hex_hint: "可以粘贴 Wireshark、tcpdump、xxd 或 hexdump 的输出，旁边的偏移和字符会自动略去。",
        link: "第一个字节属于",
        not_hex: "第 {line} 行：“{found}”不是十六进制数字（0 到 9，a 到 f）。",
        odd: "第 {line} 行：少了一个十六进制数字，每个字节要两个。",
        too_long: "超过 {most} 字节：没有这么长的数据包。",
        open: "打开抓包文件（pcap 或 pcapng），或拖到这里",
        too_large: "文件超过 {most} MB。请先截短，例如用 `editcap`。",
        listed: "共 {all} 个数据包，列出 {shown} 个",
        packets: "文件里的数据包",
        sample: "选一个样例",
        choose: "请选择……",
    },
    tcp: Tcp { title: "TCP 握手", lead: "两个端点建立连接、交换数据、再关闭连接。" },
    labs: Labs {
        title: "真实服务", lead: "服务器上真正的套接字，边运行边送到这里。"
    },
    ladder: Ladder { title: "两台机器之间的报文段时序图，时间自上而下" },
    player: Player {
        title: "播放器",
        play: "播放",
        pause: "暂停",
        rewind: "回到开头",
        back: "后退一个事件",
        forward: "前进一个事件",
        end: "跳到结尾",
        time: "时间",
        speed: "速度",
    },
    packet_list: PacketList {
        title: "数据包",
        number: "序号",
        time: "时间（秒）",
        way: "从 → 到",
        protocol: "协议",
        info: "内容",
        fate: "结果",
        delivered: "送达",
        duplicate: "重复的一份",
        reordered: "被后面的超过",
        corrupted: "有一位被翻转",
        comma: "，",
    },
    tables: Tables { empty: "还没有内容。", variable: "变量" },
    calls: Calls { title: "系统调用", empty: "还没有系统调用。" },
    log: Log { title: "发生了什么，为什么", state: "{from} → {to}。", sends: "发出 {what}。" },
    states: States { title: "{node} 的 TCP 状态图，当前处于 {state}" },
    export: Export { title: "保存记录" },
    packet: Packet {
        bytes: "字节",
        more: "其余字节未显示。",
        layers: "各层",
        fields: "字段",
        extent: "第 {first} 到 {last} 字节",
    },
};
