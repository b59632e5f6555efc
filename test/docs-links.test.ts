import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorOf } from '../docs/.vitepress/anchors.ts'
import { ROOT } from './child.ts'
import { type Page, pages, proseOf, withoutBlocks } from './docs-pages.ts'

const PAGES = pages()
const EXTERNAL = /^[a-z]+:/

/** Where the page's links lead to, those of the home page's buttons included. */
function linksIn(page: Page): string[] {
  const inText = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  const front = /^---\n(.*?)\n---/s.exec(page.text)?.[1] ?? ''
  const buttons = [...front.matchAll(/^ *link: (\S+)$/gm)].map(([, target = '']) => `${target.slice(1)}.md`)
  return [...inText, ...buttons]
}

/** Headings as they are shown: without marks, and of a link its text. */
const shown = (heading: string) => heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')

function anchorsIn(text: string): readonly string[] {
  const counts = new Map<string, number>()
  return [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = anchorOf(shown(heading))
    const count = counts.get(anchor) ?? 0
    counts.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
}

/** Why the link leads nowhere; `undefined` when it leads somewhere. */
function flawIn(page: Page, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page.path : posix.join(posix.dirname(page.path), path)
  if (target.startsWith('../') || !existsSync(join(ROOT, target)))
    return `${page.path}: ${link}: no such file`
  if (anchor === undefined) return undefined
  const known = target.endsWith('.md') ? anchorsIn(readFileSync(join(ROOT, target), 'utf8')) : []
  return known.includes(anchor) ? undefined : `${page.path}: ${link}: no such heading`
}

describe('the links of every page', () => {
  const links = PAGES.flatMap((page) => linksIn(page).map((link) => ({ page, link })))
  const own = links.filter(({ link }) => !EXTERNAL.test(link))

  test('there are many, so that they are found at all', () => {
    expect(own.length).toBeGreaterThan(100)
    expect(own.filter(({ link }) => link.includes('#')).length).toBeGreaterThan(2)
  })

  test('every link to a file of the project, and to a heading, leads there', () => {
    const flaws = own.map(({ page, link }) => flawIn(page, link))
    expect(flaws.filter((flaw) => flaw !== undefined)).toEqual([])
  })

  test('every other link is an https address', () => {
    const others = links.filter(({ link }) => EXTERNAL.test(link) && !/^https:\/\/[\w.-]+\//.test(link))
    expect(others.map(({ page, link }) => `${page.path}: ${link}`)).toEqual([])
  })
})

describe('the anchor of a heading', () => {
  test.each([
    ['What goes wrong, what the user sees', 'what-goes-wrong-what-the-user-sees'],
    ['P1 Durable before acknowledged', 'p1-durable-before-acknowledged'],
    ['At the event: `myRsvp.sync`', 'at-the-event-myrsvpsync'],
    ['events$()', 'events'],
    ['It’s here', 'its-here'],
  ])('%s is the one that it has where the file is shown by itself', (heading, anchor) => {
    expect(anchorOf(shown(heading))).toBe(anchor)
  })
})
