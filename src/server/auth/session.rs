//! The visitor's session: who signed in, and the id under which messages wait for the next page.

use cookie::Cookie;
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::Id;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

use super::identity::Identity;
use crate::domain::audit::Actor;
use crate::server::session_handle::handle_of;

/// The session key under which its owner is kept. The session store reads the subject and the provider's session from it.
const OWNER: &str = "owner";

/// The cookie of the session. Over https its name has the `__Host-` prefix: browsers accept it only for this host, over
/// https and for all paths.
#[derive(Clone, Copy, Debug)]
pub struct SessionCookie {
    /// Whether the dashboard is reached over https.
    pub is_https: bool,
}

impl SessionCookie {
    /// The name of the cookie.
    pub fn name(self) -> &'static str {
        if self.is_https { "__Host-session" } else { "session" }
    }

    /// The layer that loads and saves sessions. The cookie lasts until the browser closes. The store limits how long a
    /// session may be idle and last in total.
    pub fn layer<S: SessionStore>(self, store: S) -> SessionManagerLayer<S> {
        SessionManagerLayer::new(store)
            .with_name(self.name())
            .with_secure(self.is_https)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
            .with_expiry(Expiry::OnSessionEnd)
    }

    /// The `Set-Cookie` that removes the cookie. The one of tower-sessions 0.15 lacks `Secure`, so browsers would not
    /// accept it for a name with the `__Host-` prefix.
    pub fn removal(self) -> String {
        Cookie::build((self.name(), ""))
            .path("/")
            .http_only(true)
            .secure(self.is_https)
            .same_site(SameSite::Lax)
            .max_age(cookie::time::Duration::ZERO)
            .build()
            .to_string()
    }
}

/// Where a session was started, for the list of a person's own sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The peer address of the request.
    pub peer: Option<String>,
    /// The `User-Agent` of the browser.
    pub user_agent: Option<String>,
}

/// What this dashboard is registered as, and where. The subjects that one provider names mean nobody at another, and some
/// providers name people differently for each client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The issuer identifier of the provider.
    pub issuer: String,
    /// The client ID there.
    pub client_id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Owner {
    subject: String,
    /// Set when people are identified by their session.
    identity: Option<Identity>,
    /// Where the person signed in. `None` in the demo, and in sessions of a version that did not keep it.
    #[serde(default)]
    registration: Option<Registration>,
    /// The session id of the identity provider (`sid`).
    provider_session: Option<String>,
    started: Started,
}

/// The session could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store failed.
    #[error("the session store failed")]
    Store(#[from] tower_sessions::session::Error),
    /// The store assigned no id.
    #[error("the session was not saved")]
    NotSaved,
    /// It could not be read before in the same request.
    #[error("the session could not be read")]
    LeftAside,
}

/// What is kept for a visitor: never a token and never a secret.
#[derive(Clone, Debug)]
pub struct VisitorSession {
    session: Session,
    started: Started,
    /// The person to whom the session will belong when something is kept in it.
    subject: Option<String>,
    /// Whether it could not be read. Nobody knows whose it is, so nothing is taken from it and nothing kept in it.
    is_left_aside: bool,
}

impl VisitorSession {
    /// Wraps the session of a request.
    pub fn new(session: Session, started: Started) -> Self {
        Self { session, started, subject: None, is_left_aside: false }
    }

    /// The id of the session. `None` before anything is kept in it.
    pub fn id(&self) -> Option<Id> {
        self.session.id().filter(|_| !self.is_left_aside)
    }

    /// The person who signed in, when people are identified by their session.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn identity(&self) -> Result<Option<Identity>, SessionError> {
        Ok(self.owner().await?.and_then(|owner| owner.identity))
    }

    /// The person who signed in where this dashboard is registered. Nobody, when they signed in elsewhere.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn identity_at(&self, here: &Registration) -> Result<Option<Identity>, SessionError> {
        let Some(owner) = self.owner().await? else {
            return Ok(None);
        };
        if let Some(there) = &owner.registration {
            return Ok(owner.identity.filter(|_| there == here));
        }
        // It began before this was kept: an upgrade signs nobody out, and from now on the session belongs here.
        let identity = owner.identity.clone();
        if identity.is_some() {
            self.session.insert(OWNER, Owner { registration: Some(here.clone()), ..owner }).await?;
        }
        Ok(identity)
    }

    /// The owner as the audit log keeps them; `None` before there is one. The role is that of no moment, so it is left
    /// out.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn actor(&self, peer: Option<String>) -> Result<Option<Actor>, SessionError> {
        let Some(owner) = self.owner().await? else {
            return Ok(None);
        };
        let handle = self.id().map(handle_of);
        Ok(Some(match owner.identity {
            Some(identity) => identity.actor("", peer, handle),
            None => Actor { subject: owner.subject.clone(), peer, session: handle, ..Actor::nobody(&owner.subject) },
        }))
    }

    /// Starts a new session for a person who signed in, under a new id, to prevent session fixation.
    ///
    /// # Errors
    /// When the session cannot be saved.
    pub async fn sign_in(
        &self,
        identity: Identity,
        registration: Option<Registration>,
        provider_session: Option<String>,
    ) -> Result<Id, SessionError> {
        self.begin_anew().await?;
        let (subject, started) = (identity.subject.clone(), self.started.clone());
        let owner = Owner { subject, identity: Some(identity), registration, provider_session, started };
        self.session.insert(OWNER, owner).await?;
        // Saved here so that the id is known. The layer sends the cookie.
        self.session.save().await?;
        self.session.id().ok_or(SessionError::NotSaved)
    }

    /// Makes this the session of a person who is identified by each request. If it belonged to another person, a new one is
    /// started: people who share a browser do not see each other's messages. A session that cannot be read is left aside.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn belong_to(&mut self, subject: &str) -> Result<(), SessionError> {
        let read = self.try_belong_to(subject).await;
        self.is_left_aside = read.is_err();
        read
    }

    async fn try_belong_to(&mut self, subject: &str) -> Result<(), SessionError> {
        if self.owner().await?.is_some_and(|owner| owner.subject != subject) {
            self.begin_anew().await?;
        }
        self.subject = Some(subject.to_owned());
        Ok(())
    }

    /// Empties the session and gives it a new id. `Session::flush` of tower-sessions 0.15 would store what is kept next
    /// under the deleted id.
    async fn begin_anew(&self) -> Result<(), SessionError> {
        self.session.cycle_id().await?;
        self.session.clear().await;
        Ok(())
    }

    async fn owner(&self) -> Result<Option<Owner>, SessionError> {
        match self.session.get(OWNER).await {
            // The owner may have been written by another version and be unreadable. Then nobody may see the session.
            Err(tower_sessions::session::Error::SerdeJson(_)) => {
                self.begin_anew().await?;
                Ok(None)
            }
            owner => Ok(owner?),
        }
    }

    /// The id under which messages are kept. Starts a session if there is none.
    ///
    /// # Errors
    /// When the session cannot be saved.
    pub async fn established(&self) -> Result<Id, SessionError> {
        if self.is_left_aside {
            return Err(SessionError::LeftAside);
        }
        if self.owner().await?.is_none()
            && let Some(subject) = self.subject.clone()
        {
            let started = self.started.clone();
            let owner = Owner { subject, identity: None, registration: None, provider_session: None, started };
            self.session.insert(OWNER, owner).await?;
            if let Err(error) = self.session.save().await {
                // Otherwise the layer would try again and replace the answer by an empty 500.
                self.session.clear().await;
                return Err(error.into());
            }
        }
        self.session.id().ok_or(SessionError::NotSaved)
    }
}
