//! What a remote sensor and the site say to each other. Each frame has its length in front; see [`Frames`](super::Frames).

use crate::account::Account;
use crate::fields::{Fields, long, long_text, number, small, table, text};
use crate::receiver::Position;
use facts::id::SensorId;
use wire::{CaptureId, Defect, Malformed, Reader};

/// Raised when one side could misunderstand the other. Both are said in the first frames.
pub const PROTOCOL: u64 = 1;
/// No frame is longer; a batch has at most 512 KiB.
pub const FRAME_MAX: usize = 1 << 20;

/// What a sensor says.
#[derive(Clone, Debug, PartialEq)]
pub enum ToSite {
    /// The first and only frame of a sensor that has no certificate yet.
    Enrol(Enrolment),
    /// The first frame of a sensor with a certificate.
    Hello {
        /// Its [`PROTOCOL`].
        protocol: u64,
        /// Version of its program.
        program: String,
    },
    /// Observations.
    Batch {
        /// Its place in the spool; the incarnation stands for the spool.
        position: Position,
        /// Batches that the sensor's machine had to drop before this one.
        lost_before: u64,
        /// The batch.
        bytes: Vec<u8>,
    },
    /// How it is with the sensor, about once a second. Only the newest counts, so it is never kept.
    State(State),
    /// The certificate ends soon: a request (PEM) for the next one.
    Renew(String),
}

/// A request to become a sensor of the site.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Its [`PROTOCOL`].
    pub protocol: u64,
    /// The secret of the one-time link.
    pub code: String,
    /// The signed request for a certificate, PEM.
    pub request: String,
    /// Version of its program.
    pub program: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Enrolment").field("program", &self.program).finish_non_exhaustive()
    }
}

/// How it is with a sensor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What was heard at each port, and how far that can be trusted.
    pub account: Account,
    /// Whether a process listens, or reads, at present.
    pub is_listening: bool,
    /// Ports that cannot be listened to, and why.
    pub problems: Vec<(String, String)>,
    /// What restricts the sensor, one line each.
    pub remarks: Vec<String>,
    /// Batches on the sensor's disk that the site has not acknowledged.
    pub spooled_batches: u64,
    /// Bytes of the spool on disk.
    pub spooled_bytes: u64,
    /// Batches that the spool had to drop since the process began, because it was full.
    pub dropped_batches: u64,
}

/// What the site says.
#[derive(Clone, Debug, PartialEq)]
pub enum ToSensor {
    /// The sensor belongs to the site now.
    Enrolled(Enrolled),
    /// The answer to the greeting: the last batch that the site keeps.
    Welcome {
        /// `None` before the first one.
        last: Option<Position>,
    },
    /// Everything up to this batch is on the site's disk. Said again now and then, as a sign of life.
    Kept(Option<Position>),
    /// The next certificate, PEM.
    Certificate(String),
    /// Why the site does not go on, in one line. The connection ends.
    Refused(String),
}

/// What a sensor gets when it enrols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its id.
    pub sensor: SensorId,
    /// Its name, as people gave it.
    pub name: String,
    /// The first capture number of its block.
    pub first: CaptureId,
    /// Its certificate, PEM.
    pub certificate: String,
    /// The authority of the site, PEM.
    pub authority: String,
}

impl ToSite {
    /// The frame's contents.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Enrol(enrolment) => {
                let fields = Fields::new(1).number(enrolment.protocol).text(&enrolment.program);
                fields.text(&enrolment.code).long(enrolment.request.as_bytes()).0
            }
            Self::Hello { protocol, program } => Fields::new(2).number(*protocol).text(program).0,
            Self::Batch { position, lost_before, bytes } => {
                let fields = Fields::new(3).number(position.incarnation).number(position.sequence);
                fields.number(*lost_before).long(bytes).0
            }
            Self::State(state) => state.write(Fields::new(4)).0,
            Self::Renew(request) => Fields::new(5).long(request.as_bytes()).0,
        }
    }

    /// Reads a frame's contents.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        let reader = &mut reader;
        match kind {
            1 => Ok(Self::Enrol(Enrolment {
                protocol: number(reader)?,
                program: text(reader)?,
                code: text(reader)?,
                request: long_text(reader)?,
            })),
            2 => Ok(Self::Hello { protocol: number(reader)?, program: text(reader)? }),
            3 => Ok(Self::Batch {
                position: position(reader)?,
                lost_before: number(reader)?,
                bytes: long(reader)?.to_vec(),
            }),
            4 => State::read(reader).map(Self::State),
            5 => Ok(Self::Renew(long_text(reader)?)),
            _ => Err(reader.defect(Defect::BadValue)),
        }
    }
}

