//! Every endpoint names its permission once: it is checked, documented and tested from that one word.

use super::caller::Caller;
use super::problem::{Problem, refused};
use super::state::Api;
use authz::Permission;
use axum::extract::{DefaultBodyLimit, Extension, Request};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, Ref, Response as Told};
use utoipa_axum::router::UtoipaMethodRouter;

/// Names the permission in the document.
pub(crate) const PERMISSION: &str = "x-permission";
/// Stands there for what is open to all.
pub(crate) const OPEN: &str = "open";

/// Routes that only those with `permission` may enter.
pub(crate) fn guarded(permission: Permission, routes: UtoipaMethodRouter<Api>) -> UtoipaMethodRouter<Api> {
    let (schemas, mut paths, router) = routes;
    each_operation(&mut paths, |path, changes, operation| {
        describe(path, operation, permission.name(), &[401, 403]);
        if changes {
            // Whatever is written may meet what somebody else wrote meanwhile.
            operation.responses.responses.entry("409".into()).or_insert_with(|| problem(409).into());
        }
    });
    let guard = move |Extension(caller): Extension<Caller>, request: Request, next: Next| async move {
        match caller.may_enter(permission) {
            Ok(()) => next.run(request).await,
            Err(refusal) => refused(refusal).into_response(),
        }
    };
    (schemas, paths, router.layer(middleware::from_fn(guard)))
}

/// Routes whose body may have so many bytes.
pub(crate) fn of_size(bytes: usize, routes: UtoipaMethodRouter<Api>) -> UtoipaMethodRouter<Api> {
    let (schemas, paths, router) = routes;
    (schemas, paths, router.layer(DefaultBodyLimit::max(bytes)))
}

/// Routes that anybody may enter: the log-in itself and what the log-in page needs.
pub(crate) fn open(routes: UtoipaMethodRouter<Api>) -> UtoipaMethodRouter<Api> {
    let (schemas, mut paths, router) = routes;
    each_operation(&mut paths, |path, _, operation| {
        describe(path, operation, OPEN, &[]);
        operation.security = Some(vec![SecurityRequirement::default()]);
    });
    (schemas, paths, router)
}

/// What every endpoint may answer besides its own: added here, so that no handler repeats it.
fn describe(path: &str, operation: &mut Operation, permission: &str, further: &[u16]) {
    let extension = ExtensionsBuilder::new().add(PERMISSION, permission).build();
    operation.extensions.get_or_insert_with(Default::default).merge(extension);
    let responses = &mut operation.responses.responses;
    for status in [400, 422, 429, 500, 503].iter().chain(further) {
        responses.entry(status.to_string()).or_insert_with(|| problem(*status).into());
    }
    if path.contains('{') {
        responses.entry("404".into()).or_insert_with(|| problem(404).into());
    }
    if operation.request_body.is_some() {
        for status in [409, 413, 415] {
            responses.entry(status.to_string()).or_insert_with(|| problem(status).into());
        }
    }
}

fn problem(status: u16) -> Told {
    let text = match status {
        400 => "The request cannot be read",
        401 => "Nobody is logged in",
        403 => "The role does not allow it",
        404 => "There is no such thing that the asker may see",
        409 => "It changed meanwhile, or something stands in the way",
        413 => "The body is too large",
        415 => "The body's type is not understood",
        422 => "A value cannot be taken",
        429 => "Too often",
        503 => "Not now",
        _ => "The server failed",
    };
    let mut told = Told::new(text);
    told.content
        .insert("application/json".into(), Content::new(Some(Ref::from_schema_name("Problem"))).into());
    told
}

/// The change is told the path and whether the operation changes something.
fn each_operation(paths: &mut Paths, mut change: impl FnMut(&str, bool, &mut Operation)) {
    for (path, item) in &mut paths.paths {
        let changing = [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        changing.into_iter().flatten().for_each(|operation| change(path, true, operation));
        let reading = [&mut item.get, &mut item.head];
        reading.into_iter().flatten().for_each(|operation| change(path, false, operation));
    }
}

/// What no route answers.
pub(crate) async fn no_such_endpoint(request: Request) -> Problem {
    super::problem::not_found("endpoint", request.uri().path())
}
