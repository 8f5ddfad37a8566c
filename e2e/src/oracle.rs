//! Programs that we did not write, to compare with.

use std::{
    io::Write,
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
