//! The addresses of the app.

use yew_router::prelude::*;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Routable)]
pub enum Route {
    /// What this is, and the ways in.
    #[at("/")]
    Home,
    /// The subnet calculator.
    #[at("/subnet")]
    Subnet,
    /// Packet diagrams.
    #[at("/packets")]
    Packets,
    /// The TCP handshake.
    #[at("/tcp")]
    Tcp,
    /// Networks, simulated.
    #[at("/network")]
    Network,
    /// Real services.
    #[at("/labs")]
    Labs,
    /// There is no such page.
    #[not_found]
    #[at("/404")]
    NotFound,
}
