//! The listening server: one thread per connection, since a browser keeps its six connections open while it waits.

use std::collections::HashMap;
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::faults::Faults;
use crate::http::{Body, Payload, Refusal, Request, Response};
use crate::index::Index;
use crate::wire::{Incoming, Pace, read_request, write_response};
use crate::{ArchiveError, Options, Quirks, ranges, routes, scan, synthetic};

const MAX_CONNECTIONS: usize = 256;
const MAX_LOG_ENTRIES: usize = 100_000;
const IDLE: Duration = Duration::from_secs(60);
const STACK_BYTES: usize = 16 << 20;
const GZIP_FROM_BYTES: u64 = 1024;

/// One answered request, as `GET /__log` lists it.
#[derive(Debug, Serialize)]
pub(crate) struct LogEntry {
    method: String,
    path: String,
    query: String,
    accept: String,
    status: u16,
    /// Bytes of the body that were sent.
    bytes: u64,
}

/// Everything that the services share.
#[derive(Debug)]
pub(crate) struct Archive {
    pub(crate) options: Options,
    pub(crate) faults: Faults,
    index: RwLock<Index>,
    log: Mutex<Vec<LogEntry>>,
    boundaries: AtomicU64,
    connections: Mutex<HashMap<u64, TcpStream>>,
    stopping: AtomicBool,
}

impl Archive {
    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Vec<LogEntry>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A new multipart boundary; with Orthanc's quirks 73 characters long, three more than RFC 2046 allows.
    pub(crate) fn boundary(&self) -> String {
        let count = self.boundaries.fetch_add(1, Ordering::Relaxed);
        // A multiplicative hash makes the text differ all over from one to the next.
        let word = |salt: u64| {
            (count ^ salt << 32)
                .wrapping_add(salt)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        };
        let digits: String = (1..=4).map(|salt| format!("{:016x}", word(salt))).collect();
        let uuid = |from: usize| {
            let slice =
                |at: usize, length: usize| digits.get(from + at..from + at + length).unwrap_or("");
            [
                slice(0, 8),
                slice(8, 4),
                slice(12, 4),
                slice(16, 4),
                slice(20, 12),
            ]
            .join("-")
        };
        match self.options.quirks {
            Quirks::None => uuid(0),
            Quirks::Orthanc => format!("{}-{}", uuid(0), uuid(32)),
        }
    }
}

/// A running archive; it stops when dropped.
#[derive(Debug)]
pub struct Server {
    archive: Arc<Archive>,
    port: u16,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://127.0.0.1:port`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.archive.stopping.store(true, Ordering::SeqCst);
        // A connection of our own wakes the listener, which then sees the flag.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        for stream in self.archive.connections().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

/// See [`crate::start`].
pub(crate) fn start(
    options: Options,
    progress: &mut dyn FnMut(&str),
) -> Result<Server, ArchiveError> {
    if !options.root.starts_with('/') || options.root.ends_with('/') {
        return Err(ArchiveError::Root);
    }
    let port = options.port;
    let listen = |source| ArchiveError::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(listen)?;
    let port = listener.local_addr().map_err(listen)?.port();
    let mut index = match &options.folder {
        Some(folder) => scan::scan(folder, progress).map_err(|source| ArchiveError::Folder {
            folder: folder.clone(),
            source,
        })?,
        None => Index::default(),
    };
    if let Some(site) = &options.site {
        std::fs::read_dir(site).map_err(|source| ArchiveError::Folder {
            folder: site.clone(),
            source,
        })?;
    }
    index.synthetic = synthetic::rows(options.synthetic_studies);
    let archive = Arc::new(Archive {
        options,
        faults: Faults::default(),
        index: RwLock::new(index),
        log: Mutex::default(),
        boundaries: AtomicU64::new(u64::from(std::process::id())),
        connections: Mutex::default(),
        stopping: AtomicBool::new(false),
    });
    let shared = Arc::clone(&archive);
    let listening = std::thread::spawn(move || listen_for(&listener, &shared));
    Ok(Server {
        archive,
        port,
        listening: Some(listening),
    })
}

fn listen_for(listener: &TcpListener, archive: &Arc<Archive>) {
    for (number, stream) in (0..).zip(listener.incoming()) {
        if archive.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(copy) = stream.try_clone() else {
            continue;
        };
        let mut connections = archive.connections();
        if connections.len() >= MAX_CONNECTIONS {
            continue;
        }
        connections.insert(number, copy);
        drop(connections);
        let shared = Arc::clone(archive);
        let serve = move || {
            serve_connection(&shared, &stream);
            let _ = stream.shutdown(Shutdown::Both);
            shared.connections().remove(&number);
        };
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        if builder.spawn(serve).is_err() {
            archive.connections().remove(&number);
        }
    }
}

/// Answers requests until the client closes, says `Connection: close`, or an answer was cut.
fn serve_connection(archive: &Archive, stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(IDLE));
    let Ok(copy) = stream.try_clone() else { return };
    let mut reader = BufReader::new(copy);
    loop {
        let request = match read_request(&mut reader) {
            Ok(Incoming::Request(request)) => request,
            Ok(Incoming::Bad(status)) => {
                let refusal = Refusal::new(status, "this is no request that can be answered");
                let response = refusal.response(&Request::default(), Quirks::None);
                let response = response.with("Connection", "close");
                let _ = write_response(stream, &response, Pace::default(), true);
                return;
            }
            Ok(Incoming::Closed) | Err(_) => return,
        };
        let close = request
            .header("connection")
            .is_some_and(|text| text.eq_ignore_ascii_case("close"));
        if serve_request(archive, stream, &request).is_err() || close {
            return;
        }
    }
}

