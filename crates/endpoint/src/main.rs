//! The operator's commands. Status 0 done, 1 refused or failed (one line: what, and what next), 2 usage.

use chronicle_endpoint::access::{self, Role};
use chronicle_endpoint::{Data, DataError, Endpoint, Pair, serve, serve_watch};
use chronicle_wire::route::Problem;
use clap::{Parser, Subcommand, ValueEnum};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Stores sealed bundles for an organisation; can open nothing.
#[derive(Parser)]
#[command(version)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes the folder with `endpoint.toml`, which explains every option, and prints the receipt key (public), which the organisation needs for founding.
    Init(InData),
    /// Prints the receipt key (public).
    ReceiptKey(InData),
    /// Installs the organisation's profile; the first one pins the root and prints its six words.
    Profile {
        /// The file that `desk profile` wrote.
        file: PathBuf,
        #[command(flatten)]
        data: InData,
    },
    /// Tokens: one for each caseworker and one for each invitation.
    Token {
        #[command(subcommand)]
        verb: TokenVerb,
    },
    /// Stores sealed reports that somebody brought, and writes a receipt beside each, FILE.receipt, to be taken back. Also
    /// while it serves.
    Import {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        data: InData,
    },
    /// Looks through everything that is stored, reads every byte, and tells what is not as it should be: a line each, a code
    /// and a name. Also while it serves.
    Check(InData),
    /// Serves until it is told to stop.
    Serve {
        /// Instead of the address in `endpoint.toml`; port 0 takes a free one.
        #[arg(long)]
        listen: Option<SocketAddr>,
        #[command(flatten)]
        data: InData,
        /// Instead of `reserve-mib` in `endpoint.toml`.
        #[arg(long)]
        reserve_mib: Option<u64>,
    },
}

#[derive(Subcommand)]
enum TokenVerb {
    /// Makes one token and prints it, once.
    New {
        /// For whom.
        role: ForWhom,
        #[command(flatten)]
        data: InData,
    },
    /// Lists tokens and capabilities by the beginnings of their hashes.
    List(InData),
    /// Revokes a token or capability.
    Revoke {
        /// The beginning of its hash (8 digits or more), as `list` prints it; `-` reads a whole token from standard input.
        hash: String,
        #[command(flatten)]
        data: InData,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum ForWhom {
    Reporter,
    Caseworker,
}

#[derive(clap::Args)]
struct InData {
    /// The endpoint's folder.
    #[arg(long = "data", default_value = "/var/lib/chronicle-endpoint")]
    folder: PathBuf,
}

fn main() {
    let command = Command::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(_) => fail("no runtime could be made"),
    };
    if let Err(error) = runtime.block_on(run(command.verb)) {
        fail(&error.to_string());
    }
}

fn fail(line: &str) -> ! {
    eprintln!("{line}");
    std::process::exit(1);
}

async fn run(verb: Verb) -> Result<(), DataError> {
    match verb {
        Verb::Init(InData { folder }) => say(&Data::init(&folder)?.1.to_string())?,
        Verb::ReceiptKey(InData { folder }) => {
            say(&Data::open(&folder)?.key()?.public().to_string())?
        }
        Verb::Profile { file, data } => {
            let mut text = String::new();
            std::fs::File::open(file)
                .and_then(|f| f.take(1 << 20).read_to_string(&mut text))
                .map_err(|_| DataError::NoProfile)?;
            let profile = Data::open(&data.folder)?.install(&text).await?;
            say(&profile.words().words().join(" "))?;
        }
        Verb::Token { verb } => token(verb).await?,
        Verb::Check(InData { folder }) => check(&folder).await?,
        Verb::Import { files, data } => import(&files, &data.folder).await?,
        Verb::Serve {
            listen,
            data,
            reserve_mib,
        } => serve_at(listen, &data.folder, reserve_mib).await?,
    }
    Ok(())
}

async fn token(verb: TokenVerb) -> Result<(), DataError> {
    match verb {
        TokenVerb::New { role, data } => {
            let role = match role {
                ForWhom::Reporter => Role::Reporter,
                ForWhom::Caseworker => Role::Caseworker,
            };
            let store = Data::open(&data.folder)?.store()?;
            say(&access::make_token(&store, role, today()).await?.expose())
        }
        TokenVerb::List(InData { folder }) => {
            let store = Data::open(&folder)?.store()?;
            for one in access::list(&store, today()).await? {
                say(&format!(
                    "{:<10} {} {:<10} {} {}",
                    one.what,
                    one.hash,
                    one.role.name(),
                    one.made,
                    one.state
                ))?;
            }
            Ok(())
        }
        TokenVerb::Revoke { hash, data } => {
            let mut wanted = hash;
            if wanted == "-" {
                wanted.clear();
                std::io::stdin().take(4096).read_to_string(&mut wanted)?;
            }
            let store = Data::open(&data.folder)?.store()?;
            match access::revoke(&store, &wanted).await? {
                0 => fail("nothing begins like this; `token list` shows what there is"),
                count => say(&format!("revoked {count}")),
            }
        }
    }
}

// Under a new name first: a link that lies at the receipt's place on a stranger's stick is replaced, and never followed.
fn put(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    let new = path.with_file_name(format!(".{}.part", hex::encode(bytes)));
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .open(&new)?;
    let written = file
        .write_all(content)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&new, path));
    written.inspect_err(|_| drop(std::fs::remove_file(&new)))
}

