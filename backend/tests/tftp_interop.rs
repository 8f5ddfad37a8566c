//! The TFTP service against programs we did not write: curl, tftp-hpa and atftp.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[path = "tftp/support.rs"]
mod support;

use std::{fs, path::Path, time::Duration};

use firsthop_server::{
    places::Most,
    services::tftp::{Options, UploadOptions},
};
use support::{ByHand, Service, file, hash, link, tool};

/// The sizes; the last one has 81,921 blocks of 512 bytes, so that the block number wraps.
const SIZES: [usize; 6] = [0, 1, 511, 512, 513, 65_536];
const WRAPS: usize = 40 << 20;

fn uploads() -> Option<UploadOptions> {
    Some(UploadOptions::default())
}

/// Downloads and uploads every size with one program in one of its manners.
fn both_ways(program: &str, manner: &str, sizes: &[usize]) {
    let Some(tool) = tool(program) else { return };
    let service = Service::start(uploads());
    let away = tempfile::tempdir().unwrap();
    for &size in sizes {
        let content = file(size);
        let name = format!("{size}.bin");
        fs::write(service.path(&name), &content).unwrap();
        let got = away.path().join(&name);
        tool.get(service.address, manner, &name, &got).succeeds();
        assert_eq!(hash(&fs::read(&got).unwrap()), hash(&content), "{program} {manner}: get {size}");
        let there = format!("up-{size}.bin");
        tool.put(service.address, manner, &got, &there).succeeds();
        // Its last ACK says that the file is there.
        assert_eq!(
            hash(&fs::read(service.path(&there)).unwrap()),
            hash(&content),
            "{program} {manner}: put {size}"
        );
        fs::remove_file(service.path(&there)).unwrap();
        fs::remove_file(service.path(&name)).unwrap();
    }
    assert_eq!(service.names(), Vec::<String>::new(), "nothing unfinished is left");
}

#[test]
fn curl_every_size() {
    both_ways("curl", "", &SIZES);
    both_ways("curl", "no-options", &SIZES);
    both_ways("curl", "blksize=1428", &SIZES);
    both_ways("curl", "blksize=65464", &SIZES);
}

#[test]
fn tftp_hpa_every_size() {
    both_ways("tftp", "", &SIZES);
}

#[test]
fn atftp_every_size() {
    both_ways("atftp", "", &SIZES);
    both_ways("atftp", "blksize=1428", &SIZES);
    both_ways("atftp", "tsize=0 timeout=2", &SIZES);
    both_ways("atftp", "blksize=1428 windowsize=8", &SIZES);
    both_ways("atftp", "windowsize=16", &SIZES);
}

#[test]
fn curl_wraps_the_block_number() {
    both_ways("curl", "", &[WRAPS]);
}

#[test]
fn tftp_hpa_wraps_the_block_number() {
    both_ways("tftp", "", &[WRAPS]);
}

#[test]
fn atftp_wraps_the_block_number() {
    both_ways("atftp", "", &[WRAPS]);
    both_ways("atftp", "windowsize=16", &[WRAPS]);
}

#[test]
fn tftp_hpa_netascii() {
    let Some(tool) = tool("tftp") else { return };
    let service = Service::start(uploads());
    let away = tempfile::tempdir().unwrap();
    // Line ends at every place of a block, and carriage returns of their own.
    let text: Vec<u8> = (0..3000_u32).flat_map(|line| format!("{line}\n\r{line}\n").into_bytes()).collect();
    fs::write(service.path("text"), &text).unwrap();
    let got = away.path().join("text");
    tool.get(service.address, "netascii", "text", &got).succeeds();
    assert_eq!(hash(&fs::read(&got).unwrap()), hash(&text));
    // This client sends a carriage return of the file as CR NUL, as it should.
    tool.put(service.address, "netascii", &got, "up").succeeds();
    assert_eq!(hash(&fs::read(service.path("up")).unwrap()), hash(&text));
}

