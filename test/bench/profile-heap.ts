import type { CDPSession, Page } from 'playwright'
import { say } from '../browser/install.ts'
import { startChromium } from './browser.ts'

/** Bytes from one sampled allocation to the next. */
const EVERY_BYTES = 256
/** The store that is started, as `prepare` has filled it. */
export const COLD = 'cold'
/** Not in the heap of scripts, which is what T9 measures. */
const OUTSIDE = 'native'
/** Finer kinds than these say nothing more. */
const SHOWN = 8

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly (readonly string[])[]
    }
  }
  readonly nodes: readonly number[]
}

/** What the sampler knows of one call: what is still there of what it took. */
interface Taken {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly selfSize: number
  readonly children: readonly Taken[]
}

type OwnerOf = (call: Taken['callFrame']) => string

/**
 * T9: what the heap holds before the script is there, when it is loaded, and when the store has shown its first list: by
 * kind, and for the last of these by whose code took it. In a browser of its own, where no profiler was at work before.
 * The script is not minified here, which makes its names longer.
 */
export async function profileHeap(
  chromium: string,
  address: string,
  prepare: (page: Page) => Promise<void>,
  ownerOf: OwnerOf,
): Promise<void> {
  await using browser = await startChromium(chromium)
  const page = await browser.context.newPage()
  page.setDefaultTimeout(600_000)
  await page.goto(address)
  await prepare(page)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.enable')
  await page.goto('about:blank')
  const empty = await kindsOf(devtools)
  await page.goto(address)
  const loaded = await kindsOf(devtools)
  await devtools.send('HeapProfiler.startSampling', { samplingInterval: EVERY_BYTES })
  await page.goto(`${address}?cold=${COLD}`)
  await page.evaluate(() => globalThis.bench.coldStart)
  await collect(devtools)
  const { profile } = await devtools.send('HeapProfiler.stopSampling')
  const started = await kindsOf(devtools)

  say('\nT9: the heap by kind, kB: an empty page, the script loaded, the store started')
  const total = (kinds: ReadonlyMap<string, number>) =>
    [...kinds.values()].reduce((sum, bytes) => sum + bytes, 0)
  showRow('all', [empty, loaded, started].map(total))
  for (const [kind] of largest(started))
    showRow(
      kind,
      [empty, loaded, started].map((kinds) => kinds.get(kind) ?? 0),
    )
  say('T9: taken since navigation and still there, kB, by whose code took it')
  const takenBy = new Map<string, number>()
  count(profile.head as Taken, ownerOf, takenBy)
  for (const [owner, bytes] of largest(takenBy)) showRow(owner, [bytes])
}

const largest = (sizes: ReadonlyMap<string, number>) =>
  [...sizes].sort(([, a], [, b]) => b - a).slice(0, SHOWN)

const showRow = (name: string, sizes: readonly number[]) =>
  say(`  ${name.padEnd(24)}${sizes.map((bytes) => (bytes / 1_000).toFixed(0).padStart(8)).join('')}`)

function count({ callFrame, selfSize, children }: Taken, ownerOf: OwnerOf, sizes: Map<string, number>): void {
  const owner = ownerOf(callFrame)
  sizes.set(owner, (sizes.get(owner) ?? 0) + selfSize)
  for (const child of children) count(child, ownerOf, sizes)
}

async function collect(devtools: CDPSession): Promise<void> {
  for (let at = 0; at < 3; at += 1) await devtools.send('HeapProfiler.collectGarbage')
}

/** Bytes by kind of thing. */
async function kindsOf(devtools: CDPSession): Promise<ReadonlyMap<string, number>> {
  await collect(devtools)
  const parts: string[] = []
  const keep = ({ chunk }: { readonly chunk: string }) => parts.push(chunk)
  devtools.on('HeapProfiler.addHeapSnapshotChunk', keep)
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  devtools.off('HeapProfiler.addHeapSnapshotChunk', keep)
  const { snapshot, nodes } = JSON.parse(parts.join('')) as Snapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')]
  const sizes = new Map<string, number>()
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[type]?.[nodes[at + type] ?? 0] ?? 'unknown'
    if (kind !== OUTSIDE) sizes.set(kind, (sizes.get(kind) ?? 0) + (nodes[at + size] ?? 0))
  }
  return sizes
}
