//! Chunks to observations. Whoever sends a request is the client, also where the server has called (reverse hello).

use super::chunk::{Chunk, Secure};
use super::encoding::{self, NodeId};
use super::services::{self, Service};
use super::{Opcua, identity, values};
use crate::dissector::Context;
use crate::out::Out;
use facts::{Command, LoginOutcome, Observation, OutcomeKind, Part, Phase, Property, Subject, Target};
use wire::{Malformed, Reader, Text};

const PENDING_MAX: usize = 3;
/// Publish requests wait for long and fail for nothing that matters: they are not remembered.
const PUBLISH: u32 = 826;
/// Bytes of a user name that are kept until the log-in is answered.
const USER_MAX: usize = 16;
/// Group of outcomes that are the transport's and no service's.
const TRANSPORT: &str = "transport";
/// `ERR` as a number.
const ERROR: u64 = 0x45_5252;

/// What a conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// Whether the channel's policy is None; unknown until its opening is seen.
    unsecured: Option<bool>,
    /// Messages of which more chunks follow, one for each way.
    continues: [Option<u32>; 2],
    /// Requests and their services: a fault does not repeat them.
    pending: [(u32, u16); PENDING_MAX],
    next: u8,
    login: Login,
}

/// A log-in that waits for its answer.
#[derive(Clone, Copy, Debug, Default)]
struct Login {
    user: [u8; USER_MAX],
    user_len: u8,
    /// Type of the token, 0 for none.
    token: u16,
}

pub(super) fn observe<'a>(chunk: &Chunk<'a>, context: &mut Context<'_, Opcua>, out: &mut Out<'a, '_>) {
    match *chunk {
        Chunk::Hello { endpoint } => {
            out.identity(Subject::Receiver, Property::Other, "endpoint-url", Text::utf8(endpoint));
        }
        Chunk::ReverseHello { server, endpoint } => {
            out.identity(Subject::Sender, Property::Other, "application-uri", Text::utf8(server));
            out.identity(Subject::Sender, Property::Other, "endpoint-url", Text::utf8(endpoint));
        }
        Chunk::Acknowledge => {}
        Chunk::Error { status } => {
            out.outcome(TRANSPORT, ERROR, OutcomeKind::Refused, status, services::status(status));
        }
        Chunk::Secure(secure) => {
            if let Some((policy, certificate)) = secure.opening {
                context.session.unsecured = secure.unsecured();
                out.identity(Subject::Sender, Property::Other, "security-policy", Text::utf8(policy));
                identity::certificate(certificate, Subject::Sender, out);
            }
            if begins(&secure, context)
                && let Err(defect) = message(&secure, context, out)
            {
                out.push(&Observation::Malformed(defect));
            }
        }
    }
}

/// Whether a chunk is the first of its message.
fn begins(secure: &Secure<'_>, context: &mut Context<'_, Opcua>) -> bool {
    let [to_server, to_client] = &mut context.session.continues;
    let place = if context.seen.direction == wire::Direction::ToServer { to_server } else { to_client };
    let first = *place != Some(secure.request);
    *place = (secure.end == b'C').then_some(secure.request);
    first && secure.end != b'A'
}

fn message(
    secure: &Secure<'_>,
    context: &mut Context<'_, Opcua>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let mut reader = Reader::new(secure.body);
    let clear = context.session.unsecured == Some(true);
    let number = match NodeId::read(&mut reader) {
        Ok(NodeId::Number(0, number)) => number,
        Err(defect) if clear => return Err(defect),
        _ => return Ok(()),
    };
    let known = services::service(number);
    // In a secured channel the bytes of a known service in its usual encoding cannot be chance.
    let usual = secure.body.starts_with(&[1, 0]);
    if !clear && (known.is_none() || !usual) {
        return Ok(());
    }
    let service = known.unwrap_or(Service { name: "", verb: facts::Verb::Other, response: false });
    let content = if service.response { response_header(&mut reader) } else { request_header(&mut reader) };
    let target = if content.is_ok() && !service.response { target(number, reader) } else { Target::None };
    let phase = if service.response { Phase::Response } else { Phase::Request };
    let Service { name, verb, .. } = service;
    out.command(Command { group: "", code: u64::from(number), name, verb, phase, part: Part::Whole, target });
    if known.is_none() {
        return Ok(());
    }
    let status = content?;
    // What a later chunk would have brought is missing, and no defect.
    let told = if service.response {
        response(number, status, secure, &mut reader, context, out)
    } else {
        request(number, secure, &mut reader, context, out)
    };
    if secure.end == b'C' { Ok(()) } else { told }
}

