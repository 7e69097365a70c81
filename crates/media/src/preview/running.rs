//! One child, from its start to its end. Every wait has the same deadline, and the child is gone when this is left, however
//! that happens.

use crate::PreviewError;
use crate::protocol::{ANSWER, Answer, Request, Status};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Asks a fresh child one thing about one file.
pub(super) fn exchange(
    path: &Path,
    deadline: Duration,
    request: &Request,
    content: &mut impl Read,
) -> Result<(Answer, Zeroizing<Vec<u8>>), PreviewError> {
    let mut running = Running::start(path, deadline)?;
    let (input, mut output) = running.take_pipes().ok_or(PreviewError::Unavailable)?;
    running.send(input, request, content)?;
    running.receive(&mut output, request)
}

struct Running {
    child: Child,
    until: Option<Instant>,
}

impl Running {
    fn start(path: &Path, deadline: Duration) -> Result<Self, PreviewError> {
        let child = Command::new(path)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| PreviewError::Unavailable)?;
        Ok(Self {
            child,
            // A deadline beyond the end of the clock is none.
            until: Instant::now().checked_add(deadline),
        })
    }

    fn take_pipes(&mut self) -> Option<(ChildStdin, ChildStdout)> {
        self.child.stdin.take().zip(self.child.stdout.take())
    }

    // Sends everything and closes the pipe. A child that takes no more is asked for its answer all the same.
    fn send(
        &self,
        mut input: ChildStdin,
        request: &Request,
        content: &mut impl Read,
    ) -> Result<(), PreviewError> {
        // A pipe that is ready for some bytes would else wait until it had taken all.
        fcntl_getfl(&input)
            .and_then(|flags| fcntl_setfl(&input, flags | OFlags::NONBLOCK))
            .map_err(|_| PreviewError::Unavailable)?;
        if !self.write(&mut input, &request.to_bytes())? {
            return Ok(());
        }
        let mut piece = Zeroizing::new(vec![0; PIECE]);
        let mut left = request.length;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let got = match content.read(piece.get_mut(..wanted).unwrap_or_default()) {
                Ok(0) => return Err(PreviewError::Damaged),
                Ok(got) => got,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return Err(PreviewError::Damaged),
            };
            if !self.write(&mut input, piece.get(..got).unwrap_or_default())? {
                return Ok(());
            }
            left = left.saturating_sub(got as u64);
        }
        Ok(())
    }

    // False when nobody reads any more.
    fn write(&self, input: &mut ChildStdin, mut bytes: &[u8]) -> Result<bool, PreviewError> {
        while !bytes.is_empty() {
            self.wait_for(&*input, PollFlags::OUT)?;
            match input.write(bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if transient(error.kind()) => {}
                Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }

    fn receive(
        mut self,
        output: &mut ChildStdout,
        request: &Request,
    ) -> Result<(Answer, Zeroizing<Vec<u8>>), PreviewError> {
        let mut head = [0; ANSWER];
        if !self.read(output, &mut head)? {
            return Err(self.broke_off());
        }
        let answer = Answer::parse(&head, request).ok_or(PreviewError::Crashed)?;
        let mut content = Zeroizing::new(vec![0; answer.content_bytes(request.ask)]);
        if !self.read(output, &mut content)? {
            return Err(self.broke_off());
        }
        if self.read(output, &mut [0])? {
            return Err(PreviewError::Crashed);
        }
        match answer.status {
            Status::Done => Ok((answer, content)),
            Status::Unsupported => Err(PreviewError::Unsupported),
            Status::Damaged => Err(PreviewError::Damaged),
            Status::TooLarge => Err(PreviewError::TooLarge),
            Status::Unconfined => Err(PreviewError::Unavailable),
            Status::Nothing => Err(PreviewError::NoCode),
        }
    }

    // Fills `bytes`; false when the answer ends before.
    fn read(&self, output: &mut ChildStdout, bytes: &mut [u8]) -> Result<bool, PreviewError> {
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            self.wait_for(&*output, PollFlags::IN)?;
            match output.read(rest) {
                Ok(0) => return Ok(false),
                Ok(got) => filled += got,
                Err(error) if transient(error.kind()) => {}
                Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }

    fn wait_for(&self, pipe: &impl AsFd, ready: PollFlags) -> Result<(), PreviewError> {
        loop {
            let now = Instant::now();
            let left = self.until.map(|until| until.saturating_duration_since(now));
            if left == Some(Duration::ZERO) {
                return Err(PreviewError::Timeout);
            }
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            match poll(&mut [PollFd::new(pipe, ready)], left.as_ref()) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(_) => return Err(PreviewError::Unavailable),
            }
        }
    }

    // Why the answer ended early: the seconds of the processor were used up, or anything else.
    fn broke_off(&mut self) -> PreviewError {
        match self.end().and_then(|status| status.signal()) {
            Some(SIGXCPU) => PreviewError::Timeout,
            _ => PreviewError::Crashed,
        }
    }

    // To one that ended by itself the signal does nothing.
    fn end(&mut self) -> Option<ExitStatus> {
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

fn transient(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Interrupted | ErrorKind::WouldBlock)
}

/// Bytes that are read and sent at once.
const PIECE: usize = 64 * 1024;
/// What the system ends a process with whose seconds are used up (POSIX; 24 on every Linux that is built for).
const SIGXCPU: i32 = rustix::process::Signal::XCPU.as_raw();
