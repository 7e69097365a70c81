//! The little of WebDriver that the tour needs: begin a session with a window that runs already, run a script in its page,
//! end. Speaks plain HTTP to a driver on this machine that it started itself, and ends that driver when dropped.

use crate::fault::{During, Fault, Outcome, ensure};
use crate::hand::until;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A driver with one session.
pub struct Driver {
    process: Child,
    port: u16,
    session: String,
}

impl Driver {
    /// Starts a driver for the window that listens at `target`. What it says goes to `log`.
    pub fn attach(target: u16, log: &Path) -> Outcome<Self> {
        let port = free_port()?;
        let log = appended(log)?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .arg(format!("--target=127.0.0.1:{target}"))
            .stdin(Stdio::null())
            .stderr(log.try_clone().during("the log")?)
            .stdout(log);
        let process = command.spawn().during("WebKitWebDriver")?;
        let mut driver = Self {
            process,
            port,
            session: String::new(),
        };
        let up = || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok());
        until("the driver", Duration::from_secs(10), up)?;
        let wanted = json!({ "capabilities": { "alwaysMatch": {} } });
        let begun = driver.post("/session", &wanted)?;
        let session = begun.get("sessionId").and_then(Value::as_str);
        session
            .ok_or_else(|| Fault::new(format!("no session: {begun}")))?
            .clone_into(&mut driver.session);
        Ok(driver)
    }

    /// Runs the body of a function in the page and gives what it returns.
    pub fn script(&self, body: &str, args: &Value) -> Outcome<Value> {
        let path = format!("/session/{}/execute/sync", self.session);
        self.post(&path, &json!({ "script": body, "args": args }))
    }

    fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let answer = exchange(self.port, path, &body.to_string()).during("the driver")?;
        let (_, content) = answer
            .split_once("\r\n\r\n")
            .ok_or_else(|| Fault::new("the driver ended the line"))?;
        let parsed: Value = serde_json::from_str(content).during("the driver's answer")?;
        let value = parsed.get("value").cloned().unwrap_or_default();
        ensure(answer.starts_with("HTTP/1.1 200"), || {
            format!("the driver refused: {value}")
        })?;
        Ok(value)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on just now.
pub fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).during("a free port")?;
    Ok(listener.local_addr().during("a free port")?.port())
}

/// A log that is written on.
pub fn appended(log: &Path) -> Outcome<File> {
    File::options()
        .create(true)
        .append(true)
        .open(log)
        .during("the log")
}

fn exchange(port: u16, path: &str, body: &str) -> std::io::Result<String> {
    let mut line = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    line.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n");
    let head = format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
    line.write_all(head.as_bytes())?;
    line.write_all(body.as_bytes())?;
    let mut answer = String::new();
    line.read_to_string(&mut answer)?;
    Ok(answer)
}
