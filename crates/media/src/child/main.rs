//! `chronicle-media`: the one process that decodes what others made. It is started for one file by the library of the
//! same name, confines itself before it reads a byte, answers with pixels or a code's text (see `chronicle_media::protocol`) and
//! ends. Started by hand it does nothing.

mod code;
mod heic;
mod page;
mod picture;
mod pixels;
mod shrink;

use chronicle_media::protocol::{Answer, Ask, REQUEST, Request, Status};
use pixels::Pixels;
use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let confined = chronicle_media::confine::confine();
    // There is nowhere to write a message to, and it could say what stands in the file.
    std::panic::set_hook(Box::new(|_| {}));
    let done = match confined {
        Ok(()) => serve(),
        Err(_) => answer(&Answer::refusal(Status::Unconfined), &[]),
    };
    if done.is_some() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn serve() -> Option<()> {
    let mut input = std::io::stdin().lock();
    let mut head = [0; REQUEST];
    input.read_exact(&mut head).ok()?;
    let request = Request::parse(&head)?;
    let length = usize::try_from(request.length).ok()?;
    let mut content = Vec::with_capacity(length);
    input.take(request.length).read_to_end(&mut content).ok()?;
    if content.len() != length {
        return None;
    }
    match decode(&request, content) {
        Ok((head, content)) => answer(&head, &content),
        Err(status) => answer(&Answer::refusal(status), &[]),
    }
}

fn decode(request: &Request, content: Vec<u8>) -> Result<(Answer, Vec<u8>), Status> {
    match request.ask {
        Ask::Picture => Ok(shown(picture::decode(&content, request.edge)?, 0)),
        Ask::Page(number) => {
            let (pixels, pages) = page::draw(content, number, request.edge)?;
            Ok(shown(pixels, pages))
        }
        Ask::PageCount => Ok(shown(Pixels::none(), page::count(content)?)),
        Ask::Code => said(code::read(&content)?),
    }
}

fn shown(pixels: Pixels, pages: u32) -> (Answer, Vec<u8>) {
    let head = Answer {
        status: Status::Done,
        width: pixels.width,
        height: pixels.height,
        pages,
    };
    (head, pixels.rgba)
}

fn said(text: Vec<u8>) -> Result<(Answer, Vec<u8>), Status> {
    let head = Answer {
        status: Status::Done,
        width: u32::try_from(text.len()).map_err(|_| Status::Nothing)?,
        height: 1,
        pages: 0,
    };
    Ok((head, text))
}

fn answer(head: &Answer, content: &[u8]) -> Option<()> {
    let mut output = std::io::stdout().lock();
    output.write_all(&head.to_bytes()).ok()?;
    output.write_all(content).ok()?;
    output.flush().ok()
}
