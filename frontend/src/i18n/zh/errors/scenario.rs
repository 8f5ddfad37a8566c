//! 模拟场景里的错误。

use firsthop_protocol::{
    nat,
    sim::{Place, Problem, ScenarioError, Step},
};

use super::{filter, goal::goal};

/// 场景。
pub(in crate::i18n) fn scenario(error: &ScenarioError) -> String {
    match error {
        // 具体哪里不对，由 TOML 的解析器用英文说明。
        ScenarioError::Syntax { line, message } => {
            let line = line.map(|line| format!("第 {line} 行")).unwrap_or_default();
            format!("{line}不符合场景文件的格式：{message}")
        }
        ScenarioError::Wrong { place: at, problem: what } => format!("{}{}", place(at), problem(what)),
        ScenarioError::Over => "模拟已经到了场景规定的上限，不能再做什么了：请先把时间往回拨。".to_owned(),
        ScenarioError::NotInLibrary { name, known } => {
            format!("场景库里没有“{name}”，只有：{}。", list(known))
        }
    }
}

/// “第 12 行，action 第 3 项的 to：”。
fn place(place: &Place) -> String {
    let mut said = place.line.map(|line| format!("第 {line} 行")).unwrap_or_default();
    let mut after = None;
    for step in &place.path {
        match (step, after) {
            (Step::Number(number), _) => said.push_str(&format!(" 第 {} 项", number + 1)),
            (Step::Key(key), Some(())) => said.push_str(&format!("的 {key}")),
            (Step::Key(key), None) if said.is_empty() => said.push_str(key),
            (Step::Key(key), None) => said.push_str(&format!("，{key}")),
        }
        after = Some(());
    }
    if !said.is_empty() {
        said.push('：');
    }
    said
}

/// 名字之间用顿号。
fn list(names: &str) -> String {
    names.replace(", ", "、")
}

fn problem(problem: &Problem) -> String {
    match problem {
        Problem::NoHosts => "场景里至少要有一台主机，即一个 [[host]]。".to_owned(),
        Problem::BadName(name) => {
            format!("“{name}”不能作名字：应为 1 到 32 个字母、数字、“-”、“_”或“.”。")
        }
        Problem::DuplicateName(name) => format!("有两个“{name}”：名字不能重复。"),
        Problem::UnknownHost { name, known } => format!("没有名为“{name}”的主机，只有：{}。", list(known)),
        Problem::UnknownLink { name, known } => format!("没有名为“{name}”的链路，只有：{}。", list(known)),
        Problem::BadAddress(address) => format!(
            "{address} 不能作主机地址：网络号，广播、组播、环回和保留地址都不行，应为 10.0.0.1/24 这样的地址。"
        ),
        Problem::DuplicateAddress(address) => format!("{address} 已经是另一台机器的地址。"),
        Problem::BadMac(mac) => {
            format!("“{mac}”不是接口的 MAC 地址：应为六个字节，第一个字节是偶数，例如 02:00:00:00:00:01。")
        }
        Problem::ShortAndLong(field) => format!("{field} 是简写，接口或地址的列表已经说明了它：请去掉一个。"),
        Problem::UnknownInterface(name) => format!("这台机器没有名为“{name}”的接口。"),
        Problem::RouteNeedsVia => {
            "路由要有 via = \"…\"（下一台路由器），网络就在接口上的话则要有 interface = \"…\"。".to_owned()
        }
        Problem::FarRouter(router) => {
            format!("{router} 不能作这台机器的下一台路由器：应为它所在网络里另一台机器的地址。")
        }
        Problem::NotOwnAddress(address) => format!("{address} 不是这台机器的地址。"),
        Problem::BadGroup(group) => {
            format!("{group} 不是组播地址：应在 224.0.0.0 到 239.255.255.255 之间。")
        }
        Problem::NatNeedsAddress(name) => format!("接口“{name}”没有地址，里面的机器没有可以共用的地址。"),
        Problem::Forward(error) => match error {
            nat::ConfigError::Protocol => "只有 UDP 和 TCP 的端口可以转发。".to_owned(),
            nat::ConfigError::Taken { port } => format!("端口 {port} 已被占用。"),
            nat::ConfigError::NotForwarded { port } => format!("端口 {port} 没有转发。"),
            nat::ConfigError::ToOutside { to } => {
                format!("{to} 就是外部地址本身；应该转发给里面的主机。")
            }
        },
        Problem::OnlyRouters(field) => format!("只有路由器才有“{field}”：这台主机应该写成路由器。"),
        Problem::SelfLink(name) => format!("链路的两端都是“{name}”：一条链路要连接两台机器。"),
        Problem::UnknownMachine { name, known } => format!("没有名为“{name}”的设备；现有：{known}。"),
        Problem::UnknownPort { machine, port, known } => {
            format!("“{machine}”没有端口“{port}”；现有：{known}。")
        }
        Problem::PortTaken { machine, port } => format!("“{machine}”的端口“{port}”已经接了一条链路。"),
        Problem::NoFreePort { machine, ports } => {
            format!("“{machine}”一共有 {ports} 个端口，都已接上链路，接不下这一条。")
        }
        Problem::Range { value, least, most } => format!("{value} 超出范围：应为 {least} 到 {most}。"),
        Problem::NotAtLink(name) => format!("“{name}”不在这条链路的任何一端。"),
        Problem::Filter(error) => filter(error),
        Problem::Goal(error) => goal(error),
        Problem::NthAndFirst => "nth 和 first 不能同时用：请去掉一个。".to_owned(),
        Problem::RuleDelay => "delay_ms 要和 action = \"delay\" 一起用，并且至少是 1。".to_owned(),
        Problem::HostNeeded(verb) => format!("{verb} 要由一台机器来做：缺少 host = \"…\"。"),
        Problem::LinkNeeded(verb) => format!("{verb} 要针对一条链路：缺少 link = \"…\"。"),
        Problem::Meaningless { field, verb } => format!("{field} 对 {verb} 没有意义：请去掉。"),
        Problem::ConditionNeedsHost => "on 说的是某台机器的套接字：缺少 host = \"…\"。".to_owned(),
        Problem::AtAndOn => "at_ms 和 on 不能同时用：请去掉一个（after_ms 从 on 成立时起计时）。".to_owned(),
        Problem::AfterWithoutOn => "after_ms 从 on 成立时起计时，而这里没有 on：应改用 at_ms。".to_owned(),
        Problem::BadTo(to) => {
            format!("“{to}”不是机器加端口：应写成 server:80 或 10.0.0.2:80 的样子。")
        }
        Problem::BadMachine(name) => format!("“{name}”不是机器：应为主机名或 IPv4 地址。"),
        Problem::TooMuch { sum, most } => format!("这样一共要发送 {sum} 字节：最多 {most} 字节。"),
        Problem::BytesOrText => "发送什么要用 bytes 或 text 说明，二者选一。".to_owned(),
    }
}
