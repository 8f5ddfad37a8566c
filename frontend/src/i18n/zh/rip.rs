//! RIP 协议机说的每一句话。

pub(super) const TEXTS: &[(&str, &str)] = &[
    // 为什么发送报文
    ("rip.send.ask", "新接口启用：向它的邻居索要整张路由表"),
    ("rip.send.regular", "定期更新：大约每 {seconds} 秒发送一次整张路由表"),
    ("rip.send.triggered", "触发更新：只发送有变化的路由"),
    ("rip.send.answer-all", "{neighbour} 索要整张路由表"),
    ("rip.send.answer-some", "{neighbour} 询问这些目的网络"),
    // 什么时候发送
    ("rip.timer.trigger-waits", "下一次触发更新要等 {millis} 毫秒，以免变化的消息淹没网络"),
    ("rip.timer.trigger-dropped", "不发触发更新：还没等到它能发送，定期更新就要发了"),
    // 路由为什么出现、改变、消失
    ("rip.route.connected", "接口已启用：到它所在网络的开销是 {metric}"),
    ("rip.route.originated", "管理员要求通告这条路由"),
    ("rip.route.learned", "{neighbour} 通告它的度量是 {announced}；链路的开销是 {cost}"),
    ("rip.route.refreshed", "{neighbour} 的通告和以前一样：超时定时器重新开始计时"),
    ("rip.route.better", "{neighbour} 通告它的度量是 {announced}，加上链路后是 {metric}：比 {before} 好"),
    (
        "rip.route.followed",
        "这条路由正是经过 {neighbour} 的，它现在说度量是 {announced}：无论好坏都照办，{before} 变成 {metric}",
    ),
    ("rip.route.retagged", "{neighbour} 的通告和以前一样，只是路由标记或下一跳变了"),
    ("rip.route.as-good", "{neighbour} 通告同样的度量，而原来的邻居已经沉默了超时时间的一半"),
    (
        "rip.route.lost",
        "这条路由正是经过 {neighbour} 的，它说目的网络不可达：度量设为 16，{seconds} 秒后删除",
    ),
    ("rip.route.timed-out", "{seconds} 秒没有收到它的消息：度量设为 16"),
    ("rip.route.interface-down", "接口已停用：度量设为 16"),
    ("rip.route.withdrawn", "管理员要求不再通告这条路由：度量设为 16"),
    ("rip.route.forgotten", "{seconds} 秒的垃圾收集时间已过：邻居都已得知，从表中删除"),
    // 为什么不理会
    ("rip.ignored.own", "不理会：这是我们自己的报文又回来了"),
    ("rip.ignored.malformed", "不理会：不是 RIP 报文：{error}"),
    ("rip.ignored.version-1", "不理会：版本 1 不带子网掩码，这里只用版本 2"),
    ("rip.ignored.authenticated", "不理会：报文带有认证，而这里没有设置口令"),
    ("rip.ignored.not-port", "不理会：Response 来自端口 {port}，而路由器总是从 520 发送"),
    ("rip.ignored.not-neighbour", "不理会：{neighbour} 不在这个接口的网络 {network} 上"),
    ("rip.ignored.silent", "不理会：这个接口只听不说"),
    ("rip.ignored.no-entries", "不理会：没有表项的 Request 什么也没问"),
    ("rip.ignored.entry", "不理会一个表项：{error}"),
    ("rip.ignored.table-full", "不理会 {prefix}：路由表已有 {limit} 条路由，满了"),
];
