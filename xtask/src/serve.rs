//! `cargo xtask run` and `cargo xtask dev`: the app, served.

use std::process::{Child, Command};

use anyhow::{Context, Result};

use crate::{
    build,
    shell::{command, run as run_command, step},
    tools::Tools,
};

/// Builds everything and serves it until interrupted.
pub fn run(args: &[String]) -> Result<()> {
    let binary = build::release()?;
    step("Serving (stop with Ctrl-C)");
    run_command(command(binary).arg("serve").args(args))
}

/// `trunk serve` with live reload in front of a backend.
pub fn dev() -> Result<()> {
    let tools = Tools::get()?;
    let backend = build::debug()?;
    step("Starting the backend at 127.0.0.1:8080 and trunk at http://127.0.0.1:8081");
    let _backend = Running::start(command(backend).arg("serve"))?;
    run_command(
        command(&tools.trunk).args(["serve", "--offline"]).env("PATH", tools.path()?).env_remove("NO_COLOR"),
    )
}

/// A program that is ended together with this one.
pub struct Running(Child);

impl Running {
    /// Starts it.
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {:?}", command.get_program()))?;
        Ok(Self(child))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
