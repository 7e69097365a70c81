//! A small SOCKS5 proxy that writes down what it was asked and leads everything to one server.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One connection that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// 3 is a name, 1 and 4 are addresses.
    pub kind: u8,
    pub host: String,
    pub user: String,
    pub password: String,
}

pub struct Socks {
    pub address: SocketAddr,
    pub asked: Arc<Mutex<Vec<Asked>>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Socks {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let noting = Arc::clone(&asked);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let noting = Arc::clone(&noting);
                tokio::spawn(async move {
                    let _ = serve(stream, port, noting).await;
                });
            }
        });
        Self {
            address,
            asked,
            accepting,
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn die(&self) {
        self.accepting.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    port: u16,
    noting: Arc<Mutex<Vec<Asked>>>,
) -> std::io::Result<()> {
    assert_eq!(stream.read_u8().await?, 5);
    let methods = bytes(&mut stream).await?;
    assert!(methods.contains(&2), "credentials are always offered");
    stream.write_all(&[5, 2]).await?;
    assert_eq!(stream.read_u8().await?, 1);
    let user = text(&mut stream).await?;
    let password = text(&mut stream).await?;
    stream.write_all(&[1, 0]).await?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let kind = head[3];
    let host = match kind {
        1 => format!("{:?}", read::<4>(&mut stream).await?),
        4 => format!("{:?}", read::<16>(&mut stream).await?),
        _ => text(&mut stream).await?,
    };
    stream.read_u16().await?;
    noting.lock().unwrap().push(Asked {
        kind,
        host,
        user,
        password,
    });
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await?;
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    tokio::io::copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

async fn read<const N: usize>(stream: &mut TcpStream) -> std::io::Result<[u8; N]> {
    let mut out = [0; N];
    stream.read_exact(&mut out).await?;
    Ok(out)
}

async fn bytes(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut out = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut out).await?;
    Ok(out)
}

async fn text(stream: &mut TcpStream) -> std::io::Result<String> {
    Ok(String::from_utf8(bytes(stream).await?).unwrap())
}
