import type {
  PatchOperation,
  Puller,
  Pusher,
  ReadonlyJSONObject,
  ReadTransaction,
  WriteTransaction,
} from 'replicache'
import { ReplicacheImpl } from 'replicache/impl'
import {
  type Bundle,
  type Contender,
  type EventRow,
  ME,
  type OpenOptions,
  type ResponseRow,
  type Shown,
  type Status,
  type Store,
} from '../contender.ts'
import { pushAll } from '../push-all.ts'
import { show } from './parts/overlay.ts'

/** What a mutation says. */
type Answer = { readonly eventId: string; readonly status: Status }

/** What the server has to tell at a pull: rows, and the last mutation of each client that they contain. */
interface News {
  readonly patch: PatchOperation[]
  readonly lastMutationIDChanges: Record<string, number>
}

const OK = { httpStatusCode: 200, errorMessage: '' }

const eventKey = (eventId: string) => `event/${eventId}`
const responseKey = (eventId: string, userId: string) => `response/${eventId}/${userId}`
/** The server sends no row of this name: it is there for as long as the mutation that writes it is open. */
const answerKey = (eventId: string) => `answer/${eventId}`

const mutators = {
  answer: (tx: WriteTransaction, answer: Answer) => tx.set(answerKey(answer.eventId), answer),
}

/**
 * Replicache, with a server that is made up: a pull hands over what was merged. Its documented class writes to disk
 * when the page is idle, and tells nobody; the class inside, which the package exports too, can be told to, and is.
 * Its own IndexedDB store, the default, writes with durability 'relaxed'.
 */
export const contender: Contender = {
  name: 'Replicache',
  durability: 'relaxed',
  async open(name, { url = '' }: OpenOptions = {}) {
    const store = createStore(name, url)
    await store.waiting()
    return store
  },
}

function createStore(name: string, url: string): Store {
  let news: News | undefined

  const puller: Puller = async (request) => {
    if (request.pullVersion !== 1) throw new Error('a client of an old version')
    const { cookie } = request
    const told = news
    news = undefined
    const response = told
      ? { cookie: Number(cookie) + 1, ...told }
      : { cookie, patch: [], lastMutationIDChanges: {} }
    return { response, httpRequestInfo: OK }
  }

  /** Why the last push failed: Replicache tries again by itself, and does not tell. */
  let failure: unknown

  /** Resolves when the answers were sent, and what the server then says has come in. */
  const pusher: Pusher = async ({ mutations }) => {
    const lastMutationIDChanges: Record<string, number> = {}
    const answers = new Map<string, Answer>()
    for (const mutation of mutations) {
      if (!('clientID' in mutation)) throw new Error('a client of an old version')
      lastMutationIDChanges[mutation.clientID] = mutation.id
      const answer = mutation.args as Answer
      answers.set(answer.eventId, answer) // the last word on each event
    }
    const patch: PatchOperation[] = []
    try {
      await pushAll(url, [...answers.values()], async (_, reply) => void patch.push(...patchOf(reply)))
    } catch (error) {
      failure = error
      throw error
    }
    await pull({ patch, lastMutationIDChanges })
    return { httpRequestInfo: OK }
  }

  // The pusher is set when the store goes online: until then Replicache does not try.
  const rep = new ReplicacheImpl(
    {
      name,
      mutators,
      puller,
      pullInterval: null,
      // A list by start time reads one range of this index.
      indexes: { byStart: { prefix: eventKey(''), jsonPointer: '/startTime' } },
      logLevel: 'error',
    },
    {
      enablePullAndPushInOpen: false,
      enableScheduledPersist: false,
      // All clients are of one version, and so of one group: they have the open mutations of those before them.
      enableMutationRecovery: false,
    },
  )

  /** One pull at a time, so that each gets its own news. */
  const pull = inTurn(async (told: News) => {
    news = told
    await rep.pull({ now: true })
    await persist()
  })

  /** Who comes while it runs shares the next run: Replicache wants no two at a time. */
  let next: Promise<void> | undefined
  const run = inTurn(() => {
    next = undefined
    return rep.persist()
  })
  const persist = () => (next ??= run())

  const view = async (tx: ReadTransaction, event: EventRow): Promise<Shown> => {
    const [mine, answer] = await Promise.all([
      tx.get(responseKey(event.eventId, ME)) as Promise<ResponseRow | undefined>,
      tx.get(answerKey(event.eventId)) as Promise<Answer | undefined>,
    ])
    return show(event, mine?.status, answer?.status)
  }

  const waiting = () =>
    rep
      .query((tx) =>
        tx
          .scan({ prefix: answerKey('') })
          .keys()
          .toArray(),
      )
      .then((keys) => keys.length)

  return {
    merge: (bundle) => pull({ patch: patchOf(bundle), lastMutationIDChanges: {} }),
    watchEvent: (eventId, next) =>
      rep.subscribe(
        async (tx) => {
          const event = (await tx.get(eventKey(eventId))) as EventRow | undefined
          return event && view(tx, event)
        },
        (shown) => next(() => shown),
      ),
    watchList: (limit, next) =>
      rep.subscribe(
        async (tx) => {
          const events = (await tx.scan({ indexName: 'byStart', limit }).toArray()) as readonly unknown[]
          return Promise.all((events as readonly EventRow[]).map((event) => view(tx, event)))
        },
        (shown) => next(() => shown),
      ),
    async tap(eventId, status) {
      await rep.mutate.answer({ eventId, status })
      await persist()
    },
    waiting,
    async push() {
      rep.pusher = pusher
      failure = undefined
      while ((await waiting()) > 0) {
        await rep.push({ now: true })
        if (failure) throw failure
      }
    },
    async close() {
      await persist()
      await rep.close()
    },
  }
}

/** Runs what is asked one after the other. */
function inTurn<Args extends readonly unknown[]>(run: (...args: Args) => Promise<void>) {
  let last = Promise.resolve()
  return (...args: Args): Promise<void> => {
    const turn = () => run(...args)
    last = last.then(turn, turn)
    return last
  }
}

function patchOf({ events, eventResponses, users, files }: Bundle): PatchOperation[] {
  return [
    ...events.map((row) => put(eventKey(row.eventId), row)),
    ...eventResponses.map((row) => put(responseKey(row.eventId, row.userId), row)),
    ...users.map((row) => put(`user/${row.userId}`, row)),
    ...files.map((row) => put(`file/${row.fileId}`, row)),
  ]
}

const put = (key: string, row: object): PatchOperation => ({
  op: 'put',
  key,
  value: row as ReadonlyJSONObject,
})
