//! 输入有误时的提示。

use firsthop_protocol::{
    addr::{ParseError, PlanError, SplitError},
    trace::{
        capture::ReadError,
        filter::{FilterError, Problem},
    },
};

pub(in crate::i18n) fn address(error: &ParseError) -> String {
    match error {
        ParseError::Empty => "还没有输入：请写地址和前缀长度，例如 192.168.1.10/24".into(),
        ParseError::OctetCount { address, found } => {
            format!("“{address}”有 {found} 个字节：IPv4 地址有四个，例如 192.168.1.10")
        }
        ParseError::OctetNotANumber { address, position, octet } => {
            format!("“{address}”的第 {position} 个字节是“{octet}”：这里应是 0 到 255 的数")
        }
        ParseError::OctetTooLarge { address, position, octet } => {
            format!("“{address}”的第 {position} 个字节是 {octet}：一个字节只有 8 位，最大是 255")
        }
        ParseError::LeadingZero { address, position, octet, right } => {
            format!("“{address}”的第 {position} 个字节是“{octet}”：有些程序把前导零当作八进制，请写 {right}")
        }
        ParseError::Ipv6(text) => {
            format!("“{text}”不是 IPv6 地址：最多八组，每组最多四个十六进制数字，“::”最多出现一次")
        }
        ParseError::NoPrefix(address) => {
            format!("“{address}”没有前缀长度：例如写成 {address}/24，或在空格后写子网掩码")
        }
        ParseError::Prefix { found, most } => format!("前缀长度是“{found}”：应是 0 到 {most} 的数"),
        ParseError::MaskNotContiguous { mask, bit } => {
            format!("{mask} 不是子网掩码：1 必须全部在 0 之前，而第 {bit} 位是排在 0 后面的 1")
        }
        ParseError::Wildcard { wildcard, netmask } => {
            format!("{wildcard} 是通配符掩码（0 在前，1 在后）；对应的子网掩码是 {netmask}")
        }
        ParseError::HostBits { given, network } => format!("{given} 的主机位不全为 0：网络是 {network}"),
    }
}

pub(in crate::i18n) fn split(error: &SplitError) -> String {
    match error {
        SplitError::Prefix { net, prefix } => {
            let (least, most) = (net.prefix_len(), net.max_prefix_len());
            format!("{net} 不能分成 /{prefix}：前缀长度应在 {least} 到 {most} 之间")
        }
        SplitError::TooMany { net, prefix, bits } => {
            format!("{net} 里有 2 的 {bits} 次方个 /{prefix}，多得列不下")
        }
    }
}

pub(in crate::i18n) fn plan(error: &PlanError) -> String {
    match error {
        PlanError::Nothing => "没有主机数：请为每个子网写一个，例如 100 50 2".into(),
        PlanError::Zero { position } => format!("第 {position} 个子网的主机数是 0：至少要有一台"),
        PlanError::NoRoom { position, hosts, network, total, available, .. } => format!(
            "第 {position} 个子网（{hosts} 台主机）在 {network} 里放不下：全部子网共需 {total} 个地址，这里有 {available} 个"
        ),
    }
}

pub(in crate::i18n) fn capture(error: &ReadError) -> String {
    match error {
        ReadError::NotACapture { first } => format!(
            "这不是 pcap 或 pcapng 文件：它以 {first:02x?} 开头；pcap 以 a1 b2 c3 d4（或反序）开头，pcapng 以 0a 0d 0d 0a 开头"
        ),
        ReadError::Truncated { offset, needed, had, .. } => {
            format!("文件不完整：从第 {offset} 字节起需要 {needed} 字节，只有 {had} 字节")
        }
        ReadError::Malformed { offset, why, .. } => format!("文件从第 {offset} 字节起有误：{why}"),
        ReadError::Io { offset, why } => format!("读到第 {offset} 字节时出错：{why}"),
    }
}

pub(in crate::i18n) fn filter(error: &FilterError) -> String {
    let problem = match &error.problem {
        Problem::UnknownWord(word) => {
            format!("“{word}”不是协议名，也不是过滤语言里的词；要把它当文字来找，请加引号")
        }
        Problem::ValueMissing(word, example) => format!("“{word}”后面要有值，例如 {example}"),
        Problem::BadAddress(text) => {
            format!("“{text}”不是地址；可以写 IPv4、IPv6、MAC 地址，或 10.0.0.0/8 这样的网络")
        }
        Problem::BadPort(text) => format!("“{text}”不是端口；应是 0 到 65535 的数"),
        Problem::TermMissing => "这里缺少要找的内容".into(),
        Problem::Unclosed => "这个括号没有关上".into(),
        Problem::Unopened => "这个括号没有打开过".into(),
        Problem::UnclosedQuote => "这个引号没有关上".into(),
        Problem::TooDeep => "括号或 not 嵌套太深".into(),
    };
    format!("第 {} 个字符：{problem}", error.at.start + 1)
}