fn serve_request(archive: &Archive, stream: &TcpStream, request: &Request) -> std::io::Result<()> {
    let with_body = request.method != "HEAD";
    if let Some(response) = routes::control(archive, request) {
        return write_response(stream, &response, Pace::default(), with_body).1;
    }
    let faults = archive.faults.meet(request);
    let mut response = faults.before().unwrap_or_else(|| answer(archive, request));
    faults.reshape(&mut response);
    compress(request, &mut response);
    if archive.options.quirks == Quirks::None && !faults.ignores_ranges() {
        ranges::cut(request, &mut response);
    }
    let mut pace = Pace {
        chunked: archive.options.quirks == Quirks::None
            && matches!(response.body, Body::Multipart { .. }),
        ..Pace::default()
    };
    faults.pace(&mut pace);
    let (bytes, result) = write_response(stream, &response, pace, with_body);
    let mut log = archive.log();
    if log.len() < MAX_LOG_ENTRIES {
        log.push(LogEntry {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.raw_query().to_owned(),
            accept: request.header("accept").unwrap_or("").to_owned(),
            status: response.status,
            bytes,
        });
    }
    result
}

/// The services' answer; whatever goes wrong inside, the archive lives on.
fn answer(archive: &Archive, request: &Request) -> Response {
    let answered = catch_unwind(AssertUnwindSafe(|| routes::answer(archive, request)));
    answered.unwrap_or_else(|_| {
        let refusal = Refusal::new(500, "the archive failed at this request");
        refusal.response(request, archive.options.quirks)
    })
}

/// Gzips JSON where the client takes it (RFC 9110 section 12.5.3).
fn compress(request: &Request, response: &mut Response) {
    let takes = request
        .header("accept-encoding")
        .is_some_and(|text| text.contains("gzip"));
    let json = response
        .header("Content-Type")
        .is_some_and(|text| text.contains("json"));
    let Body::Single(payload) = &response.body else {
        return;
    };
    if !takes || !json || payload.len() < GZIP_FROM_BYTES {
        return;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let plain = payload.load();
    let written = plain.and_then(|bytes| encoder.write_all(&bytes));
    if let (Ok(()), Ok(bytes)) = (written, encoder.finish()) {
        response.body = Body::Single(Payload::bytes(bytes));
        response.set("Content-Encoding", "gzip");
        response.set("Vary", "Accept-Encoding");
    }
}
