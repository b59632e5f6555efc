import type { RsvpStatus } from '../model/entities.ts'
import type { TapMade } from './happening.ts'
import { type ByStep, type Index, inTable, type Step } from './step.ts'
import type { Tab } from './tab.ts'
import type { World } from './world.ts'

const OTHERS = ['mira', 'jonas', 'leila']
/** More would say nothing new, and cost time. */
const MOST_TABS = 4
const USERS = ['ada', 'bob'] as const
/** Later than any event of the world ends. */
const FAR_MS = 365 * 86_400_000

export type Actor = ReturnType<typeof createActor>

/** Does the steps of a history to a world. */
export function createActor(world: World) {
  const { network, server, tell } = world
  let user: string = USERS[0]
  let taps = 0

  const pick = <T>(all: readonly T[], index: Index): T | undefined => all[index % Math.max(1, all.length)]
  const living = () => world.tabs.filter(({ life }) => life === 'open')
  /** Also one that has heard the freeze event, and will freeze before some effect that never came. */
  const frozen = () =>
    world.tabs.filter(
      ({ life, gate, lifecycle }) =>
        life !== 'gone' && (gate.state() === 'frozen' || lifecycle.state() === 'frozen'),
    )
  const awake = () => living().filter((tab) => tab.gate.state() === 'open' && !tab.willFreeze)
  /** A tab the user can touch: opened, if there is none. */
  const touched = (index: Index): Tab => pick(awake(), index) ?? world.open(user, false)
  const eventAt = (index: Index): string => pick(server.events, index) ?? ''

  function tap(tab: Tab, eventId: string, status: RsvpStatus): void {
    taps += 1
    const since = world.ledger.commits()
    const made: TapMade = {
      number: taps,
      tab: tab.number,
      user: tab.user,
      eventId,
      status,
      since,
      at: world.timeline.now(),
      state: 'open',
    }
    tell({ kind: 'tapped', tap: made })
    tab.store.rsvp(eventId, status).then(
      () => {
        made.state = 'kept'
        tell({ kind: 'tap-kept', tap: made })
      },
      (error) => {
        made.state = 'refused'
        tell({ kind: 'tap-refused', tap: made, code: String(error.code) })
        rejected(tab, 'rsvp', error)
      },
    )
  }

  const rejected = (tab: Tab, verb: string, error: unknown) =>
    tell({ kind: 'rejected', tab: tab.number, verb, message: String(error) })

  /** A call whose end is only told. */
  function call(index: Index, verb: string, run: (store: Tab['store']) => Promise<unknown>): void {
    const tab = touched(index)
    run(tab.store).catch((error: unknown) => rejected(tab, verb, error))
  }

  function discard(tab: Tab, eventId: string): void {
    const about = { tab: tab.number, user: tab.user, eventId }
    tell({ kind: 'discarding', ...about })
    tab.store.discard(eventId).then(
      () => tell({ kind: 'discarded', ...about }),
      (error) => rejected(tab, 'discard', error),
    )
  }

  function leave(tab: Tab): void {
    tab.life = 'leaving'
    tab.store.close().then(() => world.crash(tab))
  }

  /** The app logs out: the other tabs close, and the next user comes when this one is done. */
  function logOut(tab: Tab, unsent: 'keep' | 'discard' | 'send'): void {
    for (const other of living()) if (other !== tab && other.user === tab.user) leave(other)
    tab.life = 'leaving'
    tell({ kind: 'tab', tab: tab.number, what: `logs out, ${unsent}` })
    user = USERS.find((other) => other !== tab.user) ?? user
    const done = () => {
      world.crash(tab)
      world.open(user, false)
    }
    tab.store.logout({ unsent }).then(done, (error) => {
      rejected(tab, 'logout', error)
      done()
    })
  }

  function setNetwork(up: boolean, told: boolean): void {
    network.setUp(up)
    if (!up) world.live.cut('the network went')
    if (!told && !up) return
    for (const { gate, connectivity } of living()) gate.pass(() => connectivity.set(up))
  }

  const deeds: ByStep<void> = {
    tap: ({ tab, event, status }) => tap(touched(tab), eventAt(event), status),
    retry: ({ tab, event }) => call(tab, 'retry', ({ retry }) => retry(eventAt(event))),
    discard: ({ tab, event }) => discard(touched(tab), eventAt(event)),
    sync: ({ tab }) => touched(tab).store.sync(),
    'pull-events': ({ tab }) => call(tab, 'pull-events', ({ pullEvents }) => pullEvents()),
    'pull-mine': ({ tab }) => call(tab, 'pull-mine', ({ pullMyRsvps }) => pullMyRsvps()),
    'pull-event': ({ tab, event }) => call(tab, 'pull-event', ({ pullEvent }) => pullEvent(eventAt(event))),
    'pull-attendees': ({ tab, event }) =>
      call(tab, 'pull-attendees', ({ pullAttendees }) => pullAttendees(eventAt(event))),
    prune: ({ tab, keepMine }) =>
      call(tab, 'prune', ({ prune }) => prune({ endedBefore: world.timeline.device() + FAR_MS, keepMine })),
    open: ({ worker }) => void (living().length < MOST_TABS && world.open(user, worker)),
    close: ({ tab }) => at(awake(), tab, leave),
    reload({ tab }) {
      at(living(), tab, world.crash)
      world.open(user, false)
    },
    crash: ({ tab, after }) => at(living(), tab, (one) => ambush(one, after, world.crash)),
    freeze: ({ tab, after, told }) =>
      at(awake(), tab, (one) => {
        if (!told) return ambush(one, after, world.freeze)
        one.willFreeze = true
        one.lifecycle.set('frozen')
      }),
    resume: ({ tab }) => at(frozen(), tab, world.resume),
    network: ({ up, told }) => setNetwork(up, told),
    fate: ({ of, fate }) => network.expect(of, fate),
    live: ({ fault }) => world.live.strike(fault),
    'server-down': ({ ms }) => network.serverDown(ms),
    'no-tokens'({ ms }) {
      server.expireTokens()
      world.noTokens(ms)
    },
    'expire-tokens': () => server.expireTokens(),
    'log-out': ({ tab, unsent }) => logOut(touched(tab), unsent),
    elsewhere({ event, status }) {
      server.answerAs(user, eventAt(event), status)
      tell({ kind: 'moved', by: 'me', eventId: eventAt(event), user, what: status })
    },
    others({ event, who, status }) {
      server.answerAs(pick(OTHERS, who) ?? 'mira', eventAt(event), status)
      tell({ kind: 'moved', by: 'others', eventId: eventAt(event), user: '', what: status })
    },
    organiser({ event, what }) {
      server.organise(eventAt(event), what)
      tell({ kind: 'moved', by: 'organiser', eventId: eventAt(event), user: '', what })
    },
    clock: ({ ms }) => world.jump(ms),
    storage: ({ tab, fault }) =>
      at(living(), tab, ({ idb }) => (fault === 'connection-lost' ? idb.lose() : idb.setFault(fault))),
    pass: () => undefined,
  }

  /** Begins a step; what it sets going runs on by itself. */
  function begin(step: Step): void {
    if (step.do !== 'pass') world.disturb()
    inTable(deeds, step)
  }

  function at(tabs: readonly Tab[], index: Index, run: (tab: Tab) => void): void {
    const tab = pick(tabs, index)
    if (tab) run(tab)
  }

  function ambush(tab: Tab, after: number, fall: (tab: Tab) => void): void {
    if (after === 0) fall(tab)
    else tab.gate.before(after, () => fall(tab))
  }

  return { begin, living, frozen, user: () => user, setNetwork }
}