#[test]
fn two_hundred_at_once() {
    let Some(tool) = tool("curl") else { return };
    let service = Service::start(None);
    let content = file(200_000);
    fs::write(service.path("f"), &content).unwrap();
    let away = tempfile::tempdir().unwrap();
    let running: Vec<_> = (0..200)
        .map(|number| {
            let got = away.path().join(number.to_string());
            let child = tool.get(service.address, "", "f", &got).0.spawn().unwrap();
            (child, got)
        })
        .collect();
    for (mut child, got) in running {
        assert!(child.wait().unwrap().success());
        assert_eq!(hash(&fs::read(got).unwrap()), hash(&content));
    }
}

/// A path never leads out of the tree, however it is written.
#[test]
fn nothing_outside_the_tree_is_served_or_written() {
    let Some(tool) = tool("atftp") else { return };
    let service = Service::start(uploads());
    let outside = service.path("../secret");
    fs::write(&outside, "secret").unwrap();
    fs::create_dir(service.path("sub")).unwrap();
    fs::write(service.path("sub/inside"), "inside").unwrap();
    let symlink = |to: &Path, name: &str| std::os::unix::fs::symlink(to, service.path(name)).unwrap();
    symlink(&outside, "absolute-link");
    symlink(Path::new("../secret"), "relative-link");
    symlink(outside.parent().unwrap(), "directory-link");
    symlink(Path::new("sub/inside"), "good-link");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        service.path("fifo"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    let away = tempfile::tempdir().unwrap();
    let got = away.path().join("got");
    for name in [
        "../secret",
        "/../secret",
        "sub/../../secret",
        "absolute-link",
        "relative-link",
        "directory-link/secret",
        "/proc/self/environ",
        "fifo",
        "sub",
        "/",
        ".",
        "..",
        "nothing",
        "sub/inside/below",
    ] {
        let _ = fs::remove_file(&got);
        let said = tool.get(service.address, "", name, &got).fails();
        assert!(fs::read(&got).unwrap_or_default().is_empty(), "{name:?} was served");
        assert!(
            said.contains("Access violation") || said.contains("File not found") || said.contains("regular"),
            "{name:?}: {said}"
        );
    }
    for name in ["/sub/inside", "good-link", "./sub//inside"] {
        tool.get(service.address, "", name, &got).succeeds();
        assert_eq!(fs::read(&got).unwrap(), b"inside", "{name}");
    }
    for name in ["../new", "directory-link/new", "absolute-link", "nowhere/new", "sub", ".firsthop-upload-1"]
    {
        tool.put(service.address, "", &got, name).fails();
    }
    assert_eq!(fs::read(&outside).unwrap(), b"secret");
    let beside = fs::read_dir(outside.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 2, "only the tree and the secret are there");
}

#[test]
fn uploads_are_off_unless_asked_for() {
    let Some(tool) = tool("atftp") else { return };
    let service = Service::start(None);
    let away = tempfile::tempdir().unwrap();
    let content = away.path().join("content");
    fs::write(&content, "x").unwrap();
    let said = tool.put(service.address, "", &content, "new").fails();
    assert!(said.contains("uploads are switched off"), "{said}");
    assert_eq!(service.names(), Vec::<String>::new());
}

#[test]
fn uploads_are_capped() {
    let Some(tool) = tool("atftp") else { return };
    let options = UploadOptions { max_bytes: 3000, max_total_bytes: 7000, ..UploadOptions::default() };
    let service = Service::start(Some(options));
    let away = tempfile::tempdir().unwrap();
    let of_size = |size: usize| {
        let path = away.path().join(size.to_string());
        fs::write(&path, file(size)).unwrap();
        path
    };
    tool.put(service.address, "", &of_size(3000), "fits").succeeds();
    // Refused at once when it says its size, in the middle when it does not.
    for manner in ["tsize=0", ""] {
        let said = tool.put(service.address, manner, &of_size(3001), "large").fails();
        assert!(said.contains("larger than the 3000 bytes"), "{manner}: {said}");
    }
    tool.put(service.address, "", &of_size(2900), "second").succeeds();
    for manner in ["tsize=0", ""] {
        let said = tool.put(service.address, manner, &of_size(1101), "third").fails();
        assert!(said.contains("no room left"), "{manner}: {said}");
    }
    // What was refused has been given back.
    tool.put(service.address, "", &of_size(1100), "third").succeeds();
    let said = tool.put(service.address, "", &of_size(1), "fits").fails();
    assert!(said.contains("already exists"), "{said}");
    assert_eq!(service.names(), ["fits", "second", "third"]);
}

/// What counts is what is there: not what was deleted, moved away or cut short meanwhile.
#[test]
fn what_is_gone_counts_no_more() {
    let Some(tool) = tool("atftp") else { return };
    let options = UploadOptions { max_total_bytes: 5000, max_files: 4, ..UploadOptions::default() };
    let service = Service::start(Some(options));
    fs::create_dir(service.path("sub")).unwrap();
    fs::write(service.path("mine"), file(9000)).unwrap();
    let away = tempfile::tempdir().unwrap();
    let put = |size: usize, name: &str, manner: &str| {
        let path = away.path().join("from");
        fs::write(&path, file(size)).unwrap();
        tool.put(service.address, manner, &path, name)
    };
    put(3000, "a", "").succeeds();
    put(2000, "./sub//b", "").succeeds();
    for manner in ["tsize=0", ""] {
        put(1, "c", manner).fails();
        // Replaced by a file of the operator's, which is no upload; then deleted.
        fs::write(service.path("other"), file(10)).unwrap();
        fs::rename(service.path("other"), service.path("a")).unwrap();
        put(3000, "c", manner).succeeds();
        fs::remove_file(service.path("c")).unwrap();
        fs::remove_file(service.path("a")).unwrap();
        put(3000, "a", manner).succeeds();
    }
    fs::write(service.path("sub/b"), file(500)).unwrap();
    put(1500, "d", "").succeeds();
    put(1, "e", "").fails();
    fs::remove_file(service.path("a")).unwrap();
    // Files without a byte are files.
    put(0, "f", "").succeeds();
    put(0, "g", "").succeeds();
    let said = put(0, "h", "").fails();
    assert!(said.contains("as many files"), "{said}");
}

#[test]
fn one_address_has_its_share_of_uploads() {
    let options = UploadOptions { max_source_bytes: 1000, ..UploadOptions::default() };
    let service = Service::start_on("127.0.0.1:0", Some(options));
    let put = |from: &str, name: &str| {
        let client = ByHand::at(from);
        client.send(service.address, format!("\0\x02{name}\0octet\0tsize\x00600\0").as_bytes());
        let (answer, tid) = client.next();
        if answer[1] == 6 {
            client.send(tid, &[&[0, 3, 0, 1][..], &[7; 512]].concat());
            assert_eq!(client.next().0, [0, 4, 0, 1]);
            client.send(tid, &[&[0, 3, 0, 2][..], &[7; 88]].concat());
            assert_eq!(client.next().0, [0, 4, 0, 2]);
        }
        answer
    };
    assert_eq!(put("127.0.0.1", "a")[1], 6);
    let refused = put("127.0.0.1", "b");
    assert!(refused.starts_with(b"\0\x05\0\x03no room left for uploads: your address"), "{refused:?}");
    assert_eq!(put("127.0.0.2", "b")[1], 6);
}

/// A file appears when it is whole, and an upload broken off leaves nothing.
#[test]
fn an_upload_that_is_broken_off_leaves_nothing() {
    let service = Service::start(uploads());
    let client = ByHand::new();
    client.send(service.address, b"\0\x02half\0octet\0");
    let (packet, tid) = client.next();
    assert_eq!(packet, [0, 4, 0, 0]);
    assert_ne!(tid, service.address, "each transfer has a port of its own");
    client.send(tid, &[&[0, 3, 0, 1][..], &[7; 512]].concat());
    assert_eq!(client.next().0, [0, 4, 0, 1]);
    assert!(!service.path("half").exists());
    assert_eq!(service.names().len(), 1);
    // RFC 1350 §4: another port's packet gets ERROR 5 and the transfer goes on.
    let stranger = ByHand::new();
    stranger.send(tid, &[0, 3, 0, 2, 9]);
    assert_eq!(stranger.next().0[..4], [0, 5, 0, 5]);
    client.send(tid, b"\0\x05\0\0gone\0");
    support::eventually(|| service.names().is_empty());
}

/// A request that comes twice is one transfer; once that is through, the same port may ask again.
#[test]
fn a_request_sent_twice_is_one_transfer() {
    let service = Service::start(None);
    fs::write(service.path("f"), "x").unwrap();
    let client = ByHand::new();
    client.send(service.address, b"\0\x01f\0octet\0");
    let (data, first) = client.next();
    assert_eq!(data, b"\0\x03\0\x01x");
    for _ in 0..3 {
        client.send(service.address, b"\0\x01f\0octet\0");
    }
    // What comes next is the first transfer's retransmission, from no other port.
    assert_eq!(client.next(), (data.clone(), first));
    client.send(first, &[0, 4, 0, 1]);
    // The ACK may be on its way still, and then this request is the old one once more.
    client.0.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    support::eventually(|| {
        client.send(service.address, b"\0\x01f\0octet\0");
        client.0.recv_from(&mut [0; 1000]).is_ok_and(|(_, from)| from != first)
    });
}

#[test]
fn too_many_at_once_are_refused_and_a_stop_is_told() {
    let options = Options { most: Most { all: 2, per_source: 2 }, ..Options::default() };
    let service = Service::start_with("127.0.0.1:0", None, options);
    fs::write(service.path("f"), file(5000)).unwrap();
    let clients = [ByHand::new(), ByHand::new(), ByHand::new()];
    let ask = |client: &ByHand| {
        client.send(service.address, b"\0\x01f\0octet\0");
        client.next()
    };
    for client in &clients[..2] {
        let (data, tid) = ask(client);
        assert_eq!(data[..4], [0, 3, 0, 1]);
        client.send(tid, &[0, 4, 0, 1]);
        assert_eq!(client.next().0[..4], [0, 3, 0, 2]);
    }
    let (refusal, _) = ask(&clients[2]);
    assert!(refusal.starts_with(b"\0\x05\0\0too many transfers"), "{refusal:?}");
    drop(service);
    let told = clients[0].next().0;
    assert!(told.starts_with(b"\0\x05\0\0the program is stopping"), "{told:?}");
}

/// Whoever asks for much and takes nothing is in nobody's way: the oldest of it makes room.
#[test]
fn transfers_that_nobody_takes_do_not_switch_the_service_off() {
    let options = Options { most: Most { all: 64, per_source: 32 }, ..Options::default() };
    let service = Service::start_with("127.0.0.1:0", None, options);
    let content = file(5000);
    fs::write(service.path("f"), &content).unwrap();
    let silent: Vec<(ByHand, Vec<u8>)> = (0..100)
        .map(|_| {
            let client = ByHand::new();
            // A flood waits its turn here, where a refusal is an answer, too.
            support::eventually(|| {
                client.send(service.address, b"\0\x01f\0octet\0timeout\x00255\0blksize\x001000\0");
                client.0.peek(&mut [0; 2]).is_ok()
            });
            let answer = client.next().0;
            (client, answer)
        })
        .collect();
    let served: Vec<_> = silent.iter().filter(|(_, answer)| answer[1] == 6).collect();
    assert!(served.len() >= 32, "{}", served.len());
    for (_, answer) in &served {
        assert_eq!(answer[2..], *b"blksize\x001000\0", "a timeout of 255 seconds is not granted");
    }
    // The first of them was told why.
    let (first, _) = served[0];
    let told = std::iter::from_fn(|| Some(first.next().0)).find(|packet| packet[1] != 6).unwrap();
    assert!(told.starts_with(b"\0\x05\0\0no answer yet, and others wait"), "{told:?}");
    // And whoever really wants the file gets it.
    let client = ByHand::new();
    support::eventually(|| {
        client.send(service.address, b"\0\x01f\0octet\0");
        client.next().0[1] == 3
    });
}

#[test]
fn what_is_no_request_gets_an_error() {
    let service = Service::start(None);
    let client = ByHand::new();
    for (bytes, code) in [
        (&b"\0\x01f\0text\0"[..], 4),
        (b"\0\x01f\0mail\0", 4),
        (b"\0\x01f", 4),
        (b"\0\x09", 4),
        (b"", 4),
        (b"\0\x04\0\x01", 5),
        (b"\0\x01f\0octet\0", 1),
    ] {
        client.send(service.address, bytes);
        let answer = client.next().0;
        assert_eq!(answer[..4], [0, 5, 0, code], "{bytes:?}: {answer:?}");
    }
    // An ERROR is not answered: what comes is the answer to the packet after it.
    client.send(service.address, b"\0\x05\0\0no\0");
    client.send(service.address, b"\0\x04\0\x01");
    assert_eq!(client.next().0[3], 5);
}

#[test]
fn the_answer_comes_from_the_address_that_was_asked() {
    let Some(tool) = tool("curl") else { return };
    let service = Service::start_on("0.0.0.0:0", None);
    fs::write(service.path("f"), "from here").unwrap();
    let away = tempfile::tempdir().unwrap();
    let got = away.path().join("got");
    // The system's choice of a source address for 127.0.0.1 would be 127.0.0.1.
    let client = ByHand::new();
    let there = std::net::SocketAddr::from(([127, 0, 0, 9], service.address.port()));
    client.send(there, b"\0\x01f\0octet\0");
    let (packet, from) = client.next();
    assert_eq!((from.ip(), packet), (there.ip(), b"\0\x03\0\x01from here".to_vec()));
    tool.get(there, "", "f", &got).succeeds();
    assert_eq!(fs::read(&got).unwrap(), b"from here");
}

#[test]
fn curl_over_ipv6() {
    let Some(tool) = tool("curl") else { return };
    if std::net::UdpSocket::bind("[::1]:0").is_err() {
        return support::skipped("no IPv6 on the loopback interface");
    }
    let service = Service::start_on("[::]:0", None);
    let content = file(5000);
    fs::write(service.path("f"), &content).unwrap();
    let away = tempfile::tempdir().unwrap();
    for host in ["::1", "127.0.0.1"] {
        let got = away.path().join("got");
        let at = std::net::SocketAddr::new(host.parse().unwrap(), service.address.port());
        tool.get(at, "", "f", &got).succeeds();
        assert_eq!(hash(&fs::read(&got).unwrap()), hash(&content), "{host}");
    }
}

/// Over a path that loses and doubles, every program gets every byte.
#[test]
fn over_a_bad_path() {
    // Side by side, because each waits seconds for what was lost.
    let running = [("curl", ""), ("tftp", ""), ("atftp", ""), ("atftp", "windowsize=8")]
        .map(|(program, manner)| std::thread::spawn(move || over_a_bad_path_with(program, manner)));
    for thread in running {
        thread.join().unwrap();
    }
}

fn over_a_bad_path_with(program: &str, manner: &str) {
    let Some(tool) = tool(program) else { return };
    let service = Service::start(uploads());
    let link = link(service.address);
    let content = file(30_000);
    fs::write(service.path("f"), &content).unwrap();
    let away = tempfile::tempdir().unwrap();
    let got = away.path().join("got");
    tool.get(link.address, manner, "f", &got).succeeds();
    assert_eq!(hash(&fs::read(&got).unwrap()), hash(&content), "{program} {manner}: get");
    tool.put(link.address, manner, &got, "up").succeeds();
    assert_eq!(hash(&fs::read(service.path("up")).unwrap()), hash(&content), "{program} {manner}: put");
    assert!(link.hurt() > 4, "the link did its worst: {}", link.hurt());
}
