//! From the configuration to what the interface takes of it: who vouches for people, and what may change at run time.

use crate::error::Failure;
use crate::site_main::text;
use config::{Change, Config};
use login::Secret;
use login::directory::{DirectoryConfig, GroupSource};
use login::session::SessionPolicy;
use show::api::{
    CalendarDocument, Directory, Entry, Holidays, Live, Provider, Rule, ShiftDocument, StopDocument,
    StopReason, StopWhen, WeekStart, Weekday,
};
use site::{Keeping, Reload, Retention};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How people come in.
pub(crate) fn entry(config: &Config) -> Result<Entry, Failure> {
    Ok(Entry {
        site_name: config.site.name.clone(),
        directory: config.login.ldap.as_ref().map(directory).transpose()?,
        provider: config.login.oidc.as_ref().map(provider).transpose()?,
    })
}

fn directory(ldap: &config::Ldap) -> Result<Directory, Failure> {
    let (bind_name, bind_password) = match &ldap.bind {
        Some((name, file)) => (name.clone(), secret(file)?),
        None => (String::new(), Secret::new(String::new())),
    };
    Ok(Directory {
        config: DirectoryConfig {
            url: ldap.url.clone(),
            bind_name,
            bind_password,
            user_base: ldap.base_dn.clone(),
            user_filter: ldap.user_filter.clone(),
            groups: GroupSource::Attribute(ldap.groups_attribute.clone()),
            name_attribute: "displayName".into(),
            mail_attribute: "mail".into(),
            authority_pem: ldap.ca_file.as_deref().map(text).transpose()?,
        },
    })
}

fn provider(oidc: &config::Oidc) -> Result<Provider, Failure> {
    Ok(Provider {
        label: oidc.label.clone(),
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret_file.as_deref().map(secret).transpose()?,
        groups_claim: oidc.groups_claim.clone(),
        scopes: oidc.scopes.clone(),
        authority_pem: oidc.ca_file.as_deref().map(text).transpose()?,
    })
}

fn secret(file: &Path) -> Result<Secret<String>, Failure> {
    config::secret(file).map(Secret::new).map_err(|error| Failure::input(error.to_string()))
}

/// What may change while the server runs.
pub(crate) fn live(config: &Config) -> Live {
    let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    Live {
        sessions: SessionPolicy {
            idle_us: micros(config.login.idle),
            absolute_us: micros(config.login.absolute),
        },
        link_us: micros(config.login.link),
        password_length_min: config.login.password_length_min,
        requests_per_minute: config.limits.requests_per_minute,
        logins_per_minute: config.limits.logins_per_minute,
        upload_bytes_max: config.limits.upload_bytes,
        streams_max: config.limits.streams,
        rules: config.login.groups.iter().filter_map(|group| rule(group, config)).collect(),
        keeping: keeping(&config.retention),
        calendar: calendar(&config.calendar),
        remarks: Vec::new(),
    }
}

/// How long data are kept while nobody sets anything else in the console.
pub(crate) fn keeping(retention: &config::Retention) -> Keeping {
    let kind = |kind: &str, keep: config::Keep| Retention {
        kind: kind.to_owned(),
        keep_days: keep.days,
        bytes_max: keep.bytes,
    };
    Keeping {
        limits: vec![
            kind("flows", retention.flows),
            kind("commands", retention.commands),
            kind("values", retention.values),
            kind("detections", retention.detections),
            kind("changes", retention.changes),
            kind("uploads", retention.uploads),
        ],
        audit_days: retention.audit_days,
        free_percent: retention.free_percent,
    }
}

/// Reads the configuration again. What cannot follow at run time is named in a remark, each time until the restart.
pub(crate) fn reload(path: Option<PathBuf>, started: Config) -> Reload {
    let mut last = live(&started);
    Box::new(move || {
        match config::read(path.as_deref(), &config::environment()) {
            Ok(new) => {
                crate::log::set(new.log.level);
                last = live(&new);
                last.remarks = remarks(&started, &new);
            }
            Err(faults) => {
                let first = faults.0.first().map(ToString::to_string).unwrap_or_default();
                last.remarks = vec![format!(
                    "the configuration has {} faults and was not taken over; the first: {first}",
                    faults.0.len()
                )];
            }
        }
        last.clone()
    })
}

fn remarks(started: &Config, new: &Config) -> Vec<String> {
    let waits = config::changes(started, new).into_iter().filter(|one| one.change == Change::Restart);
    let remark =
        |one: config::Changed| format!("{} was changed: it takes effect with the next start", one.key);
    waits.map(remark).collect()
}

fn rule(group: &config::Group, config: &Config) -> Option<Rule> {
    let end = |day: jiff::civil::Date| {
        let end = day.tomorrow().ok()?.to_zoned(config.site.time_zone.clone()).ok()?;
        Some(end.timestamp().as_microsecond())
    };
    Some(Rule {
        group: group.group.clone(),
        role: group.role.name().parse().ok()?,
        lines: group.lines.clone(),
        zones: group.zones.clone(),
        // A day without an end is the last one of the calendar.
        until_us: group.until.map(|day| end(day).unwrap_or(i64::MAX)),
    })
}

