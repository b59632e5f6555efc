import type { Observable } from 'rxjs'
import type { FeedState } from '../model/feed.ts'
import { dueAt } from '../model/outbox-entry.ts'
import { isSame } from '../model/same.ts'
import type { PullProgress, StorageState, SyncStatus } from '../model/status.ts'
import type { ClockPort } from '../ports.ts'
import type { OutboxState } from '../storage/outbox.ts'
import { anyOf$, at$, derived$, only$ } from '../storage/streams.ts'
import type { EngineState } from './works.ts'

export interface StatusFacts {
  readonly outbox: OutboxState
  readonly storage: StorageState
  readonly online: boolean
  /** The last request got a reply, whatever it said. */
  readonly reached: boolean
  /** Pulls under way. */
  readonly pulling: PullProgress | undefined
  readonly feed: FeedState | undefined
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
  const patientUntil = clock.now() + PATIENCE_MS
  const poke$ = only$(
    anyOf$(...pokes, at$(clock, patientUntil)),
    () => facts().outbox.loaded || clock.now() >= patientUntil,
  )
  return derived$(poke$, () => toStatus(facts(), clock.now()), isSame)
}

function toStatus(facts: StatusFacts, now: number): SyncStatus {
  const { outbox, storage, online, reached, pulling, engine, persisted, lostAnswers, gate, feed } = facts
  const { entries, pause, syncedAt } = outbox
  const open = [...entries.values()].filter(({ state }) => state !== 'failed')
  const isPaused = (pause?.until ?? 0) > now
  const resting = isPaused ? 'paused' : open.length > 0 ? 'waiting' : 'idle'
  return {
    network: online ? (reached ? 'online' : 'unreachable') : 'offline',
    work: engine.sending.length > 0 ? 'pushing' : pulling ? 'pulling' : resting,
    session: pause?.reason === 'signed-out' ? 'signed-out' : 'ok',
    storage: storage === 'ready' && lostAnswers !== undefined ? 'lost' : storage,
    persisted,
    queued: open.length,
    failed: entries.size - open.length,
    ...(open.length > 0 && {
      oldestQueuedAt: Math.min(...open.map(({ queuedAt }) => queuedAt)),
      nextAttemptAt: Math.max(gate, Math.min(...open.map((entry) => dueAt(entry, now)))),
    }),
    ...(syncedAt && { lastSyncedAt: syncedAt }),
    ...(feed && { feed }),
    ...(pulling && { pulling }),
    ...(engine.stalled && { stalled: engine.stalled }),
    ...(outbox.unreadable && { unreadable: outbox.unreadable }),
    ...(lostAnswers !== undefined && { lostAnswers }),
  }
}
