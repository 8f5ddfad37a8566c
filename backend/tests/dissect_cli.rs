//! `firsthop dissect` as a person or a script uses it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tests/captures")
}

fn dissect(arguments: &[&str], file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firsthop")).arg("dissect").args(arguments).arg(file).output().unwrap()
}

#[test]
fn json_has_the_promised_form() {
    let output = dissect(&["--json"], &captures().join("varied.pcap"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 740);
    for (number, line) in lines.iter().enumerate() {
        let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = ["number", "time", "captured", "original", "layers", "problem"];
        expected.sort_unstable();
        assert_eq!(keys, expected);
        assert_eq!(line["number"], number + 1);
        let (seconds, decimals) = line["time"].as_str().unwrap().split_once('.').unwrap();
        assert!(seconds.parse::<u64>().is_ok() && decimals.parse::<u64>().is_ok());
        for layer in line["layers"].as_array().unwrap() {
            assert!(layer["offset"].is_u64() && layer["length"].is_u64());
            for field in layer["fields"].as_array().unwrap() {
                for (key, is_right) in [
                    ("name", field["name"].is_string()),
                    ("bit_offset", field["bit_offset"].is_u64()),
                    ("bits", field["bits"].is_u64()),
                    ("value", field["value"].is_u64() || field["value"].is_string()),
                    ("text", field["text"].is_string()),
                    ("rfc", field["rfc"].is_string()),
                    ("problem", field["problem"].is_null() || field["problem"].is_string()),
                ] {
                    assert!(is_right, "{key}: {field}");
                }
            }
        }
    }
    let first = &lines[0]["layers"];
    let names: Vec<_> =
        first.as_array().unwrap().iter().map(|layer| layer["protocol"].as_str().unwrap()).collect();
    assert_eq!(names[..3], ["ethernet", "ipv4", "tcp"]);
}

#[test]
fn words_show_every_frame_with_what_is_wrong() {
    let output = dissect(&[], &captures().join("varied.pcap"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("1  "));
    assert!(text.contains("\n740  "));
    assert!(text.contains("! checksum wrong: expected 0x"));
}

#[test]
fn a_file_that_is_no_capture_gets_one_line_and_a_failure() {
    let output = dissect(&["--json"], Path::new(file!()).file_name().unwrap().as_ref());
    assert_failure(&output, "cannot open");
    let output = dissect(&[], &captures().join("make_varied.py"));
    assert_failure(&output, "not a pcap or pcapng file");
}

fn assert_failure(output: &Output, why: &str) {
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(why), "{error}");
}

#[test]
fn a_file_that_breaks_off_shows_what_comes_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("short.pcap");
    let whole = std::fs::read(captures().join("varied.pcap")).unwrap();
    std::fs::write(&file, &whole[..1000]).unwrap();
    let output = dissect(&["--json"], &file);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().lines().count() > 3);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains("the file ends inside"), "{error}");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_firsthop"))
        .args(["dissect", "--json"])
        .arg(captures().join("varied.pcap"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_port_may_be_read_as_another_protocol() {
    let ports = ["--decode-as", "9=dns", "--decode-as", "x"];
    let output = dissect(&ports, &captures().join("varied.pcap"));
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("PORT=PROTOCOL"));
    let output = dissect(&["--json", "--decode-as", "53=tftp"], &captures().join("real-dns.pcapng"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\"protocol\":\"tftp\"") && !text.contains("\"protocol\":\"dns\""));
}
