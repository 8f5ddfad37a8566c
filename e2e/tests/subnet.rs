//! The subnet calculator as a learner uses it, in both languages. What it answers is compared with Python's `ipaddress`.

#![allow(clippy::indexing_slicing, reason = "a test that panics is a test that fails")]

use std::net::Ipv4Addr;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{Lesson, python};
use serde_json::{Value, json};

/// Everything that the table of facts says and Python knows.
const FACTS: &str = "
import ipaddress, re
def facts(text):
    i = ipaddress.ip_interface(text.replace(' ', '/'))
    n, four = i.network, i.version == 4
    plain = n.max_prefixlen - n.prefixlen >= 2
    size = n.num_addresses
    lost = plain * (2 if four else 1) # the network number and the broadcast address, or the anycast address
    first, last = (n[1], n[-lost]) if plain else (n[0], n[-1])
    out = {'network': str(n), 'first_host': str(first), 'last_host': str(last),
           'hosts': [str(it) for it in sorted({size - lost, size})]}
    if four:
        out |= {'netmask': str(n.netmask), 'wildcard': str(n.hostmask)}
        if plain: out['broadcast'] = str(n.broadcast_address)
    return out
answer = [facts(text) for text in given]
";

const ADDRESSES: [&str; 11] = [
    "192.168.10.77/26",
    "10.0.0.1/8",
    "172.31.255.254/12",
    "203.0.113.9/31",
    "198.51.100.7/32",
    "0.0.0.0/0",
    "100.64.200.3/22",
    "10.1.2.3 255.255.240.0",
    "2001:db8:ffff::1/64",
    "2001:db8::5/126",
    "fe80::abcd/127",
];

/// What the table of facts shows, by the facts' names.
async fn shown(lesson: &Lesson) -> Result<Value> {
    let script = "Object.fromEntries([...document.querySelectorAll('[data-fact]')]
        .map(row => [row.dataset.fact, row.querySelector('dd .mono').innerText]))";
    lesson.browser.value(script).await
}

