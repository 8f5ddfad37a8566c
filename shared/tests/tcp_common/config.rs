//! What an endpoint is told, as its seed says.

use firsthop_protocol::tcp::{Config, InitialWindow, Isn};

use super::link::Chance;

/// Room to receive, and the window scales that go with it, are for the test to limit.
pub fn config(seed: u64, chance: &mut Chance, scales: impl FnOnce(u32) -> &'static [Option<u8>]) -> Config {
    let rcv_buffer = chance.pick(&[500, 3000, 65_535, 300_000]);
    Config {
        mss: chance.pick(&[100, 536, 1460]),
        isn: if chance.percent(30) { Isn::Given(u32::MAX - 2000) } else { Isn::Generated { key: seed } },
        rcv_buffer,
        snd_buffer: chance.pick(&[700, 5000, 65_536]),
        window_scale: chance.pick(scales(rcv_buffer)),
        timestamps: chance.percent(50),
        sack: chance.percent(50),
        delayed_ack: chance.pick(&[None, Some(40_000), Some(200_000)]),
        nagle: chance.percent(50),
        msl: 30_000_000,
        initial_window: chance.pick(&[
            InitialWindow::Rfc6928,
            InitialWindow::Rfc5681,
            InitialWindow::Segments(1),
        ]),
        limited_transmit: chance.percent(50),
        r2: 30,
        syn_retries: 30,
        ..Config::default()
    }
}

/// Every kind of scale, whatever the room.
pub fn any_scale(_: u32) -> &'static [Option<u8>] {
    &[None, Some(0), Some(3), Some(7)]
}
