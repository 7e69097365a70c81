//! What the operator runs: TLS with certificates that are renewed while it serves, health and measures, the bucket's
//! credentials.

use crate::client::{Answer, head, parse, rest, send};
use crate::process::{Operator, Serving};
use crate::scene::{Scene, bundle, listener, quick};
use chronicle_endpoint::config::Tls;
use chronicle_endpoint::{Limits, Pair, serve, serve_watch};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, NamedGroup, ProtocolVersion, RootCertStore};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

struct Certified {
    files: Tls,
    certificate: CertificateDer<'static>,
}

// A new pair in `folder`, in place of the one before.
fn certify(folder: &Path) -> Certified {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let files = Tls {
        certificate: folder.join("chain.pem"),
        key: folder.join("key.pem"),
    };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    allow(&files.key, 0o600);
    Certified {
        files,
        certificate: made.cert.der().clone(),
    }
}

fn allow(file: &Path, mode: u32) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

type Shaken = std::io::Result<tokio_rustls::client::TlsStream<TcpStream>>;

async fn shake(
    to: SocketAddr,
    trusted: &CertificateDer<'static>,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Shaken {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = TcpStream::connect(to).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, socket)
        .await
}

async fn ask(to: SocketAddr, trusted: &CertificateDer<'static>) -> std::io::Result<Answer> {
    let mut stream = shake(to, trusted, &[&rustls::version::TLS13]).await?;
    stream
        .write_all(head("GET", "/v1/profile", &[]).as_bytes())
        .await?;
    Ok(parse(&rest(&mut stream).await).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_served_and_a_broken_one_is_not() {
    let (scene, folder) = (Scene::new().await, tempfile::tempdir().unwrap());
    let first = certify(folder.path());
    let endpoint = scene.endpoint(quick());
    let (listener, at) = listener().await;
    let task = tokio::spawn(serve(
        endpoint,
        listener,
        Some(Pair::read(&first.files).unwrap()),
        std::future::pending(),
    ));
    assert_eq!(ask(at, &first.certificate).await.unwrap().status, 200);

    let stream = shake(at, &first.certificate, &[&rustls::version::TLS13])
        .await
        .unwrap();
    let (_, session) = stream.get_ref();
    assert_eq!(session.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    assert_eq!(
        session.negotiated_key_exchange_group().unwrap().name(),
        NamedGroup::X25519MLKEM768
    );
    assert!(
        shake(at, &first.certificate, &[&rustls::version::TLS12])
            .await
            .is_err(),
        "nothing older"
    );
    // Plain HTTP gets no answer in plain HTTP.
    let plain = crate::client::exchange(at, head("GET", "/v1/profile", &[]).as_bytes()).await;
    assert!(parse(&plain).is_none(), "{plain:?}");

    // Halfway through a renewal: the one before is served on.
    std::fs::write(
        &first.files.certificate,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(ask(at, &first.certificate).await.unwrap().status, 200);
    let second = certify(folder.path());
    let mut served = false;
    for _ in 0..100 {
        served = ask(at, &second.certificate).await.is_ok();
        if served {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(served, "the new one is served without a restart");
    assert!(
        ask(at, &first.certificate).await.is_err(),
        "and only the new one"
    );
    task.abort();
}

#[test]
fn a_pair_that_cannot_be_used_is_not_served() {
    let refused = |files: &Tls| Pair::read(files).unwrap_err().to_string();
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let good = certify(folder.path());
    allow(&good.files.key, 0o644);
    assert!(refused(&good.files).contains("chmod o-rwx"));
    allow(&good.files.key, 0o640);
    let strange = Tls {
        key: certify(other.path()).files.key,
        ..good.files.clone()
    };
    assert!(refused(&strange).contains("do not belong together"));
    let missing = Tls {
        key: folder.path().join("none"),
        ..good.files.clone()
    };
    assert!(refused(&missing).contains("cannot be read"));
    std::fs::write(&good.files.certificate, "").unwrap();
    assert!(refused(&good.files).contains("cannot be read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_shakes_hands_is_let_go() {
    let (scene, folder) = (Scene::new().await, tempfile::tempdir().unwrap());
    let pair = certify(folder.path());
    let limits = Limits {
        connections: 1,
        header: Duration::from_millis(300),
        ..quick()
    };
    let endpoint = scene.endpoint(limits);
    let (listener, at) = listener().await;
    let task = tokio::spawn(serve(
        endpoint,
        listener,
        Some(Pair::read(&pair.files).unwrap()),
        std::future::pending(),
    ));
    let mut silent = TcpStream::connect(at).await.unwrap();
    let answered = tokio::time::timeout(Duration::from_secs(5), ask(at, &pair.certificate));
    assert_eq!(
        answered
            .await
            .expect("served after the silent one")
            .unwrap()
            .status,
        200
    );
    assert!(rest(&mut silent).await.is_empty());
    task.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn measures_tell_of_the_machine_and_of_no_moment() {
    let scene = Scene::new().await;
    let endpoint = scene.endpoint(quick());
    let ((people, at), (watch, watched)) = (listener().await, listener().await);
    let tasks = [
        tokio::spawn(serve_watch(Arc::clone(&endpoint), watch)),
        tokio::spawn(
            async move { drop(serve(endpoint, people, None, std::future::pending()).await) },
        ),
    ];
    let look =
        async || String::from_utf8(send(watched, "GET", "/metrics", &[], b"").await.body).unwrap();
    let before = look().await;
    for name in [
        "failures_total 0",
        "nearly_full ",
        "waits_total 0",
        "stored_yesterday 0",
        "reserve_bytes 0",
        "profile_days ",
        "receipt_key_days ",
        "room_bytes ",
    ] {
        assert!(
            before.contains(&format!("\nchronicle_{name}")),
            "{name}: {before}"
        );
    }
    let health = send(watched, "GET", "/health", &[], b"").await;
    assert_eq!((health.status, health.body.as_slice()), (200, &b"ok\n"[..]));

    let line = scene.line().await;
    let person = scene.reporter(&line).await;
    let mut person = person.clone();
    person.address = at;
    scene.verify(&person.deliver(&bundle(1)).await, &bundle(1));
    assert_eq!(before, look().await, "a delivery is not seen as it happens");

    std::fs::remove_dir_all(scene.object("profile")).unwrap();
    std::fs::write(scene.object("profile"), "").unwrap();
    assert_eq!(send(at, "GET", "/v1/profile", &[], b"").await.status, 503);
    assert_eq!(send(watched, "GET", "/health", &[], b"").await.status, 503);
    assert!(
        look().await.contains("\nchronicle_failures_total 1"),
        "what the machine fails is told at once"
    );
    for path in ["/health", "/metrics"] {
        assert_eq!(
            send(at, "GET", path, &[], b"").await.status,
            404,
            "not where people come"
        );
    }
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_that_init_writes_is_obeyed() {
    let operator = Operator::founded();
    let file = operator.data().join("endpoint.toml");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        chronicle_endpoint::config::TEMPLATE
    );
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    std::fs::write(
        &file,
        format!("[watch]\naddress = \"{free}\"\n[limits]\nreserve-mib = 1000000000\n"),
    )
    .unwrap();
    let serving = Serving::start_with(&operator, &["--listen", "127.0.0.1:0"]);
    let health = send(free, "GET", "/health", &[], b"").await;
    assert_eq!(
        (health.status, health.body.as_slice()),
        (503, &b"the disk is full\n"[..])
    );
    let (code, said) = serving.stop();
    assert_eq!(code, Some(0));
    assert!(said.contains("nearly full"), "{said}");

    std::fs::write(&file, "[limits]\nuplods = 1\n").unwrap();
    assert!(
        operator
            .refuses(&["serve"])
            .contains("line 2: unknown field")
    );
    let tls = "[tls]\ncertificate = \"/none\"\nkey = \"/none\"\n";
    std::fs::write(&file, tls).unwrap();
    assert!(operator.refuses(&["serve"]).contains("cannot be read"));
    let bucket = |credentials: &Path| {
        format!(
            "[bucket]\naddress = \"http://127.0.0.1:9\"\nname = \"a\"\ncredentials = \"{}\"\n",
            credentials.display()
        )
    };
    let credentials = operator.data().join("bucket.key");
    std::fs::write(&file, bucket(&credentials)).unwrap();
    assert!(
        operator.refuses(&["serve"]).contains("two lines"),
        "not there"
    );
    std::fs::write(&credentials, "id\nsecret\n").unwrap();
    allow(&credentials, 0o640);
    assert!(operator.refuses(&["serve"]).contains("chmod 600"));
    allow(&credentials, 0o600);
    assert!(operator.refuses(&["serve"]).contains("does not answer"));
}

#[test]
fn plain_http_is_not_served_to_other_machines_unless_it_is_said() {
    let operator = Operator::new();
    operator.says(&["init"]);
    let refused = operator.refuses(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(refused.contains("in the open"), "{refused}");
    let file = operator.data().join("endpoint.toml");
    std::fs::write(&file, "[listen]\naddress = \"0.0.0.0:0\"\n").unwrap();
    assert!(operator.refuses(&["serve"]).contains("in the open"));
}

#[test]
fn a_link_on_a_strangers_stick_is_replaced_and_not_followed() {
    let operator = Operator::founded();
    let report = operator.data().with_file_name("report.age");
    std::fs::write(&report, bundle(1)).unwrap();
    let receipt = operator.data().with_file_name("report.age.receipt");
    let own = operator.data().join("receipt.key");
    let before = std::fs::read(&own).unwrap();
    std::os::unix::fs::symlink(&own, &receipt).unwrap();
    let said = operator.says(&["import", report.to_str().unwrap()]);
    assert_eq!(said, [receipt.to_str().unwrap()]);
    assert_eq!(
        std::fs::read(&own).unwrap(),
        before,
        "the key is what it was"
    );
    assert!(std::fs::symlink_metadata(&receipt).unwrap().is_file());
}
