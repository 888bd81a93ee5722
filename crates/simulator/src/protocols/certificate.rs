//! X.509 certificates (RFC 5280) as devices make them for themselves. Key and signature are random numbers: the
//! structure is right, nothing can be verified with it.

use crate::bytes::Put;
use crate::plant::Device;
use crate::protocols::{civil, snmp::ber};
use crate::random::Random;

/// 2.5.4.3, 2.5.4.10 and 2.5.4.5 (common name, organisation, serial number) and their string types: the last one
/// must be a PrintableString (X.520, 6.2.9).
const ATTRIBUTES: [([u8; 3], u8); 3] = [([0x55, 4, 3], 0x0c), ([0x55, 4, 10], 0x0c), ([0x55, 4, 5], 0x13)];
/// 1.2.840.113549.1.1.11 (sha256WithRSAEncryption) with its null parameter.
const SHA256_RSA: [u8; 13] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b, 5, 0];
/// 1.2.840.113549.1.1.1 (rsaEncryption) with its null parameter.
const RSA: [u8; 13] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
const SECOND: i64 = 1_000_000_000;
const YEAR: i64 = 365 * 86_400 * SECOND;

/// A self-signed certificate of a device, begun two years before `time` and valid for ten. The same device always
/// shows the same key.
pub(crate) fn self_signed(device: &Device, time: i64) -> Vec<u8> {
    let mut random = Random::new(0x5eed, device.index as u64);
    let identity = &device.identity;
    let mut name = Vec::new();
    let common = if identity.model.is_empty() {
        device.name.clone()
    } else {
        format!("{} {}", identity.model, device.ip())
    };
    for ((attribute, kind), text) in
        ATTRIBUTES.iter().zip([common.as_str(), &identity.vendor, &identity.serial])
    {
        if !text.is_empty() {
            let pair = [ber(6, attribute), ber(*kind, text.as_bytes())].concat();
            name.put(&ber(0x31, &ber(0x30, &pair)));
        }
    }
    let name = ber(0x30, &name);
    // Validity begins at a multiple of 365 days, so that captures made within a year show the same certificate.
    let begin = (time - 2 * YEAR).div_euclid(YEAR) * YEAR;
    let validity = ber(0x30, &[utc(begin), utc(begin + 10 * YEAR)].concat());
    let mut modulus = vec![0, 0x80];
    random_bytes(&mut modulus, &mut random, 255);
    let key = ber(0x30, &[ber(2, &modulus), ber(2, &[1, 0, 1])].concat());
    let key = ber(0x30, &[ber(0x30, &RSA), ber(3, &[&[0][..], &key].concat())].concat());
    // Subject alternative name: the address.
    let alternative = ber(0x30, &ber(0x87, &device.ip().octets()));
    let extension = ber(0x30, &[ber(6, &[0x55, 0x1d, 0x11]), ber(4, &alternative)].concat());
    let extensions = ber(0xa3, &ber(0x30, &extension));
    let mut serial = vec![0x11];
    random_bytes(&mut serial, &mut random, 7);
    let body = [
        ber(0xa0, &ber(2, &[2])),
        ber(2, &serial),
        ber(0x30, &SHA256_RSA),
        name.clone(),
        validity,
        name,
        key,
        extensions,
    ];
    let mut signature = vec![0];
    random_bytes(&mut signature, &mut random, 256);
    ber(0x30, &[ber(0x30, &body.concat()), ber(0x30, &SHA256_RSA), ber(3, &signature)].concat())
}

/// Appends random octets.
pub(crate) fn random_bytes(out: &mut Vec<u8>, random: &mut Random, len: usize) {
    for _ in 0..len {
        let [byte, ..] = random.u16().to_le_bytes();
        out.u8(byte);
    }
}

fn utc(time: i64) -> Vec<u8> {
    let date = civil::civil(time);
    let text = format!("{:02}{:02}{:02}000000Z", date.year_of_century, date.month, date.day);
    ber(0x17, text.as_bytes())
}
