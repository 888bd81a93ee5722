//! Values: a row when one changes, and for a number that never rests one row a minute with its range.

use super::key::{TargetKey, part_text};
use super::{Accumulate, Change, Resolve, Span, times_of};
use crate::row::{RowOf, ValueRow, Word};
use facts::id::SiteId;
use facts::{Datum, Endpoint, NetworkId, Part, Protocol, Seen, Subject, Value};
use model::decode_text;
use wire::{Charset, Text};

/// Longer texts are cut.
const TEXT_MAX: usize = 512;
/// Whole numbers beyond this are not exact as a float, so their digits are kept as text.
const EXACT: u64 = 1 << 53;

/// Which variable; its name stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ValueKey {
    network: NetworkId,
    subject: Endpoint,
    protocol: Protocol,
    part: Part,
    target: TargetKey,
}

/// What is known of a variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    datum: Held,
    /// When the last row of it began.
    stated: i64,
    /// When it was last told.
    told: i64,
    /// Changes that made rows of their own in the window.
    alone: u32,
    /// The row that is open.
    row: Option<Open>,
}

impl Variable {
    /// The open row, if there is one, as a variable that has nothing else.
    fn split_row(&mut self) -> Option<Self> {
        let row = Some(self.row.take()?);
        Some(Self { datum: Held::Bool(false), stated: 0, told: 0, alone: 0, row })
    }
}

/// A row that may still take changes.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    span: Span,
    window: i64,
    changes: u64,
    range: Option<(f64, f64)>,
    datum: Held,
}

/// A value that owns itself.
#[derive(Clone, Debug)]
enum Held {
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(Box<[u8]>, Charset),
}

impl Held {
    fn new(datum: &Datum<'_>) -> Self {
        match *datum {
            Datum::Bool(flag) => Self::Bool(flag),
            Datum::Int(int) => Self::Int(int),
            Datum::UInt(int) => Self::UInt(int),
            Datum::Float(float) => Self::Float(float),
            Datum::Text(text) => Self::Text(cut(text.bytes).into(), text.charset),
        }
    }

    /// Whether it is still the same; floats by their bits, so that what is no number equals itself.
    fn is(&self, datum: &Datum<'_>) -> bool {
        match (self, datum) {
            (Self::Bool(one), Datum::Bool(other)) => one == other,
            (Self::Int(one), Datum::Int(other)) => one == other,
            (Self::UInt(one), Datum::UInt(other)) => one == other,
            (Self::Float(one), Datum::Float(other)) => one.to_bits() == other.to_bits(),
            (Self::Text(bytes, charset), Datum::Text(text)) => {
                **bytes == *cut(text.bytes) && *charset == text.charset
            }
            _ => false,
        }
    }

    /// As a number; flags are 0 and 1.
    fn number(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "the digits of greater numbers are kept as text")]
        match self {
            Self::Bool(flag) => Some(f64::from(u8::from(*flag))),
            Self::Int(int) => Some(*int as f64),
            Self::UInt(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            Self::Text(..) => None,
        }
    }

    /// Numbers that a process moves through, not states.
    fn is_gradual(&self) -> bool {
        matches!(self, Self::Int(_) | Self::UInt(_) | Self::Float(_))
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::UInt(_) => "uint",
            Self::Float(_) => "float",
            Self::Text(..) => "text",
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::Text(bytes, charset) => Some(decode_text(Text { bytes, charset: *charset })),
            Self::Int(int) => (int.unsigned_abs() > EXACT).then(|| int.to_string()),
            Self::UInt(int) => (*int > EXACT).then(|| int.to_string()),
            Self::Bool(_) | Self::Float(_) => None,
        }
    }
}

fn cut(bytes: &[u8]) -> &[u8] {
    bytes.get(..TEXT_MAX).unwrap_or(bytes)
}

impl Accumulate {
    pub(crate) fn value(&mut self, seen: &Seen, value: &Value<'_>) {
        let subject = match value.subject {
            Subject::Sender => seen.source,
            Subject::Receiver => seen.destination,
            Subject::Client => seen.client(),
            Subject::Server => seen.server(),
            Subject::Mac(mac) => Endpoint { mac: Some(mac), ..Endpoint::default() },
            Subject::Ip(ip) => Endpoint { ip: Some(ip), ..Endpoint::default() },
        };
        let subject = Endpoint { port: 0, ..subject };
        let (target, name) = TargetKey::new(&value.target);
        let (network, protocol, part) = (seen.network, seen.protocol, value.part);
        let key = ValueKey { network, subject, protocol, part, target };
        let times = times_of(seen);
        match self.values.find(&key, name) {
            Some(place) => self.told(place, &key, name, &value.datum, times),
            None if self.values.is_full() => self.dropped.values += 1,
            None => {
                let id = self.id();
                let datum = Held::new(&value.datum);
                let row = Some(self.opened(id, datum.clone(), times, 0));
                let variable = Variable { datum, stated: times.0, told: times.1, alone: 0, row };
                self.values.add(key, name, variable);
            }
        }
    }

