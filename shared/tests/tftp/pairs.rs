//! Whole transfers over bad links: every byte arrives, in order, once, whatever the seed.

use firsthop_protocol::tftp::{Ask, Buffer, Bytes, Config, Event, Limits, Mode, Transfer, Wanted};
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg32;

use crate::link::{Has, PATIENT, Run, Weather, run, well_known};

fn file(size: usize) -> Vec<u8> {
    // 251 is prime, so that no block repeats another.
    (0..size).map(|at| u8::try_from((at + at / 251) % 251).unwrap()).collect()
}

fn ask(mode: Mode, options: Wanted) -> Ask {
    Ask { server: well_known(), filename: "f".into(), mode, options }
}

fn download(content: &[u8], mode: Mode, wanted: Wanted, weather: Weather, seed: u64) -> (Vec<u8>, Run) {
    let got = Buffer::new();
    let client = Transfer::download(PATIENT, ask(mode, wanted), Box::new(got.clone())).unwrap();
    let run = run(client, Has::File(content.to_vec()), Limits::default(), PATIENT, weather, seed);
    (got.take(), run)
}

fn upload(content: &[u8], mode: Mode, wanted: Wanted, weather: Weather, seed: u64) -> (Vec<u8>, Run) {
    let got = Buffer::new();
    let client =
        Transfer::upload(PATIENT, ask(mode, wanted), Box::new(Bytes::new(content.to_vec()))).unwrap();
    let run = run(client, Has::Room(Box::new(got.clone())), Limits::default(), PATIENT, weather, seed);
    (got.take(), run)
}

fn complete(run: &Run) -> bool {
    run.client.is_complete() && run.server.as_ref().is_some_and(Transfer::is_complete)
}

#[test]
fn every_size_around_a_block_boundary_arrives() {
    for windowsize in [None, Some(1), Some(2), Some(5)] {
        for size in [0, 1, 7, 8, 9, 15, 16, 17, 39, 40, 41, 80, 511, 512, 513] {
            let wanted = Wanted { blksize: Some(8), windowsize, tsize: true, timeout: None };
            let content = file(size);
            let (got, ended) = download(&content, Mode::Octet, wanted, Weather::default(), 0);
            assert!(complete(&ended) && got == content, "download {size} {windowsize:?}");
            let told = u64::try_from(size).ok().filter(|size| *size > 0);
            assert_eq!(ended.client.options().tsize, told);
            let (got, ended) = upload(&content, Mode::Octet, wanted, Weather::default(), 0);
            assert!(complete(&ended) && got == content, "upload {size} {windowsize:?}");
        }
    }
}

/// RFC 1350 §6: the end mark is a short block, so an exact multiple ends with an empty one.
#[test]
fn the_number_of_packets_is_the_rfcs() {
    for (size, blocks) in [(0, 1), (1, 1), (511, 1), (512, 2), (513, 2), (1024, 3), (65_536, 129)] {
        let (got, ended) = download(&file(size), Mode::Octet, Wanted::default(), Weather::default(), 0);
        assert_eq!(got.len(), size);
        let data = ended.sent.iter().filter(|(_, bytes)| bytes[1] == 3).count();
        let acks = ended.sent.iter().filter(|(_, bytes)| bytes[1] == 4).count();
        assert_eq!((data, acks), (blocks, blocks), "{size} bytes");
    }
}