impl State {
    fn write(&self, fields: Fields) -> Fields {
        let fields = self.account.write(fields).number(u8::from(self.is_listening));
        fields
            .table(self.problems.iter(), |fields, (port, problem)| fields.text(port).text(problem))
            .table(self.remarks.iter(), |fields, remark| fields.text(remark))
            .number(self.spooled_batches)
            .number(self.spooled_bytes)
            .number(self.dropped_batches)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            account: Account::read(reader)?,
            is_listening: number(reader)? != 0,
            problems: table(reader, |reader| Ok((text(reader)?, text(reader)?)))?,
            remarks: table(reader, text)?,
            spooled_batches: number(reader)?,
            spooled_bytes: number(reader)?,
            dropped_batches: number(reader)?,
        })
    }
}

impl ToSensor {
    /// The frame's contents.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Enrolled(enrolled) => {
                let fields = Fields::new(1).text(&enrolled.sensor.to_string()).text(&enrolled.name);
                let fields = fields.number(enrolled.first.0).long(enrolled.certificate.as_bytes());
                fields.long(enrolled.authority.as_bytes()).0
            }
            Self::Welcome { last } => write_position(Fields::new(2), *last).0,
            Self::Kept(position) => write_position(Fields::new(3), *position).0,
            Self::Certificate(pem) => Fields::new(4).long(pem.as_bytes()).0,
            Self::Refused(why) => Fields::new(5).text(why).0,
        }
    }

    /// Reads a frame's contents.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        let reader = &mut reader;
        match kind {
            1 => Ok(Self::Enrolled(Enrolled {
                sensor: text(reader)?.parse().map_err(|_| reader.defect(Defect::BadValue))?,
                name: text(reader)?,
                first: CaptureId(small(reader)?),
                certificate: long_text(reader)?,
                authority: long_text(reader)?,
            })),
            2 => Ok(Self::Welcome { last: some_position(reader)? }),
            3 => Ok(Self::Kept(some_position(reader)?)),
            4 => Ok(Self::Certificate(long_text(reader)?)),
            5 => Ok(Self::Refused(text(reader)?)),
            _ => Err(reader.defect(Defect::BadValue)),
        }
    }
}

fn position(reader: &mut Reader<'_>) -> Result<Position, Malformed> {
    Ok(Position { incarnation: number(reader)?, sequence: number(reader)? })
}

/// No spool has the number 0: it stands for none.
fn some_position(reader: &mut Reader<'_>) -> Result<Option<Position>, Malformed> {
    Ok(Some(position(reader)?).filter(|position| position.incarnation > 0))
}

fn write_position(fields: Fields, position: Option<Position>) -> Fields {
    let Position { incarnation, sequence } = position.unwrap_or(Position { incarnation: 0, sequence: 0 });
    fields.number(incarnation).number(sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Position = Position { incarnation: 7, sequence: 9 };

    fn to_site() -> Vec<ToSite> {
        vec![
            ToSite::Enrol(Enrolment {
                protocol: PROTOCOL,
                code: "yn_1_2".into(),
                request: "-----BEGIN".repeat(200),
                program: "0.1.0".into(),
            }),
            ToSite::Hello { protocol: 1, program: "0.1.0".into() },
            ToSite::Batch { position: AT, lost_before: 3, bytes: vec![7; 70_000] },
            ToSite::State(State {
                is_listening: true,
                problems: vec![("eth1".into(), "down".into())],
                remarks: vec!["old kernel".into()],
                spooled_batches: 4,
                ..State::default()
            }),
            ToSite::Renew("request".into()),
        ]
    }

    fn to_sensor() -> Vec<ToSensor> {
        vec![
            ToSensor::Enrolled(Enrolled {
                sensor: SensorId(uuid::Uuid::from_u128(5)),
                name: "充填".into(),
                first: CaptureId(4_096),
                certificate: "c".repeat(3_000),
                authority: "a".repeat(2_000),
            }),
            ToSensor::Welcome { last: None },
            ToSensor::Welcome { last: Some(AT) },
            ToSensor::Kept(Some(AT)),
            ToSensor::Certificate("next".into()),
            ToSensor::Refused("it was shut out".into()),
        ]
    }

    #[test]
    fn what_is_said_arrives_and_what_is_cut_is_refused() {
        for said in to_site() {
            let bytes = said.encode();
            assert_eq!(ToSite::decode(&bytes), Ok(said));
            (0..bytes.len().min(4_000)).for_each(|len| assert!(ToSite::decode(&bytes[..len]).is_err()));
        }
        for said in to_sensor() {
            let bytes = said.encode();
            assert_eq!(ToSensor::decode(&bytes), Ok(said));
            (0..bytes.len()).for_each(|len| assert!(ToSensor::decode(&bytes[..len]).is_err()));
        }
        assert!(ToSite::decode(&[9]).is_err() && ToSensor::decode(&[0]).is_err());
    }
}
