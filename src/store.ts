import { Observable, Subject, Subscription } from 'rxjs'
import type { ResponseRow, RsvpStatus } from './model/entities.ts'
import { RsvpStoreError } from './model/errors.ts'
import type { EventId } from './model/ids.ts'
import { checkAnswers, checkEventId, checkStatus, oneOf, type RsvpInput } from './model/input.ts'
import { credible } from './model/moment.ts'
import type { OutboxEntry } from './model/outbox-entry.ts'
import type { Outcome } from './model/outcome.ts'
import { toPruning } from './model/prune.ts'
import { toAttendeesQuery, toEventsQuery } from './model/queries.ts'
import { signalOf } from './model/reports.ts'
import { isSame } from './model/same.ts'
import type { RsvpStoreOptions } from './options.ts'
import type { Ports, WitnessPort } from './ports.ts'
import type { LogoutOptions, LogoutResult, Receipt, RsvpStore } from './public-api.ts'
import { createSend } from './remote/http.ts'
import type { RequestStep } from './remote/request-step.ts'
import { createRsvpApi } from './remote/rsvp-api.ts'
import { createSession } from './remote/session.ts'
import { socialPlus } from './remote/social-plus.ts'
import { isTokenRefused } from './remote/verdict.ts'
import { completePort, databaseName, RsvpDatabase } from './storage/database.ts'
import { inspect } from './storage/inspect.ts'
import { createLive } from './storage/live.ts'
import { createMerge } from './storage/merge.ts'
import { createOutbox } from './storage/outbox.ts'
import { createPrune, makeRoom } from './storage/prune.ts'
import { createPulled } from './storage/pulled.ts'
import { createSettle } from './storage/settle.ts'
import { anyOf$, at$, derived$, first, only$ } from './storage/streams.ts'
import { unnamed } from './storage/walk.ts'
import { createWatchers } from './storage/watchers.ts'
import { createWitness } from './storage/witness.ts'
import { createBring } from './sync/changed.ts'
import { createEngine } from './sync/engine.ts'
import { createFeed } from './sync/feed.ts'
import { createFreshness } from './sync/freshness.ts'
import { createPace } from './sync/pace.ts'
import { createPull } from './sync/pull.ts'
import { createPullables } from './sync/pullable.ts'
import { createPush } from './sync/push.ts'
import { createReceipts } from './sync/receipts.ts'
import { type StatusFacts, status$ as statusOf } from './sync/status.ts'
import { createUpkeep } from './sync/upkeep.ts'
import { growing } from './views/list.ts'
import { createQueries } from './views/queries.ts'
import { shared } from './views/share.ts'
import { createTaps } from './views/taps.ts'

/** Tells stores of one page apart whatever their random source is; other pages differ by theirs. */
let stores = 0

