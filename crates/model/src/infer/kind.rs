//! What a machine is, judged by what protocols show of it and by how it behaves.

use facts::{Role, Transport, Verb};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// What a machine is: a closed list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word used in documents.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// Runs a control program.
    Plc "plc";
    /// Remote or distributed input and output.
    RemoteIo "remote-io";
    /// Drive or motion axis.
    Drive "drive";
    /// Protection relay or other intelligent electronic device.
    Ied "ied";
    /// Remote terminal unit, outstation.
    Rtu "rtu";
    /// Meter or sensor.
    Meter "meter";
    /// Controller of a building.
    BuildingController "building-controller";
    /// Operator panel or station.
    Hmi "hmi";
    /// Supervisory server.
    Scada "scada";
    /// Stores process history.
    Historian "historian";
    /// Programs controllers.
    EngineeringStation "engineering-station";
    /// Translates protocols.
    Gateway "gateway";
    /// Switch.
    Switch "switch";
    /// Router.
    Router "router";
    /// Firewall.
    Firewall "firewall";
    /// Wireless access point.
    AccessPoint "access-point";
    /// Server of office or site services.
    Server "server";
    /// Workstation.
    Workstation "workstation";
    /// Printer.
    Printer "printer";
    /// Camera.
    Camera "camera";
    /// Telephone.
    Phone "phone";
    /// Gives the time.
    TimeServer "time-server";
    /// Nothing speaks for any kind.
    Unknown "unknown";
}

/// Something that speaks for a kind.
#[derive(Clone, Debug)]
pub(crate) struct Clue {
    pub(crate) kind: Kind,
    /// 0 to 100.
    pub(crate) weight: u8,
    pub(crate) reason: String,
}

