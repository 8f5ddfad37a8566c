//! 各种错误：哪里不对，怎样才对。

mod goal;
mod scenario;

use firsthop_protocol::{
    addr::{MOST_PARTS, NoHost, NotTwoHosts, ParseError, PlanError, RangeError, SplitError},
    trace::{
        capture::{Flaw, MAX_RECORD, Part, ReadError},
        filter::{FilterError, MAX_DEPTH, Problem},
    },
    wire::edit::EditError,
};

pub(in crate::i18n) use self::{goal::goal, scenario::scenario};
use crate::i18n::{Language, wire::words};

/// 地址。
pub(in crate::i18n) fn address(error: &ParseError) -> String {
    match error {
        ParseError::Empty => "请输入地址和前缀长度，例如 192.168.1.10/24。".to_owned(),
        ParseError::NoAddress(typed) => {
            format!("“{typed}”里没有地址：“/”的前面要写地址，例如 192.168.1.10/24。")
        }
        ParseError::OctetCount { address, found } => {
            format!("“{address}”有 {found} 段：IPv4 地址正好四段，例如 192.168.1.10。")
        }
        ParseError::OctetNotANumber { address, position, octet } if octet.is_empty() => {
            format!("“{address}”的第 {position} 段是空的：应为 0 到 255 的数。")
        }
        ParseError::OctetNotANumber { address, position, octet } => {
            format!("“{address}”的第 {position} 段是“{octet}”：应为 0 到 255 的数。")
        }
        ParseError::OctetTooLarge { address, position, octet } => {
            format!("“{address}”的第 {position} 段是 {octet}：每段 8 位，最大是 255。")
        }
        ParseError::LeadingZero { address, position, octet, right } => format!(
            "“{address}”的第 {position} 段写作“{octet}”：有的程序把 0 开头的数当作八进制，请写成 {right}。"
        ),
        ParseError::Ipv6(address) => {
            format!("“{address}”不是 IPv6 地址：最多八组，每组最多四个十六进制数字，“::”至多出现一次。")
        }
        ParseError::NoPrefix(address) => {
            format!("“{address}”没有前缀长度：可以写成 {address}/24，也可以空一格再写子网掩码。")
        }
        ParseError::Prefix { found, most } => format!("前缀长度“{found}”不对：应为 0 到 {most} 的数。"),
        ParseError::MaskNotContiguous { mask, bit } => {
            format!("“{mask}”不是子网掩码：1 必须都在 0 的前面，而第 {bit} 位的 1 却在 0 的后面。")
        }
        ParseError::Wildcard { wildcard, netmask } => {
            format!("“{wildcard}”是反掩码（0 在前，1 在后）；对应的子网掩码是 {netmask}。")
        }
        ParseError::HostBits { given, network } => {
            format!("{given} 的主机位不全是 0：它所在的网络是 {network}。")
        }
    }
}

/// 等分。
pub(in crate::i18n) fn split(error: &SplitError) -> String {
    match error {
        SplitError::Single(net) => format!("{net} 只有一个地址，不能再分。"),
        SplitError::Prefix { net, prefix } => format!(
            "{net} 不能分成若干个 /{prefix}：前缀长度应在 {} 到 {} 之间。",
            net.prefix_len(),
            net.max_prefix_len()
        ),
        SplitError::TooMany { net, prefix, bits } => {
            format!("{net} 里有 2 的 {bits} 次方个 /{prefix}：最多列出 {MOST_PARTS} 个。")
        }
    }
}

/// 按主机数规划。
pub(in crate::i18n) fn plan(error: &PlanError) -> String {
    match error {
        PlanError::Nothing => "请写出每个子网要容纳的主机数，例如 100 50 2。".to_owned(),
        PlanError::NotACount { position, found } => {
            format!("第 {position} 个是“{found}”：应为表示主机数的整数，例如 100。")
        }
        PlanError::Absurd { position, found } => {
            format!("第 {position} 个要 {found} 台主机：连 IPv6 也只有 2 的 128 次方个地址。")
        }
        PlanError::Zero { position } => format!("第 {position} 个数是 0：一个子网至少有一台主机。"),
        PlanError::NoRoom { position, hosts, needed, network, total, available } => {
            let family = if network.addr().is_ipv4() { "IPv4" } else { "IPv6" };
            let needed = needed
                .map_or_else(|| format!("比整个 {family} 还大的空间"), |prefix| format!("一个 /{prefix}"));
            let amount = |addresses: &Option<u128>, most: &str| {
                addresses.map_or_else(|| most.to_owned(), |addresses| format!(" {addresses} 个"))
            };
            let total = amount(total, "至少 2 的 128 次方个");
            let available = amount(available, " 2 的 128 次方个");
            format!(
                "第 {position} 个子网（{hosts} 台主机）需要{needed}，{network} 里放不下：全部子网共需{total}地址，而这里只有{available}。"
            )
        }
    }
}

/// 地址范围。
pub(in crate::i18n) fn range(error: &RangeError) -> String {
    match error {
        RangeError::Families { first, last } => {
            format!("{first} 和 {last} 不是同一种地址：范围的两端要么都是 IPv4，要么都是 IPv6。")
        }
        RangeError::Backwards { first, last } => format!("范围的终点在起点之前：{first} 比 {last} 大。"),
    }
}