/// The numbers in a text, each once, from small to large: the same in every language.
fn numbers(text: &str) -> Vec<u128> {
    let mut found: Vec<u128> =
        text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Waits until the page answers for an address: the network's line is Python's.
async fn until_network(lesson: &Lesson, network: &str) -> Result<()> {
    lesson
        .browser
        .until_is("document.querySelector('[data-fact=network] .mono')?.innerText", json!(network))
        .await
}

async fn answers(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/subnet").await?;
    let expected = python(FACTS, &json!(ADDRESSES))?;
    for (address, expected) in ADDRESSES.iter().zip(expected.as_array().context("no list")?) {
        lesson.browser.type_into("#address", address).await?;
        until_network(&lesson, expected["network"].as_str().context("no network")?).await?;
        let found = shown(&lesson).await?;
        for (name, wanted) in expected.as_object().context("no object")? {
            let text = found[name].as_str().with_context(|| format!("{address}: no {name}"))?;
            if name == "hosts" {
                let wanted: Vec<u128> = serde_json::from_value::<Vec<String>>(wanted.clone())?
                    .iter()
                    .filter_map(|number| number.parse().ok())
                    .collect();
                ensure!(numbers(text) == wanted, "{address}: {name} is {text}, not {wanted:?}");
            } else {
                ensure!(wanted == text, "{address}: {name} is {text}, not {wanted}");
            }
        }
        ensure!(
            lesson.browser.attribute("#address", "aria-invalid").await?.is_none(),
            "{address} is an error"
        );
        and_bit_by_bit(&lesson, address).await?;
    }
    lesson.end("subnet-answers").await
}

/// Each column of bits: the last is the first AND the second. The bits are those of the addresses beside them.
async fn and_bit_by_bit(lesson: &Lesson, address: &str) -> Result<()> {
    let bits = lesson.browser.texts(".row-bits").await?;
    if address.contains(':') {
        ensure!(bits.is_empty(), "{address}: 32 bits of an IPv6 address");
        return Ok(());
    }
    let bits: Vec<String> =
        bits.iter().map(|row| row.chars().filter(char::is_ascii_digit).collect()).collect();
    let values = lesson.browser.texts(".row-value").await?;
    let addresses: Vec<Ipv4Addr> = values.iter().map(|value| value.parse()).collect::<Result<_, _>>()?;
    let expected: Vec<String> = addresses.iter().map(|it| format!("{:032b}", it.to_bits())).collect();
    ensure!(bits == expected, "{address}: {bits:?} are not the bits of {values:?}");
    let [first, mask, network] = bits.as_slice() else { anyhow::bail!("{address}: {} rows", bits.len()) };
    let both = |(a, b): (char, char)| if a == '1' && b == '1' { '1' } else { '0' };
    let and: String = first.chars().zip(mask.chars()).map(both).collect();
    ensure!(&and == network, "{address}: {first} AND {mask} is {and}, not {network}");
    Ok(())
}

async fn boundary(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/subnet?address=172.16.99.5/24").await?;
    let browser = &lesson.browser;
    let prefix = "document.querySelector('.boundary input').value";
    browser.until_is(prefix, "24").await?;
    // The pointer takes the knob and lets it go above the boundary between bits 20 and 21.
    let knob = browser.place(".boundary input").await?;
    let y = knob.middle().1;
    let at = |bits: f64| (knob.x + 8.0 + (knob.width - 16.0) * bits / 32.0, y);
    browser.drag(at(24.0), at(20.0)).await?;
    browser.until_is(prefix, "20").await?;
    until_network(&lesson, "172.16.96.0/20").await?;
    let is_at = "document.querySelectorAll('.row-bits')[1].querySelectorAll('.of-network').length";
    browser.until_is(is_at, 20).await?;
    browser.until_is("document.querySelector('#address').value", "172.16.99.5/20").await?;
    // The knob stands where the colours change, give or take half a bit.
    for bits in [0_u32, 7, 8, 17, 24, 31, 32] {
        browser.type_into("#address", &format!("172.16.99.5/{bits}")).await?;
        browser.until_is(is_at, bits).await?;
        let edge = format!(
            "(() => {{ const bits = [...document.querySelector('.row-bits').children].map(b => b.getBoundingClientRect());
                return {bits} === 32 ? bits[31].right : bits[{bits}].left; }})()"
        );
        let edge = browser.value(&edge).await?.as_f64().context("no edge")?;
        let bit = (knob.width - 16.0) / 32.0;
        let off = (at(f64::from(bits)).0 - edge).abs();
        ensure!(
            off < bit * 0.75,
            "at /{bits} the knob is {off:.1} px beside the boundary, of {bit:.1} px a bit"
        );
    }
    // By keyboard: a step for each key, both ends, and what a screen reader says of it.
    browser.type_into("#address", "172.16.99.5/20").await?;
    browser.until_is(prefix, "20").await?;
    browser.click("#address").await?;
    browser.tap(Key::Tab).await?;
    browser.until("document.activeElement.matches('.bits-section .scroll')").await?;
    browser.tap(Key::Tab).await?;
    browser.until("document.activeElement.matches('.boundary input')").await?;
    ensure!(browser.focus_is_seen().await?, "nothing shows that the slider has the focus");
    for (key, network) in [
        (Key::Right, "172.16.96.0/21"),
        (Key::Right, "172.16.96.0/22"),
        (Key::Left, "172.16.96.0/21"),
        (Key::End, "172.16.99.5/32"),
        (Key::Home, "0.0.0.0/0"),
    ] {
        browser.tap(key).await?;
        until_network(&lesson, network).await?;
    }
    browser.type_into("#address", "172.16.99.5/20").await?;
    browser.until_is(prefix, "20").await?;
    let said = browser.attribute(".boundary input", "aria-valuetext").await?.unwrap_or_default();
    ensure!(numbers(&said) == [12, 20], "a screen reader says {said}");
    lesson.end("subnet-boundary").await
}

/// Split, plan, same network: all for one address.
const TOOLS: &str = "
import ipaddress
a, b = (ipaddress.ip_interface(given[k]) for k in ('address', 'other'))
free, placed = [a.network], {}
for index, hosts in sorted(enumerate(given['hosts']), key=lambda it: -it[1]):
    prefix = {1: 32, 2: 31}.get(hosts) or 32 - (hosts + 1).bit_length()
    room = max(2 ** (32 - prefix) - 2, min(hosts, 2))
    block = min((n for n in free if n.prefixlen <= prefix), key=lambda n: (-n.prefixlen, n))
    free.remove(block)
    part = next(block.subnets(new_prefix=prefix))
    free += block.address_exclude(part) if part != block else []
    placed[index] = [str(hosts), str(part), str(room), str(room - hosts)]
