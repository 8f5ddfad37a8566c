//! The messages there are. A language that lacks one does not compile.

macro_rules! messages {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "a message's name and its English say what it is")]
        pub struct $name { $($(#[$field_doc])* pub $field: &'static str),* }
    };
}

/// Everything the app says in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// Around every page.
    pub shell: Shell,
    /// The first page.
    pub home: Home,
    /// The page for addresses that are none.
    pub not_found: NotFound,
    /// While a page is loaded.
    pub hand_over: HandOver,
    /// The subnet calculator.
    pub subnet: Subnet,
    /// Packet diagrams.
    pub packets: Packets,
    /// The TCP handshake.
    pub tcp: Tcp,
    /// Networks, simulated.
    pub network: Network,
    /// Real services.
    pub labs: Labs,
    /// Small words that several pages use.
    pub common: Common,
    /// The ladder.
    pub ladder: Ladder,
    /// The drawing of a network.
    pub topology: Topology,
    /// The drawing board.
    pub editor: Editor,
    /// A packet followed across the network.
    pub journey: Journey,
    /// A packet as its layers wrap it.
    pub layers: Layers,
    /// The player.
    pub player: Player,
    /// The list of packets.
    pub packet_list: PacketList,
    /// Tables of machines.
    pub tables: Tables,
    /// System calls.
    pub calls: Calls,
    /// The log of a trace.
    pub log: Log,
    /// The TCP state diagram.
    pub states: States,
    /// Files of a trace.
    pub export: Export,
    /// A packet's bytes and fields.
    pub bytes: Bytes,
    /// What is wrong with a packet.
    pub problems: Problems,
    /// The server, and what runs on it.
    pub live: Live,
}

