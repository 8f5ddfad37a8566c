//! 首页。

use crate::i18n::catalogue::Home;

pub(in crate::i18n) const HOME: Home = Home {
    title: "从真实的数据包学网络",
    lead: "把一次连接逐段拆开来看：让时间停下，故意丢一个包，看看是哪份 RFC 的哪条规则在起作用。然后在真实的套接字上再做一遍，两相对照。",
    start: "从 TCP 握手开始",
    tools: "工具",
    real_title: "真实：在服务器上",
    real_text: "服务器为你打开真正的 UDP、TFTP、TCP 和 HTTP 套接字。每一次系统调用、抓到的每一帧、内核里的套接字状态，都会实时送到这里。",
    simulated_title: "模拟：在浏览器里",
    simulated_text: "协议以编译好的状态机在这里运行，用的是虚拟时间：可以倒退、单步、断开链路。同样的设置，得到逐字节相同的数据包。",
    open: "打开",
    figure: "三个报文段建立一条 TCP 连接：客户端发 SYN，服务器回 SYN 和 ACK，客户端再回 ACK。",
    figure_caption: "三个报文段之后，双方都知道了对方的初始序号。",
    subnet_text: "边输入边算出网络号、掩码和主机范围；拖动网络与主机的分界；规划地址空间；练习做不完。",
    packets_text: "像 RFC 那样画出任意数据包：位图、字节、字段三者联动。可以粘贴十六进制，也可以拖入抓包文件。",
    tcp_text: "两个 TCP 端点，它们的状态与变量，以及两者之间的每一个报文段。",
    network_text: "把机器和线路画出来：看数据包在路上走，查看任何一台设备，随时倒退、单步。",
    labs_text: "在内核套接字上实时运行 UDP 回显、TFTP、TCP 和 HTTP。",
};
