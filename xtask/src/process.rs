//! Runs other programs: prints what it runs, passes their output on, and shows that time passes.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use crate::{error::XtaskError, paths};

/// A program that says nothing for this long gets a line that says it still runs.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// A program to run in the root of the checkout, with the project's tools on its path.
#[derive(Debug)]
pub(crate) struct Invocation {
    program: OsString,
    arguments: Vec<OsString>,
    folder: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl Invocation {
    /// The program `name`, searched for in the project's tools first and then on the path.
    pub(crate) fn new(name: impl AsRef<OsStr>) -> Self {
        Self {
            program: name.as_ref().to_owned(),
            arguments: Vec::new(),
            folder: paths::root(),
            variables: Vec::new(),
        }
    }

    /// The same, with the arguments given as one string and split at spaces.
    pub(crate) fn line(line: &str) -> Self {
        let mut words = line.split_whitespace();
        Self::new(words.next().unwrap_or_default()).args(words)
    }

    pub(crate) fn args<I: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = I>) -> Self {
        self.arguments
            .extend(arguments.into_iter().map(|a| a.as_ref().to_owned()));
        self
    }

    pub(crate) fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = folder.as_ref().to_path_buf();
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables
            .push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Runs it with its output on the terminal; an exit status other than success is an error.
    pub(crate) fn run(&self) -> Result<(), XtaskError> {
        let watch = self.announce();
        let child = self.spawn(&mut self.command())?;
        self.judge(self.wait(child, watch)?)
    }

    /// Runs it with its output on the terminal and gives each line of its standard output to `each`.
    pub(crate) fn run_and_read(&self, each: &mut dyn FnMut(&str)) -> Result<(), XtaskError> {
        let watch = self.announce();
        let mut child = self.spawn(self.command().stdout(Stdio::piped()))?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                each(&line);
            }
        }
        self.judge(self.wait(child, watch)?)
    }

    /// Runs it silently and returns its standard output, or nothing where it is not there or fails.
    pub(crate) fn answer(&self) -> Option<String> {
        let output = self.command().stdin(Stdio::null()).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts it detached and silent, for what may be absent; nobody waits for it.
    pub(crate) fn start_silently(&self) -> bool {
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null()).spawn().is_ok()
    }

    /// The command line as a person would type it.
    pub(crate) fn text(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.arguments);
        let words = words.map(|word| word.to_string_lossy().into_owned());
        words.collect::<Vec<_>>().join(" ")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder);
        command.env("PATH", search_path());
        // Trunk takes the usual NO_COLOR=1 for a wrong value of its own option.
        command.env_remove("NO_COLOR");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn announce(&self) -> Heartbeat {
        println!("$ {}", self.text());
        Heartbeat::start(self.text())
    }

    fn spawn(&self, command: &mut Command) -> Result<Child, XtaskError> {
        command.spawn().map_err(|source| XtaskError::NotStarted {
            command: self.text(),
            source,
        })
    }

    fn wait(&self, mut child: Child, watch: Heartbeat) -> Result<ExitStatus, XtaskError> {
        let status = child.wait().map_err(|source| XtaskError::NotStarted {
            command: self.text(),
            source,
        })?;
        println!("  {:.1} s", watch.stop().as_secs_f64());
        Ok(status)
    }

    fn judge(&self, status: ExitStatus) -> Result<(), XtaskError> {
        if status.success() {
            return Ok(());
        }
        Err(XtaskError::Failed {
            command: self.text(),
            status: status.to_string(),
        })
    }
}

/// The search path of every command: the project's own tools stand before the machine's.
fn search_path() -> OsString {
    let own = [
        paths::tools().join("bin"),
        paths::www().join("node_modules").join(".bin"),
    ];
    let before = env::var_os("PATH").unwrap_or_default();
    let all = own.into_iter().chain(env::split_paths(&before));
    env::join_paths(all).unwrap_or(before)
}

/// Prints a line now and then while something long is silent, until it is stopped or dropped.
pub(crate) struct Heartbeat {
    started: Instant,
    stop: Sender<()>,
}

impl Heartbeat {
    /// `label` says what is going on.
    pub(crate) fn start(label: String) -> Self {
        let started = Instant::now();
        let (stop, stopped) = channel();
        thread::spawn(move || {
            while stopped.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                println!(
                    "  ... {} s, still running: {label}",
                    started.elapsed().as_secs()
                );
            }
        });
        Self { started, stop }
    }

    fn stop(self) -> Duration {
        // The thread may have ended already; then there is nobody to tell.
        let _ = self.stop.send(());
        self.started.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_into_program_and_arguments() {
        let invocation = Invocation::line("cargo fmt --all").args(["--check"]);
        assert_eq!(invocation.text(), "cargo fmt --all --check");
    }

    #[test]
    fn a_program_that_is_not_there_answers_nothing() {
        assert_eq!(Invocation::new("no-such-program-of-ours").answer(), None);
    }

    #[test]
    fn the_projects_tools_come_before_the_machines() {
        let first = env::split_paths(&search_path()).next();
        assert_eq!(first, Some(paths::tools().join("bin")));
    }
}
