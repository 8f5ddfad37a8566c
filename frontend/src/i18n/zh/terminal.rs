//! 终端自己说的每一句话；Linux 工具打印的内容一律保持英文。

pub(super) const TEXTS: &[(&str, &str)] = &[
    ("terminal.arp", "显示 ARP 缓存：哪个邻居的 MAC 地址是什么；设置和删除条目"),
    ("terminal.clear", "清空屏幕"),
    ("terminal.help", "列出命令，或说明一个命令的用法"),
    ("terminal.hostname", "打印这台机器的名字"),
    ("terminal.ifconfig", "显示和设置接口及其地址（旧工具）"),
    ("terminal.ip", "显示和设置地址、接口、路由和邻居"),
    ("terminal.netstat", "显示套接字、路由和接口的流量（旧工具）"),
    ("terminal.ping", "请求一台机器返回 ICMP 回显，并给出用时"),
    ("terminal.route", "显示和设置路由（旧工具）"),
    ("terminal.ss", "显示套接字"),
    ("terminal.traceroute", "一跳一跳地找出通往一台机器的路由器"),
    ("terminal.help-tail", "“help 命令”说明一个命令的用法；Tab 补全，上箭头调出以前的行，Ctrl-C 中断。"),
    ("terminal.help-unknown", "这里没有“{command}”这个命令；“help”列出所有命令。"),
    ("sim.terminal.command", "在终端输入：{line}"),
    ("sim.terminal.interrupt", "在终端按下 Ctrl-C"),
    ("sim.terminal.probe", "一个最多走 {hops} 跳的探测分组，发往应当无人监听的端口"),
];
