//! Every item of every protocol, judged by an independent dissector: nothing malformed, and each field where it
//! expects it. Skipped with a printed line where tshark is not installed.

mod common;

use std::fmt::Write;

use common::{counts, tshark, write_pcap};
use simulator::{Plant, PlantError};

/// Protocol, its items, and display filters that must match.
const CASES: &[(&str, &[&str], &[&str])] = &[
    (
        "modbus",
        &[
            "read coils 0 20",
            "read discrete 8 3",
            "read holding 0 60",
            "read input 4 2",
            "write coil 3 = 1",
            "write holding 40 = 1200",
            "write holding 50 4 = 7",
            "identify",
            "diagnose",
            "refused x 9999 1",
            "umas identify",
            "umas status",
            "umas read 20 0 60",
            "umas reserve",
            "umas stop",
            "umas download 3",
            "umas start",
            "umas release",
        ],
        &[
            "modbus.func_code == 1",
            "modbus.func_code == 16",
            "modbus.func_code == 8",
            "modbus.exception_code == 2",
            "modbus.object_str_value == \"3.2.6\"",
            "modbus.func_code == 90",
        ],
    ),
    (
        "s7comm",
        &[
            "read DB 1 0 20",
            "read M 0 0 1",
            "write DB 1 4 2 = 500",
            "identify",
            "status",
            "stop",
            "download OB 1",
            "upload DB 7",
            "delete FC 3",
            "start",
            "set-clock",
        ],
        &[
            "s7comm.szl.001c.0005.serialn == \"SN 99\"",
            "s7comm.param.func == 0x29",
            "s7comm.param.func == 0x1b",
            "s7comm.param.func == 0x1f",
            "s7comm.param.pistart.servicename == \"_DELE\"",
            "cotp.type == 0x0e",
        ],
    ),
    (
        "enip",
        &[
            "list",
            "identify",
            "identify 3",
            "open",
            "read SPEED 4",
            "write SPEED = 9",
            "reset",
            "stop",
            "start",
            "io 9 16",
        ],
        &[
            "enip.command == 0x0063",
            "cip.id.product_name == \"MODEL-1\"",
            "cip.service == 0x54",
            "cip.rr == 1",
            "cip.seq and cip.symbol == \"SPEED\"",
            "cipio",
            "enip.session",
        ],
    ),
    (
        "profinet",
        &["identify", "set-name = drive-7", "set-ip", "blink", "io 8 64"],
        &[
            "pn_dcp.suboption_device_nameofstation == \"server\"",
            "pn_dcp.suboption_vendor_id == 42",
            "pn_rt.ds_valid == 1",
        ],
    ),
    (
        "melsec",
        &[
            "read D 0 60",
            "write W 16 2 = 5",
            "identify",
            "stop",
            "run",
            "unlock",
            "self-test",
            "download 3",
            "reset",
        ],
        &["tcp.port == 5007"],
    ),
    (
        "fins",
        &["read DM 0 60", "write CIO 16 2 = 5", "identify", "status", "clock", "stop", "run", "download 3"],
        &[
            "omron.controller.model contains \"MODEL-1\"",
            "omron.command == 0x0102",
            "omron.command == 0x0402",
            "omron.command == 0x0307",
        ],
    ),
    (
        "opcua",
        &[
            "identify",
            "endpoints",
            "read Tank.Level Tank.Temp",
            "write Tank.Setpoint = 55",
            "login = operator",
        ],
        &[
            "opcua.servicenodeid.numeric == 673",
            "opcua.String == \"3.2.6\"",
            "opcua.UserName == \"operator\"",
            "opcua.transport.type == \"OPN\"",
        ],
    ),
    (
        "dnp3",
        &[
            "integrity 20 40",
            "events",
            "identify",
            "operate 3 = 1",
            "setpoint 2 = 77",
            "set-clock",
            "restart",
        ],
        &[
            "dnp3.al.func == 129",
            "dnp3.al.func == 5",
            "dnp3.al.func == 13",
            "dnp3.al.func == 2",
            "dnp3.src == 77",
        ],
    ),
    (
        "iec104",
        &["interrogate 8 8", "spontaneous 1001", "operate 5 = 1", "setpoint 1002 = 9", "set-clock", "test"],
        &[
            "iec60870_asdu.typeid == 100",
            "iec60870_asdu.typeid == 36",
            "iec60870_asdu.typeid == 45",
            "iec60870_asdu.addr == 77",
            "iec60870_104.utype == 0x01",
        ],
    ),
    (
        "bacnet",
        &["who-is", "identify", "read AI 1", "write AV 2 = 45", "restart"],
        &[
            "bacapp.unconfirmed_service == 0",
            "bacapp.vendor_identifier == 42",
            "bacapp.code_page == 932",
            "bacapp.confirmed_service == 15",
        ],
    ),
    (
        "dhcp",
        &["join", "renew"],
        &["dhcp.option.hostname and frame contains \"髙橋～\"", "dhcp.option.dhcp == 5", "ip.src == 0.0.0.0"],
    ),
    (
        "dns",
        &["query hist.plant = 10.0.0.9", "query gone.plant"],
        &["dns.a == 10.0.0.9", "dns.flags.rcode == 3"],
    ),
    (
        "snmp",
        &["identify", "uptime", "set-location = ｼﾞｭｳﾃﾝｷ2"],
        &["snmp.get_request_element", "snmp.set_request_element", "snmp.value.octets contains \"MODEL-1\""],
    ),
    (
        "http",
        &["get /index.html", "post /api = {}"],
        &["http.server == \"MODEL-1/3.2.6\"", "http.request.method == \"POST\"", "http.response.code == 200"],
    ),
    (
        "ftp",
        &["login = plc", "store main.bin", "list"],
        &["ftp.request.arg == \"plc\"", "ftp.response.code == 226"],
    ),
    ("telnet", &["login = admin"], &["telnet.cmd == 251", "telnet.data contains \"Password\""]),
    (
        "tls",
        &["exchange", "exchange 100 12000"],
        &[
            "tls.handshake.type == 11",
            "x509sat.PrintableString == \"SN 99\"",
            "tls.handshake.extensions_server_name",
            "tls.app_data",
        ],
    ),
    (
        "ssh",
        &["exchange"],
        &[
            "ssh.protocol contains \"dropbear\"",
            "ssh.message_code == 20",
            "ssh.host_key.type == \"ssh-ed25519\"",
        ],
    ),
    ("ntp", &["poll"], &["ntp.flags.mode == 4"]),
    ("ping", &["echo"], &["icmp.type == 0", "icmp.checksum.status == 1"]),
    ("vnc", &["update", "press 65"], &["vnc.desktop_name", "vnc.client_message_type == 4"]),
    ("rdp", &["connect = operator"], &["rdp.rt_cookie contains \"operator\"", "rdp.neg_type == 2"]),
    (
        "smb",
        &["login = taro", "share recipes"],
        &[
            "ntlmssp.auth.username == \"taro\"",
            "ntlmssp.challenge.target_name == \"PLANT\"",
            "smb2.tree contains \"recipes\"",
        ],
    ),
];

