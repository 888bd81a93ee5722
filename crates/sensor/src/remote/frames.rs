//! Frames on a stream: a length of four bytes, little-endian, then so many bytes.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

const LENGTH_LEN: usize = 4;

/// Takes frames out of a stream. Waiting for the next one may be given up at any time without losing bytes.
#[derive(Debug)]
pub struct Frames<R> {
    stream: R,
    buffer: Vec<u8>,
    len_max: usize,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    /// Frames of at most so many bytes.
    pub fn new(stream: R, len_max: usize) -> Self {
        Self { stream, buffer: Vec::new(), len_max }
    }

    /// From now on frames may have so many bytes: the other side has proved who it is.
    pub fn allow(&mut self, len_max: usize) {
        self.len_max = len_max;
    }

    /// The next frame; an error when the stream ends, or a frame is longer than allowed.
    pub async fn next(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some((length, behind)) = self.buffer.split_first_chunk::<LENGTH_LEN>() {
                let len = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
                if len > self.len_max {
                    let why = format!("a frame of {len} bytes is longer than the {} allowed", self.len_max);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, why));
                }
                if let Some(frame) = behind.get(..len) {
                    let frame = frame.to_vec();
                    self.buffer.drain(..LENGTH_LEN + len);
                    return Ok(frame);
                }
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// Sends a frame; an error when that takes longer than `patience`.
pub async fn send<W: AsyncWrite + Unpin>(stream: &mut W, frame: &[u8], patience: Duration) -> io::Result<()> {
    let len = u32::try_from(frame.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let whole = [len.to_le_bytes().as_slice(), frame].concat();
    let sent = async {
        stream.write_all(&whole).await?;
        stream.flush().await
    };
    timeout(patience, sent).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn frames_arrive_however_the_stream_is_cut() {
        run(async {
            let (mut near, far) = tokio::io::duplex(7);
            let mut frames = Frames::new(far, 1_000);
            let sending = async {
                for len in 0..100_u8 {
                    send(&mut near, &vec![len; usize::from(len)], Duration::from_secs(60)).await.unwrap();
                }
                drop(near);
            };
            let receiving = async {
                for len in 0..100_u8 {
                    assert_eq!(frames.next().await.unwrap(), vec![len; usize::from(len)]);
                }
                assert_eq!(frames.next().await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
            };
            tokio::join!(sending, receiving);
        });
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused_before_it_is_read() {
        run(async {
            let (mut near, far) = tokio::io::duplex(64);
            near.write_all(&u32::MAX.to_le_bytes()).await.unwrap();
            let mut frames = Frames::new(far, FRAME);
            assert_eq!(frames.next().await.unwrap_err().kind(), io::ErrorKind::InvalidData);
        });
    }

    const FRAME: usize = 1_000;
}
