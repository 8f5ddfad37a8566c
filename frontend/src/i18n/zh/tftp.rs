//! TFTP 协议机说的每一句话。

pub(super) const TEXTS: &[(&str, &str)] = &[
    // 为什么改变状态
    ("tftp.request-sent", "{packet} 发往服务器的熟知端口；应答会来自一个新的端口"),
    ("tftp.request-taken", "收到 {packet}；这次传输得到一个自己的端口"),
    ("tftp.options-offered", "在 OACK 里答应了选项；ACK 0 将加以确认"),
    ("tftp.options-agreed", "选项已商定：blksize {blksize}，windowsize {windowsize}"),
    ("tftp.no-options", "服务器没有用 OACK 应答：数据块 512 字节，一次一块"),
    ("tftp.write-accepted", "ACK 0 接受了 WRQ"),
    ("tftp.read-begins", "DATA 1 就是对 RRQ 的应答"),
    ("tftp.last-acked", "最后一块 {block} 得到确认：共发送 {bytes} 字节"),
    ("tftp.last-received", "第 {block} 块比 blksize 短，所以是最后一块：共收到 {bytes} 字节"),
    ("tftp.dally-over", "没有谁再来要最后一个 ACK"),
    ("tftp.gave-up", "重传 {retries} 次都没有回应：放弃"),
    ("tftp.peer-error", "对方以 ERROR {code} 结束传输：{message}"),
    ("tftp.error-sent", "以 ERROR {code} 结束传输：{message}"),
    // 为什么重传
    ("tftp.timer-request", "{millis} 毫秒没有应答：重发请求"),
    ("tftp.timer-oack", "{millis} 毫秒没有等到 ACK 0：重发 OACK"),
    ("tftp.timer-data", "{millis} 毫秒没有等到 ACK：从 DATA {block} 起重发"),
    ("tftp.timer-ack", "{millis} 毫秒没有等到 DATA：重发 ACK {block}"),
    ("tftp.gap-ack", "应该来 DATA {expected}，来的却是 {found}：用 ACK {block} 要求从那里重发整个窗口"),
    ("tftp.gap-resent", "ACK {block} 确认的不是窗口的最后一块：从它的下一块开始新的窗口"),
    ("tftp.reack", "DATA {block} 第二次到达：重发它的 ACK"),
    ("tftp.reack-oack", "OACK 第二次到达：重发 ACK 0"),
    ("tftp.duplicate-ack-answered", "对第二个 ACK {block} 又发了一遍 DATA：魔法师的学徒开始作怪了"),
    // 为什么不理会
    ("tftp.duplicate-ack-ignored", "第二个 ACK {block}：不理会，否则从此以后每个数据包都会发两遍"),
    ("tftp.copy-of-data", "DATA {block} 紧接着又到达一次：是途中的复制品，并不说明 ACK 丢了"),
    ("tftp.stale-ack", "旧的 ACK {block}：不理会"),
    ("tftp.stale-data", "旧的 DATA {block}：不理会"),
    ("tftp.stale-oack", "OACK 第二次到达：不理会"),
    ("tftp.wrong-tid", "{from} 发来的数据包不属于这次传输：向它回 ERROR 5，传输照常进行"),
];