    fn opened(&self, id: u64, datum: Held, times: (i64, i64, u64), changes: u64) -> Open {
        let range = datum.number().map(|number| (number, number));
        let window = times.0.div_euclid(self.limits.value_window_us.max(1));
        Open { span: Span::new(id, times), window, changes, range, datum }
    }

    /// A known variable was told again.
    fn told(&mut self, place: u32, key: &ValueKey, name: &[u8], datum: &Datum<'_>, times: (i64, i64, u64)) {
        let window = times.0.div_euclid(self.limits.value_window_us.max(1));
        let (again, alone_max) = (self.limits.value_again_us, self.limits.value_changes);
        let Some(variable) = self.values.get_mut(place) else { return };
        variable.told = times.1;
        let changed = !variable.datum.is(datum);
        let here = variable.row.as_mut().filter(|open| open.window == window);
        if !changed && (here.is_some() || times.0.saturating_sub(variable.stated) < again) {
            if let Some(open) = here {
                open.span.add(times);
                self.values.change(place);
            }
            return;
        }
        let held = Held::new(datum);
        if let Some(open) = here
            && (held.is_gradual() || variable.alone >= alone_max)
        {
            open.span.add(times);
            open.changes += 1;
            // Kept apart when the type changes: a text has no range.
            open.range = match (open.range, held.number()) {
                (Some((least, most)), Some(number)) => Some((least.min(number), most.max(number))),
                (range, number) => range.or(number.map(|number| (number, number))),
            };
            open.datum = held.clone();
            variable.datum = held;
            self.values.change(place);
            return;
        }
        let same_window = here_window(variable, window);
        variable.alone = if same_window { variable.alone + 1 } else { 0 };
        variable.stated = times.0;
        variable.datum = held.clone();
        let old = variable.split_row();
        let id = self.id();
        let open = self.opened(id, held, times, u64::from(changed));
        if let Some(variable) = self.values.get_mut(place) {
            variable.row = Some(open);
            self.values.change(place);
            self.end_value(key, name, old);
        }
    }

    fn end_value(&mut self, key: &ValueKey, name: &[u8], ended: Option<Variable>) {
        let Some(ended) = ended else { return };
        if self.values.ended.len() < self.limits.rows {
            self.values.ended.push((*key, name.into(), ended));
        } else {
            self.dropped.rows += 1;
        }
    }

    /// Ends the rows whose window is over, and forgets variables that nobody tells any more.
    pub(crate) fn sweep_values(&mut self, now: i64) {
        let (window, again) = (self.limits.value_window_us, self.limits.value_again_us);
        self.values.split(|variable| {
            let end = |open: &Open| (open.window + 1).saturating_mul(window).saturating_add(super::LATE_US);
            let far = now.abs_diff(variable.told) > window.unsigned_abs().saturating_mul(2);
            variable.row.as_ref().filter(|open| now >= end(open) || far)?;
            variable.split_row()
        });
        for place in self.values.places() {
            let old = |variable: &Variable| now.abs_diff(variable.told) > again.unsigned_abs();
            if self.values.get(place).is_some_and(|variable| variable.row.is_none() && old(variable)) {
                self.values.end(place);
            }
        }
    }

    pub(crate) fn end_values(&mut self) {
        self.values.split(Variable::split_row);
    }

    pub(crate) fn drain_values(&mut self, resolve: &Resolve<'_>, changes: &mut Vec<Change>) {
        let site = self.site;
        let mut put = |key: &ValueKey, name: &[u8], variable: &Variable, closed| {
            if let Some(open) = &variable.row {
                let row = RowOf::Value(row_of(site, key, name, open, resolve));
                changes.push(Change { id: open.span.id, closed, row });
            }
        };
        for (key, name, variable) in core::mem::take(&mut self.values.ended) {
            put(&key, &name, &variable, true);
        }
        self.values.each_changed(|key, name, variable| put(key, name, variable, false));
    }
}

/// Whether the row that is open began in this window.
fn here_window(variable: &Variable, window: i64) -> bool {
    variable.row.as_ref().is_some_and(|open| open.window == window)
}

fn row_of(site: SiteId, key: &ValueKey, name: &[u8], open: &Open, resolve: &Resolve<'_>) -> ValueRow {
    let known = resolve(key.network, &key.subject);
    ValueRow {
        row: 0,
        site,
        time: open.span.first,
        last: open.span.last,
        count: open.span.count,
        changes: open.changes,
        network: known.network,
        asset: known.asset,
        mac: key.subject.mac,
        ip: key.subject.ip,
        protocol: Word::Borrowed(key.protocol.name),
        part: Word::Owned(part_text(key.part)),
        space: Word::Borrowed(key.target.space()),
        target: key.target.text(name),
        class: Word::Borrowed(open.datum.class()),
        number: open.datum.number(),
        min: open.range.map(|(least, _)| least),
        max: open.range.map(|(_, most)| most),
        text: open.datum.text(),
    }
}
