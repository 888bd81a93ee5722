//! Interfaces by their UUID, and the operations that matter to a plant.

use facts::Verb;

/// Name of the endpoint mapper in the table.
pub(super) const EPMAPPER: &str = "epmapper";

/// A UUID in its fields (C706, appendix A).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Uuid {
    pub(super) first: u32,
    pub(super) second: u16,
    pub(super) third: u16,
    pub(super) rest: [u8; 8],
}

type Row = (&'static str, u32, u16, u16, u64);

/// C706 appendix O; [MS-DCOM], [MS-SRVS], [MS-SCMR], [MS-RRP], [MS-SAMR], [MS-LSAD], [MS-NRPC], [MS-WKST], [MS-TSCH],
/// [MS-EVEN], [MS-RPRN], [MS-DRSR]; OPC Data Access 2.05 and 3.0, Alarms and Events 1.10, Historical Data Access 1.20.
const TABLE: &[Row] = &[
    (EPMAPPER, 0xe1af_8308, 0x5d1f, 0x11c9, 0x91a4_0800_2b14_a0fa),
    ("mgmt", 0xafa8_bd80, 0x7d8a, 0x11c9, 0xbef4_0800_2b10_2989),
    ("oxid-resolver", 0x99fc_fec4, 0x5260, 0x101b, 0xbbcb_00aa_0021_347a),
    ("remote-activation", 0x4d9f_4ab8, 0x7d1c, 0x11cf, 0x861e_0020_af6e_7c57),
    ("remote-scm-activator", 0x0000_01a0, 0x0000, 0x0000, 0xc000_0000_0000_0046),
    ("rem-unknown", 0x0000_0131, 0x0000, 0x0000, 0xc000_0000_0000_0046),
    ("rem-unknown2", 0x0000_0143, 0x0000, 0x0000, 0xc000_0000_0000_0046),
    ("srvsvc", 0x4b32_4fc8, 0x1670, 0x01d3, 0x1278_5a47_bf6e_e188),
    ("wkssvc", 0x6bff_d098, 0xa112, 0x3610, 0x9833_46c3_f87e_345a),
    ("svcctl", 0x367a_bb81, 0x9844, 0x35f1, 0xad32_98f0_3800_1003),
    ("winreg", 0x338c_d001, 0x2244, 0x31f1, 0xaaaa_9000_3800_1003),
    ("samr", 0x1234_5778, 0x1234, 0xabcd, 0xef00_0123_4567_89ac),
    ("lsarpc", 0x1234_5778, 0x1234, 0xabcd, 0xef00_0123_4567_89ab),
    ("netlogon", 0x1234_5678, 0x1234, 0xabcd, 0xef00_0123_4567_cffb),
    ("atsvc", 0x1ff7_0682, 0x0a51, 0x30e8, 0x076d_740b_e8ce_e98b),
    ("task-scheduler", 0x8652_3b60, 0x5d46, 0x4b15, 0xa0b5_98dc_5a4f_1a73),
    ("task-scheduler-service", 0x86d3_5949, 0x83c9, 0x4044, 0xb424_db36_3231_fd0c),
    ("eventlog", 0x8227_3fdc, 0xe32a, 0x18c3, 0x3f78_8279_29dc_23ea),
    ("spoolss", 0x1234_5678, 0x1234, 0xabcd, 0xef00_0123_4567_89ab),
    ("drsuapi", 0xe351_4235, 0x4b06, 0x11d1, 0xab04_00c0_4fc2_dcd2),
    ("initshutdown", 0x894d_e0c0, 0x0d55, 0x11d3, 0xa322_00c0_4fa3_21a1),
    ("opc-server", 0x39c1_3a4d, 0x011e, 0x11d0, 0x9675_0020_afd8_adb3),
    ("opc-group-state", 0x39c1_3a50, 0x011e, 0x11d0, 0x9675_0020_afd8_adb3),
    ("opc-sync-io", 0x39c1_3a52, 0x011e, 0x11d0, 0x9675_0020_afd8_adb3),
    ("opc-async-io2", 0x39c1_3a71, 0x011e, 0x11d0, 0x9675_0020_afd8_adb3),
    ("opc-item-management", 0x39c1_3a54, 0x011e, 0x11d0, 0x9675_0020_afd8_adb3),
    ("opc-data-callback", 0x39c1_3a70, 0x011e, 0x11d0, 0x9675_0020_afd8_adb3),
    ("opc-browse", 0x39c1_3a4f, 0x011e, 0x11d0, 0x9675_0020_afd8_adb3),
    ("opc-common", 0xf31d_fde2, 0x07b6, 0x11d2, 0xb2d8_0060_083b_a1fb),
    ("opc-server-list", 0x1348_6d50, 0x4821, 0x11d2, 0xa494_3cb3_06c1_0000),
    ("opc-event-server", 0x6516_8851, 0x5783, 0x11d1, 0x84a0_0060_8cb8_a7e9),
    ("opc-hda-server", 0x1f12_17b0, 0xdee0, 0x11d2, 0xa5e5_0000_8633_9399),
];

/// Place of an interface in the table, counted from 1; 0 when it is not there.
pub(super) fn interface(uuid: &Uuid) -> u8 {
    let rest = u64::from_be_bytes(uuid.rest);
    let same = |row: &Row| (row.1, row.2, row.3, row.4) == (uuid.first, uuid.second, uuid.third, rest);
    TABLE.iter().position(same).and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
}

/// Name of an interface by its place; empty when it is not known.
pub(super) fn name(known: u8) -> &'static str {
    usize::from(known).checked_sub(1).and_then(|at| TABLE.get(at)).map_or("", |row| row.0)
}