messages! {
    /// Around every page.
    Shell { skip, navigation, home, language, theme, theme_system, theme_light, theme_dark, footer }
}
messages! {
    /// While a page is loaded.
    HandOver { loading, failed, again }
}
messages! {
    /// Small words that several pages use.
    Common { copy, copied, copy_failed, yes, no, show, hide }
}
messages! {
    /// The first page.
    Home {
        title, lead, start, tools, real_title, real_text, simulated_title, simulated_text, open,
        figure, figure_caption, subnet_text, packets_text, tcp_text, network_text, labs_text
    }
}
messages! {
    /// The page for addresses that are none.
    NotFound { title, text, back }
}
messages! {
    /// The subnet calculator.
    Subnet {
        title, lead, address, address_hint, bits, boundary, boundary_value, and_rule, row_address, row_mask, row_network,
        network, netmask, wildcard, broadcast, no_broadcast, no_broadcast_single, first_host, last_host, hosts, hosts_value, class, class_value,
        special, special_value, ordinary, split, split_into, prefix_wanted, parts, more_parts, plan, plan_hosts, plan_hint,
        plan_ipv6, requested, subnet, wasted, smallest, pair, single, left, nothing_left, same, same_other, same_line, same_yes,
        same_half, same_no, practice, practice_kind, practice_level, kinds, answer, check, solution, next, right, wrong,
        unreadable
    }
}
messages! {
    /// Packet diagrams. `links` has a part for each link type, with `|` between them.
    Packets {
        title, lead, hex, hex_hint, link, links, choose_file, no_file, not_hex, odd, too_long, open, too_large, listed, packets, sample, choose,
        fix, none_known, filter, filter_hint
    }
}
messages! {
    /// The TCP handshake. What is in the plural has a part for each choice, with `|` between them.
    Tcp {
        title, lead, opening, openings, ending, endings, loss, losses, options, presets, delay, up, down, simulated, variables,
        setup, lose_segment, keep_segment, keep_all, picked, picked_above, twin, not_lost, real, real_text, differences, why, row_isn, why_isn, row_options, why_options, row_window, why_window, row_time,
        why_time, row_again, why_again, row_segments, why_segments
    }
}
messages! {
    /// Networks, simulated. `device` takes `{kind}` and `{name}`.
    Network { title, lead, scenario, seed, seed_hint, seed_wrong, device, choose_device, close_device, drawn, edit, broken_link }
}
messages! {
    /// The drawing of a network. `kinds` has a part for each kind of device, with `|` between them. `device` takes `{kind}`,
    /// `{name}` and `{addresses}`; `packet` and `packet_lost` take `{n}`, `{from}`, `{to}` and `{what}`; `idle` takes
    /// `{time}`; `under_way` `{time}`, `{n}` and `{packets}`.
    Topology {
        title, kinds, device, packet, packet_lost, idle, under_way, comma, semicolon, legend, devices, name, kind, addresses,
        connected
    }
}
messages! {
    /// The drawing board. `cabling`, `missing`, `taken` and `no_name` take `{name}`; `counted` `{devices}` and `{cables}`;
    /// `selected` `{names}`; `cannot_run` `{why}`; `cable_name` `{name}`, `{from}` and `{to}`; `at_ms` `{n}`. `key_actions` has a part
    /// for each thing that keys do, with `|` between them.
    Editor {
        title, run, cannot_run, add, change, look, cable, undo, redo, copy, paste, delete, tidy, closer, farther, fit, pane, empty,
        cable_name, cabling, counted, selected, missing, taken, no_name, same_ends, settings, nothing_selected, name, apply,
        happens, at_ms, ping, ping_from, ping_to, two_hosts, files, keep, kept, fetch, nothing_kept, save_file, open_file, clear, link,
        source, source_label, source_hint, keys, keys_hint, key_actions, space
    }
}
messages! {
    /// A packet followed across the network. `link` takes `{link}`.
    Journey { title, field, link, changed, alone }
}
messages! {
    /// A packet as its layers wrap it. `down`, `up` and `no_further` take `{kind}` and `{name}`; `bytes` takes `{n}`.
    Layers { title, down, up, no_further, bytes }
}
messages! {
    /// Real services. `names` and `look` have a part for each lab, with `|` between them.
    Labs {
        title, lead, names, look, sockets, datagrams, encoding, direction, download, upload, size, blksize, windowsize, tsize,
        message, request, request_hint
    }
}
messages! {
    /// The ladder. `earlier` takes `{n}`.
    Ladder { title, earlier }
}
messages! {
    /// The player.
    Player { title, play, pause, rewind, back, forward, end, time, speed }
}
messages! {
    /// The list of packets.
    PacketList { title, number, time, way, protocol, info, fate, delivered, duplicate, reordered, delayed, corrupted, comma }
}
messages! {
    /// Tables of machines. `deleted` and `since` take `{time}`; `raw` takes `{number}`.
    Tables { empty, variable, relative, raw, deleted, gone, since }
}
messages! {
    /// System calls.
    Calls { title, empty }
}
messages! {
    /// The log of a trace. `state` takes `{from}` and `{to}`; `sends` takes `{what}`.
    Log { title, state, sends }
}
messages! {
    /// The TCP state diagram. `title` takes `{node}` and `{state}`.
    States { title }
}
messages! {
    /// Files of a trace.
    Export { title }
}
messages! {
    /// A packet's bytes and fields. `grid` takes `{protocol}`; `layer_bytes` `{n}`; `place` `{bits}`,
    /// `{byte}` and `{bit}`; `more` `{n}`.
    Bytes {
        grid, dump, fields, layer_bytes, nothing_selected, place, set, not_set, edit, edit_hint
    }
}
messages! {
    /// What is wrong with a packet; the values are those of [`Problem`](firsthop_protocol::wire::Problem).
    Problems { checksum, offloaded, length, truncated, cut_short, value, malformed, too_many, broken }
}
messages! {
    /// The server, and what runs on it. `no_capture`, `refused` and `ended_badly` take `{why}`; `outdated` takes `{ours}` and `{theirs}`;
    /// `waiting` takes `{ahead}`.
    Live {
        connecting, absent, absent_how, retry, ready, no_capture, outdated, run, again, stop, waiting, running, ended, stopped,
        ended_badly, refused, gone, show_recording, recorded, no_recording
    }
}
