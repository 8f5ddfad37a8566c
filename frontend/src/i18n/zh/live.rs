//! 服务器，以及在它上面运行的实验。

use crate::i18n::catalogue::Live;

pub(in crate::i18n) const LIVE: Live = Live {
    connecting: "正在寻找服务器……",
    absent: "这个页面背后没有 Firsthop 服务器。",
    absent_how: "“真实”的部分需要服务器，因为套接字在服务器上。请取得源代码，用下面的命令启动，再打开它给出的地址。",
    retry: "再找一次",
    ready: "服务器已就绪。",
    no_capture: "服务器已就绪，但{why}。系统调用和套接字状态照样显示。",
    outdated: "服务器用的是协议第 {theirs} 版，这个页面用的是第 {ours} 版。请重新载入页面。",
    run: "真实运行一次",
    again: "再运行一次",
    stop: "停止",
    waiting: "正在等待服务器空位；前面还有 {ahead} 个。",
    running: "正在服务器上运行……",
    ended: "完成。",
    ended_badly: "没能进行到底：{why}。",
    refused: "服务器拒绝了：{why}。",
    stopped: "已停止。",
    show_recording: "看一段录制",
    recorded: "这是一段录制：以前在 Linux 内核上，用本页最初的设置真实运行时记下的。它不是现在运行的。",
    no_recording: "录制无法载入。",
    gone: "与服务器的连接断了，这次运行也随之结束。",
};
