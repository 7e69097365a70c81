//! How this vault goes out into the network.

use crate::session::Shell;
use crate::view::TravelView;
use chronicle_sync::Travel;
use chronicle_words::Problem;
use std::net::SocketAddr;
use tauri::State;

#[tauri::command(async)]
pub fn travel(shell: State<'_, Shell>) -> Result<TravelView, Problem> {
    Ok(view(shell.travel()?))
}

#[tauri::command(async)]
pub fn set_travel(
    shell: State<'_, Shell>,
    socks: Option<String>,
    by_hand: bool,
) -> Result<TravelView, Problem> {
    let socks = socks.as_deref().map(proxy).transpose()?;
    shell.set_travel(Travel { socks, by_hand })?;
    Ok(view(shell.travel()?))
}

// Never a name: somebody would be asked where it is.
fn proxy(text: &str) -> Result<SocketAddr, Problem> {
    let address = text.trim().parse::<SocketAddr>().ok();
    let address = address.filter(|address| address.port() != 0);
    address.ok_or_else(|| Problem::new("proxy-address"))
}

fn view(travel: Travel) -> TravelView {
    TravelView {
        socks: travel.socks.map(|address| address.to_string()),
        by_hand: travel.by_hand,
    }
}
