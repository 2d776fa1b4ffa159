//! Debian packages: browsers, servers and judges that no language's registry has.

use crate::{error::XtaskError, process::Invocation};

/// A set of Debian packages that one kind of check needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packages {
    /// What they are for, as the subject of "is missing".
    purpose: &'static str,
    names: &'static [&'static str],
    /// What stands for them on another system.
    elsewhere: &'static str,
}

impl Packages {
    /// Node and npm, for the shell's bundle and the browser tests.
    pub(crate) const NODE: Self = Self {
        purpose: "npm",
        names: &["nodejs", "npm"],
        elsewhere: "install Node.js 20 or newer",
    };
    /// The browser of the browser tests, and letters for it to draw.
    pub(crate) const BROWSER: Self = Self {
        purpose: "the browser of the tests",
        names: &["chromium", "fonts-dejavu-core"],
        elsewhere: "install Chromium at /usr/bin/chromium",
    };
    /// A second engine for the browser tests.
    pub(crate) const FIREFOX: Self = Self {
        purpose: "the second browser of the tests",
        names: &["firefox-esr"],
        elsewhere: "install Firefox at /usr/bin/firefox",
    };
    /// The software adapter of the picture tests.
    pub(crate) const VULKAN: Self = Self {
        purpose: "the software Vulkan adapter",
        names: &["mesa-vulkan-drivers"],
        elsewhere: "install Mesa's lavapipe driver",
    };
    /// The real archive of the browser tests.
    pub(crate) const ORTHANC: Self = Self {
        purpose: "Orthanc with DICOMweb",
        names: &["orthanc", "orthanc-dicomweb", "orthanc-gdcm"],
        elsewhere: "install Orthanc with its DICOMweb and GDCM plugins",
    };
    /// The web servers that the samples of docs/deploy are written for.
    pub(crate) const WEB_SERVERS: Self = Self {
        purpose: "a web server of the samples",
        names: &[
            "nginx-light",
            "caddy",
            "apache2",
            "libapache2-mod-oauth2",
            "openssl",
        ],
        elsewhere: "install nginx, Caddy and Apache with mod_oauth2",
    };
    /// Python with its virtual environments, for an independent reader.
    pub(crate) const PYTHON: Self = Self {
        purpose: "Python",
        names: &["python3", "python3-venv"],
        elsewhere: "install Python 3.10 or newer",
    };
    /// Independent judges of what we write.
    pub(crate) const JUDGES: Self = Self {
        purpose: "an independent judge of DICOM files",
        names: &["dcmtk", "dicom3tools"],
        elsewhere: "install DCMTK and dicom3tools",
    };
}

/// Installs what is missing of `packages` when this is root on Debian; otherwise says what to install.
pub(crate) fn ensure(packages: Packages) -> Result<(), XtaskError> {
    let missing: Vec<_> = packages
        .names
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root_on_debian() {
        return Err(XtaskError::Missing {
            what: packages.purpose.to_owned(),
            remedy: remedy(packages, &missing),
        });
    }
    // The lists of a bare machine are empty or old: one more try with new ones.
    apt_install(&missing).or_else(|_| {
        Invocation::line("apt-get update --quiet").run()?;
        apt_install(&missing)
    })
}

fn apt_install(names: &[&str]) -> Result<(), XtaskError> {
    Invocation::line("apt-get install --yes --quiet --no-install-recommends")
        .args(names)
        .variable("DEBIAN_FRONTEND", "noninteractive")
        .run()
}

fn is_installed(package: &str) -> bool {
    let status = Invocation::line("dpkg-query --show --showformat=${db:Status-Status}")
        .args([package])
        .answer();
    status.as_deref() == Some("installed")
}

fn is_root_on_debian() -> bool {
    let user = Invocation::line("id -u").answer();
    user.is_some_and(|id| id.trim() == "0") && is_debian()
}

fn is_debian() -> bool {
    std::path::Path::new("/etc/debian_version").is_file()
}

fn remedy(packages: Packages, missing: &[&str]) -> String {
    if is_debian() {
        format!("sudo apt-get install {}", missing.join(" "))
    } else {
        packages.elsewhere.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_does_not_exist_is_not_installed() {
        assert!(!is_installed("no-such-package-of-ours"));
    }

    #[test]
    fn the_remedy_is_a_command_or_a_sentence() {
        let told = remedy(Packages::BROWSER, &["chromium"]);
        assert!(told == "sudo apt-get install chromium" || told.starts_with("install "));
    }
}
