//! One number into another that looks nothing like it, the same everywhere. Not for: secrets; it is no cryptographic hash.

/// SplitMix64's mixer: neighbouring numbers end far apart.
pub(crate) const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::mix;

    /// The first three numbers of Vigna's `splitmix64.c` from state 0.
    #[test]
    fn these_are_the_numbers_of_splitmix64() {
        let step = 0x9e37_79b9_7f4a_7c15_u64;
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mix(step), 0x6e78_9e6a_a1b9_65f4);
        assert_eq!(mix(step.wrapping_mul(2)), 0x06c4_5d18_8009_454f);
    }
}
