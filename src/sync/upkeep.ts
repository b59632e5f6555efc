import type { Inspection, MirrorOptions, PruneReport, Pruning } from '../model/prune.ts'
import type { Ports } from '../ports.ts'
import { inOneTab } from '../remote/one-tab.ts'
import { type Prune, rowsOf } from '../storage/prune.ts'
import type { PulledStore } from '../storage/pulled.ts'
import { oneAtATime } from '../storage/streams.ts'

export interface UpkeepParts {
  readonly ports: Pick<Ports, 'clock' | 'locks'>
  readonly prune: Prune
  readonly inspect: () => Promise<Inspection>
  /** The events that any tab shows. */
  readonly spared: () => Promise<ReadonlySet<string>>
  readonly pulled: PulledStore
  /** By key: what is kept fresh here. */
  readonly isKeptFresh: (key: string) => boolean
  readonly bounds: MirrorOptions
  readonly lockName: string
}

/** Merges between two looks at how much there is. */
const MERGES = 50
/** Once it is too much, so much of the bound is left: or every merge would prune. */
const LEFT = 0.8
/** A tab that prunes for longer may be frozen. */
const PATIENCE_MS = 60_000

/** Keeps what is stored of the server's rows within bounds. */
export function createUpkeep(parts: UpkeepParts) {
  const { ports, prune, inspect, spared, pulled, isKeptFresh, bounds, lockName } = parts
  const { maxRows = 200_000, maxBytes = 100_000_000 } = bounds
  let looked: number | undefined

  /** Resolves once everything that may go is gone. */
  async function run(pruning: Pruning): Promise<PruneReport> {
    return forgetting(await prune.prune(pruning, await spared()))
  }

  async function forgetting(report: PruneReport): Promise<PruneReport> {
    if (rowsOf(report) > 0) await pulled.forget(isKeptFresh)
    return report
  }

  /** How many rows there are too many: what is left is then well within the bounds. */
  async function excess(): Promise<{ readonly rows: number; readonly perEvent: number }> {
    const { rows, bytes } = await inspect()
    const total = rowsOf(rows)
    const times = Math.max(
      total / (maxRows || Number.POSITIVE_INFINITY),
      bytes / (maxBytes || Number.POSITIVE_INFINITY),
    )
    const perEvent = (rows.users + rows.files) / Math.max(1, rows.events)
    return { rows: times > 1 ? total * (1 - LEFT / times) : 0, perEvent }
  }

  const keep = oneAtATime(async () => {
    if ((await excess()).rows === 0) return
    await inOneTab(ports, lockName, PATIENCE_MS, async () => {
      const { rows, perEvent } = await excess() // another tab may have just done it
      // People and pictures are counted only when their events are gone: so long, by what an event has of them.
      const enough = ({ events, responses, users, files }: PruneReport) =>
        events + responses + Math.max(users + files, events * perEvent) >= rows
      if (rows > 0) await forgetting(await prune.shrink(await spared(), enough))
    })
  })

  /** A merge is done, the so-manieth of this database: now and then somebody looks how much there is. */
  function merged(count: number): void {
    const before = looked
    looked = Math.floor(count / MERGES)
    if (count % MERGES === 0 || (before !== undefined && before !== looked)) keep().catch(() => undefined)
  }

  return { run, merged }
}
