//! Most tests are a text and the lines that it earns.

use crate::{BackupKey, Change, Database, Tls, changes, check_machine, parse, read, reference, schema};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

#[track_caller]
fn faults(text: &str, expected: &[&str]) {
    let found = parse("a.toml", text, &[]).err().map(|faults| faults.to_string()).unwrap_or_default();
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

fn variables(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn an_empty_file_is_a_configuration() {
    let config = parse("a.toml", "", &[]).unwrap();
    assert_eq!(config.listen.address.port(), 8443);
    assert_eq!(config.listen.tls, Tls::LocalCa);
    assert_eq!(config.data.database, Database::Url("sqlite:///var/lib/yagura/yagura.db".into()));
    assert_eq!(config.retention.values.days, 90);
    assert!(config.backup.is_none() && config.capture.interfaces.is_empty());
}

#[test]
fn all_faults_are_found_at_once() {
    faults(
        r#"
[site]
name = 7
time_zone = "Asia/Tokio"
langage = "ja"
[listen]
address = "localhost"
[[capture.interface]]
label = "no name"
[[capture.interface]]
name = "an interface"
snap_length = 64
buffer_mib = true
[retention.flows]
days = 0
[log]
level = "loud"
[sites]
"#,
        &[
            "a.toml:3: site.name: a value of another kind (integer): write a text in quotation marks",
            "a.toml:4: site.time_zone: `Asia/Tokio` is not allowed: write a name of the IANA time zone database, such as `\"Asia/Tokyo\"`",
            "a.toml:5: site.langage: unknown key; did you mean `language`?",
            "a.toml:7: listen.address: `localhost` is not allowed: write an address and port, such as `\"0.0.0.0:8443\"` or `\"[::1]:8443\"`",
            "a.toml:8: capture.interface[1].name: is missing: write the name of a network interface, at most 15 letters, such as `\"eth1\"`",
            "a.toml:11: capture.interface[2].name: `an interface` is not allowed: write the name of a network interface, at most 15 letters, such as `\"eth1\"`",
            "a.toml:12: capture.interface[2].snap_length: 64 is not allowed: write a whole number from 256 to 262144",
            "a.toml:13: capture.interface[2].buffer_mib: a value of another kind (boolean): write a whole number from 8 to 4096",
            "a.toml:15: retention.flows.days: 0 is not allowed: write a whole number from 1 to 3660",
            "a.toml:17: log.level: `loud` is not allowed: write `\"error\"` or `\"warn\"` or `\"info\"` or `\"debug\"` or `\"trace\"`",
            "a.toml:18: sites: unknown key; did you mean `site`?",
        ],
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line_and_the_rest_is_still_read() {
    let found = parse("a.toml", "[site]\nname = \n[log]\nlevel = \"loud\"\nlevel = 3\n", &[])
        .unwrap_err()
        .to_string();
    assert!(found.starts_with("a.toml:2: not TOML: "), "{found}");
    assert!(found.contains("a.toml:5: not TOML: "), "{found}");
    assert!(found.contains("a.toml:4: log.level: `loud` is not allowed"), "{found}");
}

#[test]
fn a_section_that_is_no_section_is_told() {
    faults(
        "site = 5\ncapture = { interface = [3] }\n",
        &[
            "a.toml:1: site: a value of another kind (integer): write a section with keys of its own",
            "a.toml:2: capture.interface[1]: a value of another kind (integer): write a section with keys of its own",
        ],
    );
}

#[test]
fn what_only_makes_sense_together_is_compared() {
    faults(
        r#"
[listen]
tls = "files"
certificate_file = "cert.pem"
[login]
idle_minutes = 60
absolute_minutes = 30
[metrics]
address = "0.0.0.0:8443"
[backup]
folder = "/backup"
[[calendar.stop]]
name = "Obon"
first_day = 2026-08-16
last_day = 2026-08-11
"#,
        &[
            "a.toml:2: listen.key_file: is missing: `tls = \"files\"` needs certificate_file and key_file",
            "a.toml:4: listen.certificate_file: `cert.pem` is not allowed: write an absolute path, such as /etc/yagura/NAME",
            "a.toml:6: login.idle_minutes: idle_minutes (60) is more than absolute_minutes (30): write at most that",
            "a.toml:8: metrics.token_file: is missing: figures leave this machine only to those who hold a token",
            "a.toml:9: metrics.address: `0.0.0.0:8443` is already used by another section",
            "a.toml:10: backup.recipients: is missing: name recipients or passphrase_file, backups are encrypted",
            "a.toml:15: calendar.stop[1].last_day: is before first_day: write 2026-08-16 or later",
        ],
    );
}

#[test]
fn secrets_are_refused_in_the_file_and_not_repeated() {
    for url in
        ["postgres://me:hunter2@db/x", "postgres://me@db/x?password=hunter2", "mysql://me:hunter2@db/x"]
    {
        let found =
            parse("a.toml", &format!("[data]\ndatabase_url = \"{url}\"\n"), &[]).unwrap_err().to_string();
        assert!(found.starts_with("a.toml:2: data.database_url: ") && !found.contains("hunter2"), "{found}");
    }
    let key = "AGE-SECRET-KEY-1QQQ";
    let found = parse("a.toml", &format!("[backup]\nrecipients = [\"{key}\"]"), &[]).unwrap_err().to_string();
    assert!(found.contains("backup.recipients[1]: is a secret key") && !found.contains(key), "{found}");
    faults(
        "[data]\npassword = \"x\"\n",
        &["a.toml:2: data.password: unknown key; known here: `database_url`, \
        `database_url_file`, `folder`"],
    );
}

#[test]
fn a_directory_without_protection_is_refused() {
    let text =
        "[login.ldap]\nurl = \"ldap://dc.example\"\nbase_dn = \"dc=example\"\nuser_filter = \"(uid=x)\"\n";
    faults(
        text,
        &[
            "a.toml:2: login.ldap.url: would send passwords in clear: write `ldaps://`, or add `start_tls = true`",
            "a.toml:4: login.ldap.user_filter: `(uid=x)` is not allowed: write a filter of RFC 4515 with `{user}` in it, such as `\"(uid={user})\"`",
        ],
    );
    faults(
        "[listen]\ntls = \"off\"\n",
        &["a.toml:2: listen.tls: `off` is only for an address of this machine, such as `\"127.0.0.1:8443\"`"],
    );
}

#[test]
fn the_environment_comes_before_the_file() {
    let text = "[site]\nname = \"A\"\n[log]\nlevel = \"info\"\n";
    let given = variables(&[
        ("YAGURA_SITE__NAME", "7"),
        ("YAGURA_RETENTION__FLOWS__DAYS", "12"),
        ("YAGURA_CAPTURE__INTERFACE", "[{ name = \"eth7\" }]"),
        ("YAGURA_SHARED", "/somewhere"),
    ]);
    let config = parse("a.toml", text, &given).unwrap();
    assert_eq!((config.site.name.as_str(), config.retention.flows.days), ("7", 12));
    assert_eq!(config.capture.interfaces[0].name, "eth7");
    let wrong = variables(&[
        ("YAGURA_LOG__LEVEL", "loud"),
        ("YAGURA_SITE__NANE", "x"),
        ("YAGURA_CAPTURE__INTERFACE", "[{ name = \"eth 7\" }]"),
    ]);
    let found = parse("a.toml", text, &wrong).unwrap_err().to_string();
    let begins: Vec<_> =
        found.lines().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": ")).collect();
    assert_eq!(
        begins,
        [
            "environment variable YAGURA_CAPTURE__INTERFACE: capture.interface[1].name",
            "environment variable YAGURA_LOG__LEVEL: log.level",
            "environment variable YAGURA_SITE__NANE: site.nane"
        ]
    );
}

#[test]
fn changes_say_what_can_follow_at_run_time() {
    let old = parse("a.toml", "[log]\nlevel = \"info\"\n", &[]).unwrap();
    let same = parse("a.toml", "[listen]\naddress = \"0.0.0.0:8443\"\n", &[]).unwrap();
    assert!(changes(&old, &same).is_empty(), "a default that is written out is no change");
    let new = "[log]\nlevel = \"debug\"\n[listen]\naddress = \"0.0.0.0:443\"\n[[capture.interface]]\nname = \"eth1\"\n\
        [retention.values]\ndays = 9\n[login.ldap]\nurl = \"ldaps://dc\"\nbase_dn = \"dc=x\"\n";
    let found = changes(&old, &parse("a.toml", new, &[]).unwrap());
    let found: Vec<_> = found.iter().map(|one| (one.key.as_str(), one.change)).collect();
    assert_eq!(
        found,
        [
            ("capture.interface", Change::Restart),
            ("listen.address", Change::Restart),
            ("log.level", Change::Live),
            ("login.ldap", Change::Restart),
            ("retention.values.days", Change::Live),
        ]
    );
}

#[test]
fn the_machine_is_asked_for_files_and_who_may_read_them() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("passphrase");
    std::fs::write(&secret, "correct horse\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let text = format!(
        "[data]\nfolder = \"{0}/new\"\n[backup]\nfolder = \"{0}/absent\"\npassphrase_file = \"{0}/passphrase\"\n",
        folder.path().display()
    );
    let config = parse("a.toml", &text, &[]).unwrap();
    assert_eq!(config.backup.as_ref().unwrap().key, BackupKey::PassphraseFile(secret.clone()));
    let (faults, warnings) = check_machine(&config);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].to_string().starts_with("a.toml:4: backup.folder: "), "{}", faults[0]);
    assert!(warnings[0].to_string().starts_with("a.toml:5: backup.passphrase_file: "), "{}", warnings[0]);
    assert!(warnings[0].to_string().contains("mode 644"), "{}", warnings[0]);
    assert_eq!(crate::secret(&secret).unwrap(), "correct horse");
    std::fs::write(&secret, "\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (faults, warnings) = check_machine(&config);
    assert!(faults[1].to_string().contains("no text in its first line"), "{faults:?}");
    assert!(warnings.is_empty());
}

