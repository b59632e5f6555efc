import type { RsvpStatus } from '../model/entities.ts'
import type { TapMade } from './happening.ts'
import type { Index, Step } from './step.ts'
import type { Tab } from './tab.ts'
import type { World } from './world.ts'

const OTHERS = ['mira', 'jonas', 'leila']
const USERS = ['ada', 'bob'] as const

export type Actor = ReturnType<typeof createActor>

/** Does the steps of a history to a world. */
export function createActor(world: World) {
  const { network, server, tell } = world
  let user: string = USERS[0]
  let taps = 0

  const pick = <T>(all: readonly T[], index: Index): T | undefined => all[index % Math.max(1, all.length)]
  const living = () => world.tabs.filter(({ life }) => life === 'open')
  const frozen = () => living().filter(({ gate }) => gate.state() === 'frozen')
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
    if (!told && !up) return
    for (const { gate, connectivity } of living()) gate.pass(() => connectivity.set(up))
  }

  /** Begins a step; what it sets going runs on by itself. */
  function begin(step: Step): void {
    if (step.do !== 'pass') world.disturb()
    switch (step.do) {
      case 'tap':
        return tap(touched(step.tab), eventAt(step.event), step.status)
      case 'retry':
        return call(step.tab, step.do, ({ retry }) => retry(eventAt(step.event)))
      case 'discard':
        return discard(touched(step.tab), eventAt(step.event))
      case 'sync':
        return touched(step.tab).store.sync()
      case 'pull-events':
        return call(step.tab, step.do, ({ pullEvents }) => pullEvents())
      case 'pull-mine':
        return call(step.tab, step.do, ({ pullMyRsvps }) => pullMyRsvps())
      case 'pull-event':
        return call(step.tab, step.do, ({ pullEvent }) => pullEvent(eventAt(step.event)))
      case 'pull-attendees':
        return call(step.tab, step.do, ({ pullAttendees }) => pullAttendees(eventAt(step.event)))
      case 'open':
        if (living().length < 4) world.open(user, step.worker)
        return
      case 'close': {
        const tab = pick(awake(), step.tab)
        return tab && leave(tab)
      }
      case 'reload': {
        const tab = pick(living(), step.tab)
        if (tab) world.crash(tab)
        world.open(user, false)
        return
      }
      case 'resume': {
        const tab = pick(frozen(), step.tab)
        return tab && world.resume(tab)
      }
      case 'crash':
        return ambush(pick(living(), step.tab), step.after, world.crash)
      case 'freeze': {
        const tab = pick(awake(), step.tab)
        if (!tab) return
        if (!step.told) return ambush(tab, step.after, world.freeze)
        tab.willFreeze = true
        return tab.lifecycle.set('frozen')
      }
      case 'network':
        return setNetwork(step.up, step.told)
      case 'fate':
        return network.expect(step.of, step.fate)
      case 'server-down':
        return network.serverDown(step.ms)
      case 'no-tokens':
        server.expireTokens()
        return world.noTokens(step.ms)
      case 'expire-tokens':
        return server.expireTokens()
      case 'log-out':
        return logOut(touched(step.tab), step.unsent)
      case 'elsewhere':
        return elsewhere(step.event, step.status)
      case 'others':
        server.answerAs(pick(OTHERS, step.who) ?? 'mira', eventAt(step.event), step.status)
        return tell({
          kind: 'moved',
          by: 'others',
          eventId: eventAt(step.event),
          user: '',
          what: step.status,
        })
      case 'organiser':
        server.organise(eventAt(step.event), step.what)
        return tell({
          kind: 'moved',
          by: 'organiser',
          eventId: eventAt(step.event),
          user: '',
          what: step.what,
        })
      case 'clock':
        return world.jump(step.ms)
      case 'storage':
        return storage(pick(living(), step.tab), step.fault)
      case 'pass':
        return
    }
  }

  function ambush(tab: Tab | undefined, after: number, fall: (tab: Tab) => void): void {
    if (!tab) return
    if (after === 0) fall(tab)
    else tab.gate.before(after, () => fall(tab))
  }

  function elsewhere(event: Index, status: RsvpStatus): void {
    server.answerAs(user, eventAt(event), status)
    tell({ kind: 'moved', by: 'me', eventId: eventAt(event), user, what: status })
  }

  function storage(tab: Tab | undefined, fault: Extract<Step, { readonly do: 'storage' }>['fault']): void {
    if (!tab) return
    if (fault === 'connection-lost') tab.idb.lose()
    else tab.idb.setFault(fault)
  }

  return { begin, living, frozen, user: () => user, setNetwork }
}
