#!/usr/bin/env python3
"""Builds frames of the application protocols with scapy, which this project did not write.

usage: ./build.py OUT-DIR     needs scapy (pip install scapy)
"""
import sys
from scapy.all import *

out = sys.argv[1] + "/"
eth = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
four = eth / IP(src="10.0.0.1", dst="10.0.0.2")
six = eth / IPv6(src="fd00::1", dst="fd00::2")


def save(name, frames):
    for n, frame in enumerate(frames):
        frame.time = 1_700_000_000 + n / 1000
    wrpcap(out + name, frames)


# --- DNS -------------------------------------------------------------------------------------------------------------
def answer(*records, question="www.example.com", kind="A", **header):
    return DNS(id=0x1234, qr=1, aa=1, rd=1, ra=1, qd=DNSQR(qname=question, qtype=kind), an=list(records), **header)


def rr(kind, rdata, name="www.example.com", **more):
    return DNSRR(rrname=name, type=kind, ttl=3600, rdata=rdata, **more)


udp = lambda base=four, **ports: base / UDP(**{"sport": 53, "dport": 40000, **ports})
soa = DNSRRSOA(rrname="example.com", mname="ns.example.com", rname="hostmaster.example.com", serial=2026112301,
               refresh=7200, retry=3600, expire=1209600, minimum=300, ttl=300)
records = [
    answer(rr("A", "192.0.2.1"), rr("A", "192.0.2.2")),
    answer(rr("AAAA", "2001:db8::1"), kind="AAAA"),
    answer(rr("CNAME", "a.example.com"), rr("A", "192.0.2.1", "a.example.com")),
    answer(rr("NS", "ns1.example.com", "example.com"), rr("NS", "ns2.example.com", "example.com"), kind="NS",
           ar=[rr("A", "192.0.2.53", "ns1.example.com")]),
    answer(soa, question="example.com", kind="SOA"),
    answer(rr("PTR", "host.example.com", "1.2.0.192.in-addr.arpa"), question="1.2.0.192.in-addr.arpa", kind="PTR"),
    answer(DNSRRMX(rrname="example.com", preference=10, exchange="mail.example.com", ttl=60), kind="MX"),
    answer(rr("TXT", [b"v=spf1 -all", b"", b"x" * 255]), kind="TXT"),
    answer(DNSRRSRV(rrname="_sip._udp.example.com", priority=1, weight=2, port=5060, target="sip.example.com", ttl=9),
           question="_sip._udp.example.com", kind="SRV"),
    answer(rr("DNAME", "example.net", "example.com"), kind="DNAME"),
    answer(rcode=3, ns=[soa]),
    answer(rcode=5, tc=1),
    DNS(id=1, rd=1, ad=1, cd=1, qd=[DNSQR(qname="a.example", qtype="A"), DNSQR(qname="b.example", qtype="AAAA")]),
    DNS(id=2, opcode=4, qd=DNSQR(qname="example.com", qtype="SOA")),
    DNS(id=3, opcode=5, qd=DNSQR(qname="example.com", qtype="SOA"),
        ns=[DNSRR(rrname="new.example.com", type="A", ttl=60, rdata="192.0.2.9")]),
    DNS(id=4, qd=DNSQR(qname=".", qtype="NS"), ar=[DNSRROPT(rclass=1232, z=0x8000, rdata=[EDNS0TLV(optcode=3, optdata=b"")])]),
    DNS(id=5, qd=DNSQR(qname="x.example"), ar=[DNSRROPT(rclass=4096, rdata=[
        EDNS0ClientSubnet(family=1, source_plen=24, address="192.0.2.0"), EDNS0TLV(optcode=10, optdata=bytes(range(16)))])]),
    DNS(id=6, qr=1, qd=DNSQR(qname="x.example"), ar=[DNSRROPT(rclass=4096, extrcode=1, version=0, rdata=[
        EDNS0ExtendedDNSError(info_code=9, extra_text="no key"), EDNS0TLV(optcode=12, optdata=b"\0" * 20)])]),
    answer(rr(99, b"\x05hello"), rr(65280, b"private use")),
]
frames = [udp() / message for message in records]
frames += [udp(six) / records[0], udp(six, sport=40000, dport=53) / records[12]]
tcp = four / TCP(sport=53, dport=40000, flags="PA", seq=1000, ack=1)
two = b"".join(len(bytes(m)).to_bytes(2, "big") + bytes(m) for m in records[:2])
frames += [tcp / Raw(two)]
mdns = Ether(src="02:00:00:00:00:01", dst="01:00:5e:00:00:fb") / IP(src="10.0.0.1", dst="224.0.0.251", ttl=255)
mdns /= UDP(sport=5353, dport=5353)
frames += [
    mdns / DNS(id=0, qd=DNSQR(qname="_http._tcp.local", qtype="PTR", unicastresponse=1)),
    mdns / DNS(id=0, qr=1, aa=1, qd=None, an=[
        DNSRR(rrname="_http._tcp.local", type="PTR", ttl=4500, rdata="Learner._http._tcp.local"),
        DNSRR(rrname="host.local", type="A", ttl=120, cacheflush=1, rdata="10.0.0.1")]),
]
save("built-dns.pcap", frames)

