//! Credentials of machines.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::{TokenId, UserId};

record! { "tokens" key [id] fixed []
    /// A machine's credential.
    pub struct Token {
        /// Its id, which is no secret.
        id: TokenId,
        /// The hash of its secret, as text.
        hash: String,
        /// What it is called; the source of the claims that come with it.
        name: String,
        /// The role's word.
        role: String,
        /// Lines and zones, as the crate that decides writes them.
        scope: Json,
        /// Who made it.
        made_by: UserId,
        /// When.
        made_at: Moment,
        /// When it ends; `None` for never.
        expires_at: Option<Moment>,
        /// The last use.
        last_used_at: Option<Moment>,
        /// When it was revoked.
        revoked_at: Option<Moment>,
    }
}

/// Keeps a new token.
pub async fn add(on: &mut Transaction, token: &Token) -> Result<(), StoreError> {
    record::add(on, core::slice::from_ref(token)).await?;
    changes::append(on, "token", token.id, Action::Added, token.made_at).await?;
    Ok(())
}

/// The token of a secret's hash, if it is valid now.
pub async fn find_by_hash(
    from: impl Into<Reader<'_>>,
    hash: &str,
    now: Moment,
) -> Result<Option<Token>, StoreError> {
    let rest = "WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    record::one(from, rest, |query| query.bind(hash).bind(now)).await
}

/// All tokens by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Token>, StoreError> {
    select(from, "ORDER BY name, id", |query| query).await
}

/// Notes a use. Call it once a minute, not for every request.
pub async fn touch(on: &mut Transaction, id: TokenId, now: Moment) -> Result<(), StoreError> {
    on.must(Query::new("UPDATE tokens SET last_used_at = $1 WHERE id = $2").bind(now).bind(id)).await
}

/// Makes every token useless that a person made, and returns their names.
pub async fn revoke_of_user(
    on: &mut Transaction,
    user: UserId,
    now: Moment,
) -> Result<Vec<String>, StoreError> {
    let rest = "WHERE made_by = $1 AND revoked_at IS NULL ORDER BY name, id";
    let tokens: Vec<Token> = select(&mut *on, rest, |query| query.bind(user)).await?;
    for token in &tokens {
        revoke(on, token.id, now).await?;
    }
    Ok(tokens.into_iter().map(|token| token.name).collect())
}

/// Makes a token useless; it stays listed.
pub async fn revoke(on: &mut Transaction, id: TokenId, now: Moment) -> Result<(), StoreError> {
    let query = Query::new("UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL");
    on.must(query.bind(now).bind(id)).await?;
    changes::append(on, "token", id, Action::Changed, now).await?;
    Ok(())
}
