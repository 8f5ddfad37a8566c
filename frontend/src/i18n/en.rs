//! English.

mod bytes;
mod home;
mod labs_page;
mod live;
mod network_page;
mod packets;
pub(super) mod samples;
mod shell;
mod subnet;
mod tcp_page;
pub(super) mod terms;
mod views;

use super::catalogue::Catalogue;

pub(super) const CATALOGUE: Catalogue = Catalogue {
    shell: shell::SHELL,
    home: home::HOME,
    not_found: shell::NOT_FOUND,
    hand_over: shell::HAND_OVER,
    subnet: subnet::SUBNET,
    packets: packets::PACKETS,
    tcp: tcp_page::TCP,
    network: network_page::NETWORK,
    labs: labs_page::LABS,
    common: shell::COMMON,
    ladder: views::LADDER,
    topology: network_page::TOPOLOGY,
    editor: network_page::EDITOR,
    journey: network_page::JOURNEY,
    layers: network_page::LAYERS,
    player: views::PLAYER,
    packet_list: views::PACKET_LIST,
    tables: views::TABLES,
    calls: views::CALLS,
    log: views::LOG,
    states: views::STATES,
    export: views::EXPORT,
    bytes: bytes::BYTES,
    problems: bytes::PROBLEMS,
    live: live::LIVE,
};
