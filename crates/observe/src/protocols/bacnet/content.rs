//! What stands in the parameters of services: targets and lists of property values (clauses 13 to 16).

use super::names::{self, DEVICE};
use super::tags::{self, ObjectId, Tag};
use facts::{Target, Verb};
use wire::Reader;

/// One property, with its value where the message has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    pub(super) object: ObjectId,
    pub(super) property: u32,
    pub(super) value: Option<&'a [u8]>,
}

pub(super) fn target_of(object: ObjectId, property: u32) -> Target<'static> {
    let ObjectId { kind, instance } = object;
    Target::Object { space: names::object(kind), class: kind, instance, attribute: property }
}

/// The objects and properties of a confirmed service's request or acknowledgement.
pub(super) fn confirmed<'a>(service: u8, request: bool, bytes: &'a [u8], mut each: impl FnMut(Item<'a>)) {
    let mut reader = Reader::new(bytes);
    match (service, request) {
        (12 | 15 | 26, _) | (8 | 9, true) => single(&mut reader, 0, 1, &mut each),
        (14, true) | (16, true) => multiple(&mut reader, 0, &mut each),
        (14, false) => multiple(&mut reader, 2, &mut each),
        (1, true) => change_of_value(&mut reader, &mut each),
        (5 | 28, true) => {
            let _process = tags::context(&mut reader, 0);
            only_object(tags::context(&mut reader, 1), &mut each);
        }
        (0, true) => {
            let _process = tags::context(&mut reader, 0);
            only_object(tags::context(&mut reader, 1), &mut each);
        }
        (2, true) => event(&mut reader, &mut each),
        (6 | 7 | 11, true) => only_object(application(&mut reader, 12), &mut each),
        (10, true) if tags::is_next(&mut reader, Tag::Opening(0)) => {
            only_object(tags::context(&mut reader, 1), &mut each);
        }
        (27, true) => {
            let _process = tags::context(&mut reader, 0);
            let (_source, _request) = (tags::context(&mut reader, 1), tags::context(&mut reader, 2));
            only_object(tags::context(&mut reader, 3), &mut each);
        }
        _ => {}
    }
}

/// The objects and properties of an unconfirmed service.
pub(super) fn unconfirmed<'a>(service: u8, bytes: &'a [u8], mut each: impl FnMut(Item<'a>)) {
    let mut reader = Reader::new(bytes);
    match service {
        0 => only_object(application(&mut reader, 12), &mut each),
        1 => {
            let _device = application(&mut reader, 12);
            only_object(application(&mut reader, 12), &mut each);
        }
        2 => change_of_value(&mut reader, &mut each),
        3 => event(&mut reader, &mut each),
        7 => {
            let _limits = (tags::context(&mut reader, 0), tags::context(&mut reader, 1));
            only_object(tags::context(&mut reader, 2), &mut each);
        }
        _ => {}
    }
}

/// Device instances that Who-Is asks for.
pub(super) fn range(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut reader = Reader::new(bytes);
    let low = tags::context(&mut reader, 0).and_then(tags::unsigned32)?;
    let high = tags::context(&mut reader, 1).and_then(tags::unsigned32)?;
    Some((low, high.saturating_sub(low).saturating_add(1)))
}

/// The verb of a request, where its parameters decide it.
pub(super) fn verb(service: u8, bytes: &[u8]) -> Option<Verb> {
    let mut verb = None;
    match service {
        15 | 16 => confirmed(service, true, bytes, |item| {
            let value = item.value.and_then(first_number);
            let write = names::write_verb(item.object.kind, item.property, value);
            // Of several properties the most consequential kind of write counts: any process value before parameters.
            verb = match verb {
                None | Some(Verb::Configure) => Some(write),
                told => told,
            };
        }),
        20 => {
            let state = tags::context(&mut Reader::new(bytes), 0).and_then(tags::unsigned);
            verb = state.map(super::services::reinitialize);
        }
        _ => {}
    }
    verb
}

