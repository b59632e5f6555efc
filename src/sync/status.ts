import { distinctUntilChanged, filter, map, merge, type Observable } from 'rxjs'
import { dueAt } from '../model/outbox-entry.ts'
import { isSame } from '../model/same.ts'
import type { StorageState, SyncStatus } from '../model/status.ts'
import type { ClockPort } from '../ports.ts'
import { at$ } from '../storage/live.ts'
import type { OutboxState } from '../storage/outbox.ts'
import type { EngineState } from './works.ts'

export interface StatusFacts {
  readonly outbox: OutboxState
  readonly storage: StorageState
  readonly online: boolean
  /** The last request got a reply, whatever it said. */
  readonly reached: boolean
  /** Pulls under way. */
  readonly pulling: number
  readonly engine: EngineState
  /** Answers that were here once and are gone with the browser's storage. */
  readonly lostAnswers: number | undefined
  readonly persisted: boolean | undefined
  /** Nothing goes before this moment. */
  readonly gate: number
}

/** Until the outbox is read its counts would be a guess: so long nothing is said, unless it takes this long. */
const PATIENCE_MS = 1_000

/** One object from all facts, read anew at each poke; a new one only when something in it changed. */
export function status$(
  facts: () => StatusFacts,
  pokes: readonly Observable<unknown>[],
  clock: ClockPort,
): Observable<SyncStatus> {
  const since = clock.now()
  return merge(...pokes, at$(clock, since + PATIENCE_MS)).pipe(
    map(facts),
    filter(({ outbox }) => outbox.loaded || clock.now() >= since + PATIENCE_MS),
    map((now) => toStatus(now, clock.now())),
    distinctUntilChanged(isSame),
  )
}

export function toStatus(facts: StatusFacts, now: number): SyncStatus {
  const { outbox, storage, online, reached, persisted, gate, engine, lostAnswers } = facts
  const { pause, syncedAt } = outbox
  const entries = [...outbox.entries.values()]
  const open = entries.filter((entry) => entry.state !== 'failed')
  const oldest = Math.min(...open.map((entry) => entry.queuedAt))
  const next = Math.min(...open.map((entry) => Math.max(dueAt(entry, now), gate)))
  return {
    network: online ? (reached ? 'online' : 'unreachable') : 'offline',
    work: workOf(facts, open.length, now),
    session: pause?.reason === 'signed-out' ? 'signed-out' : 'ok',
    storage: storage === 'ready' && lostAnswers !== undefined ? 'lost' : storage,
    persisted,
    queued: open.length,
    failed: entries.length - open.length,
    ...(open.length > 0 && { oldestQueuedAt: oldest, nextAttemptAt: next }),
    ...(syncedAt && { lastSyncedAt: syncedAt }),
    ...(engine.stalled && { stalled: engine.stalled }),
    ...(outbox.unreadable && { unreadable: outbox.unreadable }),
    ...(lostAnswers !== undefined && { lostAnswers }),
  }
}

function workOf({ engine, pulling, outbox }: StatusFacts, queued: number, now: number): SyncStatus['work'] {
  if (engine.sending.length > 0) return 'pushing'
  if (pulling > 0) return 'pulling'
  if ((outbox.pause?.until ?? 0) > now) return 'paused'
  return queued > 0 ? 'waiting' : 'idle'
}
