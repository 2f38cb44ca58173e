//! A mail server on loopback: as much of SMTP as a client needs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The one user that it knows, once the connection is protected: `\0user\0p4ssword` (RFC 4616).
const CREDENTIALS: &str = "AUTH PLAIN AHVzZXIAcDRzc3dvcmQ=";

/// How connections to it are protected.
#[derive(Clone)]
pub enum Protection {
    /// Not at all.
    None,
    /// By TLS from the first byte.
    Tls(TlsAcceptor),
    /// By TLS once the client says `STARTTLS` (RFC 3207).
    StartTls(TlsAcceptor),
}

/// Takes everything but what is for `unknown@` (550) and `busy@` (451), and says nothing to whoever writes to `silence@`. Without TLS
/// it knows no password.
#[derive(Clone, Debug)]
pub struct MailServer {
    pub port: u16,
    /// Recipient and text of each e-mail, with its headers.
    received: Arc<Mutex<Vec<(String, String)>>>,
    /// Every command, and whether it came by a protected connection.
    commands: Arc<Mutex<Vec<(String, bool)>>>,
    answers_everybody: Arc<AtomicBool>,
}

impl MailServer {
    pub async fn start() -> Self {
        Self::start_with(Protection::None).await
    }

    pub async fn start_with(protection: Protection) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let this = Self { port, received: Arc::default(), commands: Arc::default(), answers_everybody: Arc::default() };
        let server = this.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever goes away goes away.
                tokio::spawn(server.clone().serve(stream, protection.clone()));
            }
        });
        this
    }

    async fn serve(self, mut stream: TcpStream, protection: Protection) -> std::io::Result<()> {
        match protection {
            Protection::None => {
                stream.write_all(GREETING).await?;
                self.talk(&mut stream, Stage::Unprotected).await.map(drop)
            }
            Protection::Tls(acceptor) => {
                let mut stream = acceptor.accept(stream).await?;
                stream.write_all(GREETING).await?;
                self.talk(&mut stream, Stage::Protected).await.map(drop)
            }
            Protection::StartTls(acceptor) => {
                stream.write_all(GREETING).await?;
                if self.talk(&mut stream, Stage::Offered).await? {
                    // The client begins anew, and is not greeted.
                    self.talk(&mut acceptor.accept(stream).await?, Stage::Protected).await?;
                }
                Ok(())
            }
        }
    }

    /// Answers until the client goes, or wants to begin TLS. Whether it does.
    async fn talk(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin), stage: Stage) -> std::io::Result<bool> {
        let (reader, mut writer) = tokio::io::split(stream);
        let mut lines = BufReader::new(reader).lines();
        let mut recipient = String::new();
        while let Some(line) = lines.next_line().await? {
            self.commands.lock().unwrap().push((line.clone(), stage == Stage::Protected));
            let reply = match line.split([' ', ':']).next().unwrap() {
                "EHLO" if stage == Stage::Offered => "250-mail.test\r\n250 STARTTLS",
                "EHLO" => "250-mail.test\r\n250 AUTH PLAIN LOGIN",
                "STARTTLS" if stage == Stage::Offered => {
                    writer.write_all(b"220 go ahead\r\n").await?;
                    return Ok(true);
                }
                "AUTH" if stage == Stage::Protected && line == CREDENTIALS => "235 2.7.0 welcome",
                "AUTH" => "535 5.7.8 no such user",
                "RCPT" if line.contains("unknown@") => "550 5.1.1 no such person",
                "RCPT" if line.contains("silence@") && !self.answers_everybody.load(Ordering::Relaxed) => {
                    return std::future::pending().await;
                }
                "RCPT" if line.contains("busy@") && !self.answers_everybody.load(Ordering::Relaxed) => {
                    "451 4.3.0 come back later"
                }
                "RCPT" => {
                    recipient.clone_from(&line);
                    "250 ok"
                }
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await?;
                    let mut text = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        text.push_str(&line);
                        text.push('\n');
                    }
                    self.received.lock().unwrap().push((recipient.clone(), text));
                    "250 queued as 7"
                }
                "QUIT" => {
                    writer.write_all(b"221 bye\r\n").await?;
                    return Ok(false);
                }
                _ => "250 ok",
            };
            writer.write_all(format!("{reply}\r\n").as_bytes()).await?;
        }
        Ok(false)
    }

    /// From now on nobody is left without an answer, or told to come back later.
    pub fn answers_everybody(&self) {
        self.answers_everybody.store(true, Ordering::Relaxed);
    }

    /// What came since the last call.
    pub fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }

    /// The commands since the last call, each with whether it was protected.
    pub fn commands(&self) -> Vec<(String, bool)> {
        std::mem::take(&mut *self.commands.lock().unwrap())
    }
}

const GREETING: &[u8] = b"220 mail.test ESMTP\r\n";

/// How far a connection is on its way to TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unprotected,
    Offered,
    Protected,
}
