//! Real TLS in front of the scripted server: a certificate that nobody vouches for is refused before a byte of a
//! request is sent; one that the transport trusts carries a whole delivery.

use crate::delivering::{DELIVERED, MIB, WAITING, ready};
use crate::founded::{ciphertext, quick};
use chronicle_sync::Transport;
use chronicle_wire::Profile;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A TLS front of `port`: its address and its certificate (DER).
async fn front(port: u16, name: &str) -> (String, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_string()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(mut inside) = acceptor.accept(stream).await {
                    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut inside, &mut server).await;
                }
            });
        }
    });
    (address, made.cert.der().to_vec())
}

#[tokio::test]
async fn only_a_trusted_certificate_for_this_name_is_spoken_to() {
    let table = [
        ("nobody vouches for it", "127.0.0.1", false, WAITING),
        (
            "vouched for, for another name",
            "example.org",
            true,
            WAITING,
        ),
        ("vouched for", "127.0.0.1", true, DELIVERED),
    ];
    for (case, name, trusted, visit) in table {
        let (server, mut org, shelf) = ready(&ciphertext(3 * MIB, 140)).await;
        let (address, certificate) = front(server.port, name).await;
        org.body.addresses = vec![address];
        server.with(|s| s.profile = Some(org.credentials()));
        shelf.change("a", |i| {
            i.profile = Profile::read(org.credentials()).unwrap().verify().unwrap()
        });
        let roots = if trusted {
            vec![certificate]
        } else {
            Vec::new()
        };
        assert_eq!(
            shelf.visit(Transport { roots, ..quick() }).await,
            visit,
            "{case}"
        );
        if visit == WAITING {
            assert_eq!(shelf.troubles(), ["certificate-refused"], "{case}");
            assert_eq!(server.with(|s| s.requests.len()), 0, "{case}");
        }
    }
}
