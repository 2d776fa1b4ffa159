//! `demo`: one command from a bare checkout to a study on the screen.

use std::{net::TcpListener, path::Path, time::Instant};

use skiagraph_archive::Options;

use crate::{archive, args, error::XtaskError, paths, process::Invocation, samples, site};

/// Tried first, so that the address stays the same from one start to the next.
const USUAL_PORT: u16 = 8640;

/// Builds what is missing, serves it with the studies, and opens the browser.
pub(crate) fn run(options: &args::Demo) -> Result<(), XtaskError> {
    let started = Instant::now();
    let say = |line: &str| println!("[{:>4} s] {line}", started.elapsed().as_secs());
    say("the viewer");
    site::ensure()?;
    let (folder, direct) = match &options.folder {
        Some(folder) => (folder.clone(), None),
        None => {
            say("the sample studies");
            samples::ensure(&mut |line| say(line))?;
            (paths::samples(), samples::thorax_study(&paths::samples()))
        }
    };
    say(&format!("the archive of {}", folder.display()));
    let server = archive::start(to_options(&folder, options.port), &mut |line| say(line))?;
    let page = format!("{}/#/studies", server.url().trim_end_matches('/'));
    say("ready; end with Ctrl-C");
    println!("\n  all studies  {page}");
    if let Some(study) = direct {
        println!(
            "  thorax CT    {}",
            page.replace("#/studies", &format!("#/study/{study}"))
        );
    }
    println!();
    if !options.is_quiet {
        open(&page);
    }
    server.wait();
    Ok(())
}

fn to_options(folder: &Path, port: Option<u16>) -> Options {
    Options {
        folder: Some(folder.to_path_buf()),
        site: Some(paths::site()),
        port: port.unwrap_or_else(usual_or_any_port),
        ..Options::default()
    }
}

/// The usual port, or 0 (any) where another program has it.
fn usual_or_any_port() -> u16 {
    match TcpListener::bind(("127.0.0.1", USUAL_PORT)) {
        Ok(_) => USUAL_PORT,
        Err(_) => 0,
    }
}

/// Shows the page in the person's browser; where there is none, the printed address has to do.
fn open(page: &str) {
    let command = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(target_os = "windows") {
        "explorer"
    } else {
        "xdg-open"
    };
    if !Invocation::new(command).args([page]).start_silently() {
        println!("open the address in a browser");
    }
}
