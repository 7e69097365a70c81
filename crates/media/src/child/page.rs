//! Pages of a PDF, drawn by the crate `hayro` on white. The fonts that every PDF may expect are built in; nothing is
//! looked up anywhere.

use crate::pixels::Pixels;
use chronicle_media::protocol::Status;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

/// How many pages the document has.
///
/// # Errors
/// [`Status::Unsupported`] behind a passphrase, [`Status::Damaged`].
pub(crate) fn count(content: Vec<u8>) -> Result<u32, Status> {
    let pages = open(content)?.pages().len();
    match u32::try_from(pages) {
        Ok(0) | Err(_) => Err(Status::Damaged),
        Ok(pages) => Ok(pages),
    }
}

/// Draws page `number`, counted from 1, its longest edge `edge` pixels; with the number of pages.
///
/// # Errors
/// [`Status::Unsupported`] behind a passphrase, [`Status::Damaged`] also where there is no such page or it has no size.
pub(crate) fn draw(content: Vec<u8>, number: u32, edge: u32) -> Result<(Pixels, u32), Status> {
    let pdf = open(content)?;
    let pages = u32::try_from(pdf.pages().len()).map_err(|_| Status::Damaged)?;
    let at = number
        .checked_sub(1)
        .and_then(|at| usize::try_from(at).ok())
        .ok_or(Status::Damaged)?;
    let page = pdf.pages().get(at).ok_or(Status::Damaged)?;
    Ok((paint(page, edge)?, pages))
}

fn open(content: Vec<u8>) -> Result<Pdf, Status> {
    Pdf::new(content).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Status::Unsupported,
        LoadPdfError::Invalid => Status::Damaged,
    })
}

fn paint(page: &Page<'_>, edge: u32) -> Result<Pixels, Status> {
    let (wide, high) = page.render_dimensions();
    let (wide, high) = (f64::from(wide), f64::from(high));
    let scale = f64::from(edge) / wide.max(high);
    if !(scale.is_finite() && scale > 0.0) {
        return Err(Status::Damaged);
    }
    let width = whole(wide * scale, edge)?;
    let height = whole(high * scale, edge)?;
    let transform = Affine::scale_non_uniform(f64::from(width) / wide, f64::from(height) / high)
        * page.initial_transform(true).to_kurbo();
    let mut context = RenderContext::new(width, height);
    render_into(
        page,
        &RenderCache::new(),
        &hayro::hayro_interpret::InterpreterSettings::default(),
        &RenderSettings::default(),
        &mut context,
        transform,
    );
    context.flush();
    let mut target = Pixmap::new(width, height);
    let on_white = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut target, &mut Resources::default(), on_white);
    // On white every pixel is opaque, so that nothing is premultiplied.
    Ok(Pixels {
        width: width.into(),
        height: height.into(),
        rgba: target.data_as_u8_slice().to_vec(),
    })
}

// The type cast saturates; the edge is within 4096.
fn whole(side: f64, edge: u32) -> Result<u16, Status> {
    let most = u16::try_from(edge).map_err(|_| Status::Damaged)?;
    Ok((side.round() as u16).clamp(1, most))
}
