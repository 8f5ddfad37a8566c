//! What each option holds: one row an option.

use super::names;
use crate::wire::{Kind, Spec};

/// The form of an option's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One value of the field's width.
    One,
    /// One or more values of the field's width.
    Many,
    /// Pairs of addresses.
    Pairs(&'static Spec),
    /// Characters.
    Text,
    /// Bytes.
    Bytes,
    /// Characters, or nothing at all.
    MayBeEmpty,
}

/// An option.
pub struct Row {
    pub code: u64,
    pub form: Form,
    pub spec: Spec,
}

const fn row(code: u64, form: Form, name: &'static str, bits: u16, kind: Kind, rfc: &'static str) -> Row {
    Row { code, form, spec: Spec::new(name, name, bits, kind, rfc) }
}

const IP: Kind = Kind::Ipv4;
const N: Kind = Kind::Number;
const SECONDS: Kind = Kind::Scaled { by: 1, unit: "s" };

static FILTER_MASK: Spec = Spec::new("subnet_mask", "mask", 32, IP, "RFC 2132 §4.3");
static ROUTE_ROUTER: Spec = Spec::new("router", "router", 32, IP, "RFC 2132 §5.8");

/// The options that hold one kind of thing.
pub static ROWS: &[Row] = &[
    row(1, Form::One, "subnet_mask", 32, IP, "RFC 2132 §3.3"),
    row(2, Form::One, "time_offset", 32, N, "RFC 2132 §3.4"),
    row(3, Form::Many, "router", 32, IP, "RFC 2132 §3.5"),
    row(4, Form::Many, "time_server", 32, IP, "RFC 2132 §3.6"),
    row(5, Form::Many, "name_server", 32, IP, "RFC 2132 §3.7"),
    row(6, Form::Many, "domain_name_server", 32, IP, "RFC 2132 §3.8"),
    row(7, Form::Many, "log_server", 32, IP, "RFC 2132 §3.9"),
    row(8, Form::Many, "quotes_server", 32, IP, "RFC 2132 §3.10"),
    row(9, Form::Many, "lpr_server", 32, IP, "RFC 2132 §3.11"),
    row(10, Form::Many, "impress_server", 32, IP, "RFC 2132 §3.12"),
    row(11, Form::Many, "resource_location_server", 32, IP, "RFC 2132 §3.13"),
    row(12, Form::Text, "hostname", 0, Kind::Text, "RFC 2132 §3.14"),
    row(13, Form::One, "boot_file_size", 16, N, "RFC 2132 §3.15"),
    row(14, Form::Text, "merit_dump_file", 0, Kind::Text, "RFC 2132 §3.16"),
    row(15, Form::Text, "domain_name", 0, Kind::Text, "RFC 2132 §3.17"),
    row(16, Form::One, "swap_server", 32, IP, "RFC 2132 §3.18"),
    row(17, Form::Text, "root_path", 0, Kind::Text, "RFC 2132 §3.19"),
    row(18, Form::Text, "extension_path", 0, Kind::Text, "RFC 2132 §3.20"),
    row(19, Form::One, "ip_forwarding", 8, N, "RFC 2132 §4.1"),
    row(20, Form::One, "non_local_source_routing", 8, N, "RFC 2132 §4.2"),
    row(21, Form::Pairs(&FILTER_MASK), "ip", 32, IP, "RFC 2132 §4.3"),
    row(22, Form::One, "max_datagram_reassembly_size", 16, N, "RFC 2132 §4.4"),
    row(23, Form::One, "default_ip_ttl", 8, N, "RFC 2132 §4.5"),
    row(24, Form::One, "path_mtu_aging_timeout", 32, SECONDS, "RFC 2132 §4.6"),
    row(25, Form::Many, "path_mtu_plateau_table_item", 16, N, "RFC 2132 §4.7"),
    row(26, Form::One, "interface_mtu", 16, N, "RFC 2132 §5.1"),
    row(27, Form::One, "all_subnets_are_local", 8, N, "RFC 2132 §5.2"),
    row(28, Form::One, "broadcast_address", 32, IP, "RFC 2132 §5.3"),
    row(29, Form::One, "perform_mask_discovery", 8, N, "RFC 2132 §5.4"),
    row(30, Form::One, "mask_supplier", 8, N, "RFC 2132 §5.5"),
    row(31, Form::One, "perform_router_discover", 8, N, "RFC 2132 §5.6"),
    row(32, Form::One, "router_solicitation_address", 32, IP, "RFC 2132 §5.7"),
    row(33, Form::Pairs(&ROUTE_ROUTER), "ip", 32, IP, "RFC 2132 §5.8"),
    row(34, Form::One, "trailer_encapsulation", 8, N, "RFC 2132 §6.1"),
    row(35, Form::One, "arp_cache_timeout", 32, SECONDS, "RFC 2132 §6.2"),
    row(36, Form::One, "ethernet_encapsulation", 8, N, "RFC 2132 §6.3"),
    row(37, Form::One, "tcp_default_ttl", 8, N, "RFC 2132 §7.1"),
    row(38, Form::One, "tcp_keepalive_interval", 32, SECONDS, "RFC 2132 §7.2"),
    row(39, Form::One, "tcp_keepalive_garbage", 8, N, "RFC 2132 §7.3"),
    row(40, Form::Text, "nis_domain", 0, Kind::Text, "RFC 2132 §8.1"),
    row(41, Form::Many, "nis_server", 32, IP, "RFC 2132 §8.2"),
    row(42, Form::Many, "ntp_server", 32, IP, "RFC 2132 §8.3"),
    row(43, Form::Bytes, "value", 0, Kind::Bytes, "RFC 2132 §8.4"),
    row(44, Form::Many, "netbios_over_tcpip_name_server", 32, IP, "RFC 2132 §8.5"),
    row(45, Form::Many, "netbios_over_tcpip_dd_name_server", 32, IP, "RFC 2132 §8.6"),
    row(46, Form::One, "netbios_over_tcpip_node_type", 8, Kind::Names(names::netbios_node), "RFC 2132 §8.7"),
    row(47, Form::Text, "netbios_over_tcpip_scope", 0, Kind::Text, "RFC 2132 §8.8"),
    row(48, Form::Many, "xwindows_system_font_server", 32, IP, "RFC 2132 §8.9"),
    row(49, Form::Many, "xwindows_system_display_manager", 32, IP, "RFC 2132 §8.10"),
    row(50, Form::One, "requested_ip_address", 32, IP, "RFC 2132 §9.1"),
    row(51, Form::One, "ip_address_lease_time", 32, SECONDS, "RFC 2132 §9.2"),
    row(52, Form::One, "option_overload", 8, Kind::Names(names::overload), "RFC 2132 §9.3"),
    row(53, Form::One, "dhcp", 8, Kind::Names(names::message), "RFC 2132 §9.6"),
    row(54, Form::One, "dhcp_server_id", 32, IP, "RFC 2132 §9.7"),
    row(55, Form::Many, "request_list_item", 8, Kind::Names(names::option), "RFC 2132 §9.8"),
    row(56, Form::Text, "message", 0, Kind::Text, "RFC 2132 §9.9"),
    row(57, Form::One, "dhcp_max_message_size", 16, N, "RFC 2132 §9.10"),
    row(58, Form::One, "renewal_time_value", 32, SECONDS, "RFC 2132 §9.11"),
    row(59, Form::One, "rebinding_time_value", 32, SECONDS, "RFC 2132 §9.12"),
    row(60, Form::Text, "vendor_class_id", 0, Kind::Text, "RFC 2132 §9.13"),
    row(62, Form::Text, "novell_netware_ip_domain", 0, Kind::Text, "RFC 2242 §3"),
    row(64, Form::Text, "nis_plus_domain", 0, Kind::Text, "RFC 2132 §8.11"),
    row(65, Form::Many, "nis_plus_server", 32, IP, "RFC 2132 §8.12"),
    row(66, Form::Text, "tftp_server_name", 0, Kind::Text, "RFC 2132 §9.4"),
    row(67, Form::Text, "bootfile_name", 0, Kind::Text, "RFC 2132 §9.5"),
    row(68, Form::Many, "mobile_ip_home_agent", 32, IP, "RFC 2132 §8.13"),
    row(69, Form::Many, "smtp_server", 32, IP, "RFC 2132 §8.14"),
    row(70, Form::Many, "pop3_server", 32, IP, "RFC 2132 §8.15"),
    row(71, Form::Many, "nntp_server", 32, IP, "RFC 2132 §8.16"),
    row(72, Form::Many, "default_www_server", 32, IP, "RFC 2132 §8.17"),
    row(73, Form::Many, "default_finger_server", 32, IP, "RFC 2132 §8.18"),
    row(74, Form::Many, "default_irc_server", 32, IP, "RFC 2132 §8.19"),
    row(75, Form::Many, "streettalk_server", 32, IP, "RFC 2132 §8.20"),
    row(76, Form::Many, "streettalk_da_server", 32, IP, "RFC 2132 §8.21"),
    row(80, Form::MayBeEmpty, "value", 0, Kind::Bytes, "RFC 4039 §4"),
    row(93, Form::Many, "client_system_architecture", 16, N, "RFC 4578 §2.1"),
    row(100, Form::Text, "tz_pcode", 0, Kind::Text, "RFC 4833 §2"),
    row(101, Form::Text, "tz_tcode", 0, Kind::Text, "RFC 4833 §2"),
    row(108, Form::One, "value", 32, SECONDS, "RFC 8925 §3.4"),
    row(114, Form::Text, "captive_portal", 0, Kind::Text, "RFC 8910 §2.1"),
    row(116, Form::One, "dhcp_auto_configuration", 8, N, "RFC 2563 §2"),
    row(118, Form::One, "subnet_selection_option", 32, IP, "RFC 3011 §2"),
    row(150, Form::Many, "tftp_server_address", 32, IP, "RFC 5859 §2"),
    row(252, Form::Text, "wpad", 0, Kind::Text, "draft-ietf-wrec-wpad-01 §4.4.1"),
];
