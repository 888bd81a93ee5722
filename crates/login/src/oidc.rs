//! Log-in at an OpenID Connect provider: authorization code with PKCE, state and nonce, provider by discovery.
//!
//! The provider is asked by this server, so its address comes from the configuration only, redirects are not
//! followed, answers are bounded in size and time, and the issuer in every answer must be the configured one.

use crate::failure::failures;
use crate::groups::ExternalIdentity;
use crate::secret::{Secret, equal};
use core::pin::Pin;
use core::time::Duration;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthenticationFlow, AuthorizationCode, Client, ClientId, ClientSecret,
    CsrfToken, EmptyExtraTokenFields, HttpRequest, HttpResponse, IdTokenClaims, IdTokenFields, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use std::collections::HashMap;

/// The longest answer of a provider.
const ANSWER_MAX: usize = 1024 * 1024;
/// The longest that a provider may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a log-in at the provider may take, in microseconds.
const PENDING_US: i64 = 600_000_000;

/// Only signatures by a key that the provider alone holds: never "none", and never the client secret, whatever the
/// provider's own description offers.
const PUBLIC_KEY_ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// A provider as the site is configured for it.
#[derive(Debug)]
pub struct OidcConfig {
    /// The issuer, such as `https://login.plant.example/realms/ot`.
    pub issuer: String,
    /// The id under which the provider knows this product.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Option<Secret<String>>,
    /// Where the provider sends the browser back to, on this server.
    pub redirect: String,
    /// The claim that lists the user's groups, such as `groups`.
    pub groups_claim: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// An authority (PEM) that signs the provider's certificate, when the system does not know it.
    pub authority_pem: Option<String>,
}

/// A provider, discovered and ready.
#[derive(Debug)]
pub struct OidcProvider {
    config: OidcConfig,
    metadata: CoreProviderMetadata,
    http: reqwest::Client,
}

/// A log-in that waits for the browser to come back. Keep it by the browser's session, and take it out to finish.
pub struct OidcPending {
    state: Secret<String>,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    began_us: i64,
}

failures! {
    /// Why a log-in at the provider did not work.
    OidcError {
        /// The configuration cannot be used.
        Config(String) "use the provider's configuration";
        /// The provider cannot be reached, or does not answer as one.
        Unreachable(String) "reach the identity provider";
        /// The browser came back to another log-in than it began.
        State "finish the log-in: it was not begun in this browser, begin again";
        /// It came back too late.
        Expired "finish the log-in: it took too long, begin again";
        /// The provider refused the code.
        Code(String) "finish the log-in: the provider refused the code";
        /// The provider's statement does not hold: signature, issuer, audience, nonce or time.
        Statement(String) "trust the provider's statement";
    }
}

/// Whatever else the provider says of the user.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
struct OtherClaims(HashMap<String, serde_json::Value>);

impl AdditionalClaims for OtherClaims {}

type Statement = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type OidcClient<Auth, Token> = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Statement, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    Auth,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    Token,
    openidconnect::EndpointMaybeSet,
>;

type ReadyClient = OidcClient<openidconnect::EndpointSet, openidconnect::EndpointMaybeSet>;

type Asked = Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send>>;

impl core::fmt::Debug for OidcPending {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("OidcPending(..)")
    }
}

