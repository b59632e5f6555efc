/** The inspector's own look, light and dark by the page's colour scheme; an app may set the two custom properties. */
export const LOOK = `
:host {
  display: block;
  color-scheme: light dark;
  --ink: var(--rsvp-inspector-ink, light-dark(#1d2024, #e7e9ec));
  --paper: var(--rsvp-inspector-paper, light-dark(#fff, #17191c));
  --quiet: light-dark(#5a6068, #a2a9b3);
  --rule: light-dark(#dfe2e6, #34383e);
  --good: light-dark(#17693a, #6fd096);
  --bad: light-dark(#a4262c, #ff9a9a);
  --busy: light-dark(#7a4d00, #f0bd62);
  color: var(--ink);
  background: var(--paper);
  font: 0.875rem/1.45 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; margin: 0; }
details { border-block-end: 1px solid var(--rule); padding-block: 0.25rem; }
summary { cursor: pointer; font-weight: 600; padding: 0.6rem 0.25rem; min-block-size: 44px; }
summary:focus-visible { outline: 2px solid currentcolor; outline-offset: -2px; }
summary span { color: var(--quiet); font-weight: 400; }
details > div { padding: 0 0.25rem 0.75rem; }
h3 { font-size: 0.875rem; margin-block: 0.75rem 0.25rem; }
dl { display: grid; grid-template-columns: fit-content(50%) minmax(0, 1fr); gap: 0.15rem 1rem; }
dt { color: var(--quiet); }
dd { font-variant-numeric: tabular-nums; }
ul, ol { list-style: none; padding: 0; display: grid; gap: 0.3rem; }
li { padding-inline-start: 0.6rem; border-inline-start: 3px solid var(--rule); }
li div, small { color: var(--quiet); font-size: 0.8125rem; }
time { font-variant-numeric: tabular-nums; }
[data-tone='good'] { border-color: var(--good); }
[data-tone='bad'] { border-color: var(--bad); }
[data-tone='busy'] { border-color: var(--busy); }
dd[data-tone='good'] { color: var(--good); }
dd[data-tone='bad'] { color: var(--bad); font-weight: 600; }
`
