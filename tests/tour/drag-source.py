"""A window in the lower right corner whose content can be dragged: the files named as arguments, as text/uri-list."""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

uris = [pathlib.Path(name).resolve().as_uri() for name in sys.argv[1:]]
window = Gtk.Window(title="Files to drag", decorated=False, accept_focus=False)
window.set_default_size(120, 48)
window.set_keep_above(True)
window.move(1150, 740)
box = Gtk.EventBox()
box.add(Gtk.Label(label="Files"))
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-data-get", lambda _box, _context, data, _info, _time: data.set_uris(uris))
window.add(box)
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
