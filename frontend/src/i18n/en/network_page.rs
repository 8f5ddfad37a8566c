//! The page of simulated networks, and their drawing.

use crate::i18n::catalogue::{Journey, Layers, Network, Topology};

pub(in crate::i18n) const NETWORK: Network = Network {
    title: "Networks",
    lead: "Watch packets travel along their cables. Stop time, click a packet to read its bytes, click a device to see what it knows.",
    scenario: "What happens",
    seed: "Seed",
    seed_hint: "Chance, repeatable",
    seed_wrong: "A whole number from 0, please.",
    device: "{kind} {name}: what it knows now",
    choose_device: "Choose a device in the drawing to see its tables.",
    close_device: "Close",
};

pub(in crate::i18n) const TOPOLOGY: Topology = Topology {
    title: "The network: devices, cables, and packets on their way",
    kinds: "Host|Router|Switch|Hub|Cloud",
    device: "{kind} {name} {addresses}",
    packet: "Packet {n}, {from} → {to}: {what}",
    packet_lost: "Packet {n}, {from} → {to}, lost on the way: {what}",
    idle: "{time} s: nothing is on the cables.",
    under_way: "{time} s, on the cables: {n}. {packets}",
    comma: ", ",
    semicolon: "; ",
    legend: "What is written on packets, and how many there are in all",
    devices: "Devices and cables",
    name: "Name",
    kind: "Kind",
    addresses: "Addresses",
    connected: "Connected to",
};

pub(in crate::i18n) const JOURNEY: Journey = Journey {
    title: "The same packet on each cable; what changed on the way is marked",
    field: "Field",
    link: "on {link}",
    changed: "changed: ",
    alone: "This packet crosses one cable only; nothing on the way could change it.",
};

pub(in crate::i18n) const LAYERS: Layers = Layers {
    title: "Layer by layer: packed by the sender, unpacked by the receiver",
    down: "{kind} {name} packs it: each layer puts its header in front",
    up: "{kind} {name} unpacks it: each layer takes its header off",
    no_further: "{kind} {name} reads no further than this: the rest is only carried.",
    bytes: "{n} bytes",
};