/// Answers 0, as a request has no status.
fn request_header(reader: &mut Reader<'_>) -> Result<u32, Malformed> {
    let _token = NodeId::read(reader)?;
    let (_time, _handle, _diagnostics) = (reader.i64_le()?, reader.u32_le()?, reader.u32_le()?);
    let (_audit, _timeout) = (encoding::string(reader)?, reader.u32_le()?);
    encoding::extension(reader).map(|_| 0)
}

/// Answers the service result.
fn response_header(reader: &mut Reader<'_>) -> Result<u32, Malformed> {
    let (_time, _handle, status) = (reader.i64_le()?, reader.u32_le()?, reader.u32_le()?);
    encoding::diagnostics(reader)?;
    encoding::strings(reader)?;
    encoding::extension(reader).map(|_| status)
}

/// The first node that a request aims at.
fn target<'a>(number: u32, mut reader: Reader<'a>) -> Target<'a> {
    let node = match number {
        services::READ => reader.skip(16).and_then(|()| values::read_value_id(&mut reader)),
        services::WRITE => reader.skip(4).and_then(|()| Ok((NodeId::read(&mut reader)?, reader.u32_le()?))),
        services::DELETE_NODES => reader.skip(4).and_then(|()| Ok((NodeId::read(&mut reader)?, 0))),
        services::CREATE_MONITORED_ITEMS => reader.skip(12).and_then(|()| values::read_value_id(&mut reader)),
        // The object stands before its method, which is what is called.
        services::CALL => reader.skip(4).and_then(|()| {
            NodeId::read(&mut reader)?;
            Ok((NodeId::read(&mut reader)?, 0))
        }),
        // View (node, time, version), most references, number of nodes.
        services::BROWSE => NodeId::read(&mut reader)
            .and_then(|_| reader.skip(20))
            .and_then(|()| Ok((NodeId::read(&mut reader)?, 0))),
        services::HISTORY_READ => encoding::extension(&mut reader)
            .and_then(|_| reader.skip(9))
            .and_then(|()| Ok((NodeId::read(&mut reader)?, 0))),
        _ => return Target::None,
    };
    node.map_or(Target::None, |(node, attribute)| node.target(attribute))
}

fn request(
    number: u32,
    secure: &Secure<'_>,
    reader: &mut Reader<'_>,
    context: &mut Context<'_, Opcua>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let session = &mut *context.session;
    if let (true, Some(place)) =
        (number != PUBLISH, session.pending.get_mut(usize::from(session.next) % PENDING_MAX))
    {
        *place = (secure.request, u16::try_from(number).unwrap_or(0));
        session.next = session.next.wrapping_add(1);
    }
    match number {
        services::CREATE_SESSION => {
            identity::application(reader, Subject::Sender, true, out)?;
            let (_server, endpoint) = (encoding::string(reader)?, encoding::string(reader)?);
            out.identity(Subject::Receiver, Property::Other, "endpoint-url", Text::utf8(endpoint));
            let session_name = encoding::string(reader)?;
            out.identity(Subject::Sender, Property::Other, "session-name", Text::utf8(session_name));
            let _nonce = encoding::string(reader)?;
            identity::certificate(encoding::string(reader)?, Subject::Sender, out);
            Ok(())
        }
        services::ACTIVATE_SESSION => activate(reader, &mut session.login, out),
        services::READ => {
            let mut list = *reader;
            list.skip(16)?;
            context.pool.remember(context.seen.flow, secure.request, list.rest());
            Ok(())
        }
        services::WRITE => values::written(reader, out),
        _ => Ok(()),
    }
}