/// 不是两台主机的地址。
pub(in crate::i18n) fn not_two_hosts(error: &NotTwoHosts) -> String {
    match error {
        NotTwoHosts::Families { a, b } => format!(
            "{a} 和 {b} 一个是 IPv4，一个是 IPv6，没法比较：两台主机通信要用同一种地址，请都写成 IPv4，或者都写成 IPv6。"
        ),
        NotTwoHosts::SameAddress(address) => {
            format!("A 和 B 的地址都是 {address}：同一网络里的两台主机必须用不同的地址。")
        }
        NotTwoHosts::NoHost { host, address, why } => {
            format!("{host} 的地址 {address} 不能给主机用：{}。", no_host(why))
        }
        NotTwoHosts::NoHostThere { host, address, why } => {
            format!("在对方看来，{host} 的地址 {address} 不是主机的地址：按对方的掩码，{}。", no_host(why))
        }
    }
}

fn no_host(why: &NoHost) -> String {
    match why {
        NoHost::Network(net) => format!("它是 {net} 的网络号"),
        NoHost::Broadcast(net) => format!("它是 {net} 的广播地址，指那里的所有主机"),
        NoHost::Routers(net) => {
            format!("它是 {net} 的子网路由器任播地址，由那里的路由器共用（RFC 4291 §2.6.1）")
        }
        NoHost::Special(block) => {
            let chinese = Language::Chinese;
            format!("它属于{}，{}（{}）", chinese.purpose(block), block.block, chinese.section(block.rfc))
        }
    }
}

/// 修改字段。
pub(in crate::i18n) fn edit(error: &EditError) -> String {
    match error {
        EditError::TooLarge { number, bits, max } => format!("{bits} 位放不下 {number}：最大是 {max}。"),
        EditError::OtherLength { needed, had } => {
            format!("这个字段是 {needed} 字节，给出的是 {had} 字节：修改时后面的字节不会移动。")
        }
        EditError::NotAValue { text, expected } => {
            format!("“{text}”不行，应为{}。", words(Language::Chinese, expected))
        }
        EditError::Outside => "这个字段不在这一帧里。".to_owned(),
    }
}

/// 抓包文件。
pub(in crate::i18n) fn capture(error: &ReadError) -> String {
    match error {
        ReadError::Empty => "文件是空的：需要 pcap 或 pcapng 文件。".to_owned(),
        ReadError::NotACapture { first } => format!(
            "这不是 pcap 或 pcapng 文件：它以 {} 开头；pcap 文件以 a1 b2 c3 d4 开头（两种字节序皆可），pcapng 文件以 0a 0d 0d 0a 开头。",
            hex(first)
        ),
        ReadError::Truncated { what, offset, needed, had } => {
            format!("文件不完整：第 {offset} 字节起的{}需要 {needed} 字节，只有 {had} 字节。", part(*what))
        }
        ReadError::Malformed { what, offset, why } => {
            format!("第 {offset} 字节起的{}格式不对：{}。", part(*what), flaw(*why))
        }
        ReadError::Io { offset, why } => format!("读到第 {offset} 字节时失败：{why}"),
    }
}

const fn part(part: Part) -> &'static str {
    match part {
        Part::FileHeader => "文件头",
        Part::Record => "记录",
        Part::BlockHeader => "块头",
        Part::Block => "块",
        Part::SectionHeader => "节首部块",
        Part::InterfaceDescription => "接口描述块",
        Part::EnhancedPacket => "增强分组块",
        Part::SimplePacket => "简单分组块",
        Part::Packet => "分组块",
    }
}

fn flaw(flaw: Flaw) -> String {
    match flaw {
        Flaw::ByteOrder(magic) => format!("字节序标记是 {}，应为 1a 2b 3c 4d 或其倒序", hex(&magic)),
        Flaw::Version(version) => format!("版本号是 {version}，而只有第 1 版"),
        Flaw::TooShort(length) => format!("长度是 {length} 字节，而一个块至少 12 字节"),
        Flaw::Implausible(length) => format!("长度是 {length} 字节，合理的长度在 12 到 {MAX_RECORD} 之间"),
        Flaw::Captured(length) => format!("捕获长度是 {length} 字节，合理的长度不超过 {MAX_RECORD}"),
        Flaw::Interface { id, described } => {
            format!("它属于第 {id} 号接口，而这一节只描述了 {described} 个接口")
        }
        Flaw::Contradiction => "它的几个长度互相矛盾".to_owned(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// 过滤条件。
pub(in crate::i18n) fn filter(error: &FilterError) -> String {
    let problem = match &error.problem {
        Problem::UnknownWord(word) => {
            format!("“{word}”不是协议、事件种类或过滤语言里的其他词；要按文字查找，请加上引号")
        }
        Problem::ValueMissing(word, example) => format!("“{word}”后面要有一个值，例如 {example}"),
        Problem::BadAddress(word) => {
            format!("“{word}”不是地址；应为 IPv4、IPv6 或 MAC 地址，或 10.0.0.0/8 这样的网络")
        }
        Problem::BadPort(word) => format!("“{word}”不是端口号；应为 0 到 65535 的数"),
        Problem::TermMissing => "这里缺少要查找的内容".to_owned(),
        Problem::Unclosed => "这个括号没有闭合".to_owned(),
        Problem::Unopened => "这个右括号没有对应的左括号".to_owned(),
        Problem::UnclosedQuote => "这个引号没有闭合".to_owned(),
        Problem::TooDeep => format!("括号和 not 嵌套超过 {MAX_DEPTH} 层"),
    };
    format!("第 {} 个字符：{problem}。", error.at.start + 1)
}
