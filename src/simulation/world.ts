import { browserPorts } from '../adapters/browser.ts'
import { createFakeRandom } from '../adapters/fakes.ts'
import type { Facts } from './facts.ts'
import type { Happening } from './happening.ts'
import { createLedger } from './ledger.ts'
import { createLive } from './live.ts'
import { createNetwork } from './network.ts'
import { createSaid } from './said.ts'
import { doubleAsServer, type ServerMaker } from './server.ts'
import type { History } from './step.ts'
import { passOnStorageEvents } from './storage-events.ts'
import { openTab, type Tab } from './tab.ts'
import type { WorldIndexedDb } from './tab-idb.ts'
import { createLockTable } from './tab-locks.ts'
import { createTimeline } from './timeline.ts'

export interface WorldOptions extends WorldIndexedDb {
  /** Default: the API double. */
  readonly server?: ServerMaker | undefined
  /**
   * Every other tab has an observer that throws. RxJS throws it again in a task of its own, where `turn` must catch it;
   * without a `turn` of your own, leave this out.
   */
  readonly throwing?: boolean | undefined
  /**
   * Lets everything run that is ready: one turn of the event loop. Default: a turn of the platform's own, whose order
   * is the platform's too; a play that must be the same each time needs a queue of its own here.
   */
  readonly turn?: (() => Promise<void>) | undefined
}

/** Worlds of one process must not hear each other's storage events. */
let worlds = 0

const START = Date.UTC(2026, 4, 4, 9)
/** Turns in a row without a sound: then nothing moves. */
const QUIET_TURNS = 3
/** More turns than any honest step takes. */
const MOST_TURNS = 20_000

export type World = ReturnType<typeof createSimulatedWorld>

/** One phone with its tabs, one server, one time. Nothing moves by itself. */
export function createSimulatedWorld(
  history: History,
  {
    indexedDB,
    IDBKeyRange,
    server: makeServer = doubleAsServer,
    throwing = false,
    turn = browserPorts().clock.pause,
  }: WorldOptions,
  hear: (happening: Happening) => void,
) {
  worlds += 1
  const name = `simulated-${worlds}`
  let activity = 0
  let openTransactions = 0
  const tell = (happening: Happening) => {
    activity += 1
    hear(happening)
  }
  const timeline = createTimeline(START)
  const random = createFakeRandom(history.seed)
  const server = makeServer({ now: timeline.now, at: timeline.at }, history)
  const said = createSaid()
  const ledger = createLedger((commit) => tell({ kind: 'commit', commit }))
  const network = createNetwork({ server, timeline, said, random, tell })
  const live = createLive({ server, timeline, said, random, tell, isUp: network.isUp })
  const locks = createLockTable()
  const real = indexedDB()
  const tabs: Tab[] = []
  const tokens = new Map<string, string>()
  let tokensGoneUntil = 0
  let [disturbedAt, jumpedAt] = [START, Number.NEGATIVE_INFINITY]

  const stopEvents = passOnStorageEvents(
    () => tabs,
    (run) => void timeline.at(timeline.now(), run),
  )

  async function getToken(user: string): Promise<string> {
    if (timeline.now() < tokensGoneUntil) throw new TypeError('Failed to fetch')
    const token = server.token(user)
    tokens.set(token, user)
    return token
  }

  function open(user: string, isWorker: boolean): Tab {
    const number = tabs.length + 1
    tell({ kind: 'tab', tab: number, what: `opens for ${user}` })
    const tab = openTab({
      ...{ number, user, isWorker, prefix: `${name}-${number}`, realIdb: real, keyRange: IDBKeyRange },
      ...{ timeline, ledger, network, locks, tell, events: server.events, baseUrl: server.baseUrl },
      throwing: throwing && number % 2 === 1,
      freshness: history.freshness,
      live,
      random: createFakeRandom(history.seed + number),
      getToken: () => getToken(user),
      moved: (open) => {
        activity += 1
        openTransactions += open
      },
    })
    tabs.push(tab)
    return tab
  }

  function crash(tab: Tab): void {
    if (tab.life === 'gone') return
    tab.life = 'gone'
    tab.gate.kill()
    tab.idb.end()
    locks.freeAll(tab.gate)
    network.abandon(tab.number)
    live.abandon(tab.number)
    tell({ kind: 'tab', tab: tab.number, what: 'is gone' })
  }

  function freeze(tab: Tab): void {
    tab.willFreeze = false
    if (tab.gate.state() !== 'open') return
    if (tab.idb.isReading()) tab.gate.before(1, () => freeze(tab))
    else stop(tab)
  }

  function stop(tab: Tab): void {
    tell({ kind: 'tab', tab: tab.number, what: 'freezes' })
    for (const request of network.underWay()) if (request.tab === tab.number) request.disturbed = true
    tab.idb.abortOpen()
    tab.gate.freeze()
  }

  function resume(tab: Tab): void {
    tab.willFreeze = false
    tell({ kind: 'tab', tab: tab.number, what: 'resumes' })
    // What it finds of its database is as after a fault: a connection that may have to be opened anew.
    tab.faultAt = tab.resumedAt = timeline.now()
    tab.gate.resume()
    if (tab.lifecycle.state() === 'frozen') tab.lifecycle.set(tab.isWorker ? 'hidden' : 'visible')
  }

  const pulse = () => activity + tabs.reduce((sum, { gate }) => sum + gate.passed(), 0)

  /** Lets everything happen that only waits for its turn; resolves when nothing moves but by time. */
  async function calm(): Promise<void> {
    let last = -1
    for (let turns = 0, quiet = 0; quiet < QUIET_TURNS; turns += 1) {
      if (turns > MOST_TURNS) throw new Error('hot loop: the world does not come to rest')
      await turn()
      while (timeline.step(timeline.now())) activity += 1
      const next = pulse()
      quiet = next === last && openTransactions === 0 ? quiet + 1 : 0
      last = next
    }
    for (const tab of tabs) if (tab.willFreeze) freeze(tab)
  }

  /** Moves time on, step by step through everything that falls due, each to its end. */
  async function pass(ms: number, rest: () => void = () => {}): Promise<void> {
    const end = timeline.now() + ms
    while (timeline.step(end)) {
      activity += 1
      await calm()
      rest()
    }
    timeline.moveTo(end)
  }

  return {
    ...{
      timeline,
      network,
      live,
      server,
      ledger,
      said,
      tabs,
      tell,
      random,
      open,
      crash,
      freeze,
      resume,
      calm,
      pass,
    },
    facts: {
      ...{ tabs, ledger, network, server, said, timeline, tokens },
      untold: ({ user, since }: Tab) =>
        tabs.some((other) => other.user === user && (other.idb.untold() ?? 0) > since),
      disturbedAt: () => disturbedAt,
      jumpedAt: () => jumpedAt,
    } satisfies Facts,
    disturb(): void {
      disturbedAt = timeline.now()
    },
    jump(ms: number): void {
      jumpedAt = timeline.now()
      for (const request of network.underWay()) request.disturbed = true
      timeline.jump(ms)
    },
    noTokens(ms: number): void {
      tokensGoneUntil = timeline.now() + ms
    },
    /** Nothing of this world is heard of again. */
    end(): void {
      for (const tab of tabs) {
        crash(tab)
        tab.stopWatching()
      }
      network.end()
      timeline.end()
      stopEvents()
    },
  }
}
