//! Protocols of lines of text: HTTP, FTP, Telnet. They show what they are in the clear.

use crate::bytes::Put;
use crate::item::Item;
use crate::protocols::{Dialogue, Turn};
use crate::script::Script;

/// HTTP/1.1 (RFC 9112).
#[derive(Default)]
pub(crate) struct Http;

impl Dialogue for Http {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let agent = match turn.client.system {
            crate::file::System::WindowsXp => {
                "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)"
            }
            crate::file::System::Windows => {
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 \
                 Safari/537.36"
            }
            _ => "curl/7.88.1",
        };
        let identity = &turn.server.identity;
        let path = if item.word(1).is_empty() { "/" } else { item.word(1) };
        let (method, body) = match item.word(0) {
            "get" => ("GET", String::new()),
            "post" => ("POST", item.text().to_owned()),
            _ => return Err("known items: get PATH, post PATH = BODY"),
        };
        let page = format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{} - {}</title></head><body><h1>{}</h1></body></html>",
            turn.server.label_text(),
            identity.model,
            identity.model
        );
        let mut ask = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {agent}\r\nAccept: */*\r\n",
            turn.server.ip()
        );
        if method == "POST" {
            ask.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
        }
        ask.push_str("\r\n");
        ask.push_str(&body);
        let answer = format!(
            "HTTP/1.1 200 OK\r\nServer: {}/{}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{page}",
            identity.model.replace(' ', "-"),
            identity.firmware,
            page.len()
        );
        script.ask(ask.into_bytes()).answer(answer.into_bytes());
        Ok(())
    }
}

/// FTP control connection (RFC 959).
#[derive(Default)]
pub(crate) struct Ftp;

impl Dialogue for Ftp {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        let identity = &turn.server.identity;
        let banner = format!(
            "220 {} {} FTP server ({}) ready.\r\n",
            identity.vendor, identity.model, identity.firmware
        );
        script.answer(banner.into_bytes());
    }

    fn item(&mut self, _turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let exchange: Vec<(String, &str)> = match item.word(0) {
            // A real password never stands in a simulation.
            "login" => vec![
                (format!("USER {}", item.text()), "331 Password required"),
                ("PASS simulated".to_owned(), "230 User logged in"),
                ("SYST".to_owned(), "215 UNIX Type: L8"),
            ],
            "store" => vec![
                ("TYPE I".to_owned(), "200 Type set to I"),
                (format!("STOR {}", item.word(1)), "226 Transfer complete"),
            ],
            "list" => vec![("PWD".to_owned(), "257 \"/\" is the current directory")],
            _ => return Err("known items: login = USER, store FILE, list"),
        };
        for (ask, answer) in exchange {
            script.ask(format!("{ask}\r\n").into_bytes()).answer(format!("{answer}\r\n").into_bytes());
        }
        Ok(())
    }
}

/// Telnet (RFC 854) with option negotiation and a log-in prompt.
#[derive(Default)]
pub(crate) struct Telnet;

impl Dialogue for Telnet {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        let identity = &turn.server.identity;
        // Will echo, will suppress go-ahead, do terminal type; the client agrees.
        let mut banner = vec![255, 251, 1, 255, 251, 3, 255, 253, 24];
        banner.put(
            format!("\r\n{} {} {}\r\n\r\nlogin: ", identity.vendor, identity.model, identity.firmware)
                .as_bytes(),
        );
        script.answer(banner).ask(vec![255, 253, 1, 255, 253, 3, 255, 251, 24]);
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        if item.word(0) != "login" {
            return Err("known items: login = USER");
        }
        let user = format!("{}\r\n", item.text());
        script.ask(user.clone().into_bytes()).answer(format!("{user}Password: ").into_bytes());
        script.ask(b"simulated\r\n".to_vec()).answer(format!("\r\n{}> ", turn.server.name).into_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds};

    #[test]
    fn pages_have_their_length() {
        let messages = converse("http", 0, &["get /index.html", "post /api = {}"]);
        let text = String::from_utf8(messages[1].bytes.clone()).expect("UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").expect("an empty line");
        assert!(
            head.contains(&format!("Content-Length: {}", body.len()))
                && head.contains("Server: MODEL-1/3.2.6")
        );
        assert!(messages[2].bytes.ends_with(b"Content-Length: 2\r\n\r\n{}"));
    }

    #[test]
    fn log_ins_show_the_user() {
        assert_eq!(converse("ftp", 0, &["login = plc"])[0].bytes, b"USER plc\r\n");
        assert!(holds(&converse("telnet", 0, &["login = admin"])[1].bytes, b"admin\r\nPassword: "));
    }
}
