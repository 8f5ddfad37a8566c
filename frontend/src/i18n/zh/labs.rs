//! 服务器在真实实验里说的话。

pub(super) const TEXTS: &[(&str, &str)] = &[
    // 抓包
    (
        "capture.no-right",
        "无法抓包：服务器没有 CAP_NET_RAW 权限（请以 root 身份运行，或授予程序该权限：setcap cap_net_raw+ep firsthop）",
    ),
    ("capture.failed", "无法抓包：{error}"),
    (
        "capture.checksum-completed",
        "内核把 TCP 和 UDP 校验和留给网卡计算，而环回接口没有网卡；这里像网卡那样把它补全",
    ),
    ("capture.no-stamp", "内核没有给某一帧打上时间戳；它的时间是读取时的时间"),
    ("capture.lost", "内核没有地方放 {count} 帧：这里缺了它们"),
    // 内核
    ("lab.kernel-table", "见于内核的套接字表"),
    (
        "lab.crossing-syn",
        "环回接口瞬间送达，两个 SYN 不可能在途中相遇：实验让客户端的 SYN 在到达时被丢弃，服务器趁客户端还在等待时发起连接",
    ),
    (
        "lab.crossing-fin",
        "环回接口瞬间送达，两个 FIN 不可能在途中相遇：实验让客户端的 FIN 在到达时被丢弃，服务器趁客户端还在等待确认时关闭",
    ),
    ("lab.fell", "丢失：接收它的套接字按实验的要求，在它到达时把它丢弃了"),
    ("lab.no-sieve", "内核不接受这个套接字上的过滤器，所以什么也丢不了：{error}"),
    ("lab.simultaneous.loss", "双方同时连接时，实验只能丢 SYN、数据和 FIN"),
    (
        "lab.time-wait.both",
        "双方都主动关闭，两端的连接都停留在 TIME-WAIT：60 秒，这是 Linux 内核的常数；运行在它之前就结束了",
    ),
    ("lab.reset", "复位之后，两端都不再保留这条连接的任何东西：没有 TIME-WAIT"),
    (
        "lab.left-open",
        "谁也不关闭，就不再有报文段：这条连接可以保持好几天；记录结束以后，实验才关闭它的套接字",
    ),
    (
        "lab.time-wait",
        "先关闭的一方让连接停留在 TIME-WAIT：60 秒，这是 Linux 内核里的常数；本次运行在那之前就结束",
    ),
    // 一次运行的结束
    ("lab.stopped", "运行已被停止"),
    ("lab.deadline", "运行超过了服务器允许的时间"),
    ("lab.tftp.same", "{bytes} 字节全部到达，与发出的一样"),
    ("lab.tftp.other", "到达 {bytes} 字节，与发出的 {sent} 字节不一样"),
    ("lab.tftp.request", "请求不成立：{error}"),
    // 限制
    ("lab.http.response", "收到响应：{status}"),
    ("lab.http.content", "响应的内容收全了：{bytes} 字节"),
    ("lab.http.refused", "服务器拒绝了请求：第 {at} 字节处（从 0 数起）不合规则（{rfc}），回答 {status}"),
    ("lab.http.too-slow", "请求的其余部分，服务器等了 {seconds} 秒也没有等到；头部要以空行结束（{rfc}）"),
    ("lab.none.request", "没有请求：至少要有一个字节"),
    ("lab.limit.bytes-in-the-request", "请求有 {given} 字节：最多 {limit} 字节"),
    ("lab.none.messages", "没有消息：至少要有一条"),
    ("lab.limit.messages", "{given} 条消息：最多 {limit} 条"),
    ("lab.limit.bytes-in-a-message", "一条消息有 {given} 字节：最多 {limit} 字节"),
    ("lab.limit.bytes-in-the-message", "消息有 {given} 字节：最多 {limit} 字节"),
    ("lab.limit.bytes-in-the-answer", "回答有 {given} 字节：最多 {limit} 字节"),
    ("lab.limit.bytes-in-the-file", "文件有 {given} 字节：最多 {limit} 字节"),
    ("lab.limit.blocks-in-the-file", "文件有 {given} 块：最多 {limit} 块"),
    ("lab.range.blksize", "blksize 为 {given}：应在 {least} 到 {most} 之间"),
    ("lab.range.windowsize", "windowsize 为 {given}：应在 {least} 到 {most} 之间"),
    ("lab.unmappable", "GB2312 里没有“{character}”（{code}）"),
    // 运行与会话
    ("run.in-use", "第 {run} 号运行还在进行"),
    ("run.unknown", "第 {run} 号运行不在进行"),
    ("run.too-many", "服务器上等待的运行太多，请稍后再试"),
    ("run.too-many-here", "这个浏览器已有 {limit} 个运行，这是上限"),
    ("run.failed", "服务器无法开始运行：{error}"),
    ("session.malformed", "服务器看不懂这条消息"),
    ("session.too-fast", "每秒超过 {limit} 条消息"),
];
