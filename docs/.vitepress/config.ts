import { readFileSync } from 'node:fs'
import process from 'node:process'
import { defineConfig } from 'vitepress'
import { anchorOf } from './anchors.ts'
import { linksToFiles } from './links.ts'
import { sidebar } from './sidebar.ts'
import { tablesWithoutHead } from './tables.ts'

const { repository } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** Where files of the project can be looked at, as `package.json` says; nowhere while it says nothing. */
const REPOSITORY: string | undefined = repository?.url?.replace(/^git\+|\.git$/g, '')

/** The path below which the site is served: `DOCS_BASE=/rsvp-store/ npm run docs`. */
const base = (process.env.DOCS_BASE ?? '/') as `/${string}/`

export default defineConfig({
  title: 'rsvp-store',
  description: 'An offline-first RSVP store for web apps',
  lang: 'en',
  base,
  cleanUrls: false, // any server of files will do
  ignoreDeadLinks: false,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    toc: { slugify: anchorOf },
    headers: { slugify: anchorOf },
    config(md) {
      linksToFiles(md, REPOSITORY)
      tablesWithoutHead(md)
    },
  },
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Guides', link: '/guide/auth', activeMatch: '/guide/' },
      { text: 'Promises', link: '/promises' },
      { text: 'API', link: '/api/', activeMatch: '/api/' },
      { text: 'Changes', link: '/changes' },
    ],
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    externalLinkIcon: true,
    ...(REPOSITORY && { socialLinks: [{ icon: 'github', link: REPOSITORY }] }),
  },
})
