//! 模拟网络的页面和网络图。

use crate::i18n::catalogue::{Journey, Layers, Network, Topology};

pub(in crate::i18n) const NETWORK: Network = Network {
    title: "网络",
    lead: "看数据包沿着线路走。让时间停住，点一个数据包就能读它的字节，点一台设备就能看它知道些什么。",
    scenario: "场景",
    seed: "随机种子",
    seed_hint: "同样的种子，同样的结果",
    seed_wrong: "请输入 0 或更大的整数。",
    device: "{kind} {name}：此刻知道些什么",
    choose_device: "在图上选一台设备，就能看到它的各种表。",
    close_device: "关闭",
};

pub(in crate::i18n) const TOPOLOGY: Topology = Topology {
    title: "网络图：设备、线路和路上的数据包",
    kinds: "主机|路由器|交换机|集线器|云",
    device: "{kind} {name} {addresses}",
    packet: "第 {n} 个数据包，{from} → {to}：{what}",
    packet_lost: "第 {n} 个数据包，{from} → {to}，在途中丢失：{what}",
    idle: "{time} 秒：线路上什么也没有。",
    under_way: "{time} 秒，线路上有 {n} 个。{packets}",
    comma: "，",
    semicolon: "；",
    legend: "数据包上写的是什么，一共有多少个",
    devices: "设备与线路",
    name: "名称",
    kind: "类型",
    addresses: "地址",
    connected: "连接到",
};

pub(in crate::i18n) const JOURNEY: Journey = Journey {
    title: "同一个数据包在每条线路上的样子，途中变了的都有标记",
    field: "字段",
    link: "线路 {link}",
    changed: "变了：",
    alone: "这个数据包只经过一条线路，途中没有什么能改变它。",
};

pub(in crate::i18n) const LAYERS: Layers = Layers {
    title: "逐层来看：发送方封装，接收方解封装",
    down: "{kind} {name} 封装：每一层在前面加上自己的首部",
    up: "{kind} {name} 解封装：每一层去掉自己的首部",
    no_further: "{kind} {name} 只读到这里：其余部分只是照样传送。",
    bytes: "{n} 字节",
};
