//! Every sentence that the terminal says in words of its own, with its identifier in the message catalogues.

use crate::trace::messages;

messages! {
    ARP = "terminal.arp", "shows the ARP cache: which MAC address has which neighbour; sets and deletes entries";
    CLEAR = "terminal.clear", "empties the screen";
    HELP = "terminal.help", "lists the commands, or tells how one is used";
    HOSTNAME = "terminal.hostname", "prints this machine's name";
    IFCONFIG = "terminal.ifconfig", "shows and sets interfaces and their addresses (the older way)";
    IP = "terminal.ip", "shows and sets addresses, interfaces, routes and neighbours";
    NETSTAT = "terminal.netstat", "shows sockets, routes and what interfaces have carried (the older way)";
    PING = "terminal.ping", "asks a machine for an ICMP echo and tells how long it took";
    ROUTE = "terminal.route", "shows and sets routes (the older way)";
    SS = "terminal.ss", "shows sockets";
    TRACEROUTE = "terminal.traceroute", "finds the routers on the way to a machine, hop by hop";
    HELP_TAIL = "terminal.help-tail", "“help COMMAND” tells how a command is used; Tab completes, the up arrow brings back, Ctrl-C interrupts.";
    HELP_UNKNOWN = "terminal.help-unknown", "There is no command “{command}” here; “help” lists those that there are.";
}
