//! 目标里的错误。

use firsthop_protocol::{
    goal::{Expected, GoalError, MAX_CHARS, MAX_DEPTH, Problem},
    trace::filter::FilterError,
};

use super::filter;

/// 目标。
pub(in crate::i18n) fn goal(error: &GoalError) -> String {
    let problem = match &error.problem {
        Problem::Filter(problem) => {
            return filter(&FilterError { at: error.at.clone(), problem: problem.clone() });
        }
        Problem::UnknownWord(word) => {
            format!("条件不能以“{word}”开头；应为 frame、call、event、received、row，或 tcp 这样的协议")
        }
        Problem::Missing(what) => {
            format!("这里应有{}，例如 {}", expected(*what), what.example())
        }
        Problem::NotJoined(word) => format!("“{word}”前面缺少 and、or 或 then"),
        Problem::TooBig(number) => format!("数“{number}”太大"),
        Problem::AlwaysSo => "at least 0 总是成立；应为 at least 1，或者 no".to_owned(),
        Problem::UnknownState(state) => {
            format!("TCP 没有“{state}”这个状态；应为 LISTEN、ESTABLISHED 这样的状态名")
        }
        Problem::BadNetwork(text) => format!("“{text}”不是网络；应为 10.0.0.0/8 这样的网络"),
        Problem::TimeInTime(word) => {
            format!("“{word}”在另一个表示时间的词里面；那里说的都是同一时刻：请去掉一个")
        }
        Problem::Unclosed => "这个括号没有闭合".to_owned(),
        Problem::Unopened => "这个右括号没有对应的左括号".to_owned(),
        Problem::UnclosedQuote => "这个引号没有闭合".to_owned(),
        Problem::UnclosedFilter => "过滤条件的这个方括号没有闭合".to_owned(),
        Problem::Stray(sign) => format!("“{sign}”在这里没有意义；要当作文字，请加上引号"),
        Problem::TooDeep => format!("括号、not 和表示时间的词嵌套超过 {MAX_DEPTH} 层"),
        Problem::TooLong => format!("超过 {MAX_CHARS} 个字符；请分成几个目标"),
        Problem::UnknownMachine(name, known) => format!("没有名为“{name}”的机器，只有：{}", list(known)),
        Problem::UnknownLink(name, known) => format!("没有名为“{name}”的链路，只有：{}", list(known)),
    };
    format!("第 {} 个字符：{problem}。", error.at.start + 1)
}

/// 名字之间用顿号。
fn list(names: &str) -> String {
    names.replace(", ", "、")
}

const fn expected(what: Expected) -> &'static str {
    match what {
        Expected::Condition => "一个条件",
        Expected::Machine => "一台机器的名字",
        Expected::Link => "一条链路的名字",
        Expected::Count => "一个整数",
        Expected::Duration => "一段时间",
        Expected::Filter => "方括号里的过滤条件",
        Expected::Table => " of 和表的名字",
        Expected::State => " is 和一个状态",
        Expected::Text => "引号里的文字",
        Expected::Column => "列或参数的名字",
        Expected::Relation => "等号、大于号、小于号、contains 或 in",
        Expected::Value => "用来比较的值",
        Expected::Number => "用来比较的数",
        Expected::Socket => "连接名字的一部分",
        Expected::Errno => "错误的符号",
        Expected::AfterAt => " least、most 或 the end",
    }
}
