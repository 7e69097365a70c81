//! Answers: every refusal is one of the table in `wire`, as problem+json, with constant headers.

use crate::store::StoreError;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use chronicle_wire::route::{Problem, ProblemBody, TUS_VERSION};

/// A refusal on its way out.
pub(crate) struct Refusal(pub(crate) Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let Self(problem) = self;
        let body = ProblemBody {
            title: problem.title().into(),
            status: problem.status(),
            code: problem.code().into(),
        };
        let status =
            StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if problem == Problem::TusVersion {
            response
                .headers_mut()
                .insert("tus-version", HeaderValue::from_static(TUS_VERSION));
        }
        response
    }
}

/// A JSON answer of exactly these bytes.
pub(crate) fn json_bytes(status: StatusCode, bytes: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// An empty answer of tus.
pub(crate) fn tus(status: StatusCode, headers: &[(&'static str, String)]) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Headers that every answer has, whatever it says. A refusal that axum wrote itself (a path that is no UTF-8) becomes
/// one of the table.
pub(crate) fn constant(mut response: Response<Body>) -> Response<Body> {
    let told = response.headers().get(header::CONTENT_TYPE);
    if response.status().is_client_error() && told.is_none_or(|t| t != PROBLEM_JSON) {
        response = Refusal(Problem::BadRequest).into_response();
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert("tus-resumable", HeaderValue::from_static(TUS_VERSION));
    response
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::Failed => Self::Internal,
        }
    }
}

const PROBLEM_JSON: &str = "application/problem+json";
