//! 网络地址转换器说的每一句话。

pub(super) const TEXTS: &[(&str, &str)] = &[
    // 映射和会话为什么出现、改变、消失
    ("nat.mapping.kept", "从外面看，{inside} 是 {outside}：它的端口空着，原样保留"),
    ("nat.mapping.other", "从外面看，{inside} 是 {outside}：它自己的端口已被占用"),
    ("nat.mapping.forward", "管理员把 {outside} 转发到 {inside}"),
    ("nat.mapping.forward-gone", "管理员不再转发 {outside}"),
    ("nat.mapping.gone", "{inside} 经由 {outside} 的最后一个会话已经结束"),
    ("nat.mapping.outside-changed", "从现在起外部地址是 {outside}：经由旧地址的一切都结束了"),
    ("nat.session.new-out", "{inside} 第一次向 {remote} 发送"),
    ("nat.session.new-in", "{remote} 第一次向 {outside} 发送，那就是 {inside}"),
    ("nat.session.replied", "收到第一个应答：会话会保留得更久"),
    ("nat.session.state", "经过的报文段带有 {flags}：状态从 {from} 变为 {to}"),
    ("nat.session.expired", "在状态 {state} 下 {seconds} 秒没有任何数据包经过"),
    // 为什么不归转换器管
    ("nat.not-ours.own", "这是路由器自己的数据包：不用转换"),
    ("nat.not-ours.not-inside", "{address} 不属于内部网络：不转换"),
    ("nat.not-ours.not-outside", "{address} 不是外部地址：不转换"),
    ("nat.not-ours.request", "发往外部地址的 ICMP 请求是给路由器自己的"),
    (
        "nat.not-ours.error",
        "ICMP 差错报文引用的数据包不属于任何会话：要是它说的是什么，那也是路由器自己的数据包",
    ),
    // 为什么不放进来
    ("nat.refused.unsolicited", "内部没有谁映射到 {outside}"),
    ("nat.refused.filtered", "{inside} 映射到 {outside}，但没有向 {remote} 发送过"),
    ("nat.refused.hairpin", "{outside} 是路由器自己的外部地址，而发夹转换没有打开"),
    // 为什么丢弃
    ("nat.dropped.malformed", "丢弃：{what} 不完整"),
    ("nat.dropped.ip-checksum", "丢弃：IPv4 首部的校验和不对"),
    ("nat.dropped.protocol", "丢弃：协议 {protocol} 没有端口，无法区分内部主机"),
    ("nat.dropped.fragment-first", "丢弃：数据报 {id} 的一个分片，而带着端口的第一个分片还没有来"),
    ("nat.dropped.fragment-limit", "丢弃：已经有 {limit} 个数据报分成分片在途中"),
    ("nat.dropped.fragment-error", "丢弃：分成分片的 ICMP 差错报文"),
    ("nat.dropped.table-full", "丢弃：转换表已有 {limit} 个会话，满了"),
    ("nat.dropped.no-port", "丢弃：没有空闲的端口可以给 {inside}"),
    ("nat.dropped.no-connection", "丢弃：带有 {flags} 的报文段不属于任何连接；连接从 SYN 开始"),
    ("nat.dropped.no-request", "丢弃：没有人发过请求的 ICMP 应答"),
    ("nat.dropped.icmp-type", "丢弃：ICMP 类型 {type} 无法转换"),
    ("nat.dropped.icmp-checksum", "丢弃：ICMP 差错报文的校验和不对"),
    ("nat.dropped.quote", "丢弃：ICMP 差错报文引用的数据包不完整，或者它的首部损坏了"),
    ("nat.dropped.quote-unknown", "丢弃：ICMP 差错报文引用的数据包不属于任何会话"),
    ("nat.dropped.redirect", "丢弃：穿过转换器的重定向会让人绕过转换器"),
];
