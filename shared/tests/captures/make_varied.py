"""Writes varied.pcap and its siblings with scapy: frames that no code of this project built.

Run it in this folder to make them anew: python3 make_varied.py (needs `pip install scapy`). The files are kept in the
repository so that the tests need only tshark. Same seed, same frames.
"""

import random
from scapy.all import *
from scapy.layers.inet6 import *

random.seed(791)
R = random.randrange


def mac():
    return ":".join(f"{R(256):02x}" for _ in range(6))


def v4():
    return ".".join(str(R(1, 255)) for _ in range(4))


def v6():
    return ":".join(f"{R(1, 65536):x}" for _ in range(8))


def eth(**more):
    return Ether(src=mac(), dst=mac(), **more)


def load():
    return Raw(bytes(R(256) for _ in range(R(0, 60))))


def ip():
    return IP(src=v4(), dst=v4(), ttl=R(1, 256), tos=R(256), id=R(65536), flags=random.choice(["", "DF"]))


def ip6():
    return IPv6(src=v6(), dst=v6(), hlim=R(256), tc=R(256), fl=R(1 << 20))


def port():
    return R(10000, 60000)


TCP_OPTIONS = [
    lambda: ("MSS", R(65536)), lambda: ("WScale", R(15)), lambda: ("SAckOK", b""), lambda: ("NOP", None),
    lambda: ("Timestamp", (R(1 << 32), R(1 << 32))), lambda: ("SAck", (R(1 << 32), R(1 << 32))),
    lambda: ("UTO", R(32768)), lambda: (34, bytes(R(256) for _ in range(8))), lambda: (200, b"abc"),
    lambda: (19, bytes(R(256) for _ in range(16))),
]
IP_OPTIONS = [
    lambda: IPOption_RR(routers=[v4(), v4(), v4()], pointer=random.choice([4, 8, 16])),
    lambda: IPOption_Timestamp(flg=0, length=8, pointer=random.choice([5, 9]), timestamp=R(1 << 31)),
    lambda: IPOption_Router_Alert(),
    lambda: IPOption_NOP(),
]


def tcp():
    options = [random.choice(TCP_OPTIONS)() for _ in range(R(3))]
    return TCP(sport=port(), dport=port(), seq=R(1 << 32), ack=R(1 << 32), flags=R(512) & 0xff,
               window=R(65536), urgptr=R(65536), options=options)


def udp():
    return UDP(sport=port(), dport=port())


def quoted():
    return raw(ip() / udp() / b"12345678")[:28]


def icmp():
    kind = random.choice([0, 8, 13, 14, 17, 18])
    return ICMP(type=kind, code=0, id=R(65536), seq=R(65536), ts_ori=R(86400000), ts_rx=R(86400000), ts_tx=R(86400000))


def icmp_error():
    kind, code = random.choice([(3, 0), (3, 1), (3, 3), (3, 4), (3, 13), (11, 0), (11, 1), (5, 1), (12, 0)])
    return ICMP(type=kind, code=code, nexthopmtu=R(65536) if code == 4 else 0, gw=v4(), ptr=R(60)) / quoted()


def neighbour():
    return random.choice([
        lambda: ICMPv6ND_NS(tgt=v6()) / ICMPv6NDOptSrcLLAddr(lladdr=mac()),
        lambda: ICMPv6ND_NA(tgt=v6(), R=R(2), S=R(2), O=R(2)) / ICMPv6NDOptDstLLAddr(lladdr=mac()),
        lambda: ICMPv6ND_RS() / ICMPv6NDOptSrcLLAddr(lladdr=mac()),
        lambda: ICMPv6ND_RA(chlim=R(256), M=R(2), O=R(2), routerlifetime=R(65536), reachabletime=R(1 << 32),
                            retranstimer=R(1 << 32)) / ICMPv6NDOptPrefixInfo(
            prefixlen=64, L=R(2), A=R(2), validlifetime=R(1 << 32), preferredlifetime=R(1 << 32), prefix="2001:db8::",
        ) / ICMPv6NDOptMTU(mtu=R(1 << 32)) / ICMPv6NDOptSrcLLAddr(lladdr=mac()),
        lambda: ICMPv6ND_Redirect(tgt=v6(), dst=v6()) / ICMPv6NDOptDstLLAddr(lladdr=mac()),
        lambda: ICMPv6MLQuery(mladdr="ff02::1", mrd=R(65536)),
        lambda: ICMPv6MLReport(mladdr="ff02::fb"),
    ])()


