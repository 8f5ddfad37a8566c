//! 模拟网络说的每一句话。

pub(super) const TEXTS: &[(&str, &str)] = &[
    // 链路
    ("sim.lost.chance", "在链路上随机丢失"),
    ("sim.lost.nth", "在链路上丢失：按设定，丢掉 {from} 发出的第 {nth} 个 “{filter}”"),
    ("sim.lost.first", "在链路上丢失：按设定，丢掉 {from} 发出的前 {first} 个 “{filter}”"),
    ("sim.lost.each", "在链路上丢失：按设定，丢掉 {from} 发出的每一个 “{filter}”"),
    ("sim.lost.cut", "丢失：链路已断开"),
    ("sim.dropped.queue", "还没上链路就被丢弃：已有 {queue} 帧排队等待发送"),
    ("sim.link.cut", "链路 {link} 断开"),
    ("sim.link.restored", "链路 {link} 恢复"),
    ("sim.link.rule", "链路 {link} 有了一条新规则：{rule}"),
    // 交换机
    ("sim.switch.runt", "丢弃：太短，不是以太网帧"),
    ("sim.switch.learned", "学到：从端口 {port} 收到了它发的一帧（IEEE 802.1D §7.8）"),
    ("sim.switch.moved", "从端口 {from} 移到了端口 {to}"),
    ("sim.switch.full", "没有记下 {mac}：表里的 {limit} 个位置都占满了"),
    ("sim.switch.aged", "遗忘：{seconds} 秒没有收到它的帧（IEEE 802.1D §7.9.2）"),
    ("sim.switch.port-down", "遗忘：端口 {port} 的链路断了"),
    ("sim.switch.broadcast", "发往其他所有端口：这是广播"),
    ("sim.switch.multicast", "发往其他所有端口：这是多播"),
    ("sim.switch.unknown", "发往其他所有端口：还不知道 {mac} 在哪里"),
    ("sim.switch.known", "只发往端口 {port}：{mac} 就在那里"),
    ("sim.switch.filtered", "不转发：{mac} 在端口 {port} 后面，而这一帧正是从那里来的"),
    ("sim.switch.reserved", "不转发：{mac} 是留给网桥自己的地址（IEEE 802.1D 表 7-10）"),
    // 路由器
    ("sim.nat.changed", "转换：{changes}"),
    ("sim.rip.set", "从 RIP 学到，度量 {metric}"),
    ("sim.rip.removed", "RIP 有了另一条路，或者不再有路"),
    // 集线器和云
    ("sim.hub.repeats", "照样重复到其他每个端口"),
    ("sim.hub.busy", "听到别人正在发送，等介质空闲再发（IEEE 802.3 §4.2.3.2.1）"),
    (
        "sim.hub.collision",
        "与 {others} 冲突，第 {attempt} 次尝试：等 {slots} 个时隙（{micros} 微秒）后再发（IEEE 802.3 §4.2.3.2.5）",
    ),
    ("sim.hub.collisions", "冲突了 {attempts} 次，放弃发送（IEEE 802.3 §4.2.3.2.5）"),
    ("sim.hub.counted", "{machines} 同时发送"),
    ("sim.cloud.out", "从云的另一端出来"),
    ("sim.cloud.lost", "一帧在云里随机丢失"),
    // 机器为什么不收一帧
    ("sim.dropped.fcs", "丢弃：帧检验序列表明这一帧已经损坏"),
    ("sim.dropped.tcp-checksum", "丢弃：TCP 校验和不对"),
    ("sim.dropped.tcp", "丢弃：不是完整的 TCP 报文段"),
    ("sim.dropped.udp-checksum", "丢弃：UDP 校验和不对"),
    ("sim.dropped.udp", "丢弃：不是完整的 UDP 数据报"),
    // 路由
    ("sim.boot", "一开始就这样设置"),
    ("sim.ip.no-route", "没有通往 {address} 的路由"),
    // ICMP 与 UDP
    ("sim.icmp.request", "回显请求（RFC 792）"),
    ("sim.icmp.reply-arrived", "收到 {address} 的回显应答，用时 {micros} 微秒"),
    ("sim.icmp.port-unreachable-arrived", "{address} 报告：{to} 的端口不可达"),
    ("sim.icmp.host-unreachable-arrived", "{address} 报告：主机 {to} 不可达"),
    ("sim.icmp.net-unreachable-arrived", "{address} 报告：{to} 所在的网络不可达"),
    ("sim.icmp.protocol-unreachable-arrived", "{address} 报告：{to} 不认识这个协议"),
    ("sim.icmp.unreachable-arrived", "{address} 报告：{to} 不可达"),
    ("sim.icmp.time-exceeded-arrived", "{address} 报告：发往 {to} 的分组在那里用完了生存时间"),
    ("sim.icmp.reassembly-arrived", "{address} 报告：发往 {to} 的分组，各片没有及时到齐"),
    ("sim.icmp.parameter-arrived", "{address} 报告：发往 {to} 的分组首部有错"),
    ("sim.udp.send", "{bytes} 字节的数据报"),
    // TCP
    ("sim.tcp.no-listener", "RST：端口 {port} 没有人监听，也没有对应的连接（RFC 9293 §3.10.7.1）"),
    (
        "sim.tcp.data-after-close",
        "程序已关闭这个套接字，数据却还在来：再也没有人读，于是复位连接（RFC 9293 §3.10.4、RFC 2525 §2.17）",
    ),
    ("sim.tcp.close-unread", "关闭时还有 {bytes} 字节没有读：复位连接（RFC 2525 §2.17）"),
    ("sim.tcp.reopened", "新的 SYN 提前结束了 TIME-WAIT：它不可能是旧的"),
    ("sim.tcp.listen-closed", "程序关闭了监听套接字"),
    // 脚本与运行
    ("sim.script.no-socket", "脚本要执行 “{action}”，但没有名为 {socket} 的套接字"),
    ("sim.limit.time", "模拟到此为止：时间上限是 {seconds} 秒"),
    ("sim.limit.events", "模拟到此为止：步数上限是 {events} 步"),
    ("sim.limit.trace", "模拟到此为止：记录的内容已达到上限 {megabytes} MB"),
];
