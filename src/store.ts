import {
  BehaviorSubject,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  map,
  merge,
  Observable,
  ReplaySubject,
  Subscription,
  share,
  takeUntil,
} from 'rxjs'
import type { ResponseRow, RsvpStatus } from './model/entities.ts'
import { RsvpStoreError } from './model/errors.ts'
import type { EventId } from './model/ids.ts'
import { check, checkEventId, checkStatus, checkUnsent, OptionsSchema } from './model/input.ts'
import type { OutboxEntry } from './model/outbox-entry.ts'
import {
  type AttendeesQueryInput,
  checkAttendeesQuery,
  checkEventsQuery,
  type EventsQueryInput,
} from './model/queries.ts'
import type { Ports } from './ports.ts'
import { createSend } from './remote/http.ts'
import { createRsvpApi } from './remote/rsvp-api.ts'
import { createSession, type GetToken } from './remote/session.ts'
import { completePort, databaseName, RsvpDatabase } from './storage/database.ts'
import { createFind } from './storage/find.ts'
import { at$, createLive } from './storage/live.ts'
import { createMerge, type MergeReport } from './storage/merge.ts'
import { createOutbox } from './storage/outbox.ts'
import { createSettle } from './storage/settle.ts'
import { createEngine } from './sync/engine.ts'
import { createFreshness } from './sync/freshness.ts'
import { createPace } from './sync/pace.ts'
import { createPull, type PullReport } from './sync/pull.ts'
import { createPush } from './sync/push.ts'
import { createReceipts, type Outcome } from './sync/receipts.ts'
import { type SyncStatus, status$ as statusOf } from './sync/status.ts'
import type { AttendeeView } from './views/attendees.ts'
import type { EventView } from './views/overlay.ts'
import { createQueries } from './views/queries.ts'
import { createTaps } from './views/taps.ts'

/** How a store is made. Every default suits a phone. */
export interface RsvpStoreOptions {
  /** Whose answers these are; each user has a database of their own. */
  readonly userId: string
  /** The API's origin, https (http only for localhost and `.test` names). */
  readonly baseUrl: string
  /** Called for every request; never stored. */
  readonly getToken: GetToken
  /** Database name prefix. @defaultValue `'rsvp-store'` */
  readonly name?: string | undefined
  readonly push?: PushOptions | undefined
  readonly pull?: PullOptions | undefined
  /** Replaces any of the store's ways to the outside world. */
  readonly ports?: Partial<Ports> | undefined
}

export interface PushOptions {
  /** How many events are answered at the same time; one event never is twice. @defaultValue 4 */
  readonly concurrency?: number | undefined
  /** How long one request may take. @defaultValue 20_000 */
  readonly timeoutMs?: number | undefined
  /** Wait after silence: anything up to `min(capMs, baseMs · 2^n)`. @defaultValue 1_000 and 300_000 */
  readonly backoff?: { readonly baseMs?: number | undefined; readonly capMs?: number | undefined } | undefined
  /** At most `requests` in any `perMs`. @defaultValue 80 in 5_000; the API publishes 100 in 5_000. */
  readonly pace?: { readonly requests?: number | undefined; readonly perMs?: number | undefined } | undefined
}

export interface PullOptions {
  /** How often what is watched is pulled, while visible and online; `false`: never by itself. @defaultValue 60_000 */
  readonly everyMs?: number | false | undefined
}

/** What `rsvp` gives back once the answer is on disk. */
export interface Receipt {
  readonly eventId: EventId
  readonly status: RsvpStatus
  /** How the answer ended. Never rejects; stays open when the store is closed first: ask `settled()` next time. */
  readonly settled: Promise<Outcome>
}

export interface LogoutResult {
  /** How many answers had not reached the server. */
  readonly unsent: number
}

export interface RsvpStore {
  /**
   * Answers an event. Observers see it before this returns; resolves once it is on disk, not once it is sent.
   * Saying again what the server already has sends nothing.
   * @throws RsvpStoreError `invalid-argument`, `rsvp-closed`, a storage error, or `closed`; then nothing was stored.
   */
  rsvp(eventId: string, status: RsvpStatus): Promise<Receipt>
  /** How my open answer to this event ends, or ended: from the tables, in any tab, also after a reload. */
  settled(eventId: string): Promise<Outcome>
  /** Sends a failed answer, or one that waits, as soon as the server allows. Nothing happens when there is none. */
  retry(eventId: string): Promise<void>
  /** Drops a failed answer, or one that waits. Does not call back a request already on its way. */
  discard(eventId: string): Promise<void>

  /** One event with my answer laid over it; `undefined` while it is not known here. */
  event$(eventId: string): Observable<EventView | undefined>
  /** Events by start time, without deleted ones, each with my answer laid over it. */
  events$(query?: EventsQueryInput): Observable<readonly EventView[]>
  /** Who answered, the first to answer first, my unsettled answer included. */
  attendees$(eventId: string, query?: AttendeesQueryInput): Observable<readonly AttendeeView[]>
  /** My answers that the server has not settled, the oldest first. */
  readonly outbox$: Observable<readonly OutboxEntry[]>
  readonly status$: Observable<SyncStatus>

