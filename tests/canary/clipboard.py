"""Prints what an application that pastes would get now: the clipboard, and what is selected."""

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

for selection in (Gdk.SELECTION_CLIPBOARD, Gdk.SELECTION_PRIMARY):
    print(Gtk.Clipboard.get(selection).wait_for_text() or "")
