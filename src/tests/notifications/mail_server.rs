//! A mail server on loopback: as much of SMTP as a client needs.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Takes everything but what is for `unknown@` (550) and `busy@` (451). It knows no password.
#[derive(Clone, Debug)]
pub struct MailServer {
    pub port: u16,
    /// Recipient and text of each e-mail, with its headers.
    received: Arc<Mutex<Vec<(String, String)>>>,
    /// Every command.
    commands: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let this = Self { port, received: Arc::default(), commands: Arc::default() };
        let server = this.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever goes away goes away.
                tokio::spawn(server.clone().talk(stream));
            }
        });
        this
    }

    async fn talk(self, stream: TcpStream) -> std::io::Result<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let mut recipient = String::new();
        writer.write_all(b"220 mail.test ESMTP\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            self.commands.lock().unwrap().push(line.clone());
            let reply = match line.split([' ', ':']).next().unwrap() {
                "EHLO" => "250-mail.test\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => "535 5.7.8 no such user",
                "RCPT" if line.contains("unknown@") => "550 5.1.1 no such person",
                "RCPT" if line.contains("busy@") => "451 4.3.0 come back later",
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
                    return Ok(());
                }
                _ => "250 ok",
            };
            writer.write_all(format!("{reply}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    /// What came since the last call.
    pub fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }

    pub fn commands(&self) -> Vec<String> {
        std::mem::take(&mut *self.commands.lock().unwrap())
    }
}
