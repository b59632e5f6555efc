import { readdirSync, readFileSync } from 'node:fs'
import type { DefaultTheme } from 'vitepress'

type Items = DefaultTheme.SidebarItem[]

const DOCS = new URL('../', import.meta.url)

/** What stands where, by name; a page that is named nowhere comes last, so that none is left out. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Begin: ['quick-start', 'how-it-works', 'promises', 'words'],
  Guides: [
    'guide/auth',
    'guide/troubleshooting',
    'guide/logout',
    'guide/conflict',
    'guide/service-worker',
    'guide/live-feed',
    'guide/testing',
    'your-own-api',
    'ios',
    'pictures',
    'guide/from-social-plus',
    'guide/from-workbox',
  ],
  'In your framework': ['react', 'frameworks', 'standards', 'inspector'],
  'How do we know?': [
    'faults',
    'browsers',
    'simulation',
    'guards',
    'mutation',
    'benchmark',
    'fleet',
    'day',
    'at-100x',
    'comparison',
  ],
}
/** Of the API, before its entry points. */
const MOST_ASKED = ['RsvpStoreOptions', 'RsvpStore', 'SyncStatus'].map(
  (name) => `api/rsvp-store/interfaces/${name}`,
)
const ELSEWHERE = /^(index|changes|api\/.*|decisions\/.*)$/

const titleOf = (page: string): string =>
  /^# (.+)$/m.exec(readFileSync(new URL(`${page}.md`, DOCS), 'utf8'))?.[1]?.replace(/[\\`*]/g, '') ?? page

/** A title without what comes after its comma; a decision is a whole sentence. */
const linkTo = (page: string): Items[number] => ({
  text: page.startsWith('decisions/') ? titleOf(page) : titleOf(page).replace(/,.*/, ''),
  link: `/${page}`.replace(/\/index$/, '/'),
})

/** Every page of a folder of the docs, by name; of all folders where none is named. */
function pagesIn(folder = ''): readonly string[] {
  return readdirSync(new URL(folder, DOCS), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !/(^|\/)(node_modules|\.vitepress)\//.test(path))
    .map((path) => path.slice(0, -'.md'.length))
    .sort()
}

export function sidebar(): Items {
  const named = Object.values(GROUPS).flat()
  const others = pagesIn().filter((page) => !named.includes(page) && !ELSEWHERE.test(page))
  // None can be folded: the theme would put one button into another, which no screen reader can tell apart.
  const group = (text: string, pages: readonly string[]): Items =>
    pages.length > 0 ? [{ text, items: pages.map(linkTo) }] : []
  const entries = pagesIn('api/').filter((page) => /^api\/.+\/index$/.test(page))
  return [
    ...Object.entries(GROUPS).flatMap(([text, pages]) => group(text, pages)),
    ...group('More', others),
    ...group('API', [...MOST_ASKED, ...entries]),
    ...group('Decisions', pagesIn('decisions/')),
  ]
}
