use crate::check;

/// Text to the hex that the helper takes.
fn text(direction: char, text: &str) -> String {
    format!("{direction} {}", text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn stream(port: u16, messages: &[String], expected: &str) {
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    check::stream(port, &messages, expected);
}

fn exchange() -> Vec<String> {
    vec![
        text(
            '>',
            "GET /a HTTP/1.1\r\nHost: plc1\r\nUser-Agent: curl/7.88.1\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n\r\n",
        ),
        text(
            '<',
            "HTTP/1.1 401 Unauthorized\r\nServer: nginx/1.22.1\r\nWWW-Authenticate: Basic realm=\"BMX\"\r\nContent-Length: 12\r\n\r\nGET / HTTP/1",
        ),
        text('>', "GET /fw/plc.bin HTTP/1.1\r\nHost: plc1\r\nauthorization: basic YWRtaW46c2VjcmV0\r\n\r\n"),
        text(
            '<',
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
        ),
        text('>', "HEAD / HTTP/1.1\r\n\r\n"),
        text('<', "HTTP/1.1 200 OK\r\nContent-Length: 900\r\nServer: x\r\n\r\n"),
        text('>', "PUT /p/new.stu HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
        text('<', "HTTP/1.1 201 Created\r\nServer: y\r\nContent-Length: 0\r\n\r\n"),
    ]
}

const EXPECTED: &str = r#"
    > http identity client Software user-agent="curl/7.88.1"
    > http identity server Other host="plc1"
    > http identity client Other authorization.scheme="Basic"
    < http identity server Software server="nginx/1.22.1"
    < http identity server Other www-authenticate="Basic realm=\"BMX\""
    < http login "admin" password Refused
    > http identity server Other host="plc1"
    > http identity client Other authorization.scheme="basic"
    > http file Read "plc.bin" size=None
    < http login "admin" password Accepted
    < http identity server Software server="x"
    > http file Write "new.stu" size=Some(3)
    < http identity server Software server="y"
"#;

#[test]
fn headers_are_read_bodies_passed_over_and_passwords_never_told() {
    stream(80, &exchange(), EXPECTED);
    let messages = exchange();
    let first: Vec<&str> = messages.iter().map(String::as_str).collect();
    check::stream_on_another_port(80, &first);
}

#[test]
fn after_an_upgrade_everything_is_another_protocol() {
    stream(
        8080,
        &[
            text('>', "GET /ws HTTP/1.1\r\nUser-Agent: w\r\nUpgrade: websocket\r\n\r\n"),
            text('<', "HTTP/1.1 101 Switching Protocols\r\nServer: gunicorn\r\n\r\n"),
            text('>', "GET /not HTTP/1.1\r\nUser-Agent: hidden\r\n\r\n"),
            text('<', "HTTP/1.1 200 OK\r\nServer: hidden\r\n\r\n"),
        ],
        r#"
        > http identity client Software user-agent="w"
        < http identity server Software server="gunicorn"
        "#,
    );
}

#[test]
fn what_is_not_http_on_its_port_is_said_once() {
    stream(
        80,
        &[text('>', "EHLO a.example\r\n"), text('<', "\u{1}\u{2}\u{3}\u{4}\u{5}")],
        r#"< http anomaly WrongProtocol { expected: "http" }"#,
    );
}
