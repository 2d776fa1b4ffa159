//! Small requests to an archive: one GET with a time limit, an answer of a bounded size, failures as the core names them.

use crate::config::AuthMode;
use crate::js;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Promise, Uint8Array};
use skiagraph_core::session::event::Failure;
use skiagraph_dicom::dicomweb::media_type::MediaType;
use skiagraph_dicom::dicomweb::metadata::MAX_JSON_BYTES;
use skiagraph_dicom::dicomweb::query::{Request, Source};
use skiagraph_dicom::dicomweb::reach::is_within;
use skiagraph_dicom::dicomweb::retry_after::retry_after_seconds;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestCredentials, RequestInit,
    RequestRedirect, Response,
};

/// Longest silence of an archive (standards 5.2, fault 2: no waiting without end).
const SILENCE_MILLIS: u32 = 15_000;

/// What goes with every request so that the archive knows the reader.
pub(crate) struct Identity {
    pub(crate) mode: AuthMode,
    /// The shell's `authorize`.
    pub(crate) authorize: Function,
    /// The shell's `takeEarly`: answers to what was asked before this module was there.
    pub(crate) take_early: Function,
}

impl Identity {
    /// Value of the Authorization header for an address of this archive, where there is one; none for any other address.
    /// `rejected` is a value that the archive answered 401 to. It waits while the reader signs in again.
    pub(crate) async fn authorization(
        &self,
        source: &Source,
        url: &str,
        rejected: Option<&str>,
    ) -> Option<String> {
        if !is_within(source.root(), url) {
            return None;
        }
        let rejected = rejected.map_or(JsValue::UNDEFINED, JsValue::from_str);
        let root = JsValue::from_str(source.root());
        let promise = self.authorize.call2(&JsValue::UNDEFINED, &rejected, &root);
        JsFuture::from(Promise::resolve(&promise.ok()?))
            .await
            .ok()?
            .as_string()
    }

    /// Cookies go along, except in bearer mode: a Basic challenge must never open the browser's dialog (standards 2.5).
    pub(crate) fn sends_cookies(&self) -> bool {
        self.mode != AuthMode::Bearer
    }
}

/// An answer with status 2xx.
pub(crate) struct Body {
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// Sends a request and reads the whole answer. A 401 is answered once, with a token that is new (standards 2.5).
pub(crate) async fn get(
    source: &Source,
    request: &Request,
    identity: &Identity,
    controller: &AbortController,
) -> Result<Body, Failure> {
    let mut authorization = identity.authorization(source, &request.url, None).await;
    let early = early(&request.url, identity, controller).await?;
    let mut response = match early {
        Some(response) => response,
        None => ask(request, authorization.as_deref(), identity, controller).await?,
    };
    if let (401, Some(rejected)) = (response.status(), &authorization) {
        let renewed = identity.authorization(source, &request.url, Some(rejected));
        let renewed = renewed.await.filter(|value| value != rejected);
        if renewed.is_some() {
            authorization = renewed;
            response = ask(request, authorization.as_deref(), identity, controller).await?;
        }
    }
    let header = |name| response.headers().get(name).ok().flatten();
    let code = response.status();
    if !(200..300).contains(&code) {
        let retry_after_seconds = header("Retry-After").and_then(|text| {
            let now_seconds = (js_sys::Date::now() / 1000.0) as i64;
            retry_after_seconds(&text, header("Date").as_deref(), now_seconds)
        });
        return Err(Failure::Status {
            code,
            retry_after_seconds,
        });
    }
    let content_type = header("Content-Type").unwrap_or_default();
    if MediaType::parse(&content_type).essence == "text/html" {
        return Err(Failure::NotDicomJson { is_html: true });
    }
    let bytes = read(&response, controller).await?;
    Ok(Body {
        content_type,
        bytes,
    })
}

/// Sends a FHIR resource; true where the other side has taken it. It outlives the page.
pub(crate) async fn post(source: &Source, path: &str, body: &str, identity: &Identity) -> bool {
    const FHIR: &str = "application/fhir+json";
    let response = posted(source, path, [FHIR, FHIR], &body.into(), true, identity).await;
    response.is_some_and(|response| response.ok())
}

/// Stores the files of a multipart body in an archive (STOW-RS, PS3.18 10.5). It may take as long as the line needs.
pub(crate) async fn store(
    source: &Source,
    content_type: &str,
    body: &JsValue,
    identity: &Identity,
) -> Result<(), &'static str> {
    let kinds = [content_type, "application/dicom+json"];
    let response = posted(source, "/studies", kinds, body, false, identity).await;
    let response = response.ok_or("The archive cannot be reached.")?;
    let text = match response.text().map(JsFuture::from) {
        Ok(text) => text.await.ok().and_then(|text| text.as_string()),
        Err(_) => None,
    };
    let answer: serde_json::Value =
        serde_json::from_str(&text.unwrap_or_default()).unwrap_or_default();
    // Failed SOP Sequence (0008,1198) names what was not taken (PS3.18 10.5.3.2); some archives send it empty.
    let failed = answer["00081198"]["Value"].as_array();
    let is_refused = failed.is_some_and(|failed| !failed.is_empty());
    match response.status() {
        200 if !is_refused => Ok(()),
        // Stored with a warning, where the answer says that nothing failed.
        202 if !is_refused && answer.is_object() => Ok(()),
        401 | 403 => Err("The archive does not allow it."),
        _ => Err("The archive did not take the copy."),
    }
}