#[test]
fn a_file_that_is_not_there_or_no_text_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    assert!(read(Some(&path), &[]).unwrap_err().to_string().contains("cannot be read: "));
    std::fs::write(&path, b"[site]\n\n# \xff\n").unwrap();
    let found = read(Some(&path), &[]).unwrap_err().to_string();
    assert!(found.ends_with("a.toml:3: not UTF-8: save the file in UTF-8"), "{found}");
}

#[test]
fn the_example_passes() {
    let path = repository("packaging/yagura.toml");
    let config = read(Some(&path), &[]).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(config.site.time_zone.iana_name(), Some("Asia/Tokyo"));
    // Keys that are commented out must be right as well: they are what people uncomment.
    let text = std::fs::read_to_string(&path).unwrap();
    let uncommented: String = text
        .lines()
        .map(|line| line.strip_prefix("#").filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_ne!(uncommented, text);
    parse("uncommented", &uncommented, &[]).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn every_key_is_described() {
    fn walk(schema: &serde_json::Value, path: &str) {
        for (name, key) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            assert!(key["description"].is_string(), "{path} has no words");
            walk(key, &path);
            walk(&key["items"], &path);
        }
    }
    walk(&schema(), "");
}

#[test]
fn the_committed_schema_and_page_are_current() {
    let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    for (path, current) in [("docs/config.schema.json", schema), ("docs/configuration.md", reference())] {
        let path = repository(path);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(committed, current, "run with UPDATE_GOLDEN=1 and review the change");
    }
}

#[test]
fn groups_give_roles_to_people_of_other_systems() {
    let text = r#"
[[login.groups]]
group = "CN=OT-Operators,OU=Groups,DC=plant"
role = "operator"
lines = ["Line 1", "L2"]
[[login.groups]]
group = "audit"
role = "auditor"
until = 2027-03-31
"#;
    let config = parse("a.toml", text, &[]).unwrap();
    let [operators, auditors] = config.login.groups.as_slice() else { panic!("two rules") };
    assert_eq!(operators.lines.as_deref(), Some(&["Line 1".to_owned(), "L2".to_owned()][..]));
    assert_eq!((operators.role.name(), &operators.zones), ("operator", &None));
    assert_eq!(auditors.until.map(|day| day.to_string()).as_deref(), Some("2027-03-31"));
    let none = parse("a.toml", "", &[]).unwrap();
    let changed: Vec<_> = changes(&none, &config).into_iter().map(|one| (one.key, one.change)).collect();
    assert_eq!(changed, [("login.groups".to_owned(), Change::Live)]);
    faults(
        "[[login.groups]]\nrole = \"king\"\n[[login.groups]]\ngroup = \"a\"\nrole = \"auditor\"\nuntil = \"soon\"\n\
         [[login.groups]]\ngroup = \"b\"\nrole = \"auditor\"\nlines = [\"\"]\n",
        &[
            "a.toml:1: login.groups[1].group: is missing: write a text in quotation marks",
            "a.toml:1: login.groups[1].role: is missing: write `\"viewer\"` or `\"operator\"` or `\"site-leader\"` or `\"auditor\"` or `\"administrator\"`",
            "a.toml:2: login.groups[1].role: `king` is not allowed: write `\"viewer\"` or `\"operator\"` or `\"site-leader\"` or `\"auditor\"` or `\"administrator\"`",
            "a.toml:6: login.groups[2].until: `soon` is not allowed: write a day, such as `2027-03-31`",
            "a.toml:7: login.groups[3].until: is missing: write a day, such as `2027-03-31`",
            "a.toml:10: login.groups[3].lines[1]: write 1 to 100 letters in one line",
        ],
    );
}
