//! Which addresses belong to an archive: a token goes there and nowhere else, whatever an answer of the archive says.

/// Whether `url` lies under `root`, the root of an archive's services: same scheme, host and port, and a path below the
/// root's, written so that no browser can read it as another one (RFC 3986 5.2.4: `.` and `..` leave a path).
pub fn is_within(root: &str, url: &str) -> bool {
    let Some(rest) = url.strip_prefix(root.trim().trim_end_matches('/')) else {
        return false;
    };
    let path = rest.split('?').next().unwrap_or_default();
    let is_plain = rest
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\\#".contains(&byte));
    path.starts_with('/') && is_plain && is_down(path)
}

/// Checks an address of the configuration: a path of this site where `can_be_path`, or `https://`; `http://` is for this
/// computer only, since it is not encrypted.
///
/// # Errors
/// What is wrong with it, to stand after its name.
pub fn check_address(address: &str, can_be_path: bool) -> Result<(), &'static str> {
    let is_plain = address
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\\?#".contains(&byte));
    if !is_plain {
        return Err("an address without spaces, backslash, query and fragment is needed");
    }
    let path = if let Some(rest) = address.strip_prefix("https://") {
        after_host(rest)?.1
    } else if let Some(rest) = address.strip_prefix("http://") {
        let (host, path) = after_host(rest)?;
        if !is_loopback(host) {
            return Err("http is not encrypted and works on this computer only; https is needed");
        }
        path
    } else if can_be_path && address.starts_with('/') {
        address
    } else if can_be_path {
        return Err("a path such as /dicom-web or an address is needed");
    } else {
        return Err("an address that begins with https:// is needed");
    };
    let path = path.trim_end_matches('/');
    if path.is_empty() || is_down(path) {
        Ok(())
    } else {
        Err("a path without empty pieces and dots is needed")
    }
}

/// Host and path of an address after its `//`.
fn after_host(rest: &str) -> Result<(&str, &str), &'static str> {
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err("an address without a user's name is needed");
    }
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => authority,
    };
    if host.is_empty() {
        return Err("an address with a host is needed");
    }
    Ok((host, path))
}

/// No piece of the path is empty or leads up, also where its dots and slashes are percent-encoded.
fn is_down(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let is_coded = ["%2e", "%2f", "%5c"].iter().any(|code| path.contains(code));
    let mut pieces = path.split('/').skip(1);
    !is_coded && pieces.all(|piece| !matches!(piece, "" | "." | ".."))
}

/// Names of this computer itself.
pub fn is_loopback(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}