# --- DHCP ------------------------------------------------------------------------------------------------------------
client = Ether(src="02:00:00:00:00:01", dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255")
client /= UDP(sport=68, dport=67)
server = four / UDP(sport=67, dport=68)
boot = lambda **more: BOOTP(chaddr=b"\2\0\0\0\0\1", xid=0xDEADBEEF, **more)
raw = lambda options: Raw(b"".join(bytes([code, len(data)]) + data for code, data in options) + b"\xff")
n32, n16 = (lambda n: n.to_bytes(4, "big")), (lambda n: n.to_bytes(2, "big"))
ip = lambda *addresses: b"".join(inet_aton(a) for a in addresses)
simple = [(code, ip("10.0.0.1", "10.0.0.2")) for code in (3, 4, 5, 6, 7, 8, 9, 10, 11, 41, 42, 44, 45, 48, 49, 65, 69, 70,
                                                          71, 72, 73, 74, 75, 76)]
numbers = [(1, ip("255.255.254.0")), (2, n32(3600)), (13, n16(100)), (16, ip("10.0.0.9")), (22, n16(576)), (23, b"\x40"),
           (24, n32(600)), (26, n16(1500)), (28, ip("10.0.1.255")), (32, ip("10.0.0.1")), (35, n32(60)), (37, b"\x40"),
           (38, n32(30)), (46, b"\x08"), (50, ip("10.0.0.7")), (51, n32(86400)), (54, ip("10.0.0.1")), (57, n16(1472)),
           (58, n32(43200)), (59, n32(75600)), (116, b"\x01"), (118, ip("10.0.0.0"))]
texts = [(code, text) for code, text in ((12, b"learner"), (14, b"/dump"), (15, b"lab.example"), (17, b"/root"), (18, b"/ext"),
         (40, b"nis"), (47, b"scope"), (56, b"hello"), (60, b"course"), (64, b"nis.plus"), (66, b"tftp"), (67, b"boot.img"))]
flags = [(code, b"\x01") for code in (19, 20, 27, 29, 30, 31, 34, 36, 39)]
pairs = [(21, ip("10.0.0.0", "255.0.0.0")), (33, ip("10.1.0.0", "10.0.0.1", "10.2.0.0", "10.0.0.2")), (25, n16(68) + n16(296))]
magic = Raw(b"\x63\x82\x53\x63")
message = lambda *options: boot(op=2, yiaddr="10.0.0.7", siaddr="10.0.0.1", giaddr="10.0.0.254", flags=0x8000, secs=3,
                                hops=1, sname=b"server.example", file=b"boot.img") / magic / raw([(53, b"\x05"), *options])
save("built-dhcp.pcap", [
    client / boot() / DHCP(options=[("message-type", "discover"), ("param_req_list", [1, 3, 6, 15, 42, 51, 58, 59, 119, 121]), "end"]),
    client / boot() / DHCP(options=[("message-type", "request"), ("requested_addr", "10.0.0.7"), ("server_id", "10.0.0.1"),
                                    ("client_id", b"\x01\x02\0\0\0\0\x01"), ("hostname", "learner"), "end"]),
    server / message(*numbers), server / message(*simple), server / message(*texts), server / message(*flags),
    server / message(*pairs),
    server / message((82, b"\x01\x04\x00\x01\x02\x03\x02\x06\x02\0\0\0\0\x09\x05\x04\x0a\0\0\0\x06\x03abc\x0b\x04\x0a\0\0\x01")),
    server / message((119, b"\x03lab\x07example\x00\x03web\xc0\x04"), (81, b"\x05\xff\xff\x04host\x07example\x00")),
    client / boot(ciaddr="10.0.0.7") / DHCP(options=[("message-type", "release"), ("server_id", "10.0.0.1"), "end", "pad", "pad"]),
])

# --- TFTP ------------------------------------------------------------------------------------------------------------
ask, reply = four / UDP(sport=1069, dport=69), eth / IP(src="10.0.0.2", dst="10.0.0.1") / UDP(sport=50000, dport=1069)
again = four / UDP(sport=1069, dport=50000)
save("built-tftp.pcap", [
    ask / TFTP() / TFTP_RRQ(filename="file.bin", mode="octet") / TFTP_Options(options=[
        TFTP_Option(oname="blksize", value="1428"), TFTP_Option(oname="tsize", value="0"),
        TFTP_Option(oname="timeout", value="3"), TFTP_Option(oname="windowsize", value="16")]),
    reply / TFTP() / TFTP_OACK() / TFTP_Options(options=[TFTP_Option(oname="blksize", value="1428")]),
    again / TFTP() / TFTP_ACK(block=0),
    reply / TFTP() / TFTP_DATA(block=1) / Raw(b"d" * 1428), again / TFTP() / TFTP_ACK(block=1),
    reply / TFTP() / TFTP_DATA(block=2) / Raw(b"end"), again / TFTP() / TFTP_ACK(block=2),
    ask / TFTP() / TFTP_WRQ(filename="up.txt", mode="netascii"),
    reply / TFTP() / TFTP_ERROR(errorcode=2, errormsg="no uploads"),
])

# --- RIP -------------------------------------------------------------------------------------------------------------
rip = four / UDP(sport=520, dport=520)
route = lambda n, **more: RIPEntry(addr=f"10.{n}.0.0", mask="255.255.0.0", nextHop="0.0.0.0", metric=n, **more)
save("built-rip.pcap", [
    rip / RIP(cmd=1, version=1) / RIPEntry(AF=0, metric=16),
    rip / RIP(cmd=1, version=2) / RIPEntry(AF=0, metric=16),
    rip / RIP(cmd=2, version=1) / RIPEntry(AF=2, addr="10.0.0.0", metric=1) / RIPEntry(AF=2, addr="11.0.0.0", metric=16),
    rip / RIP(cmd=2, version=2) / route(1, RouteTag=7) / route(2) / RIPEntry(addr="192.0.2.0", mask="255.255.255.0",
                                                                             nextHop="10.0.0.9", metric=15),
    rip / RIP(cmd=2, version=2) / RIPAuth(authtype=2, password="secret") / route(3),
    rip / RIP(cmd=2, version=2) / RIPAuth(authtype=3, digestoffset=44, keyid=1, authdatalen=20, seqnum=99) / route(4)
    / Raw(b"\xff\xff\x00\x01" + bytes(range(16))),
])

# --- HTTP ------------------------------------------------------------------------------------------------------------
web = lambda text, base=four, sport=40000, dport=80: base / TCP(sport=sport, dport=dport, flags="PA", seq=1, ack=1) / Raw(text)
save("built-http.pcap", [
    web(b"GET /course?unit=1 HTTP/1.1\r\nHost: firsthop.example\r\nUser-Agent: scapy\r\nAccept: */*\r\nAccept-Language: zh-CN\r\n"
        b"Accept-Encoding: br\r\nCookie: a=b\r\nReferer: http://x.example/\r\nX-Own: 1\r\n\r\n", sport=40001),
    web(b"HTTP/1.1 301 Moved Permanently\r\nLocation: /new\r\nServer: x\r\nContent-Length: 0\r\nConnection: close\r\n"
        b"Set-Cookie: c=d\r\nCache-Control: no-store\r\nDate: Mon, 23 Nov 2026 02:59:40 GMT\r\n\r\n", sport=80, dport=40002),
    web(b"HEAD / HTTP/1.0\r\n\r\n", sport=40003),
    web(b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n"
        b"Sec-WebSocket-Version: 13\r\n\r\n", base=six, sport=40004),
])