/// The answer to a POST, where there is one. A 401 is answered once, with a token that is new. `kinds` are those of the body
/// and of the answer.
async fn posted(
    source: &Source,
    path: &str,
    kinds: [&str; 2],
    body: &JsValue,
    is_kept_alive: bool,
    identity: &Identity,
) -> Option<Response> {
    let url = format!("{}{path}", source.root());
    let mut rejected = None;
    loop {
        let authorization = identity
            .authorization(source, &url, rejected.as_deref())
            .await;
        let [content_type, accept] = kinds;
        let controller = AbortController::new().ok()?;
        let sends_cookies = identity.sends_cookies();
        let init = init(accept, authorization.as_deref(), sends_cookies, &controller).ok()?;
        let headers: Headers = js::get(&init, "headers").unchecked_into();
        headers.set("Content-Type", content_type).ok()?;
        init.set_method("POST");
        init.set_body(body);
        js::set(init.unchecked_ref(), "keepalive", &is_kept_alive.into());
        // What outlives the page is short; files take as long as the line needs.
        let _watch = is_kept_alive.then(|| Watch::new(&controller));
        let window = web_sys::window()?;
        let response = JsFuture::from(window.fetch_with_str_and_init(&url, &init)).await;
        let response: Option<Response> = response.ok().map(JsCast::unchecked_into);
        let is_unauthorized = response
            .as_ref()
            .is_some_and(|answer| answer.status() == 401);
        match authorization {
            Some(sent) if is_unauthorized && rejected.is_none() => rejected = Some(sent),
            _ => return response,
        }
    }
}

async fn ask(
    request: &Request,
    authorization: Option<&str>,
    identity: &Identity,
    controller: &AbortController,
) -> Result<Response, Failure> {
    let init = init(
        request.accept,
        authorization,
        identity.sends_cookies(),
        controller,
    );
    let init = init.map_err(|_| Failure::Unreachable)?;
    send(&request.url, &init, controller).await
}

fn init(
    accept: &str,
    authorization: Option<&str>,
    sends_cookies: bool,
    controller: &AbortController,
) -> Result<RequestInit, JsValue> {
    let init = RequestInit::new();
    let headers = Headers::new()?;
    headers.set("Accept", accept)?;
    if let Some(authorization) = authorization {
        headers.set("Authorization", authorization)?;
        // A redirect would take the token to an address that nobody has checked.
        init.set_redirect(RequestRedirect::Error);
    }
    init.set_headers(&headers);
    init.set_signal(Some(&controller.signal()));
    // A token stands for itself: the cookie of somebody else must not lend it more.
    init.set_credentials(if sends_cookies && authorization.is_none() {
        RequestCredentials::SameOrigin
    } else {
        RequestCredentials::Omit
    });
    Ok(init)
}

/// The answer to this question where it was asked early and came to something; an archive that was silent that long is not
/// asked once more.
async fn early(
    url: &str,
    identity: &Identity,
    controller: &AbortController,
) -> Result<Option<Response>, Failure> {
    let take = &identity.take_early;
    let taken = take.call2(&JsValue::UNDEFINED, &url.into(), &controller.signal());
    let Ok(Ok(answer)) = taken.map(JsCast::dyn_into::<Promise>) else {
        return Ok(None);
    };
    let watch = Watch::new(controller);
    match JsFuture::from(answer).await {
        Ok(response) => Ok(response.dyn_into().ok()),
        Err(_) if watch.is_over.get() => Err(Failure::TimedOut),
        Err(_) => Ok(None),
    }
}

async fn send(
    url: &str,
    init: &RequestInit,
    controller: &AbortController,
) -> Result<Response, Failure> {
    let window = web_sys::window().ok_or(Failure::Unreachable)?;
    let watch = Watch::new(controller);
    let response = JsFuture::from(window.fetch_with_str_and_init(url, init)).await;
    response
        .map(JsCast::unchecked_into)
        .map_err(|_| watch.failure(Failure::Unreachable))
}

async fn read(response: &Response, controller: &AbortController) -> Result<Vec<u8>, Failure> {
    let Some(stream) = response.body() else {
        return Ok(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = stream
        .get_reader()
        .dyn_into()
        .map_err(|_| Failure::Truncated)?;
    let mut bytes = Vec::new();
    loop {
        let watch = Watch::new(controller);
        let step = JsFuture::from(reader.read())
            .await
            .map_err(|_| watch.failure(Failure::Truncated))?;
        if js::get(&step, "done").is_truthy() {
            return Ok(bytes);
        }
        let chunk: Uint8Array = js::get(&step, "value")
            .dyn_into()
            .map_err(|_| Failure::Truncated)?;
        let held = bytes.len();
        if held + chunk.length() as usize > MAX_JSON_BYTES {
            controller.abort();
            return Err(Failure::TooLarge);
        }
        bytes.resize(held + chunk.length() as usize, 0);
        chunk.copy_to(&mut bytes[held..]);
    }
}

/// Aborts after a silence, unless it is dropped before.
struct Watch {
    _timeout: Timeout,
    is_over: Rc<Cell<bool>>,
}

impl Watch {
    fn new(controller: &AbortController) -> Self {
        let is_over = Rc::new(Cell::new(false));
        let (flag, controller) = (Rc::clone(&is_over), controller.clone());
        let timeout = Timeout::new(SILENCE_MILLIS, move || {
            flag.set(true);
            controller.abort();
        });
        Self {
            _timeout: timeout,
            is_over,
        }
    }

    /// Why an aborted or broken request came to nothing.
    fn failure(&self, otherwise: Failure) -> Failure {
        if self.is_over.get() {
            Failure::TimedOut
        } else {
            otherwise
        }
    }
}
