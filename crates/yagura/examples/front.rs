use facts::*;
#[derive(Default)]
struct Null(std::collections::BTreeMap<&'static str, u64>, u64, bool);
impl Sink for Null {
    fn observation(&mut self, seen: &Seen, o: &Observation<'_>) { if !self.2 { self.1 += 1; return; }
      let k = match o { Observation::Identity(_) => "identity", Observation::Command(_) => "command", Observation::Value(_) => "value", Observation::Role{..} => "role", Observation::Outcome(_) => "outcome", Observation::NameResolved{..} => "name", Observation::Malformed(_) => "malformed", Observation::Bound{..}=>"bound", _ => "other" };
      *self.0.entry(k).or_default() += 1; *self.0.entry(seen.protocol.name).or_default() += 1; }
    fn heard(&mut self, _: &Heard) { if self.2 { *self.0.entry("HEARD").or_default() += 1; } }
    fn flow(&mut self, _: &FlowSummary<'_>) { if self.2 { *self.0.entry("FLOW").or_default() += 1; } }
    fn forwarded(&mut self, _: NetworkId, _: wire::Mac, _: wire::Mac) {if self.2 { *self.0.entry("FORWARDED").or_default() += 1; }}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let mut source = capture::Source::open(std::path::Path::new(&path), wire::CaptureId(0)).unwrap();
    let mode = std::env::args().nth(2).unwrap_or_default();
    let mut pipeline = site::Pipeline::new(Default::default());
    let mut null = Null::default(); null.2 = mode == "count";
    let mut model = model::Model::new(Default::default());
    while let Some(frame) = source.next() {
        match mode.as_str() {
            "read" => null.1 += 1,
            "model" => pipeline.frame(&frame, &mut model),
            _ => pipeline.frame(&frame, &mut null),
        }
    }
    if mode == "model" { pipeline.finish(&mut model); } else { pipeline.finish(&mut null); }
    println!("{} {:#?} {:?}", null.1, null.0, pipeline.counters());
}
