//! NTLMSSP tokens ([MS-NLMP], 2.2.1) wherever they are carried: names of both machines and their versions. Challenges,
//! responses and keys are never read.

use crate::out::Out;
use facts::{Property, Subject};
use wire::{Charset, Digits, Malformed, Reader, Text};

const SIGNATURE: &[u8] = b"NTLMSSP\0";
const UNICODE: u32 = 1;
const VERSION: u32 = 0x0200_0000;
/// Names of one challenge.
const PAIRS_MAX: usize = 16;

/// Major, minor and build.
pub(crate) type Version = (u8, u8, u16);

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ntlm<'a> {
    /// The client begins.
    Negotiate(Option<Version>),
    /// The server says who it is.
    Challenge {
        /// Identifier, length and value of each name.
        target_info: &'a [u8],
        /// Of the server.
        version: Option<Version>,
    },
    /// The client says who it is.
    Authenticate {
        /// Domain of the user.
        domain: Text<'a>,
        /// User; empty when anonymous.
        user: Text<'a>,
        /// Name of the client.
        workstation: Text<'a>,
        /// Of the client.
        version: Option<Version>,
    },
}

/// Finds a token in a security blob (bare, or inside GSS-API and SPNEGO).
pub(crate) fn find(blob: &[u8]) -> Option<Ntlm<'_>> {
    let at = blob.windows(SIGNATURE.len()).position(|part| part == SIGNATURE)?;
    read(blob.get(at..)?).ok()?
}

fn read(token: &[u8]) -> Result<Option<Ntlm<'_>>, Malformed> {
    let mut reader = Reader::new(token);
    reader.skip(SIGNATURE.len())?;
    Ok(match reader.u32_le()? {
        1 => {
            let flags = reader.u32_le()?;
            reader.skip(16)?;
            Some(Ntlm::Negotiate(version(flags, &mut reader)))
        }
        2 => {
            reader.skip(8)?;
            let flags = reader.u32_le()?;
            // Challenge and reserved bytes.
            reader.skip(16)?;
            let target_info = field(token, &mut reader)?;
            Some(Ntlm::Challenge { target_info, version: version(flags, &mut reader) })
        }
        3 => {
            // The two responses are not looked at.
            reader.skip(16)?;
            let (domain, user, workstation) =
                (field(token, &mut reader)?, field(token, &mut reader)?, field(token, &mut reader)?);
            // Systems of before NT 4.0 SP4 send neither key nor flags.
            let flags = reader.skip(8).and_then(|()| reader.u32_le()).unwrap_or(UNICODE);
            let text =
                |bytes| if flags & UNICODE != 0 { Text::utf16_le(bytes) } else { Text::unknown(bytes) };
            let version = version(flags, &mut reader);
            Some(Ntlm::Authenticate {
                domain: text(domain),
                user: text(user),
                workstation: text(workstation),
                version,
            })
        }
        _ => None,
    })
}

/// Length, space and offset of a field in the payload.
fn field<'a>(token: &'a [u8], reader: &mut Reader<'_>) -> Result<&'a [u8], Malformed> {
    let (len, _space, offset) = (reader.u16_le()?, reader.u16_le()?, reader.u32_le()?);
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = token.get(start..).unwrap_or_default();
    Ok(rest.get(..usize::from(len)).unwrap_or_default())
}

fn version(flags: u32, reader: &mut Reader<'_>) -> Option<Version> {
    if flags & VERSION == 0 {
        return None;
    }
    let version = (reader.u8().ok()?, reader.u8().ok()?, reader.u16_le().ok()?);
    (version != (0, 0, 0)).then_some(version)
}

/// Says what a token tells of either side.
pub(crate) fn tell(token: &Ntlm<'_>, out: &mut Out<'_, '_>) {
    match *token {
        Ntlm::Negotiate(version) => told_version(Subject::Client, version, out),
        Ntlm::Challenge { target_info, version } => {
            names(target_info, out);
            told_version(Subject::Server, version, out);
        }
        Ntlm::Authenticate { domain, workstation, version, .. } => {
            out.identity(Subject::Client, Property::Name, "ntlm.workstation", workstation);
            out.identity(Subject::Client, Property::Other, "ntlm.user-domain", domain);
            told_version(Subject::Client, version, out);
        }
    }
}

/// AV pairs ([MS-NLMP], 2.2.2.1), always UTF-16.
fn names(target_info: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(target_info);
    for _ in 0..PAIRS_MAX {
        let (Ok(id @ 1..), Ok(len)) = (reader.u16_le(), reader.u16_le()) else { return };
        let value = Text { bytes: reader.take_up_to(usize::from(len)), charset: Charset::Utf16Le };
        let (property, key) = match id {
            1 => (Property::Name, "ntlm.nb-computer-name"),
            2 => (Property::Domain, "ntlm.nb-domain-name"),
            3 => (Property::Name, "ntlm.dns-computer-name"),
            4 => (Property::Domain, "ntlm.dns-domain-name"),
            5 => (Property::Domain, "ntlm.dns-tree-name"),
            _ => continue,
        };
        out.identity(Subject::Server, property, key, value);
    }
}

/// Windows tells its build; others imitate a version and leave the build zero.
fn told_version(subject: Subject, version: Option<Version>, out: &mut Out<'_, '_>) {
    let Some((major, minor, build)) = version else { return };
    if build == 0 {
        let version = Digits::format(format_args!("{major}.{minor}"));
        out.identity(subject, Property::Other, "ntlm.version", version.as_text());
    } else {
        let version = Digits::format(format_args!("Windows NT {major}.{minor} build {build}"));
        out.identity(subject, Property::OperatingSystem, "ntlm.version", version.as_text());
    }
}
