//! A browser as far as tests need one: cookies, forms with their tokens, redirects.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let start = format!("name=\"{name}\" value=\"");
        text.split(&start).nth(1).and_then(|p| p.split('"').next()).unwrap_or_default().to_owned()
    }
}

pub(crate) struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    /// Sends one request and reads the whole answer.
    pub(crate) async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let cookies = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        if !kind.is_empty() {
            head.push_str(&format!("Content-Type: {kind}\r\n"));
        }
        if !cookies.is_empty() {
            head.push_str(&format!("Cookie: {cookies}\r\n"));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        // A server that refuses early closes while we still send.
        let _ = stream.write_all(body).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let answer = parse(&bytes);
        for (_, value) in answer.headers.iter().filter(|(n, _)| n == "set-cookie") {
            let (name, rest) = value.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", b"").await
    }

    /// Opens a form and sends it with these fields beside the hidden ones.
    pub(crate) async fn fill(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.get(path).await;
        assert_eq!(form.status, 200, "{path}: {}", form.text());
        self.fill_from(&form, path, fields).await
    }

    /// Sends the form of a page that is already open.
    pub(crate) async fn fill_from(&mut self, form: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for name in ["_csrf", "_key", "_version", "procedure"] {
            let value = form.hidden(name);
            if !value.is_empty() {
                body.append_pair(name, &value);
            }
        }
        body.extend_pairs(fields);
        self.send("POST", path, "application/x-www-form-urlencoded", body.finish().as_bytes()).await
    }

    /// Sends the form of a page with files: (field, name, content).
    pub(crate) async fn fill_with_files(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let form = self.get(path).await;
        assert_eq!(form.status, 200, "{path}: {}", form.text());
        let mut body = Vec::new();
        let hidden = ["_csrf", "_key", "_version", "procedure"].map(|name| (name, form.hidden(name)));
        for (name, value) in hidden
            .iter()
            .map(|(n, v)| (*n, v.as_str()))
            .filter(|(_, v)| !v.is_empty())
            .chain(fields.iter().copied())
        {
            body.extend_from_slice(
                format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        for (field, name, content) in files {
            body.extend_from_slice(
                format!(
                    "--X\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n"
                )
                .as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--X--\r\n");
        self.send("POST", path, "multipart/form-data; boundary=X", &body).await
    }

    pub(crate) async fn sign_in(&mut self, account: &str) {
        let answer =
            self.fill("/sign-in", &[("account", account), ("password", crate::city::PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{account}: {}", answer.text());
    }

    pub(crate) async fn json(&mut self, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        self.send(method, path, "application/json", body.to_string().as_bytes()).await
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end =
        bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("no answer: {bytes:?}"));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> =
        lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.to_owned())).collect();
    let mut body = bytes[end + 4..].to_vec();
    if headers.iter().any(|(n, v)| n == "transfer-encoding" && v == "chunked") {
        body = whole(&body);
    }
    Answer { status, headers, body }
}

fn whole(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|w| w == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&chunks[end + 2..end + 2 + size]);
        chunks = &chunks[end + 4 + size..];
    }
}
