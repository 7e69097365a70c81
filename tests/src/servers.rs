//! Servers that others wrote and that stand beside an endpoint: a bucket's store, a web server in front. Each listens on
//! loopback and is ended by its own id.

use crate::children::{Running, until};
use crate::{Lines, free_port, root, set_up};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

/// A bucket, in memory, by moto.
pub struct Bucket {
    /// Its port.
    pub port: u16,
    /// A line `put <key>` for each object that was created.
    pub lines: Lines,
    _process: Running,
    _open: ChildStdin,
}

impl Bucket {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self::start_as(&[])
    }

    /// Starts one that writes over what is there, whatever is asked for.
    #[must_use]
    pub fn forgetful() -> Self {
        Self::start_as(&["forgetful"])
    }

    fn start_as(kind: &[&str]) -> Self {
        let port = free_port();
        let mut process = Command::new(set_up("peers/bin/python"))
            .arg("-B")
            .arg(root().join("tests/peers/bucket.py"))
            .args([&port.to_string(), NAME])
            .args(kind)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the bucket starts");
        let lines = Lines::of(process.stdout.take().expect("its output"));
        lines.wait_for("serving", Duration::from_secs(60));
        let open = process.stdin.take().expect("its input");
        Self {
            port,
            lines,
            _process: Running(process),
            _open: open,
        }
    }

    /// Writes `endpoint.toml` and the credentials into an endpoint's folder.
    pub fn configure(&self, data: &Path) {
        let credentials = data.join("bucket.key");
        std::fs::write(&credentials, "id\nsecret\n").expect("written");
        let own = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&credentials, own).expect("its own");
        let text = format!(
            "[bucket]\naddress = \"http://127.0.0.1:{}\"\nname = \"{NAME}\"\nfolder = \"a/b\"\ncredentials = \"{}\"\n",
            self.port,
            credentials.display()
        );
        std::fs::write(data.join("endpoint.toml"), text).expect("written");
    }
}

/// Debian's nginx in front of several endpoints, as `OPERATING.md` wants it.
pub struct Front {
    /// Its port.
    pub port: u16,
    _process: Running,
}

impl Front {
    /// Starts it in `folder`; requests go to `ports` in turn, past those that do not answer.
    #[must_use]
    pub fn start(folder: &Path, ports: &[u16]) -> Self {
        std::fs::create_dir_all(folder).expect("its folder");
        let (port, file) = (free_port(), folder.join("nginx.conf"));
        std::fs::write(&file, configuration(folder, port, ports)).expect("written");
        let process = Command::new(set_up("servers/usr/sbin/nginx"))
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(folder.join("errors"))
            .stdin(Stdio::null())
            .spawn()
            .expect("the web server starts");
        until("the web server listens", Duration::from_secs(30), || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self {
            port,
            _process: Running(process),
        }
    }
}

fn configuration(folder: &Path, port: u16, ports: &[u16]) -> String {
    let at = folder.display();
    let servers: String = ports
        .iter()
        .map(|port| format!("server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;"))
        .collect();
    format!(
        "daemon off; master_process off; pid {at}/pid; error_log {at}/errors; events {{}}
         http {{
           access_log off;
           client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;
           uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
           upstream endpoints {{ {servers} }}
           server {{
             listen 127.0.0.1:{port};
             location /v1/ {{
               proxy_pass http://endpoints; proxy_http_version 1.1;
               proxy_request_buffering off; proxy_buffering off; client_max_body_size 0;
             }}
           }}
         }}"
    )
}

const NAME: &str = "chronicle";