/** The one place where the parts meet. */
export function createStore(options: RsvpStoreOptions, ports: Ports): RsvpStore {
  const {
    userId,
    baseUrl,
    getToken,
    onConflict,
    remote = socialPlus,
    name = 'rsvp-store',
    push = {},
    pull: { everyMs = 60_000, whileLiveMs = everyMs && Math.max(everyMs, 600_000) } = {},
    feed,
    mirror = {},
  } = options
  const { concurrency = 4, timeoutMs = 20_000, backoff = {} } = push
  const { baseMs = 1_000, capMs = 300_000 } = backoff
  const { requests = 80, perMs = 5_000 } = push.pace ?? {}
  const { clock, random, connectivity } = ports
  stores += 1
  const tabId = `${stores}${random().toString(36).slice(1)}`

  /** What only `status$` wants to know. */
  let facts: Pick<StatusFacts, 'reached' | 'pulling' | 'feed' | 'persisted' | 'lostAnswers'> = {
    reached: true,
    pulling: undefined,
    feed: undefined,
    persisted: undefined,
    lostAnswers: undefined,
  }
  const facts$ = new Subject<void>()
  const know = (more: Partial<typeof facts>) => {
    facts = { ...facts, ...more }
    facts$.next()
  }
  const online$ = new Observable<void>((observer) => connectivity.watch(() => observer.next()))
  const requests$ = new Subject<RequestStep>()
  const closing = new AbortController()
  const closed$ = new Subject<never>()

  const port = completePort(ports.indexedDB)
  const db = new RsvpDatabase(databaseName(name, userId), port)
  const live = createLive(db, port !== undefined, ports, () => makeRoom(db, userId, clock.now()))
  const outbox = createOutbox(db, live, userId)
  const merging = createMerge(db, live, clock, userId, (count) => upkeep.merged(count))
  const myResponse = async (eventId: EventId) =>
    (await live.read([db.responses], ({ responses }) => responses.get([eventId, userId])))?.row
  const receipts = createReceipts(outbox, myResponse)

  const pace = createPace(clock, { requests, perMs })
  const send = createSend({
    baseUrl,
    timeoutMs,
    isTokenRefused: (question, reply) => isTokenRefused(remote, question, reply),
    session: createSession(getToken, ports, `${db.name}/token`, timeoutMs / 2),
    ports,
    sent: (question) => requests$.next({ at: clock.now(), question, what: 'sent' }),
    pace: pace.turn,
    closing: closing.signal,
  })
  const api = createRsvpApi(
    remote,
    async (call) => {
      const reply = await send(call)
      // A call that was given up says nothing of the network.
      if (!call.signal?.aborted) know({ reached: !reply.silence || reply.silence === 'signed-out' })
      return reply
    },
    merging.asOf,
    userId,
    (question, verdict) =>
      requests$.next({
        ...{ at: clock.now(), question, what: 'heard', verdict: verdict.kind },
        ...('failure' in verdict && { failure: verdict.failure }),
      } as RequestStep),
  )

  const engine = createEngine({
    ports,
    outbox,
    pace,
    settle: createSettle(db, outbox, clock, userId),
    deliver: createPush({ api, merge: merging, userId, onConflict, closing: closing.signal }),
    reached: () => facts.reached,
    options: { concurrency, timeoutMs, backoff: { baseMs, capMs } },
    tabId,
  })
  const pulled = createPulled(db, live, clock, tabId)
  const pull = createPull({
    clock,
    merge: merging,
    pulled,
    heard: engine.heard,
    paused: () => credible(outbox.state$.value.pause?.until ?? 0, clock.now()) > clock.now(),
    tell: (pulling) => know({ pulling }),
  })
  const pullable = createPullables(api)
  const bring = createBring({
    ...{ pull, pulled, clock },
    event: pullable.event,
    unnamed: (...list) => live.read([db.events], (tables) => unnamed(tables, ...list)),
  })
  const freshness = createFreshness({
    ports,
    everyMs: () => (facts.feed === 'open' ? whileLiveMs : everyMs),
    bring,
    pulled,
    hasFeed: feed !== undefined,
  })
  const taps = createTaps()
  const queries = createQueries({ db, live, me: userId, taps, clock, closed$ })

  const watchers = createWatchers({ db, live, outbox, clock, tabId, shown: queries.watched })
  const upkeep = createUpkeep({
    ports,
    prune: createPrune(db, live, clock, userId),
    inspect: () => inspect(db, live),
    spared: watchers.ask,
    pulled,
    isKeptFresh: freshness.isWatched,
    bounds: mirror,
    lockName: `${db.name}/prune`,
  })

  const witness = createWitness(db, live, outbox, ports.witness ?? FORGETFUL, (lostAnswers) => {
    know({ lostAnswers })
    freshness.refresh() // the server's rows are gone too
  })

  const hearing = createFeed({
    ...{ feed, ports, backoff: { baseMs, capMs }, merge: merging.mergeLive },
    tell(state, since) {
      know({ feed: state })
      if (state === 'open') freshness.feedOpened(since)
      else freshness.poke() // its turns are other ones now
    },
  })

  const running = new Subscription()
  for (const part of port ? [outbox, witness, watchers, freshness, engine, hearing] : [outbox])
    running.add(part.start())

  let answers = 0
  let closed = false

  /** A method of the public API: it checks first, and a closed store takes no calls. */
  const method =
    <A extends unknown[], R>(run: (...args: A) => R | Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (closed) throw new RsvpStoreError('closed', 'The store is closed.')
      return run(...args)
    }

  async function rsvpAll(input: readonly RsvpInput[]): Promise<readonly Receipt[]> {
    const given = checkAnswers(input)
    if (given.length === 0) return []
    // Asked once, when there is first something to lose.
    if (answers === 0) ports.persist?.().then((persisted) => know({ persisted }), ignore)
    const tap = taps.begin(given)
    try {
      const now = clock.now()
      const stored = await outbox.answer(
        given.map((answer) => ({ ...answer, now, answerId: `${tabId}.${++answers}` })),
        tap.began,
      )
      tap.saved(stored.map(({ entry }) => entry))
      return stored.map(({ entry, response }, index) => {
        const accepted: Outcome = { kind: 'accepted', response: response as ResponseRow }
        const settled = entry ? receipts.settled(entry) : Promise.resolve(accepted)
        return { ...(given[index] as RsvpInput), settled }
      })
    } catch (error) {
      tap.failed()
      throw error
    }
  }

  async function rsvp(eventIdInput: string, statusInput: RsvpStatus): Promise<Receipt> {
    const answer = { eventId: checkEventId(eventIdInput), status: checkStatus(statusInput) }
    return (await rsvpAll([answer]))[0] as Receipt
  }

  async function settled(input: string): Promise<Outcome> {
    const eventId = checkEventId(input)
    const { entries } = await first(outbox.state$, ({ loaded }) => loaded)
    const entry = entries.get(eventId)
    if (!entry) {
      const response = await myResponse(eventId)
      return response ? { kind: 'accepted', response } : { kind: 'discarded' }
    }
    const outcome = await receipts.settled(entry)
    return outcome.kind === 'superseded' ? settled(eventId) : outcome
  }

  const outbox$ = derived$(
    only$(outbox.state$, ({ loaded }) => loaded),
    ({ entries }) => [...entries.values()].sort((a, b) => a.queuedAt - b.queuedAt),
    isSame,
  )

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    closing.abort()
    closed$.complete()
    requests$.complete()
    await engine.stop()
    running.unsubscribe()
    live.close()
  }

  /** Waits until each open answer was taken or at least tried, one request's time at most. */
  async function sendAll(): Promise<void> {
    const end = clock.now() + timeoutMs
    const before = outbox.state$.value.entries
    const isOpen = ({ eventId, state, failures }: OutboxEntry) =>
      state !== 'failed' && failures <= (before.get(eventId)?.failures ?? 0)
    const isTried = () => {
      const { entries, pause } = outbox.state$.value
      return pause || clock.now() >= end || ![...entries.values()].some(isOpen)
    }
    engine.sync()
    if (connectivity.online()) await first(anyOf$(outbox.state$, at$(clock, end)), isTried)
  }

  async function logout({ unsent = 'keep' }: LogoutOptions = {}): Promise<LogoutResult> {
    oneOf('keep', 'discard', 'send')(unsent, 'unsent')
    if (unsent === 'send') await sendAll()
    const left = await live.read([db.outbox], ({ outbox }) => outbox.count())
    await close()
    if (unsent === 'discard') {
      await db.delete({ disableAutoOpen: true })
      witness.forget()
    }
    return { unsent: left }
  }

  return {
    rsvp: method(rsvp),
    rsvpAll: method(rsvpAll),
    settled: method(settled),
    retry: method(async (eventId) => void (await outbox.retry(checkEventId(eventId), clock.now()))),
    discard: method(async (eventId) => void (await outbox.discard(checkEventId(eventId), clock))),
    event$(input) {
      const eventId = checkEventId(input)
      return queries.event$(eventId, () => freshness.watch(pullable.event(eventId)))
    },
    events$(input) {
      const query = toEventsQuery(input)
      const sized = (limit: number | undefined) => ({ ...query, limit })
      return growing(
        query.limit,
        (limit) => queries.events$(sized(limit), () => freshness.watch(...pullable.list(sized(limit)))),
        (limit, last) => pull.more(pullable.list(sized(limit))[0], pullable.list(sized(last))[0].key),
      )
    },
    attendees$(input, queryInput) {
      const eventId = checkEventId(input)
      const query = toAttendeesQuery(queryInput)
      const sized = (limit: number | undefined) => pullable.attendees(eventId, { ...query, limit })
      return growing(
        query.limit,
        (limit) => queries.attendees$(eventId, { ...query, limit }, () => freshness.watch(sized(limit))),
        (limit, last) => pull.more(sized(limit), sized(last).key),
      )
    },
    outbox$: shared(outbox$, closed$),
    status$: shared(
      statusOf(
        () => ({
          outbox: outbox.state$.value,
          storage: live.storage$.value,
          online: connectivity.online(),
          ...facts,
          engine: engine.state$.value,
          gate: engine.gate(clock.now()),
        }),
        [outbox.state$, live.storage$, online$, engine.state$, facts$],
        clock,
      ),
      closed$,
    ),
    requests$: requests$.asObservable(),
    pullEvents: method((query, options) => bring(pullable.events(toEventsQuery(query)), signalOf(options))),
    pullEvent: method((eventId, options) => bring(pullable.event(checkEventId(eventId)), signalOf(options))),
    pullMyRsvps: method((query, options) =>
      bring(pullable.rsvps(toAttendeesQuery(query)), signalOf(options)),
    ),
    pullAttendees: method((eventId, query, options) =>
      bring(pullable.attendees(checkEventId(eventId), toAttendeesQuery(query)), signalOf(options)),
    ),
    merge: method(merging.merge),
    prune: method((options) => upkeep.run(toPruning(options, clock.now()))),
    inspect: method(() => inspect(db, live)),
    sync() {
      if (closed) return
      engine.sync()
      freshness.refresh()
    },
    logout: method(logout),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const ignore = () => undefined
const FORGETFUL: WitnessPort = { get: () => null, set: ignore }