/// How a machine uses one protocol, gathered from its links and commands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    /// Protocols it serves to somebody who got an answer, or sends unasked: (protocol, transport).
    pub(crate) serves: Vec<(&'static str, Transport)>,
    /// Industrial protocols in which it asks, with how many machines it asked.
    pub(crate) asks: Vec<(&'static str, u32)>,
    /// Verbs of its own requests.
    pub(crate) verbs: Vec<Verb>,
    /// Different units that answered behind it in one protocol: the most.
    pub(crate) units: u32,
}

/// A protocol that shows a role says so outright.
pub(crate) fn role_clue(role: Role, protocol: &str) -> Clue {
    let (kind, weight) = match role {
        Role::Controller => (Kind::Plc, 90),
        Role::RemoteIo => (Kind::RemoteIo, 90),
        Role::Drive => (Kind::Drive, 95),
        Role::Ied => (Kind::Ied, 90),
        Role::Rtu => (Kind::Rtu, 85),
        Role::Meter => (Kind::Meter, 85),
        Role::BuildingController => (Kind::BuildingController, 85),
        Role::Hmi => (Kind::Hmi, 85),
        Role::Scada => (Kind::Scada, 80),
        Role::Historian => (Kind::Historian, 85),
        Role::EngineeringStation => (Kind::EngineeringStation, 85),
        Role::Gateway => (Kind::Gateway, 80),
        Role::Switch => (Kind::Switch, 88),
        Role::Router => (Kind::Router, 75),
        Role::AccessPoint => (Kind::AccessPoint, 88),
        Role::Server => (Kind::Server, 40),
        Role::Workstation => (Kind::Workstation, 40),
        Role::Printer => (Kind::Printer, 80),
        Role::Camera => (Kind::Camera, 80),
        Role::Phone => (Kind::Phone, 80),
        Role::TimeServer => (Kind::TimeServer, 35),
    };
    Clue { kind, weight, reason: format!("{protocol} shows it as {}", kind.name()) }
}

/// What serving a protocol says. Protocols that any machine may serve (HTTP, SSH, SNMP) say nothing.
const SERVERS: &[(&str, Kind, u8)] = &[
    ("s7comm", Kind::Plc, 70),
    ("s7comm-plus", Kind::Plc, 70),
    ("umas", Kind::Plc, 75),
    ("fins", Kind::Plc, 70),
    ("melsec", Kind::Plc, 70),
    ("slmp", Kind::Plc, 65),
    ("ads", Kind::Plc, 65),
    ("focas", Kind::Plc, 60),
    ("codesys", Kind::Plc, 70),
    ("tristation", Kind::Plc, 75),
    ("ge-srtp", Kind::Plc, 70),
    ("toyopuc", Kind::Plc, 70),
    ("keyence-kv", Kind::Plc, 70),
    ("mewtocol", Kind::Plc, 70),
    ("pccc", Kind::Plc, 65),
    ("modbus", Kind::Plc, 45),
    ("cip", Kind::Plc, 40),
    ("profinet-io", Kind::RemoteIo, 45),
    ("dnp3", Kind::Rtu, 60),
    ("iec104", Kind::Rtu, 60),
    ("bsap", Kind::Rtu, 60),
    ("roc", Kind::Rtu, 60),
    ("mms", Kind::Ied, 60),
    ("goose", Kind::Ied, 65),
    ("sv", Kind::Ied, 60),
    ("synchrophasor", Kind::Ied, 55),
    ("dlms", Kind::Meter, 60),
    ("c1222", Kind::Meter, 60),
    ("bacnet", Kind::BuildingController, 55),
    ("knx", Kind::BuildingController, 50),
    ("niagara-fox", Kind::BuildingController, 60),
    ("hart-ip", Kind::Gateway, 50),
    ("opcua", Kind::Scada, 35),
    ("mqtt", Kind::Server, 40),
    ("ldap", Kind::Server, 45),
    ("kerberos", Kind::Server, 45),
    ("radius", Kind::Server, 45),
    ("dhcp", Kind::Server, 30),
    ("dns", Kind::Server, 30),
    ("tds", Kind::Server, 45),
    ("smb", Kind::Server, 25),
    ("syslog", Kind::Server, 35),
    ("rdp", Kind::Workstation, 20),
    ("ntp", Kind::TimeServer, 15),
];

/// Verbs with which a program is changed.
const PROGRAMMING: &[Verb] =
    &[Verb::DownloadProgram, Verb::UploadProgram, Verb::DeleteProgram, Verb::UpdateFirmware];

/// Clues from how the machine behaves.
fn behaviour(usage: &Usage) -> Vec<Clue> {
    let mut clues = Vec::new();
    for (protocol, _) in &usage.serves {
        if let Some((_, kind, weight)) = SERVERS.iter().find(|(of, ..)| of == protocol) {
            clues.push(Clue { kind: *kind, weight: *weight, reason: format!("serves {protocol}") });
        }
    }
    if usage.units > 2 {
        let reason = format!("{} units answer behind its address", usage.units);
        clues.push(Clue { kind: Kind::Gateway, weight: 60, reason });
    }
    if let Some(verb) = PROGRAMMING.iter().find(|verb| usage.verbs.contains(verb)) {
        let reason = format!("sends {} to controllers", verb.name());
        clues.push(Clue { kind: Kind::EngineeringStation, weight: 68, reason });
    }
    let asked: u32 = usage.asks.iter().map(|(_, machines)| machines).sum();
    let protocols: Vec<_> = usage.asks.iter().map(|(protocol, _)| *protocol).collect();
    let operates = [Verb::Write, Verb::Operate].iter().any(|verb| usage.verbs.contains(verb));
    if asked >= 3 || protocols.len() >= 2 {
        let reason = format!("asks {asked} machines in {}", protocols.join(", "));
        clues.push(Clue { kind: Kind::Scada, weight: 50, reason });
    } else if asked > 0 && operates {
        let reason = format!("reads and writes in {}", protocols.join(", "));
        clues.push(Clue { kind: Kind::Hmi, weight: 32, reason });
    }
    clues
}

/// The kind that the weightiest clue speaks for, with every reason for it.
pub(crate) fn kind(mut clues: Vec<Clue>, usage: &Usage) -> (Kind, Vec<String>) {
    clues.extend(behaviour(usage));
    clues.sort_by(|a, b| (b.weight, a.kind, &a.reason).cmp(&(a.weight, b.kind, &b.reason)));
    clues.dedup_by(|a, b| a.reason == b.reason);
    let Some(best) = clues.first().map(|clue| clue.kind) else { return (Kind::Unknown, Vec::new()) };
    (best, clues.into_iter().filter(|clue| clue.kind == best).map(|clue| clue.reason).collect())
}