impl OidcProvider {
    /// Asks the provider what it can do (OpenID Connect Discovery 1.0) and for its keys. Providers change their keys:
    /// ask again once a day, and when a statement was not trusted.
    ///
    /// # Errors
    /// When the configuration cannot be used, or the provider does not answer as the configured issuer.
    pub async fn discover(config: OidcConfig) -> Result<Self, OidcError> {
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|error| wrong("issuer", &error))?;
        let http = http_client(&config)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &asking(&http))
            .await
            .map_err(|error| OidcError::Unreachable(in_full(&error)))?;
        Ok(Self { config, metadata, http })
    }

    /// Where to send the browser, and what to keep until it comes back.
    ///
    /// # Errors
    /// When the configuration cannot be used.
    pub fn start(&self, now_us: i64) -> Result<(String, OidcPending), OidcError> {
        let client = self.client()?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.url();
        let state = Secret::new(state.secret().clone());
        Ok((url.to_string(), OidcPending { state, nonce, verifier, began_us: now_us }))
    }

    /// Who came back: `state` and `code` are what the provider gave the browser for the redirect.
    ///
    /// # Errors
    /// When the log-in was begun elsewhere or too long ago, or the provider's statement does not hold.
    pub async fn finish(
        &self,
        pending: OidcPending,
        state: &str,
        code: &str,
        now_us: i64,
    ) -> Result<ExternalIdentity, OidcError> {
        if !equal(pending.state.expose().as_bytes(), state.as_bytes()) {
            return Err(OidcError::State);
        }
        if now_us.saturating_sub(pending.began_us) > PENDING_US {
            return Err(OidcError::Expired);
        }
        let client = self.client()?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| OidcError::Config(error.to_string()))?
            .set_pkce_verifier(pending.verifier)
            .request_async(&asking(&self.http))
            .await
            .map_err(|error| OidcError::Code(in_full(&error)))?;
        let statement =
            answer.id_token().ok_or_else(|| OidcError::Statement(String::from("there is none")))?;
        let verifier = client.id_token_verifier().set_allowed_algs(PUBLIC_KEY_ALGORITHMS);
        let claims = statement
            .claims(&verifier, &pending.nonce)
            .map_err(|error| OidcError::Statement(in_full(&error)))?;
        if let Some(expected) = claims.access_token_hash() {
            let broken = |error: &dyn core::error::Error| OidcError::Statement(error.to_string());
            let algorithm = statement.signing_alg().map_err(|error| broken(&error))?;
            let key = statement.signing_key(&verifier).map_err(|error| broken(&error))?;
            let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
            if actual.map_err(|error| broken(&error))? != *expected {
                return Err(OidcError::Statement(String::from("the access token is another one")));
            }
        }
        Ok(self.identity(claims))
    }

    fn client(&self) -> Result<ReadyClient, OidcError> {
        let redirect =
            RedirectUrl::new(self.config.redirect.clone()).map_err(|error| wrong("redirect", &error))?;
        let secret = self.config.client_secret.as_ref();
        let client = OidcClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(self.config.client_id.clone()),
            secret.map(|secret| ClientSecret::new(secret.expose().clone())),
        );
        Ok(client.set_redirect_uri(redirect))
    }

    fn identity(&self, claims: &IdTokenClaims<OtherClaims, CoreGenderClaim>) -> ExternalIdentity {
        let groups = match claims.additional_claims().0.get(&self.config.groups_claim) {
            Some(serde_json::Value::Array(groups)) => groups.iter().filter_map(text).collect(),
            Some(value) => text(value).into_iter().collect(),
            None => Vec::new(),
        };
        let subject = claims.subject().as_str().to_owned();
        let called = claims.preferred_username().map(|name| name.as_str().to_owned());
        let full = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str().to_owned());
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        ExternalIdentity {
            name: full.or(called).unwrap_or_else(|| subject.clone()),
            subject,
            email: email.map(|email| email.as_str().to_owned()),
            groups,
        }
    }
}

fn text(value: &serde_json::Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn http_client(config: &OidcConfig) -> Result<reqwest::Client, OidcError> {
    let secure = config.issuer.starts_with("https://");
    let local = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
    if !secure && !local.iter().any(|start| config.issuer.starts_with(start)) {
        return Err(OidcError::Config(String::from("issuer: it must be an https address")));
    }
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .https_only(secure)
        .timeout(TIMEOUT);
    if let Some(pem) = &config.authority_pem {
        let authority =
            reqwest::Certificate::from_pem(pem.as_bytes()).map_err(|error| wrong("authority", &error))?;
        builder = builder.tls_certs_merge([authority]);
    }
    builder.build().map_err(|error| wrong("connection", &error))
}

/// Why no answer was had.
#[derive(Debug)]
enum CallError {
    Http(reqwest::Error),
    TooLong,
    Answer,
}

impl core::fmt::Display for CallError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Http(error) => formatter.write_str(&in_full(error)),
            Self::TooLong => formatter.write_str("the answer is longer than 1 MiB"),
            Self::Answer => formatter.write_str("the answer is not HTTP"),
        }
    }
}

impl core::error::Error for CallError {}

/// What asks for the library. It owns what it needs, so that a log-in can be awaited from any thread.
fn asking(http: &reqwest::Client) -> impl Fn(HttpRequest) -> Asked + use<> {
    let http = http.clone();
    move |request| {
        let http = http.clone();
        Box::pin(async move { call(&http, request).await })
    }
}

async fn call(http: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let request = reqwest::Request::try_from(request).map_err(CallError::Http)?;
    let mut response = http.execute(request).await.map_err(CallError::Http)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(CallError::Http)? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(CallError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = core::mem::take(response.headers_mut());
    *answer.version_mut() = response.version();
    if answer.status().is_informational() { Err(CallError::Answer) } else { Ok(answer) }
}

fn wrong(key: &str, error: &dyn core::error::Error) -> OidcError {
    OidcError::Config(format!("{key}: {error}"))
}

/// An error with its causes, in one line.
fn in_full(error: &dyn core::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text.replace(['\n', '\r'], " ")
}
