//! Programs that we did not write, to compare with.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Runs a Python script that reads JSON as `given` and leaves its answer, which can be written as JSON, in `answer`.
///
/// # Errors
/// When Python is missing or the script fails.
pub fn python(script: &str, given: &Value) -> Result<Value> {
    let whole =
        format!("import json, sys\ngiven = json.load(sys.stdin)\n{script}\njson.dump(answer, sys.stdout)");
    let mut child = Command::new("python3")
        .args(["-c", &whole])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start python3")?;
    child.stdin.take().context("no standard input")?.write_all(given.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "python3: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What tshark finds wrong with the frames of a file: those it cannot read to their end, those with a bad checksum.
pub(crate) const WRONG: &str = "_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 \
    || icmp.checksum.status == 0 || icmpv6.checksum.status == 0";

/// The lines that tshark prints about the frames of a capture, with all checksums checked.
///
/// # Errors
/// When tshark is missing or cannot read the file.
pub fn frames_of(file: &Path, arguments: &[&str]) -> Result<Vec<String>> {
    let checks = ["ip", "tcp", "udp"].map(|protocol| format!("{protocol}.check_checksum:TRUE"));
    let output = Command::new("tshark")
        .arg("-r")
        .arg(file)
        .args(checks.iter().flat_map(|check| ["-o", check]))
        .args(arguments)
        .output()
        .context("cannot start tshark")?;
    ensure!(output.status.success(), "tshark: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

/// The frames in which tshark finds something wrong.
///
/// # Errors
/// As [`frames_of`].
pub fn wrong_frames(file: &Path) -> Result<Vec<String>> {
    frames_of(file, &["-Y", WRONG])
}

/// A pcapng file of Ethernet frames, made by text2pcap.
///
/// # Errors
/// When text2pcap is missing or fails.
pub fn text2pcap(frames: &[Vec<u8>], file: &Path) -> Result<()> {
    let mut text = String::new();
    for frame in frames {
        let bytes: Vec<_> = frame.iter().map(|byte| format!("{byte:02x}")).collect();
        text.push_str(&format!("0000 {}\n\n", bytes.join(" ")));
    }
    let mut child = Command::new("text2pcap")
        .args(["-q", "-l", "1", "-"])
        .arg(file)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start text2pcap, which comes with tshark")?;
    child.stdin.take().context("no standard input")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "text2pcap: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