/// The next application value of a data type.
pub(super) fn application<'a>(reader: &mut Reader<'a>, wanted: u8) -> Option<&'a [u8]> {
    let mut ahead = *reader;
    match tags::read(&mut ahead) {
        Ok(Tag::Application(kind, value)) if kind == wanted => {
            *reader = ahead;
            Some(value)
        }
        _ => None,
    }
}

fn first_number(value: &[u8]) -> Option<u64> {
    match tags::read(&mut Reader::new(value)) {
        Ok(Tag::Application(2 | 9, bytes)) => tags::unsigned(bytes),
        _ => None,
    }
}

fn only_object<'a>(bytes: Option<&'a [u8]>, each: &mut impl FnMut(Item<'a>)) {
    if let Some(object) = bytes.and_then(ObjectId::read) {
        each(Item { object, property: 0, value: None });
    }
}

/// Object, property, array index, and behind an opening tag the value.
fn single<'a>(reader: &mut Reader<'a>, object_tag: u8, property_tag: u8, each: &mut impl FnMut(Item<'a>)) {
    let Some(object) = tags::context(reader, object_tag).and_then(ObjectId::read) else { return };
    let Some(property) = tags::context(reader, property_tag).and_then(tags::unsigned32) else { return };
    let index = tags::context(reader, property_tag + 1);
    let value = tags::is_next(reader, Tag::Opening(property_tag + 2)).then(|| tags::enclosed(reader));
    // Element 0 of an array is its size and not a value.
    let value = value.filter(|_| index.and_then(tags::unsigned) != Some(0));
    each(Item { object, property, value });
}

/// Objects, each with a list of properties; `property_tag` begins the tags of the list's members.
fn multiple<'a>(reader: &mut Reader<'a>, property_tag: u8, each: &mut impl FnMut(Item<'a>)) {
    while let Some(object) = tags::context(reader, 0).and_then(ObjectId::read) {
        if !tags::is_next(reader, Tag::Opening(1)) {
            return;
        }
        list(reader, object, property_tag, 1, each);
    }
}

fn list<'a>(
    reader: &mut Reader<'a>,
    object: ObjectId,
    property_tag: u8,
    closing: u8,
    each: &mut impl FnMut(Item<'a>),
) {
    while !tags::is_next(reader, Tag::Closing(closing)) {
        let Some(property) = tags::context(reader, property_tag).and_then(tags::unsigned32) else { return };
        let _index = tags::context(reader, property_tag + 1);
        let value = tags::is_next(reader, Tag::Opening(property_tag + 2)).then(|| tags::enclosed(reader));
        if value.is_none() && tags::is_next(reader, Tag::Opening(property_tag + 3)) {
            let _error = tags::enclosed(reader);
        }
        let _priority = tags::context(reader, property_tag + 3);
        each(Item { object, property, value });
    }
}

fn change_of_value<'a>(reader: &mut Reader<'a>, each: &mut impl FnMut(Item<'a>)) {
    let (_process, _device) = (tags::context(reader, 0), tags::context(reader, 1));
    let Some(object) = tags::context(reader, 2).and_then(ObjectId::read) else { return };
    let _remaining = tags::context(reader, 3);
    if tags::is_next(reader, Tag::Opening(4)) {
        list(reader, object, 0, 4, each);
    }
}

fn event<'a>(reader: &mut Reader<'a>, each: &mut impl FnMut(Item<'a>)) {
    let (_process, _device) = (tags::context(reader, 0), tags::context(reader, 1));
    only_object(tags::context(reader, 2), each);
}

/// The device that a message says its sender is: I-Am, I-Have, notifications, and answers about a device object.
pub(super) fn sender_instance(confirmed_answer: bool, service: u8, bytes: &[u8]) -> Option<u32> {
    let mut reader = Reader::new(bytes);
    let device =
        |object: ObjectId| (object.kind == DEVICE && object.instance != 0x3f_ffff).then_some(object.instance);
    let object = match (confirmed_answer, service) {
        (false, 0 | 1) => application(&mut reader, 12),
        (true, 12 | 14) => tags::context(&mut reader, 0),
        _ => None,
    };
    object.and_then(ObjectId::read).and_then(device)
}