async fn check(folder: &Path) -> Result<(), DataError> {
    let checked = open(folder)?.check().await?;
    for finding in &checked.findings {
        say(&format!("{} {}", finding.code, finding.name))?;
    }
    let (bundles, bytes) = (checked.bundles, checked.bytes);
    if checked.findings.is_empty() {
        return say(&format!(
            "{bundles} bundles, {bytes} bytes: all as it should be"
        ));
    }
    let found = checked.findings.len();
    fail(&format!(
        "{bundles} bundles, {bytes} bytes: {found} findings; OPERATING.md says what each means"
    ))
}

fn open(folder: &Path) -> Result<Arc<Endpoint>, DataError> {
    let data = Data::open(folder)?;
    let (store, limits) = (data.store()?, data.config().limits());
    Ok(Endpoint::new(
        store,
        data.key()?,
        jiff::Timestamp::now,
        limits,
    ))
}

// One that is refused holds up no other.
async fn import(files: &[PathBuf], folder: &Path) -> Result<(), DataError> {
    let endpoint = open(folder)?;
    let mut refused = false;
    for file in files {
        match import_one(&endpoint, file).await {
            Ok(receipt) => say(&receipt.display().to_string())?,
            Err(why) => {
                refused = true;
                eprintln!("{}: {why}", file.display());
            }
        }
    }
    if refused {
        std::process::exit(1);
    }
    Ok(())
}

async fn import_one(endpoint: &Arc<Endpoint>, path: &Path) -> Result<PathBuf, &'static str> {
    // What is no file (a pipe, say) would never end.
    let about = std::fs::metadata(path).map_err(|_| "cannot be read")?;
    if !about.is_file() {
        return Err("this is not a sealed report");
    }
    let mut file = std::fs::File::open(path).map_err(|_| "cannot be read")?;
    let length = about.len();
    let stored = endpoint.import(&mut file, length).await;
    let receipt = stored.map_err(|problem| match problem {
        Problem::Size | Problem::Refused => "this is not a sealed report",
        Problem::Full => "there is no room; make some",
        Problem::NoProfile => "no profile is installed yet",
        Problem::BadRequest => "cannot be read to its end",
        _ => "the store failed",
    })?;
    let mut name = path.as_os_str().to_owned();
    name.push(".receipt");
    let receipt_file = PathBuf::from(name);
    let written = put(&receipt_file, &receipt);
    written.map_err(|_| "is stored, and its receipt cannot be written beside it; import it again from a folder that can be written")?;
    Ok(receipt_file)
}

async fn serve_at(
    listen: Option<SocketAddr>,
    folder: &Path,
    reserve_mib: Option<u64>,
) -> Result<(), DataError> {
    let data = Data::open(folder)?;
    data.sweep(std::time::SystemTime::now() - Duration::from_secs(600))?;
    let config = data.config();
    let mut limits = config.limits();
    if let Some(mib) = reserve_mib {
        limits.reserve = mib << 20;
    }
    let store = data.store()?;
    if config.bucket.is_some() {
        match store.keeps_places().await {
            Ok(true) => {}
            Ok(false) => return Err(DataError::Bucket(OVERWRITES)),
            Err(_) => return Err(DataError::Bucket(NO_BUCKET)),
        }
    }
    let endpoint = Endpoint::new(store, data.key()?, jiff::Timestamp::now, limits);
    let address = listen.unwrap_or(config.listen.address);
    let pair = config.tls.as_ref().map(Pair::read).transpose()?;
    if pair.is_none() && !address.ip().is_loopback() && !config.listen.plain {
        return Err(DataError::Plain);
    }
    let listener = bind(address).await?;
    let scheme = if pair.is_some() { "https" } else { "http" };
    let watching = match &config.watch {
        Some(watch) => Some((bind(watch.address).await?, Arc::clone(&endpoint))),
        None => None,
    };
    let watching = watching.map(|(listener, endpoint)| {
        tokio::spawn(async move { serve_watch(endpoint, listener).await })
    });
    say(&format!(
        "listening on {scheme}://{}",
        listener.local_addr()?
    ))?;
    // Under systemd its unit counts as started now; elsewhere nobody asked.
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    let stop = async {
        stopped().await;
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    };
    let served = serve(endpoint, listener, pair, stop).await;
    if let Some(watching) = watching {
        watching.abort();
    }
    Ok(served?)
}

async fn bind(address: SocketAddr) -> Result<tokio::net::TcpListener, DataError> {
    tokio::net::TcpListener::bind(address)
        .await
        .map_err(|_| DataError::Listen)
}

async fn stopped() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

fn today() -> chronicle_wire::Day {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

fn say(line: &str) -> Result<(), DataError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

const OVERWRITES: &str = "this bucket lets one object take another one's place; choose a store that creates an object only if it is absent (If-None-Match)";
const NO_BUCKET: &str =
    "the bucket does not answer; look at address, name, region and credentials in endpoint.toml";
