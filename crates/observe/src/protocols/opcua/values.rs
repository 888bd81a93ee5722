//! Reads and writes: which nodes, which values (IEC 62541-4, 5.10).

use super::encoding::{self, NodeId, Variant};
use super::identity;
use super::services::is_bad;
use crate::out::Out;
use facts::{Part, Subject, Target, Value};
use wire::{Malformed, Reader};

/// Attribute of a node that holds its value.
const VALUE: u32 = 13;

/// A node and what of it is read.
pub(super) fn read_value_id<'a>(reader: &mut Reader<'a>) -> Result<(NodeId<'a>, u32), Malformed> {
    let (node, attribute) = (NodeId::read(reader)?, reader.u32_le()?);
    let _range = encoding::string(reader)?;
    let (_namespace, _data_encoding) = (reader.u16_le()?, encoding::string(reader)?);
    Ok((node, attribute))
}

/// The values of a read's answer, in the order of its nodes.
pub(super) fn answered(
    reader: &mut Reader<'_>,
    nodes: &[u8],
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let mut nodes = Reader::new(nodes);
    for _ in 0..encoding::count(reader)? {
        // Of a long list only the first nodes were kept.
        let Ok((node, attribute)) = read_value_id(&mut nodes) else { return Ok(()) };
        let (value, status) = encoding::data_value(reader)?;
        if attribute == VALUE && !is_bad(status) {
            told(node, &value, Subject::Sender, out)?;
        }
    }
    Ok(())
}

/// The values of a write request; answers the first node as its target.
pub(super) fn written(reader: &mut Reader<'_>, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    for _ in 0..encoding::count(reader)? {
        let (node, attribute) = (NodeId::read(reader)?, reader.u32_le()?);
        let _range = encoding::string(reader)?;
        let (value, _status) = encoding::data_value(reader)?;
        if attribute == VALUE {
            told(node, &value, Subject::Receiver, out)?;
        }
    }
    Ok(())
}

fn told(
    node: NodeId<'_>,
    value: &Variant<'_>,
    subject: Subject,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    match value {
        Variant::Extension(kind, body) => identity::structure(*kind, body, subject, out),
        Variant::Datum(datum) => {
            let target = node.target(VALUE);
            if let (Some((property, key)), facts::Datum::Text(text)) = (identity::build_variable(node), datum)
            {
                out.identity(subject, property, key, *text);
            } else if !matches!(target, Target::None) {
                out.value(Value { subject, part: Part::Whole, target, datum: *datum });
            }
            Ok(())
        }
        Variant::Other => Ok(()),
    }
}
