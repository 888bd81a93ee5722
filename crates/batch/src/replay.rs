//! Says again what a batch was told.

use crate::decoder::{Dictionary, unsigned};
use crate::fact_types::{LAYERS_MAX, decode_flow};
use crate::header::Header;
use crate::mirror::MirrorAccount;
use crate::writer::kind;
use crate::{Code, Decoder, Words};
use facts::{Layer, NetworkId, Observation, Seen, Sink};
use wire::{Defect, Mac, Malformed, Reader, Time};

/// Accounts and counters that one batch may carry; more count as damaged.
const ACCOUNTS_MAX: usize = 4096;

/// What a batch held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its head.
    pub header: Header,
    /// Records that were said to the sink.
    pub records: u64,
    /// Records of a kind that this version does not know; they were passed over.
    pub unknown: u64,
    /// Records whose contents could not be read; they were passed over.
    pub damaged: u64,
    /// Accounts of captures, in the order of the batch.
    pub mirrors: Vec<MirrorAccount>,
    /// Counters of the sensor's stages, by name.
    pub stages: Vec<(&'static str, u64)>,
}

/// Says what a batch holds to `sink`, in its order. Fails when the bytes are no batch or its records do not follow
/// each other to its end; what was said before that stays said.
pub fn replay(batch: &[u8], words: &mut Words, sink: &mut dyn Sink) -> Result<Report, Malformed> {
    let (header, mut records) = Header::split(batch)?;
    let mut report =
        Report { header, records: 0, unknown: 0, damaged: 0, mirrors: Vec::new(), stages: Vec::new() };
    let mut dictionary = Dictionary::default();
    while !records.is_empty() {
        let kind = records.u8()?;
        let len = unsigned(&mut records)?;
        let len = usize::try_from(len).map_err(|_| records.defect(Defect::BadLength))?;
        let body = records.sub(len)?;
        if kind > kind::LAST {
            report.unknown += 1;
            continue;
        }
        let told = match kind {
            kind::WORD => define_word(body, &mut dictionary, words),
            kind::ENDPOINT => define_endpoint(body, &mut dictionary, words),
            _ => {
                let mut decoder = Decoder::new(body, &dictionary, words, header.base);
                say(kind, &mut decoder, sink, &mut report).map(|()| report.records += 1)
            }
        };
        report.damaged += u64::from(told.is_err());
    }
    Ok(report)
}

/// A word that is no text keeps its number, so that the words behind it keep theirs.
fn define_word(body: Reader<'_>, dictionary: &mut Dictionary, words: &mut Words) -> Result<(), Malformed> {
    let text = core::str::from_utf8(body.rest());
    dictionary.words.push(text.map_or("…", |text| words.word(text)));
    text.map(|_| ()).map_err(|_| body.defect(Defect::BadValue))
}

fn define_endpoint(
    body: Reader<'_>,
    dictionary: &mut Dictionary,
    words: &mut Words,
) -> Result<(), Malformed> {
    let endpoint = Code::decode(&mut Decoder::new(body, dictionary, words, Time(0)));
    let told = endpoint.as_ref().map(|_| ()).map_err(|defect| *defect);
    dictionary.endpoints.push(endpoint.unwrap_or_default());
    told
}

fn say(
    kind: u8,
    decoder: &mut Decoder<'_, '_>,
    sink: &mut dyn Sink,
    report: &mut Report,
) -> Result<(), Malformed> {
    match kind {
        kind::OBSERVATION => {
            let seen = Seen::decode(decoder)?;
            let observation = Observation::decode(decoder)?;
            sink.observation(&seen, &observation);
        }
        kind::HEARD => sink.heard(&Code::decode(decoder)?),
        kind::PRESENCE => sink.presence(&Code::decode(decoder)?),
        kind::FLOW => {
            let layers: Vec<Layer> = decoder.list(LAYERS_MAX)?;
            sink.flow(&decode_flow(&layers, decoder)?);
        }
        kind::FORWARDED => {
            let (network, into, out_of): (NetworkId, Mac, Mac) = Code::decode(decoder)?;
            sink.forwarded(network, into, out_of);
        }
        kind::SAME_NETWORK => {
            let (kept, joined): (NetworkId, NetworkId) = Code::decode(decoder)?;
            sink.same_network(kept, joined);
        }
        kind::MIRROR if report.mirrors.len() < ACCOUNTS_MAX => report.mirrors.push(Code::decode(decoder)?),
        kind::STAGES if report.stages.len() < ACCOUNTS_MAX => {
            report.stages.extend(decoder.list::<(&'static str, u64)>(ACCOUNTS_MAX)?);
        }
        _ => return Err(decoder.defect(Defect::TooMany)),
    }
    Ok(())
}
