//! Who an application is: descriptions, endpoints, certificates, build information.

use super::certificate;
use super::encoding::{self, NodeId};
use crate::out::Out;
use facts::{Property, Subject};
use wire::{Malformed, Reader, Text};

/// An application description. Of a server among several only the evidence is kept: it may stand elsewhere.
pub(super) fn application(
    reader: &mut Reader<'_>,
    subject: Subject,
    alone: bool,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let uri = encoding::string(reader)?;
    let product = encoding::string(reader)?;
    let name = encoding::localized(reader)?;
    let _kind = reader.u32_le()?;
    let (_gateway, _profile) = (encoding::string(reader)?, encoding::string(reader)?);
    encoding::strings(reader)?;
    let own = |property| if alone { property } else { Property::Other };
    out.identity(subject, Property::Other, "application-uri", Text::utf8(uri));
    out.identity(subject, Property::Other, "product-uri", Text::utf8(product));
    out.identity(subject, own(Property::Software), "application-name", Text::utf8(name));
    Ok(())
}

/// Endpoint descriptions; all are of one server, so its description and certificate are told once.
pub(super) fn endpoints(
    reader: &mut Reader<'_>,
    subject: Subject,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let mut told = None;
    for _ in 0..encoding::count(reader)? {
        let url = encoding::string(reader)?;
        let start = *reader;
        application_len(reader)?;
        let len = start.remaining() - reader.remaining();
        let description = start.rest().get(..len).unwrap_or_default();
        let certificate = encoding::string(reader)?;
        out.identity(subject, Property::Other, "endpoint-url", Text::utf8(url));
        if told.replace(description) != Some(description) {
            application(&mut Reader::new(description), subject, true, out)?;
            self::certificate(certificate, subject, out);
        }
        let _mode = reader.u32_le()?;
        out.identity(subject, Property::Other, "security-policy", Text::utf8(encoding::string(reader)?));
        for _ in 0..encoding::count(reader)? {
            let _policy = encoding::string(reader)?;
            let _kind = reader.u32_le()?;
            let (_issued, _issuer) = (encoding::string(reader)?, encoding::string(reader)?);
            let _security = encoding::string(reader)?;
        }
        let (_profile, _level) = (encoding::string(reader)?, reader.u8()?);
    }
    Ok(())
}

fn application_len(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    let (_uri, _product, _name) =
        (encoding::string(reader)?, encoding::string(reader)?, encoding::localized(reader)?);
    reader.skip(4)?;
    let (_gateway, _profile) = (encoding::string(reader)?, encoding::string(reader)?);
    encoding::strings(reader)
}

/// The subject of the certificate that an application shows; a damaged one says nothing.
pub(super) fn certificate(der: &[u8], subject: Subject, out: &mut Out<'_, '_>) {
    if let Ok([name, organization]) = certificate::subject(der) {
        out.identity(subject, Property::Other, "certificate.common-name", name.unwrap_or_default());
        out.identity(subject, Property::Other, "certificate.organization", organization.unwrap_or_default());
    }
}

/// What a variable of the server's build information tells (IEC 62541-5).
pub(super) fn build_variable(node: NodeId<'_>) -> Option<(Property, &'static str)> {
    Some(match node {
        NodeId::Number(0, 2261) => (Property::Model, "build-info.product-name"),
        NodeId::Number(0, 2262) => (Property::Other, "build-info.product-uri"),
        NodeId::Number(0, 2263) => (Property::Vendor, "build-info.manufacturer-name"),
        NodeId::Number(0, 2264) => (Property::Firmware, "build-info.software-version"),
        NodeId::Number(0, 2265) => (Property::Other, "build-info.build-number"),
        _ => return None,
    })
}

/// A structure that holds build information: BuildInfo itself, or the status of the server.
pub(super) fn structure(
    kind: NodeId<'_>,
    body: &[u8],
    subject: Subject,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let mut reader = Reader::new(body);
    match kind {
        NodeId::Number(0, 340) => {}
        // Start time, current time and state stand before it.
        NodeId::Number(0, 864) => reader.skip(20)?,
        _ => return Ok(()),
    }
    for number in [2262, 2263, 2261, 2264, 2265] {
        let value = Text::utf8(encoding::string(&mut reader)?);
        if let Some((property, key)) = build_variable(NodeId::Number(0, number)) {
            out.identity(subject, property, key, value);
        }
    }
    Ok(())
}
