//! 真实服务页面。

use crate::i18n::catalogue::Labs;

pub(in crate::i18n) const LABS: Labs = Labs {
    title: "真实服务",
    lead: "服务器上真正的套接字：每次调用、每一帧、每个套接字状态，一发生就送到这里。",
    names: "UDP 回显|TFTP|TCP|HTTP",
    look: "每一行作为一个数据报发出，带着编号回来。看看哪一方调用了 bind，再看同样的文字在两种编码下的字节。|文件分块传送，上一块得到确认才发下一块。注意端口：服务器换了一个新端口来回答。文件长度正好是 512 的倍数时，最后要补一个空块。|连接的两端，一次调用一次调用地看。看哪个调用引出哪个报文段，看 recv 返回 0，再看谁最后停在 TIME-WAIT。|请求照你输入的字节原样发出。看状态行、空行，再看服务器怎样回应一个不合规的请求。",
    sockets: "内核列出的套接字",
    datagrams: "数据报，一行一个",
    encoding: "文字编码",
    direction: "方向",
    download: "下载",
    upload: "上传",
    size: "文件字节数",
    blksize: "blksize（留空为 512）",
    windowsize: "windowsize（留空为 1）",
    tsize: "询问 tsize",
    message: "客户端发送",
    request: "请求",
    request_hint: "每行以 CR LF 结尾发送，空行表示首部结束。",
};
