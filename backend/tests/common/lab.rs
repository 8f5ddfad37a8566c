//! A lab as its command runs it, and its frames as tshark reads them.

use std::{
    path::Path,
    process::{Command, Output},
};

use firsthop_protocol::trace::Event;

pub fn firsthop(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firsthop")).args(args).output().unwrap()
}

/// What `lab … --json` prints, a line an event.
pub fn events(output: &Output) -> Vec<Event> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let trace: Vec<Event> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(trace.windows(2).all(|two| two[0].time <= two[1].time), "time goes forward");
    trace
}

/// Fields of the frames in a file, as tshark reads them, every checksum checked; what TCP and UDP carry is read as the
/// protocol `carried`, for tshark would take some port of chance for one it knows.
pub fn tshark(file: &Path, carried: &str, fields: &[&str]) -> Option<Vec<Vec<String>>> {
    let checks = ["ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE"];
    let mut command = Command::new("tshark");
    command.arg("-r").arg(file).args(["-T", "fields"]);
    for check in checks {
        command.args(["-o", check]);
    }
    for ports in ["tcp.port==1-65535", "udp.port==1-65535"] {
        command.args(["-d", &format!("{ports},{carried}")]);
    }
    for field in ["_ws.malformed", "ip.checksum.status", "tcp.checksum.status", "udp.checksum.status"]
        .iter()
        .chain(fields)
    {
        command.args(["-e", field]);
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "tshark: {error}");
            eprintln!("SKIPPED: what tshark says: {error}");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().map(|line| {
        let row: Vec<String> = line.split('\t').map(str::to_owned).collect();
        assert_eq!(row[0], "", "malformed: {line}");
        // 1 is "good", and nothing where there is no such header.
        assert!(row[1..4].iter().all(|status| status.is_empty() || status == "1"), "checksum: {line}");
        assert!(row[2] == "1" || row[3] == "1", "no transport checksum was checked: {line}");
        row[4..].to_vec()
    });
    Some(rows.collect())
}
