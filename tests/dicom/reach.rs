//! What a token may be sent to: addresses that look like the archive's and are not, and what the configuration may name.

use skiagraph_dicom::dicomweb::query::{Source, StudyQuery};
use skiagraph_dicom::dicomweb::reach::{check_address, is_within};

const ROOT: &str = "https://pacs.example.org/dicom-web";

#[test]
fn what_this_viewer_asks_an_archive_for_is_within_it() {
    for root in [
        ROOT,
        "https://pacs.example.org/dicom-web/",
        "/dicom-web",
        "/",
    ] {
        let query = StudyQuery {
            patient_name: "Müller & Söhne/../?".to_owned(),
            limit: Some(5),
            ..StudyQuery::default()
        };
        let search = Source::new(root).studies(&query);
        assert!(is_within(root, &search.url), "{}", search.url);
        let bulk = Source::new(root).bulk("http://inside/x/studies/1.2/bulkdata/3");
        assert!(is_within(root, &bulk.unwrap().url), "{root}");
    }
}

/// RFC 6750 5.2: a bearer token is a password to whoever gets it; CVE-2026-12473 is what happens where an address decides.
#[test]
fn an_address_that_only_looks_like_the_archive_is_not_within_it() {
    let foreign = [
        "https://evil.example/dicom-web/studies",
        "http://pacs.example.org/dicom-web/studies",
        "https://pacs.example.org:444/dicom-web/studies",
        "https://pacs.example.org.evil.example/dicom-web/studies",
        "https://pacs.example.org@evil.example/dicom-web/studies",
        "https://pacs.example.org/dicom-web.evil/studies",
        "https://pacs.example.org/dicom-webs",
        "https://pacs.example.org/dicom-web/../admin",
        "https://pacs.example.org/dicom-web/studies/../../admin",
        "https://pacs.example.org/dicom-web/%2e%2e/admin",
        "https://pacs.example.org/dicom-web/.%2E/admin",
        "https://pacs.example.org/dicom-web/..%2fadmin",
        "https://pacs.example.org/dicom-web/\\..\\admin",
        "https://pacs.example.org/dicom-web//evil.example/x",
        "https://pacs.example.org/dicom-web/\t../admin",
        "https://pacs.example.org/dicom-web/studies#x",
        "https://pacs.example.org/dicom-web",
        "/dicom-web/studies",
        "",
    ];
    for url in foreign {
        assert!(!is_within(ROOT, url), "{url}");
    }
    // RFC 3986 4.2: what begins with two slashes names a host.
    for url in ["//evil.example/studies", "/\\evil.example/studies"] {
        assert!(!is_within("/", url), "{url}");
        assert!(!is_within("/dicom-web", url), "{url}");
    }
}

#[test]
fn the_configuration_names_encrypted_addresses_and_this_computer() {
    for address in [
        "/dicom-web",
        "/",
        "/a/b/",
        "https://pacs.example.org",
        "https://pacs.example.org:8443/a/",
        "http://127.0.0.1:8042/dicom-web",
        "http://localhost/dicom-web",
        "http://[::1]:8042/dicom-web",
    ] {
        assert_eq!(check_address(address, true), Ok(()), "{address}");
    }
    for address in [
        "//evil.example/dicom-web",
        "/\\evil.example",
        "dicom-web",
        "javascript:alert(1)",
        "http://pacs.example.org/dicom-web",
        "http://127.0.0.1.example.org/dicom-web",
        "http://localhost@evil.example/",
        "https://",
        "https://user@pacs.example.org/",
        "https://pacs.example.org/a?b",
        "https://pacs.example.org/a#b",
        "https://pacs.example.org/a/../b",
        "https://pacs.example.org/a b",
    ] {
        assert!(check_address(address, true).is_err(), "{address}");
    }
    assert!(check_address("/dicom-web", false).is_err(), "an issuer");
}
