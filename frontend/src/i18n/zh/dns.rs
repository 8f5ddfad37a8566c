//! DNS 协议机说的每一句话。

pub(super) const TEXTS: &[(&str, &str)] = &[
    // 服务器为什么这样回答
    ("dns.answer.positive", "区里有 {name} 的 {kind} 记录，或者有通往它的别名"),
    ("dns.answer.wildcard", "{name} 并不存在，但 {wildcard} 代表所有这样的名字"),
    ("dns.answer.alias-leaves", "别名指向 {name}，它不在区 {zone} 里：由询问者自己接着查"),
    ("dns.answer.alias-loop", "别名又绕回 {name}，或者别名太多：不再追下去"),
    ("dns.answer.referral", "{cut} 已委派出去：它的服务器才知道，这里附上已知的服务器地址"),
    ("dns.answer.nxdomain", "{name} 在区 {zone} 里不存在；SOA 记录说明这一点可以记住多久"),
    ("dns.answer.nodata", "{name} 存在，但没有 {kind} 记录；SOA 记录说明这一点可以记住多久"),
    ("dns.answer.refused", "REFUSED：{name} 不在这里的任何一个区里"),
    ("dns.answer.no-transfer", "NOTIMP：这里不回答 {kind} 查询"),
    ("dns.answer.notimp", "NOTIMP：只回答普通查询，不做操作 {opcode}"),
    ("dns.answer.formerr", "FORMERR：{error}"),
    ("dns.answer.no-question", "FORMERR：报文里没有问题"),
    ("dns.answer.badvers", "BADVERS：只支持 EDNS 版本 0"),
    ("dns.answer.truncated", "应答超过 {limit} 字节：用 TC 告诉询问者改用 TCP"),
    ("dns.answer.unwritable", "没有应答：{error}"),
    // 问了什么
    ("dns.ask.server", "向 {server} 询问 {question}"),
    ("dns.ask.again", "再次向 {server} 询问 {question}：第 {attempt} 次"),
    ("dns.ask.tcp", "同样的问题改用 TCP：{question}"),
    ("dns.ask.to-tcp", "{server} 的应答被截断：建立 TCP 连接"),
    ("dns.ask.no-answer", "{server} 没有及时回答：{question}"),
    ("dns.ask.no-help", "{server} 回答 {rcode}：改问另一台服务器"),
    ("dns.ask.unreachable", "{server} 上没有程序在监听：改问另一台服务器"),
    ("dns.ask.stream-closed", "{question} 的应答还没收全，连接就断了"),
    ("dns.ask.done", "不再等待 {question} 的应答"),
    // 为什么不理会
    ("dns.ignored.malformed", "不理会：{from} 发来的不是 DNS 报文：{error}"),
    ("dns.ignored.not-a-query", "不理会：{from} 发来应答，而这里什么也没问"),
    ("dns.ignored.not-an-answer", "不理会：这里等的是应答，{from} 却发来问题"),
    ("dns.ignored.unasked", "不理会：{from} 的应答发到端口 {port}，而没有从这个端口问过什么"),
    ("dns.ignored.source", "不理会：应答来自 {from}，而问的是 {server}"),
    ("dns.ignored.id", "不理会：{from} 的应答 ID 是 {id}，而问题的 ID 是 {expected}"),
    ("dns.ignored.question", "不理会：{from} 回答的不是 {question} 这个问题"),
];
