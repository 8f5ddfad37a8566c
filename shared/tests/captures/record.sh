#!/usr/bin/env bash
# Records real traffic of programs that this project did not write, in two network namespaces of its own:
# dnsmasq (DNS, DHCP, TFTP) and Python's http.server on one side; dig, udhcpc, dhclient, tftp-hpa, curl on the other.
# usage, as root: ./record.sh OUT-DIR     needs dnsmasq-base bind9-dnsutils busybox isc-dhcp-client tftp-hpa curl tshark
set -eu
out=$(realpath "$1") work=$(mktemp -d); chmod 755 "$work"
server=fh-server-$$ client=fh-client-$$
pids=()
clean() { kill "${pids[@]}" 2>/dev/null || true; ip netns del $server; ip netns del $client; rm -rf "$work"; }
trap clean EXIT
ip netns add $server; ip netns add $client
ip -n $server link add veth0 type veth peer name veth0 netns $client
for ns in $server $client; do ip -n $ns link set lo up; ip -n $ns link set veth0 up; ip netns exec $ns ethtool -K veth0 tx off >/dev/null 2>&1 || true; done
ip -n $server addr add 10.9.0.1/24 dev veth0; ip -n $server addr add fd09::1/64 dev veth0 nodad
in_client() { timeout 8 ip netns exec $client "$@" </dev/null; }

mkdir -p "$work/files"; head -c 1500 /dev/urandom >"$work/files/some.bin"
printf 'A course in computer networking\n' >"$work/files/hello.txt"
ip netns exec $server dnsmasq --no-daemon --no-resolv --no-hosts --interface=veth0 --bind-interfaces --log-facility="$work/dnsmasq.log" \
  --address=/host.example/10.9.0.7 --address=/host.example/fd09::7 --cname=alias.example,www.example --host-record=www.example,10.9.0.8 \
  --mx-host=example,mail.example,10 --txt-record=txt.example,"v=spf1 -all","second string" --srv-host=_http._tcp.example,www.example,80,5,7 \
  --ptr-record=7.0.9.10.in-addr.arpa,host.example --caa-record=example,0,issue,ca.example --local=/example/ \
  --txt-record=big.example,"$(printf 'x%.0s' {1..250})","$(printf 'y%.0s' {1..250})","$(printf 'z%.0s' {1..250})","$(printf 'w%.0s' {1..250})","$(printf 'v%.0s' {1..250})","$(printf 'u%.0s' {1..250})" \
  --dhcp-range=10.9.0.100,10.9.0.150,255.255.255.0,10.9.0.255,1h --dhcp-option=option:router,10.9.0.1 --dhcp-option=option:ntp-server,10.9.0.1,10.9.0.2 \
  --dhcp-option=option:domain-search,lab.example,example --dhcp-option=121,10.20.0.0/16,10.9.0.1,0.0.0.0/0,10.9.0.1 --dhcp-option=option:mtu,1400 \
  --domain=lab.example --dhcp-leasefile="$work/leases" --enable-tftp --tftp-root="$work/files" --dhcp-boot=pxe.0 & pids+=($!)
(cd "$work/files" && exec ip netns exec $server python3 -m http.server --bind :: --protocol HTTP/1.1 80 2>/dev/null) & pids+=($!)
ip netns exec $client dumpcap -q -i veth0 -w "$work/all.pcapng" 2>/dev/null & pids+=($!); dumpcap=$!
sleep 2

in_client busybox udhcpc -i veth0 -n -q -t 3 -x hostname:learner -x 0x3d:01020304 -V "course" -s /bin/true >/dev/null 2>&1 || true
in_client dhclient -1 -sf /bin/true -pf "$work/pid" -lf "$work/lease" veth0 >/dev/null 2>&1 || true
in_client dhclient -r -sf /bin/true -pf "$work/pid" -lf "$work/lease" veth0 >/dev/null 2>&1 || true
ip -n $client addr add 10.9.0.100/24 dev veth0; ip -n $client addr add fd09::2/64 dev veth0 nodad
q() { in_client dig +tries=1 +time=2 "$@" >/dev/null 2>&1 || true; }
q @10.9.0.1 host.example A; q @10.9.0.1 host.example AAAA; q @10.9.0.1 alias.example A; q @10.9.0.1 example MX +noedns
q @10.9.0.1 txt.example TXT +nocookie; q @10.9.0.1 _http._tcp.example SRV; q @10.9.0.1 -x 10.9.0.7; q @10.9.0.1 example CAA
q @10.9.0.1 nothing.example A +norec +ad +cd; q @10.9.0.1 txt.example TXT +tcp
q @fd09::1 host.example AAAA +dnssec; q @10.9.0.1 host.example ANY; q @10.9.0.1 CH version.bind TXT; q @10.9.0.1 big.example TXT +bufsize=512
q @10.9.0.1 www.example A +subnet=192.0.2.0/24; q @10.9.0.1 host.example A +tcp +keepalive +padding=64; q @10.9.0.1 . NS +opcode=2
cd "$work"
in_client tftp -m binary 10.9.0.1 -c get some.bin >/dev/null 2>&1 || true
in_client tftp -m ascii 10.9.0.1 -c get hello.txt >/dev/null 2>&1 || true
in_client tftp -m binary 10.9.0.1 -c put some.bin refused.bin >/dev/null 2>&1 || true
in_client curl -s --tftp-blksize 1024 tftp://10.9.0.1/some.bin -o c.bin || true
in_client curl -s tftp://10.9.0.1/missing -o c.bin || true
in_client curl -s http://10.9.0.1/hello.txt -o /dev/null -H 'X-Empty:' -H 'X-Course: networking' || true
in_client curl -s "http://10.9.0.1/no%20such?query=1" -o /dev/null || true
in_client curl -s -I 'http://[fd09::1]/hello.txt' -o /dev/null || true
in_client curl -s -d 'name=value' http://10.9.0.1/form -o /dev/null || true
in_client curl -s http://10.9.0.1/some.bin http://10.9.0.1/hello.txt -o /dev/null -o /dev/null || true
sleep 1; kill -INT $dumpcap; sleep 1
for p in dns dhcp tftp; do tshark -r "$work/all.pcapng" -Y $p -w "$out/real-$p.pcapng" 2>/dev/null; done
tshark -r "$work/all.pcapng" -Y 'tcp.port == 80' -w "$out/real-http.pcapng" 2>/dev/null
