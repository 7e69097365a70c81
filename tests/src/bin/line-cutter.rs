//! A line that breaks: forwards TCP, and cuts it twice, once by reset and once by silence, each when so many bytes have
//! gone towards the server. `line-cutter HOST:PORT RESET_AT SILENCE_AT` prints its address, each 16 MiB, and each cut with
//! the bytes since the server spoke last: that many bytes of an unanswered request were under way.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

struct Cuts {
    to: SocketAddr,
    sent: AtomicU64,
    reset_at: u64,
    silence_at: u64,
    reset: AtomicBool,
    silence: AtomicBool,
}

/// What to do before more is forwarded.
enum Cut {
    Reset,
    Silence,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [to, reset_at, silence_at] = args.as_slice() else {
        return Err("line-cutter HOST:PORT RESET_AT SILENCE_AT".into());
    };
    let cuts = Arc::new(Cuts {
        to: to.parse()?,
        sent: AtomicU64::new(0),
        reset_at: reset_at.parse()?,
        silence_at: silence_at.parse()?,
        reset: AtomicBool::new(false),
        silence: AtomicBool::new(false),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("listening on {}", listener.local_addr()?));
    loop {
        let (client, _) = listener.accept().await?;
        let cuts = Arc::clone(&cuts);
        // A connection that fails is the peers' matter: they see it end.
        tokio::spawn(async move { cuts.carry(client).await });
    }
}

impl Cuts {
    async fn carry(&self, mut client: TcpStream) -> std::io::Result<()> {
        let mut server = TcpStream::connect(self.to).await?;
        let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 64 * 1024]);
        let mut unanswered = 0u64;
        loop {
            tokio::select! {
                got = client.read(&mut up) => match got? {
                    0 => return server.shutdown().await,
                    got => {
                        if let Some(cut) = self.count(got as u64, unanswered) {
                            return self.cut(&cut, client, server).await;
                        }
                        unanswered += got as u64;
                        server.write_all(up.get(..got).unwrap_or_default()).await?;
                    }
                },
                got = server.read(&mut down) => match got? {
                    0 => return client.shutdown().await,
                    got => {
                        unanswered = 0;
                        client.write_all(down.get(..got).unwrap_or_default()).await?;
                    }
                },
            }
        }
    }

    // A cut waits until a good part of a request is under way, so that it falls into the middle of a piece.
    fn count(&self, more: u64, unanswered: u64) -> Option<Cut> {
        let before = self.sent.fetch_add(more, Ordering::Relaxed);
        let sent = before + more;
        if before / STEP != sent / STEP {
            say(&format!("carried {} MiB", sent >> 20));
        }
        if unanswered < MIDDLE {
            return None;
        }
        if sent >= self.reset_at && !self.reset.swap(true, Ordering::Relaxed) {
            say(&format!("cut by reset at {sent}, unanswered {unanswered}"));
            return Some(Cut::Reset);
        }
        if sent >= self.silence_at && !self.silence.swap(true, Ordering::Relaxed) {
            say(&format!(
                "cut by silence at {sent}, unanswered {unanswered}"
            ));
            return Some(Cut::Silence);
        }
        None
    }

    async fn cut(&self, cut: &Cut, client: TcpStream, server: TcpStream) -> std::io::Result<()> {
        match cut {
            // Closing with nothing to linger for sends a reset instead of an end.
            Cut::Reset => {
                for socket in [&client, &server] {
                    rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO))?;
                }
            }
            // Both ends stay open, and nothing is read any more: as when a cable is pulled.
            Cut::Silence => {
                let _open = (client, server);
                std::future::pending::<()>().await;
            }
        }
        Ok(())
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

const STEP: u64 = 16 << 20;
const MIDDLE: u64 = 128 * 1024;
