#!/usr/bin/python3
"""A browser on WebKitGTK that WebDriver drives, with what MiniBrowser lacks there: a profile that lasts, and tabs, of
which only the one in front is visible. Arguments: the profile's folder, and a script that every page runs before its
own."""
import os
import sys

import gi

gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import Gtk, WebKit2

profile, prepare = sys.argv[1:3]
data = WebKit2.WebsiteDataManager(
    base_data_directory=os.path.join(profile, 'data'), base_cache_directory=os.path.join(profile, 'cache')
)
context = WebKit2.WebContext(website_data_manager=data)
context.set_automation_allowed(True)
tabs_of = {}


def new_view():
    scripts = WebKit2.UserContentManager()
    if prepare:
        frames, start = WebKit2.UserContentInjectedFrames.TOP_FRAME, WebKit2.UserScriptInjectionTime.START
        scripts.add_script(WebKit2.UserScript.new(prepare, frames, start, None, None))
    view = WebKit2.WebView(web_context=context, user_content_manager=scripts, is_controlled_by_automation=True)
    view.connect('close', close)
    return view


def new_window(*_):
    view, tabs, window = new_view(), Gtk.Notebook(), Gtk.Window()
    window.set_default_size(800, 600)
    window.add(tabs)
    add(view, tabs)
    window.show_all()
    return view


def new_tab(*_):
    if not tabs_of:
        return new_window()
    view, tabs = new_view(), next(reversed(tabs_of.values()))
    add(view, tabs)
    tabs.show_all()
    tabs.set_current_page(-1)
    return view


def add(view, tabs):
    tabs_of[view] = tabs
    tabs.append_page(view)


def close(view):
    tabs = tabs_of.pop(view)
    tabs.remove(view)
    if tabs.get_n_pages() == 0:
        tabs.get_toplevel().destroy()


def begin(_, session):
    session.connect('create-web-view::tab', new_tab)
    session.connect('create-web-view::window', new_window)


context.connect('automation-started', begin)
Gtk.main()