/// The token names the user and how; its secret is never looked at.
fn activate(reader: &mut Reader<'_>, login: &mut Login, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let (_algorithm, _signature) = (encoding::string(reader)?, encoding::string(reader)?);
    for _ in 0..encoding::count(reader)? {
        let (_data, _signature) = (encoding::string(reader)?, encoding::string(reader)?);
    }
    encoding::strings(reader)?;
    let (kind, token) = encoding::extension(reader)?;
    let token_type = match kind {
        // A null token is anonymous.
        NodeId::Number(0, 0) => 321,
        NodeId::Number(0, number @ (321 | 324 | 327 | 940)) => u16::try_from(number).unwrap_or(0),
        _ => return Ok(()),
    };
    let mut user: &[u8] = &[];
    if token_type == 324 {
        let mut token = Reader::new(token);
        let _policy = encoding::string(&mut token)?;
        user = encoding::string(&mut token)?;
    }
    *login = Login { token: token_type, ..Login::default() };
    login.user.iter_mut().zip(user).for_each(|(kept, byte)| *kept = *byte);
    login.user_len = u8::try_from(user.len().min(USER_MAX)).unwrap_or(0);
    out.login(Text::utf8(user), method(token_type), LoginOutcome::Attempted);
    Ok(())
}

fn method(token: u16) -> &'static str {
    match token {
        324 => "password",
        327 => "certificate",
        940 => "token",
        _ => "anonymous",
    }
}

fn response(
    number: u32,
    status: u32,
    secure: &Secure<'_>,
    reader: &mut Reader<'_>,
    context: &mut Context<'_, Opcua>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let asked = context.session.pending.iter().find(|asked| asked.0 == secure.request && asked.1 != 0);
    let asked = asked.map(|asked| u32::from(asked.1));
    let bad = services::is_bad(status);
    if bad {
        let code = u64::from(asked.unwrap_or(number));
        out.outcome("", code, OutcomeKind::Refused, status, services::status(status));
    }
    if number == services::ACTIVATE_SESSION_RESPONSE || (bad && asked == Some(services::ACTIVATE_SESSION)) {
        answered_login(&mut context.session.login, bad, out);
    }
    match number {
        services::FIND_SERVERS_RESPONSE => {
            let count = encoding::count(reader)?;
            for _ in 0..count {
                identity::application(reader, Subject::Sender, count == 1, out)?;
            }
            Ok(())
        }
        services::GET_ENDPOINTS_RESPONSE => identity::endpoints(reader, Subject::Sender, out),
        services::CREATE_SESSION_RESPONSE => {
            let (_session, _token, _timeout) =
                (NodeId::read(reader)?, NodeId::read(reader)?, reader.f64_le()?);
            let (_nonce, certificate) = (encoding::string(reader)?, encoding::string(reader)?);
            identity::certificate(certificate, Subject::Sender, out);
            identity::endpoints(reader, Subject::Sender, out)
        }
        services::WRITE_RESPONSE | services::CALL_RESPONSE if !bad => {
            // Each node of a write and each method has its own status; a method's results follow it.
            let count =
                if number == services::CALL_RESPONSE { 1 } else { encoding::count(&mut reader.clone())? };
            reader.skip(4)?;
            for _ in 0..count {
                let status = reader.u32_le()?;
                if services::is_bad(status) {
                    let code = u64::from(asked.unwrap_or(number));
                    out.outcome("", code, OutcomeKind::Refused, status, services::status(status));
                }
            }
            Ok(())
        }
        services::READ_RESPONSE => match context.pool.take(context.seen.flow, secure.request) {
            Some(nodes) => values::answered(reader, nodes, out),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn answered_login(login: &mut Login, bad: bool, out: &mut Out<'_, '_>) {
    let Login { user, user_len, token } = core::mem::take(login);
    if token != 0 {
        let user = user.get(..usize::from(user_len)).unwrap_or_default();
        let outcome = if bad { LoginOutcome::Refused } else { LoginOutcome::Accepted };
        out.login(Text::utf8(user), method(token), outcome);
    }
}