  /** Pulls reject with `unreachable`, `signed-out`, `refused`, `closed` or a storage error; pages merged so far stay. */
  pullEvents(query?: EventsQueryInput): Promise<PullReport>
  pullEvent(eventId: string): Promise<PullReport>
  pullMyRsvps(query?: AttendeesQueryInput): Promise<PullReport>
  pullAttendees(eventId: string, query?: AttendeesQueryInput): Promise<PullReport>
  /** Merges any reply of the API, or a live message; rows that are older than what is known change nothing. */
  merge(bundle: unknown): Promise<MergeReport>
  /** Pushes and pulls what is due now; does not wait for it. */
  sync(): void

  /** Ends this user's session here; the store is closed afterwards. `discard` deletes all of the user's data. */
  logout(options?: { readonly unsent?: 'keep' | 'discard' | 'send' }): Promise<LogoutResult>
  /** Completes every observable, gives up requests and closes the database. Answers stay on disk. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The one place where the parts meet. */
export function createStore(input: RsvpStoreOptions, ports: Ports): RsvpStore {
  const { userId, baseUrl, name = 'rsvp-store', push = {}, pull: pulling = {} } = input
  const { clock, random } = ports
  const { concurrency = 4, timeoutMs = 20_000, backoff = {}, pace = {} } = push
  const { baseMs = 1_000, capMs = 300_000 } = backoff
  const tabId = random().toString(36).slice(2)

  const port = completePort(ports.indexedDB)
  const db = new RsvpDatabase(databaseName(name, userId), port)
  const live = createLive(db, port !== undefined, ports)
  const outbox = createOutbox(db, live, userId)
  const merging = createMerge(db, live, clock, userId)
  const settle = createSettle(db, live, outbox, clock, userId)
  const find = createFind(db, userId)

  const reached$ = new BehaviorSubject(true)
  const pulls$ = new BehaviorSubject(0)
  const persisted$ = new BehaviorSubject<boolean | undefined>(undefined)
  const closed$ = new ReplaySubject<void>(1)
  const closing = new AbortController()

  const session = createSession(input.getToken, ports.locks, `${db.name}/token`)
  const paced = createPace(clock, { requests: pace.requests ?? 80, perMs: pace.perMs ?? 5_000 })
  const send = createSend({ baseUrl, timeoutMs, session, ports, pace: paced })
  const api = createRsvpApi(async (call) => {
    const reply = await send(call)
    const reached = reply.kind !== 'silent'
    if (reached !== reached$.value) reached$.next(reached)
    return reply
  }, userId)

  const engine = createEngine({
    ports,
    outbox,
    settle,
    deliver: createPush({ api, merge: merging, clock, userId }),
    reached: () => reached$.value,
    options: { concurrency, timeoutMs, backoff: { baseMs, capMs } },
    tabId,
  })
  const pull = createPull({
    api,
    merge: merging,
    signal: closing.signal,
    refused: async ({ kind, ...verdict }) => {
      if (kind === 'slow-down' || kind === 'signed-out')
        await engine.pause(kind, 'retryAfterMs' in verdict ? verdict.retryAfterMs : undefined)
    },
    accepted: engine.resume,
    paused: () => (outbox.state$.value.pause?.until ?? 0) > clock.now(),
    busy: (change) => pulls$.next(pulls$.value + change),
  })
  const freshness = createFreshness(ports, pulling.everyMs ?? 60_000)
  const taps = createTaps()
  const queries = createQueries({ db, live, find, taps, clock, me: userId, closed$ })
  const myResponse = async (eventId: EventId): Promise<ResponseRow | undefined> =>
    (await live.read([db.responses], () => db.responses.get([eventId, userId])))?.row
  const receipts = createReceipts(outbox, myResponse)

  const running = new Subscription()
  const engineRunning = new Subscription()
  if (port) {
    running.add(outbox.start())
    running.add(receipts.start())
    running.add(freshness.start())
    engineRunning.add(engine.start())
  }

  let answers = 0
  let closed = false

  function whileOpen(): void {
    if (closed) throw new RsvpStoreError('closed', 'The store is closed.')
  }

  /** Asked once, when there is first something to lose. */
  function askToPersist(): void {
    if (!ports.persist || answers > 1) return
    ports.persist().then(
      (granted) => persisted$.next(granted),
      () => undefined,
    )
  }

  async function rsvp(eventIdInput: string, statusInput: RsvpStatus): Promise<Receipt> {
    whileOpen()
    const eventId = checkEventId(eventIdInput)
    const status = checkStatus(statusInput)
    answers += 1
    askToPersist()
    const tap = taps.begin(eventId, status)
    const answer = { eventId, status, answerId: `${tabId}.${answers}`, now: clock.now() }
    const { entry, response } = await outbox.answer(answer, tap.began).catch((error: unknown) => {
      tap.failed()
      throw error
    })
    tap.saved(entry)
    if (entry) return { eventId, status, settled: receipts.settled(entry) }
    receipts.end(eventId, { kind: 'superseded' })
    return { eventId, status, settled: Promise.resolve({ kind: 'accepted', response: response as ResponseRow }) }
  }

  async function settled(input: string): Promise<Outcome> {
    whileOpen()
    const eventId = checkEventId(input)
    await firstValueFrom(outbox.state$.pipe(filter(({ loaded }) => loaded)))
    for (;;) {
      const entry = outbox.state$.value.entries.get(eventId)
      if (!entry) {
        const response = await myResponse(eventId)
        return response ? { kind: 'accepted', response } : { kind: 'discarded' }
      }
      const outcome = await receipts.settled(entry)
      if (outcome.kind !== 'superseded') return outcome
    }
  }

  async function retry(input: string): Promise<void> {
    whileOpen()
    await outbox.retry(checkEventId(input), clock.now())
  }

  async function discard(input: string): Promise<void> {
    whileOpen()
    const eventId = checkEventId(input)
    await outbox.discard(eventId)
    receipts.end(eventId, { kind: 'discarded' })
  }

  function event$(input: string): Observable<EventView | undefined> {
    const eventId = checkEventId(input)
    return freshness.kept(`event ${eventId}`, () => pull.event(eventId), queries.event$(eventId))
  }

  function events$(input?: EventsQueryInput): Observable<readonly EventView[]> {
    const query = checkEventsQuery(input)
    return freshness.kept(`events ${JSON.stringify(query)}`, () => pull.events(query), queries.events$(query))
  }

  function attendees$(input: string, queryInput?: AttendeesQueryInput): Observable<readonly AttendeeView[]> {
    const eventId = checkEventId(input)
    const query = checkAttendeesQuery(queryInput)
    const key = `attendees ${eventId} ${JSON.stringify(query)}`
    const fetch = () => pull.attendees(eventId, query.status, query.limit)
    return freshness.kept(key, fetch, queries.attendees$(eventId, query))
  }

  const shared = <T>(source$: Observable<T>): Observable<T> =>
    source$.pipe(
      takeUntil(closed$),
      share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: true }),
    )

  const outbox$ = shared(
    outbox.state$.pipe(
      filter(({ loaded }) => loaded || !port),
      map(({ entries }) => entries),
      distinctUntilChanged(),
      map((entries) => [...entries.values()].sort((a, b) => a.queuedAt - b.queuedAt)),
    ),
  )

  const online$ = new Observable<boolean>((observer) => {
    observer.next(ports.connectivity.online())
    return ports.connectivity.watch(() => observer.next(ports.connectivity.online()))
  })
  const status$ = shared(
    statusOf(
      {
        outbox: outbox.state$,
        storage: live.storage$,
        online: online$,
        reached: reached$,
        pulling: pulls$,
        sending: engine.sending$,
        persisted: persisted$,
      },
      clock,
    ),
  )

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    closing.abort()
    await engine.stop(engineRunning)
    closed$.next()
    running.unsubscribe()
    live.close()
  }

  /** Waits until each open answer was taken or at least tried, one request's time at most. */
  async function sendAll(): Promise<void> {
    engine.sync()
    const tried = outbox.state$.pipe(
      filter(({ entries, pause }) => pause !== undefined || [...entries.values()].every(({ failure }) => failure)),
    )
    if (ports.connectivity.online()) await firstValueFrom(merge(tried, at$(clock, clock.now() + timeoutMs)))
  }

  async function logout(options: { readonly unsent?: 'keep' | 'discard' | 'send' } = {}): Promise<LogoutResult> {
    whileOpen()
    const unsent = checkUnsent(options.unsent ?? 'keep')
    if (unsent === 'send') await sendAll()
    const left = await live.read([db.outbox], () => db.outbox.count())
    await close()
    if (unsent === 'discard') await db.delete({ disableAutoOpen: true })
    return { unsent: left }
  }

  return {
    rsvp,
    settled,
    retry,
    discard,
    event$,
    events$,
    attendees$,
    outbox$,
    status$,
    async pullEvents(query) {
      whileOpen()
      return pull.events(checkEventsQuery(query))
    },
    async pullEvent(eventId) {
      whileOpen()
      return pull.event(checkEventId(eventId))
    },
    async pullMyRsvps(query) {
      whileOpen()
      const { status, limit } = checkAttendeesQuery(query)
      return pull.myRsvps(status, limit)
    },
    async pullAttendees(eventId, query) {
      whileOpen()
      const { status, limit } = checkAttendeesQuery(query)
      return pull.attendees(checkEventId(eventId), status, limit)
    },
    async merge(bundle) {
      whileOpen()
      return merging.merge(bundle)
    },
    sync() {
      whileOpen()
      engine.sync()
      freshness.refresh()
    },
    logout,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Reads the options, or throws `invalid-argument` that names the one that is wrong. */
export function checkOptions(input: unknown): RsvpStoreOptions {
  return check(OptionsSchema, input, 'options') as unknown as RsvpStoreOptions
}