answer = {'split': [str(n) for n in a.network.subnets(new_prefix=given['split'])],
          'plan': [placed[i] for i in sorted(placed)],
          'free': [str(n) for n in ipaddress.collapse_addresses(free)],
          'direct': [b.ip in a.network, a.ip in b.network]}
";

async fn tools(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/subnet").await?;
    let browser = &lesson.browser;
    let mut verdicts = Vec::new();
    for (address, split, hosts, other) in [
        ("10.20.4.9/22", 25, vec![200, 50, 100, 2], "10.20.7.200/22"),
        ("192.168.1.130/24", 27, vec![12, 60, 28], "192.168.1.20/25"),
        ("172.16.0.1/20", 24, vec![1000, 500, 6], "172.17.0.1/20"),
    ] {
        let words = hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let given = json!({ "address": address, "split": split, "hosts": hosts, "other": other });
        let expected = python(TOOLS, &given)?;
        for (field, text) in
            [("#address", address), ("#split", &split.to_string()), ("#hosts", &words), ("#other", other)]
        {
            browser.type_into(field, text).await?;
        }
        let list =
            |css: &str| format!("[...document.querySelectorAll('{css}')].map(e => e.innerText.trim())");
        browser.until_is(&list(".parts li"), expected["split"].clone()).await?;
        let rows = "[...document.querySelectorAll('[aria-labelledby=plan-title] tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))";
        browser.until_is(rows, expected["plan"].clone()).await?;
        let left = "[...document.querySelectorAll('[aria-labelledby=plan-title] .hint .mono')].flatMap(e => e.innerText.trim().split(/\\s+/))";
        browser.until_is(left, expected["free"].clone()).await?;
        // Two hosts in a /31 are explained, for a textbook would say /30.
        let notes = "[...document.querySelectorAll('.smallest li')].filter(e => /RFC 3021/.test(e.innerText) && /\\/30/.test(e.innerText)).length";
        browser.until_is(notes, usize::from(hosts.contains(&2))).await?;
        let direct = &expected["direct"];
        let wanted = if direct == &json!([true, true]) {
            "yes"
        } else if direct == &json!([false, false]) {
            "no"
        } else {
            "half"
        };
        browser.until_is("document.querySelector('.verdict').dataset.verdict", wanted).await?;
        verdicts.push(browser.text(".verdict").await?);
    }
    verdicts.dedup();
    ensure!(verdicts.len() == 3, "three verdicts in other words each, not {verdicts:?}");
    // What is no host's address, and what cannot be compared, is told and not taken for a host.
    browser.type_into("#address", "192.168.10.77/26").await?;
    for (other, named) in [
        ("192.168.10.127/26", "192.168.10.64/26"),
        ("192.168.10.64/26", "192.168.10.64/26"),
        ("192.168.10.77/26", "192.168.10.77"),
        ("2001:db8::1/64", "IPv6"),
    ] {
        browser.type_into("#other", other).await?;
        browser.until_is("document.querySelector('.verdict').dataset.verdict", "not-two-hosts").await?;
        let said = browser.text(".verdict").await?;
        ensure!(said.contains(named), "{other}: {said}");
    }
    // Two IPv6 hosts, and a plan in IPv6.
    browser.type_into("#address", "2001:db8::2/120").await?;
    browser.until_is("document.querySelector('.verdict').dataset.verdict", "yes").await?;
    browser.type_into("#hosts", "3 4").await?;
    let parts = "[...document.querySelectorAll('[aria-labelledby=plan-title] tbody tr')].map(r => r.cells[1].innerText.trim())";
    browser.until_is(parts, json!(["2001:db8::8/126", "2001:db8::/125"])).await?;
    lesson.end("subnet-tools").await
}

#[tokio::test]
async fn answers_as_python_does() -> Result<()> {
    answers("en").await?;
    answers("zh").await
}

#[tokio::test]
async fn the_boundary_is_dragged_and_stepped() -> Result<()> {
    boundary("en").await?;
    boundary("zh").await
}

#[tokio::test]
async fn splits_plans_and_compares_as_python_does() -> Result<()> {
    tools("en").await?;
    tools("zh").await
}
