import axe from 'axe-core'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSite, builtPages, deadLinks, type Site, serveSite } from './docs-site.ts'
import { launch } from './launch.ts'

let site: Site
let browser: Browser

beforeAll(async () => {
  await buildSite()
  site = await serveSite()
  browser = await launch()
}, 600_000) // the first time, packages come from the registry
afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})

/** A phone by day, a desk by night: each is looked at in one light. */
const SIZES = { light: { width: 390, height: 844 }, dark: { width: 1280, height: 800 } }

/** A page of the site, and everything that went wrong on it or left it. */
async function open(path: string, colorScheme: 'light' | 'dark' = 'light') {
  const page = await browser.newPage({ viewport: SIZES[colorScheme], colorScheme, reducedMotion: 'reduce' })
  const troubles: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url) && !/^(data|blob):/.test(request.url()))
      troubles.push(request.url())
  })
  await page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' })
  return { page, troubles, [Symbol.asyncDispose]: () => page.close() }
}

/** What axe finds wrong on what is seen now: the rule, and where. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`))
}

const LOOKED_AT = [
  ['the home page', '', 'rsvp-store'],
  ['a guide', 'guide/logout.html', 'Logout'],
  ['the picture of how it works', 'how-it-works.html', 'How it works'],
  ['a page of the API', 'api/rsvp-store/interfaces/RsvpStore.html', 'RsvpStore'],
] as const

describe.each(['light', 'dark'] as const)('in the %s', (scheme) => {
  test.each(LOOKED_AT)('%s is whole, asks no other host, and is for everybody', async (_, path, heading) => {
    await using opened = await open(path, scheme)
    await opened.page.getByRole('heading', { level: 1 }).filter({ hasText: heading }).waitFor()
    expect(await opened.page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(
      scheme === 'dark',
    )
    expect(await faults(opened.page)).toEqual([])
    expect(opened.troubles).toEqual([])
  })
})

test('the search finds how to log out, and leads there', async () => {
  await using opened = await open('')
  await opened.page.getByRole('button', { name: 'Search' }).click()
  await opened.page.getByRole('searchbox').fill('logout')
  await opened.page.getByRole('listbox').locator('a[href*="guide/logout.html"]').first().click()
  await opened.page.getByRole('heading', { level: 1, name: 'Logout' }).waitFor()
  expect(opened.troubles).toEqual([])
})

test('every link of the built site leads to a page, and to a place on it; no page asks another host for anything', () => {
  const pages = builtPages()
  expect(pages.size).toBeGreaterThan(50)
  expect(deadLinks(pages)).toEqual([])
  const foreign = [...pages].flatMap(([page, html]) =>
    [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*\s(?:src|href)="(?:https?:)?\/\/[^"]*"/g)].map(
      ([tag]) => `${page}: ${tag}`,
    ),
  )
  expect(foreign).toEqual([])
})