def icmp6():
    return random.choice([
        lambda: ICMPv6EchoRequest(id=R(65536), seq=R(65536), data=b"ping"),
        lambda: ICMPv6EchoReply(id=R(65536), seq=R(65536), data=b"pong"),
        lambda: ICMPv6DestUnreach(code=R(7)) / (ip6() / udp() / b"x"),
        lambda: ICMPv6PacketTooBig(mtu=R(1 << 32)) / (ip6() / udp() / b"x"),
        lambda: ICMPv6TimeExceeded(code=R(2)) / (ip6() / udp() / b"x"),
        lambda: ICMPv6ParamProblem(code=R(3), ptr=R(1 << 32)) / (ip6() / udp() / b"x"),
        neighbour,
    ])()


def extended():
    header = ip6()
    for extension in random.sample([
        IPv6ExtHdrHopByHop(options=[RouterAlert(value=R(3)), PadN(optdata=b"")]),
        IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 4)]),
        IPv6ExtHdrRouting(type=0, segleft=0, addresses=[v6(), v6()]),
    ], R(1, 4)):
        if isinstance(extension, IPv6ExtHdrHopByHop):
            header = header.copy()
            header.remove_payload()
        header = header / extension
    return header


def wrong(packet):
    """The same with one byte after the network header changed: a checksum no longer right."""
    data = bytearray(raw(packet))
    data[-1 - R(8)] ^= 1 << R(8)
    return Ether(bytes(data))


def frames():
    for _ in range(60):
        yield eth() / ip() / tcp() / load()
        yield eth() / ip6() / tcp() / load()
        yield eth() / ip() / udp() / load()
        yield eth() / ip6() / udp() / load()
    for _ in range(40):
        yield eth() / ip() / icmp() / load()
        yield eth() / ip() / icmp_error()
        yield eth() / ip6() / icmp6()
        yield eth() / extended() / udp() / load()
        options = [random.choice(IP_OPTIONS)() for _ in range(R(1, 3))]
        header = ip()
        header.options = options
        yield eth() / header / tcp() / load()
        yield wrong(eth() / ip() / tcp() / (b"payload " * 2))
        yield wrong(eth() / ip6() / udp() / (b"payload " * 2))
    for _ in range(20):
        yield eth() / ARP(op=R(1, 5), hwsrc=mac(), psrc=v4(), hwdst=mac(), pdst=v4())
        yield eth() / ARP(op=1, hwsrc=mac(), psrc=v4(), pdst=v4()) / Padding(b"\0" * 18)
        yield eth() / Dot1Q(prio=R(8), vlan=R(4095), id=R(2)) / ip() / udp() / load()
        yield eth(type=0x88A8) / Dot1Q(prio=R(8), vlan=R(4095)) / Dot1Q(vlan=R(4095)) / ip() / tcp()
        yield eth() / IP(src=v4(), dst=v4(), flags="MF", frag=0, id=R(65536)) / udp() / (b"first..." * 3)
        yield eth() / IP(src=v4(), dst=v4(), frag=R(1, 8000), id=R(65536), proto=17) / (b"later..." * 3)
        yield eth() / ip6() / IPv6ExtHdrFragment(offset=R(1, 8000), m=R(2), id=R(1 << 32), nh=17) / (b"later..." * 3)
        yield eth() / ip6() / IPv6ExtHdrFragment(offset=0, m=1, id=R(1 << 32)) / udp() / (b"first..." * 3)
        yield eth() / ip() / UDP(sport=port(), dport=port(), chksum=0) / load()
        yield eth() / ip() / ip() / udp() / load()
        yield eth() / ip() / ip6() / udp() / load()


if __name__ == "__main__":
    wrpcap("varied.pcap", [Ether(raw(frame)) for frame in frames()])
    cooked = [CookedLinux(pkttype=R(5), lladdrtype=1, lladdrlen=6, src=bytes(R(256) for _ in range(6)) + b"\0\0")
              / ip() / tcp() / load() for _ in range(20)]
    wrpcap("sll.pcap", cooked, linktype=113)
    cooked = [CookedLinuxV2(pkttype=R(5), lladdrtype=1, lladdrlen=6, ifindex=R(100), src=bytes(R(256) for _ in range(6)) + b"\0\0")
              / ip() / udp() / load() for _ in range(20)]
    wrpcap("sll2.pcap", cooked, linktype=276)
    wrpcap("raw.pcap", [random.choice([ip, ip6])() / udp() / load() for _ in range(20)], linktype=101)
    wrpcap("null.pcap", [b"\x02\0\0\0" + raw(ip() / tcp() / load()) for _ in range(10)]
           + [b"\x1e\0\0\0" + raw(ip6() / tcp() / load()) for _ in range(10)], linktype=0)
    # scapy takes linktype=0 for "none given".
    with open("null.pcap", "r+b") as file:
        file.seek(20)
        file.write(bytes(4))