/// Announcements that the second device makes, and display filters that must match.
const ANNOUNCED: &[(&str, &str)] = &[
    ("arp", "arp.isprobe == 1"),
    ("bacnet", "bacapp.instance_number == 77"),
    ("browser", "browser.comment"),
    ("cdp", "cdp.platform == \"MODEL-1\" and cdp.checksum.status == 1"),
    ("dhcp", "dhcp.option.dhcp == 5"),
    ("lldp", "lldp.chassis.id.mac == 00:1b:1b:00:00:02"),
    ("llmnr", "llmnr"),
    ("mdns", "mdns and dns.srv.port == 9"),
    ("nbns", "nbns.flags.opcode == 5"),
    ("ssdp", "ssdp"),
];

#[test]
fn every_announcement() {
    let names: Vec<&str> = ANNOUNCED.iter().map(|(name, _)| *name).collect();
    let text = PAIR
        .split("[[conversation]]")
        .next()
        .unwrap_or_default()
        .replace("kind = \"plc\"", &format!("announces = {names:?}"));
    let (path, _) =
        write_pcap(Plant::parse(&text).expect("known announcements"), 15_000, "announcements.pcap", |_| true)
            .expect("a writable target directory");
    let Some(bad) = tshark(&path, &["-Y", "_ws.malformed or _ws.expert.severity == error"]) else {
        println!("skipped: tshark is not installed");
        return;
    };
    assert_eq!(bad, "");
    let filters: Vec<&str> = ANNOUNCED.iter().map(|(_, filter)| *filter).collect();
    for (filter, count) in filters.iter().zip(counts(&path, &filters)) {
        assert!(count > 0, "nothing matches {filter}");
    }
}

#[test]
fn every_item_of_every_protocol() {
    for (protocol, items, filters) in CASES {
        let (path, _) =
            write_pcap(pair(protocol, items).expect("known items"), 20, &format!("{protocol}.pcap"), |_| {
                true
            })
            .expect("a writable target directory");
        let Some(bad) = tshark(
            &path,
            &[
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE",
                "-Y",
                "_ws.malformed or _ws.expert.severity == error or tcp.checksum.status == 0 or udp.checksum.status == 0 or \
             tcp.analysis.flags",
            ],
        ) else {
            println!("skipped: tshark is not installed");
            return;
        };
        assert_eq!(bad, "", "{protocol}");
        for (filter, count) in filters.iter().zip(counts(&path, filters)) {
            assert!(count > 0, "{protocol}: nothing matches {filter}");
        }
    }
}

/// A client and a well-described server that exchange these items once every five seconds.
fn pair(protocol: &str, items: &[&str]) -> Result<Plant, PlantError> {
    let mut text = String::from(PAIR);
    let _ = write!(text, "protocol = \"{protocol}\"\nitems = [\"{}\"]\n", items.join("\", \""));
    Plant::parse(&text)
}

const PAIR: &str = r#"
name = "pair"
[[network]]
name = "line"
subnet = "192.168.5.0/24"
dhcp = "server"
[[device]]
name = "client"
on = [{ network = "line", mac = "00:0c:29:00:00:01", ip = "192.168.5.10" }]
system = "windows"
identity = { model = "Windows 10", domain = "PLANT", label = "髙橋～" }
[[device]]
name = "server"
kind = "plc"
on = [{ network = "line", mac = "00:1b:1b:00:00:02", ip = "192.168.5.20" }]
identity = { vendor = "Vendor", model = "MODEL-1", order = "ORDER 1", firmware = "3.2.6", hardware = "4", serial = "SN 99", label = "充填機②", location = "ｼﾞｭｳﾃﾝｷ2", encoding = "cp932", number = 77, vendor_number = 42, product_number = 55, domain = "PLANT" }
[[conversation]]
client = "client"
server = "server"
period_ms = 5000
reconnect_s = 8
"#;