#[test]
fn thousands_of_seeds_over_bad_links() {
    for seed in 0..4000 {
        let mut rng = Pcg32::seed_from_u64(seed ^ 0x7f7f);
        let mut pick = |choices: u32| rng.next_u32() % choices;
        let weather = Weather { loss: pick(25), double: pick(25), reorder: pick(30) };
        let wanted = Wanted {
            blksize: [None, Some(8), Some(64), Some(512), Some(1428)][usize::try_from(pick(5)).unwrap()],
            windowsize: [None, Some(1), Some(2), Some(7), Some(16)][usize::try_from(pick(5)).unwrap()],
            timeout: [None, None, Some(1)][usize::try_from(pick(3)).unwrap()],
            tsize: pick(2) == 0,
        };
        let blksize = usize::from(wanted.blksize.unwrap_or(512));
        let size = blksize * usize::try_from(pick(40)).unwrap() + usize::try_from(pick(3)).unwrap();
        let size = size.saturating_sub(usize::try_from(pick(2)).unwrap());
        let mode = if pick(4) == 0 { Mode::Netascii } else { Mode::Octet };
        let mut content = file(size);
        if mode == Mode::Netascii {
            // Many line ends and carriage returns, some of them across block boundaries.
            for byte in &mut content {
                *byte = [b'\r', b'\n', b'a', 0][usize::from(*byte % 4)];
            }
        }
        let (got, ended) = if pick(2) == 0 {
            download(&content, mode, wanted, weather, seed)
        } else {
            upload(&content, mode, wanted, weather, seed)
        };
        let context = format!("seed {seed}: {weather:?} {wanted:?} {mode:?}, {size} bytes");
        assert!(
            complete(&ended),
            "{context}: {} {:?}\n{:#?}",
            ended.client.state(),
            ended.server.map(|server| server.state()),
            ended.client_events.last()
        );
        assert!(got == content, "{context}: other bytes arrived");
        // Retransmissions stay within reason: no apprentice lets the water rise.
        let blocks = size * 2 / blksize + 2;
        let window = usize::from(wanted.windowsize.unwrap_or(1));
        assert!(
            ended.sent.len() < 40 * (blocks + 10) * window.min(8),
            "{context}: {} datagrams",
            ended.sent.len()
        );
    }
}

/// After block 65,535 comes block 0, and the transfer goes on.
#[test]
fn the_block_number_wraps() {
    let content = file(8 * 70_000);
    for windowsize in [None, Some(16)] {
        let wanted = Wanted { blksize: Some(8), windowsize, ..Wanted::default() };
        let (got, ended) = download(&content, Mode::Octet, wanted, Weather::default(), 1);
        assert!(complete(&ended) && got == content, "download {windowsize:?}");
        let bad = Weather { loss: 1, double: 1, reorder: 1 };
        let (got, ended) = upload(&content, Mode::Octet, wanted, bad, 2);
        assert!(complete(&ended) && got == content, "upload {windowsize:?}");
    }
}

/// A window lets 16 blocks share one round trip.
#[test]
fn a_window_needs_fewer_acks() {
    let wanted = Wanted { windowsize: Some(16), ..Wanted::default() };
    let (_, ended) = download(&file(512 * 160), Mode::Octet, wanted, Weather::default(), 0);
    let acks = ended.sent.iter().filter(|(_, bytes)| bytes[1] == 4).count();
    assert_eq!(acks, 1 + 10 + 1); // ACK 0, a full window ten times, the empty last block
}

/// RFC 1123 §4.2.3.1: one doubled datagram doubles everything after it, unless second ACKs are ignored.
#[test]
fn the_sorcerers_apprentice_works_only_when_asked() {
    let count = |answer: bool| {
        let config = Config { answer_duplicate_acks: answer, ..PATIENT };
        let got = Buffer::new();
        let client =
            Transfer::download(config, ask(Mode::Octet, Wanted::default()), Box::new(got.clone())).unwrap();
        let content = file(512 * 100);
        let weather = Weather { double: 3, ..Weather::default() };
        let ended = run(client, Has::File(content.clone()), Limits::default(), config, weather, 7);
        assert!(complete(&ended) && got.take() == content);
        let told = |id: &str| {
            ended.server_events.iter().any(|event| match event {
                Event::Retransmit { why, rfc } | Event::Ignored { why, rfc } => {
                    why.id == id && rfc.starts_with("RFC 1123")
                }
                _ => false,
            })
        };
        assert_eq!(told("tftp.duplicate-ack-answered"), answer);
        assert_eq!(told("tftp.duplicate-ack-ignored"), !answer);
        ended.sent.iter().filter(|(_, bytes)| bytes[1] == 3).count()
    };
    assert_eq!(count(false), 101);
    assert!(count(true) > 180, "{}", count(true));
}