/// Name and verb of an operation.
pub(super) fn operation(known: u8, number: u16) -> (&'static str, Verb) {
    match (name(known), number) {
        (EPMAPPER, 2) => ("ept_lookup", Verb::Discover),
        (EPMAPPER, 3) => ("ept_map", Verb::Discover),
        ("oxid-resolver", 0) => ("resolve oxid", Verb::Discover),
        ("oxid-resolver", 1) => ("simple ping", Verb::Diagnose),
        ("oxid-resolver", 3) => ("server alive", Verb::Diagnose),
        ("oxid-resolver", 4) => ("resolve oxid2", Verb::Discover),
        ("oxid-resolver", 5) => ("server alive2", Verb::Diagnose),
        ("remote-activation", 0) => ("remote activation", Verb::Other),
        ("remote-scm-activator", 3) => ("remote get class object", Verb::Other),
        ("remote-scm-activator", 4) => ("remote create instance", Verb::Other),
        ("srvsvc", 15) => ("net share enum all", Verb::Discover),
        ("srvsvc", 16) => ("net share get info", Verb::Identify),
        ("srvsvc", 21) => ("net server get info", Verb::Identify),
        ("wkssvc", 0) => ("net workstation get info", Verb::Identify),
        ("svcctl", 1) => ("control service", Verb::Configure),
        ("svcctl", 2) => ("delete service", Verb::Configure),
        ("svcctl", 11) => ("change service configuration", Verb::Configure),
        ("svcctl", 12) => ("create service", Verb::Configure),
        ("svcctl", 19) => ("start service", Verb::Configure),
        ("winreg", 6) => ("create key", Verb::Configure),
        ("winreg", 7) => ("delete key", Verb::Configure),
        ("winreg", 8) => ("delete value", Verb::Configure),
        ("winreg", 22) => ("set value", Verb::Configure),
        ("winreg", 24 | 30) => ("initiate system shutdown", Verb::Reset),
        ("winreg", 17) => ("query value", Verb::Read),
        ("samr", 12 | 50) => ("create user", Verb::ManageUser),
        ("samr", 35) => ("delete user", Verb::ManageUser),
        ("samr", 37 | 58) => ("set user information", Verb::ManageUser),
        ("samr", 38 | 54 | 55 | 63) => ("change password", Verb::ManageUser),
        ("samr", 22 | 31) => ("add member", Verb::ManageUser),
        ("samr", 13) => ("enumerate users", Verb::Discover),
        ("netlogon", 30) => ("server password set2", Verb::ManageUser),
        ("atsvc", 0) => ("add job", Verb::Configure),
        ("task-scheduler-service", 1) => ("register task", Verb::Configure),
        ("task-scheduler-service", 12) => ("run task", Verb::Configure),
        ("initshutdown", 0 | 2) => ("initiate shutdown", Verb::Reset),
        ("eventlog", 0) => ("clear event log", Verb::Configure),
        ("opc-server", 3) => ("add group", Verb::Subscribe),
        ("opc-server", 6) => ("get status", Verb::Identify),
        ("opc-sync-io", 3) => ("read", Verb::Read),
        ("opc-sync-io", 4) => ("write", Verb::Write),
        ("opc-async-io2", 3) => ("read", Verb::Read),
        ("opc-async-io2", 4) => ("write", Verb::Write),
        ("opc-item-management", 3) => ("add items", Verb::Subscribe),
        ("opc-data-callback", 3) => ("on data change", Verb::Report),
        _ => ("", Verb::Other),
    }
}
