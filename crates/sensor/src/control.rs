//! What the opener, the sensor and the main process say to each other beside the batches: few, small messages.

use crate::fields::{Fields, number, small, table, text};
use capture::Port;
use capture::evidence::Limits;
use facts::id::SensorId;
use std::os::fd::OwnedFd;
use wire::{CaptureId, Defect, LinkType, Malformed, Reader};

/// From the opener to a sensor.
#[derive(Debug)]
pub(crate) enum ToSensor {
    /// The first message: what to allocate before the sandbox. The descriptors are the evidence files.
    Begin(Begin),
    /// Listen to this packet socket.
    Port { capture: CaptureId, port: Port },
    /// Read frames that another process makes.
    Stream { first: CaptureId, names: Vec<String>, socket: OwnedFd },
    /// The interface of this capture is down or gone, or is back.
    State { capture: CaptureId, is_down: bool },
    /// Send batches here from now on.
    Link(OwnedFd),
}

/// What a sensor process is told at its start.
#[derive(Debug)]
pub(crate) struct Begin {
    /// Whose batches these are.
    pub(crate) sensor: SensorId,
    /// Stands for this process; its first batch has this number.
    pub(crate) incarnation: u64,
    /// Bytes of batches that may wait.
    pub(crate) waiting_bytes_max: u64,
    /// Conversations at a time.
    pub(crate) flows_max: u32,
    pub(crate) evidence: Option<(Limits, Vec<OwnedFd>)>,
}

/// From the opener to the main process.
#[derive(Debug)]
pub(crate) enum ToMain {
    /// Batches of this sensor process come from here.
    Link { incarnation: u64, socket: OwnedFd },
    /// The sensor process ended, and why.
    SensorEnded { reason: String },
    /// The state of an interface changed.
    Port { capture: CaptureId, name: String, problem: Option<String> },
}

impl ToSensor {
    /// The bytes; the descriptors go beside them in the order of the fields.
    pub(crate) fn begin(begin: &Begin) -> Vec<u8> {
        let limits = begin.evidence.as_ref().map(|(limits, _)| *limits);
        let Limits { bytes, segments, snap, flow_percent } = limits.unwrap_or_default();
        let fields = Fields::new(1)
            .text(&begin.sensor.to_string())
            .number(begin.incarnation)
            .number(begin.waiting_bytes_max)
            .number(begin.flows_max)
            .number(u8::from(limits.is_some()));
        fields.number(bytes).number(segments).number(snap).number(flow_percent).0
    }

    pub(crate) fn port(capture: CaptureId, port: &Port) -> Vec<u8> {
        let fields = Fields::new(2).number(capture.0).text(&port.interface).number(port.index);
        fields.number(port.link.0).number(port.block_size).number(port.blocks).number(port.snap_length).0
    }

    pub(crate) fn stream(first: CaptureId, names: &[String]) -> Vec<u8> {
        Fields::new(3).number(first.0).table(names.iter(), |fields, name| fields.text(name)).0
    }

    pub(crate) fn state(capture: CaptureId, is_down: bool) -> Vec<u8> {
        Fields::new(4).number(capture.0).number(u8::from(is_down)).0
    }

    pub(crate) fn link() -> Vec<u8> {
        Fields::new(5).0
    }

    pub(crate) fn read(bytes: &[u8], descriptors: Vec<OwnedFd>) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        let reader = &mut reader;
        let mut descriptors = descriptors;
        if kind == 1 {
            return begin(reader, descriptors).map(Self::Begin);
        }
        let missing = reader.defect(Defect::TooMany);
        let mut descriptor = || descriptors.pop().ok_or(missing);
        match kind {
            2 => Ok(Self::Port {
                capture: CaptureId(small(reader)?),
                port: Port {
                    interface: text(reader)?,
                    index: small(reader)?,
                    link: LinkType(small(reader)?),
                    block_size: small(reader)?,
                    blocks: small(reader)?,
                    snap_length: small(reader)?,
                    socket: descriptor()?,
                },
            }),
            3 => Ok(Self::Stream {
                first: CaptureId(small(reader)?),
                names: table(reader, text)?,
                socket: descriptor()?,
            }),
            4 => Ok(Self::State { capture: CaptureId(small(reader)?), is_down: number(reader)? != 0 }),
            5 => Ok(Self::Link(descriptor()?)),
            _ => Err(reader.defect(Defect::BadValue)),
        }
    }
}

fn begin(reader: &mut Reader<'_>, descriptors: Vec<OwnedFd>) -> Result<Begin, Malformed> {
    let sensor = text(reader)?.parse().map_err(|_| reader.defect(Defect::BadValue))?;
    let (incarnation, waiting_bytes_max, flows_max) = (number(reader)?, number(reader)?, small(reader)?);
    let with_evidence = number(reader)? != 0;
    let limits = Limits {
        bytes: number(reader)?,
        segments: small(reader)?,
        snap: small(reader)?,
        flow_percent: small(reader)?,
    };
    let evidence = with_evidence.then_some((limits, descriptors));
    Ok(Begin { sensor, incarnation, waiting_bytes_max, flows_max, evidence })
}

impl ToMain {
    pub(crate) fn link(incarnation: u64) -> Vec<u8> {
        Fields::new(1).number(incarnation).0
    }

    pub(crate) fn sensor_ended(reason: &str) -> Vec<u8> {
        Fields::new(2).text(reason).0
    }

    pub(crate) fn port(capture: CaptureId, name: &str, problem: Option<&str>) -> Vec<u8> {
        let fields = Fields::new(3).number(capture.0).text(name).number(u8::from(problem.is_some()));
        fields.text(problem.unwrap_or_default()).0
    }

    pub(crate) fn read(bytes: &[u8], mut descriptors: Vec<OwnedFd>) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        let reader = &mut reader;
        match kind {
            1 => Ok(Self::Link {
                incarnation: number(reader)?,
                socket: descriptors.pop().ok_or(reader.defect(Defect::TooMany))?,
            }),
            2 => Ok(Self::SensorEnded { reason: text(reader)? }),
            3 => {
                let (capture, name) = (CaptureId(small(reader)?), text(reader)?);
                let has_problem = number(reader)? != 0;
                Ok(Self::Port { capture, name, problem: has_problem.then_some(text(reader)?) })
            }
            _ => Err(reader.defect(Defect::BadValue)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_handed_over_as_it_was_opened() {
        let (socket, other) = std::os::unix::net::UnixStream::pair().expect("sockets");
        let port = Port {
            interface: "eth1".into(),
            index: 7,
            link: LinkType::ETHERNET,
            block_size: 1 << 20,
            blocks: 64,
            snap_length: 1_500,
            socket: socket.into(),
        };
        let bytes = ToSensor::port(CaptureId(3), &port);
        let Ok(ToSensor::Port { capture, port: got }) = ToSensor::read(&bytes, vec![other.into()]) else {
            panic!("another message");
        };
        let told = |port: &Port| {
            (port.interface.clone(), port.index, port.link, port.block_size, port.blocks, port.snap_length)
        };
        assert_eq!((capture, told(&got)), (CaptureId(3), told(&port)));
    }
}
