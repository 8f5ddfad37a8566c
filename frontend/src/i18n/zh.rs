//! 简体中文。

mod bytes;
mod dhcp;
mod dns;
pub(super) mod errors;
pub(super) mod exercise;
mod goal;
mod home;
mod labs;
mod labs_page;
mod live;
mod nat;
mod network_page;
mod packets;
mod rip;
pub(super) mod samples;
pub(super) mod scenarios;
mod shell;
mod sim;
mod stack;
mod subnet;
mod tcp;
mod tcp_page;
mod terminal;
pub(super) mod terms;
mod tftp;
mod views;
pub(super) mod wire;

use super::catalogue::Catalogue;

/// Translations of what traces and exercises say, by identifier.
pub(super) const TRACES: &[&[(&str, &str)]] = &[
    dhcp::TEXTS,
    dns::TEXTS,
    exercise::TEXTS,
    goal::TEXTS,
    labs::TEXTS,
    nat::TEXTS,
    rip::TEXTS,
    sim::TEXTS,
    stack::TEXTS,
    terminal::TEXTS,
    tcp::TEXTS,
    tftp::TEXTS,
];

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
