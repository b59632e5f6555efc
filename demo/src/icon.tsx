const PATHS = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  refresh: 'M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7',
  outbox: 'M4 13h4l2 3h4l2-3h4M4 13v5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-5M12 3v8M8.5 6.5L12 3l3.5 3.5',
  network: 'M5 18v-3M10 18v-6M15 18V9M20 18V5',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  star: 'M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.7-5 2.7 1.1-5.5L4 9.7 9.6 9z',
  cross: 'M7 7l10 10M17 7L7 17',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  up: 'M12 19V5M6 11l6-6 6 6',
  disk: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  alert: 'M12 8v5M12 16.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  pin: 'M12 21s7-6.2 7-11a7 7 0 1 0-14 0c0 4.8 7 11 7 11zM12 12.200a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.600z',
  screen: 'M4 6h11a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM16 10.500l5-3v9l-5-3',
  lock: 'M7 11h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 14.500v2',
  language:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.500 9.500h17M3.500 14.500h17M12 3c2.500 2.500 3.600 5.500 3.600 9s-1.100 6.500-3.600 9c-2.500-2.500-3.600-5.500-3.600-9S9.500 5.500 12 3z',
  calendar:
    'M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM4 10.500h16M8 3.500V8M16 3.500V8',
  offline:
    'M4 4l16 16M8.5 8.300A9 9 0 0 0 4.5 10.600M2 8a13 13 0 0 1 3.2-2M10 5a13 13 0 0 1 12 3M14 9.300a9 9 0 0 1 5.5 3M9 16a4.5 4.5 0 0 1 5.5-.3M12 19.500v.01',
} as const

export type IconName = keyof typeof PATHS

/** Points along the line of reading: turned round where one reads from the right. */
const POINTING: ReadonlySet<IconName> = new Set(['back'])

/** A drawing beside words that say the same: hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      data-pointing={POINTING.has(name) || undefined}
      viewBox="0 0 24 24"
      width="24"
      height="24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