/// The plant's calendar. Shifts of the configuration are worked each day but on holidays, as its description says.
fn calendar(calendar: &config::Calendar) -> CalendarDocument {
    let shift = |shift: &config::Shift| ShiftDocument {
        name: shift.name.clone(),
        days: Weekday::ALL.to_vec(),
        from: shift.start.to_string(),
        to: shift.end.to_string(),
        on_holidays: false,
    };
    let stop = |stop: &config::Stop| StopDocument {
        name: stop.name.clone(),
        kind: StopReason::ShutDown,
        when: StopWhen::Once {
            from: format!("{}T00:00:00", stop.first_day),
            to: format!("{}T00:00:00", stop.last_day.tomorrow().unwrap_or(stop.last_day)),
        },
    };
    CalendarDocument {
        time_zone: None,
        fiscal_year_month: calendar.fiscal_year_month,
        fiscal_year_named_by_end: false,
        week_starts: match calendar.week_starts {
            config::Weekday::Monday => WeekStart::Monday,
            config::Weekday::Sunday => WeekStart::Sunday,
        },
        holidays: match calendar.holidays {
            config::Holidays::Japan => Holidays::Japan,
            config::Holidays::None => Holidays::None,
        },
        own_holidays: Vec::new(),
        shifts: calendar.shifts.iter().map(shift).collect(),
        stops: calendar.stops.iter().map(stop).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        config::parse("a.toml", text, &[]).expect("no faults")
    }

    #[test]
    fn rules_and_the_calendar_come_from_the_configuration() {
        let config = config(
            "[site]\ntime_zone = \"Asia/Tokyo\"\n[[login.groups]]\ngroup = \"cn=ot\"\nrole = \"operator\"\nlines = [\"Line 1\"]\nuntil = 2027-03-31\n\
             [[calendar.shift]]\nname = \"Day\"\nstart = \"08:30\"\nend = \"17:15\"\n\
             [[calendar.stop]]\nname = \"Summer\"\nfirst_day = 2026-08-11\nlast_day = 2026-08-16\n[limits]\nstreams = 3\n",
        );
        let live = live(&config);
        let rule = live.rules.first().expect("a rule");
        assert_eq!((rule.role.name(), rule.lines.as_deref()), ("operator", Some(&["Line 1".to_owned()][..])));
        // The day ends in Tokyo: 2027-03-31T15:00:00Z.
        assert_eq!(rule.until_us, Some(1_806_505_200_000_000));
        assert_eq!(live.streams_max, 3);
        let stop = live.calendar.stops.first().map(|stop| stop.when.clone());
        let (from, to) = ("2026-08-11T00:00:00".to_owned(), "2026-08-17T00:00:00".to_owned());
        assert_eq!(stop, Some(StopWhen::Once { from, to }));
    }

    /// The reference says which keys follow; this is where they do. Another one needs code here first.
    #[test]
    fn keys_that_are_called_live_follow() {
        fn live(schema: &serde_json::Value, path: &str, found: &mut Vec<String>) {
            for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                let key = format!("{path}.{name}");
                if schema["x-change"] == "live" {
                    found.push(key.clone());
                }
                live(schema, &key, found);
            }
        }
        let mut found = Vec::new();
        live(&config::schema(), "", &mut found);
        let followed = [".login.", ".limits.", ".calendar.", ".retention.", ".log.level"];
        let other: Vec<_> =
            found.iter().filter(|key| !followed.iter().any(|part| key.starts_with(part))).collect();
        assert!(other.is_empty() && found.len() > 10, "{other:?} of {found:?}");
    }

    #[test]
    fn what_needs_a_restart_is_named_and_faults_change_nothing() {
        let folder = std::env::temp_dir().join(format!("yagura-live-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("a.toml");
        let mut reload = reload(Some(path.clone()), config(""));
        let mut after = |text: &str| {
            std::fs::write(&path, text).expect("a file");
            reload()
        };
        let new = after("[limits]\nrequests_per_minute = 77\nflows = 2048\n[retention.values]\ndays = 7\n");
        assert_eq!(new.requests_per_minute, 77);
        let values = new.keeping.limits.iter().find(|limit| limit.kind == "values");
        assert_eq!(values.map(|limit| limit.keep_days), Some(7));
        assert_eq!(new.remarks, ["limits.flows was changed: it takes effect with the next start"]);
        let same = after("[limits]\nrequests_per_minute = \"many\"\n");
        assert_eq!(same.requests_per_minute, 77, "a file with faults is not taken over");
        assert!(same.remarks.iter().all(|remark| remark.contains("limits.requests_per_minute")), "{same:?}");
        assert!(after("[limits]\nrequests_per_minute = 60\n").remarks.is_empty());
        std::fs::remove_dir_all(folder).expect("an end");
    }
}
