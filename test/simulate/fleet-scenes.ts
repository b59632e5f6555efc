import { type Arrival, createGroup, type Group, type Trouble } from './fleet-group.ts'

const MINUTE_MS = 60_000

export type SceneName = 'network back' | 'server back' | 'refused'

interface Scene {
  readonly troubleMs: number
  /** Puts something in the way of all clients at one instant, or takes it out of their way. */
  readonly set: (group: Group, inTheWay: boolean) => void
}

const troubled =
  (kind: Trouble): Scene['set'] =>
  ({ world }, inTheWay) => {
    world.trouble = inTheWay ? kind : 'none'
  }

const SCENES: Readonly<Record<SceneName, Scene>> = {
  'network back': {
    troubleMs: 60 * MINUTE_MS,
    set: (group, inTheWay) => group.goOnline(!inTheWay),
  },
  'server back': { troubleMs: 30 * MINUTE_MS, set: troubled('down') },
  refused: { troubleMs: 10 * MINUTE_MS, set: troubled('slow-down') },
}

export interface FleetOptions {
  readonly clients: number
  readonly seed: number
  /** How many stores share one process's Dexie at a time. @defaultValue 20 */
  readonly groupSize?: number
  /** @defaultValue true */
  readonly jitter?: boolean
  /** How long the trouble lasts. */
  readonly troubleMs?: number | undefined
  /** @defaultValue 1_000, as the store's own */
  readonly baseMs?: number
}

/** What the server saw; all moments in milliseconds from the end of the trouble. */
export interface Played {
  readonly clients: number
  readonly answers: number
  readonly during: readonly Arrival[]
  readonly after: readonly Arrival[]
  readonly troubleMs: number
  /** When the last answer was taken. */
  readonly drainedMs: number
}

/** Plays one scene with the whole fleet, group by group. Throws when an answer does not arrive within the hour. */
export async function play(scene: SceneName, options: FleetOptions): Promise<Played> {
  const { troubleMs = SCENES[scene].troubleMs } = options
  const { clients, seed, groupSize = 20, jitter = true, baseMs = 1_000 } = options
  const parts: Played[] = []
  for (let first = 0; first < clients; first += groupSize) {
    const size = Math.min(groupSize, clients - first)
    parts.push(
      await playGroup(scene, createGroup({ first, clients: size, seed, jitter, baseMs }), size, troubleMs),
    )
  }
  const all = <T>(pick: (part: Played) => readonly T[]): T[] => parts.flatMap(pick)
  return {
    clients,
    answers: parts.reduce((sum, { answers }) => sum + answers, 0),
    during: all(({ during }) => during),
    after: all(({ after }) => after).sort((a, b) => a.at - b.at),
    troubleMs: parts[0]?.troubleMs ?? 0,
    drainedMs: Math.max(...parts.map(({ drainedMs }) => drainedMs)),
  }
}

async function playGroup(
  scene: SceneName,
  group: Group,
  clients: number,
  troubleMs: number,
): Promise<Played> {
  const { clock, answers } = group
  await group.start()
  SCENES[scene].set(group, true)
  await group.tap()
  await group.pass(troubleMs)
  SCENES[scene].set(group, false)
  const over = clock.now()
  const before = group.arrivals.length
  await group.pass(60 * MINUTE_MS, group.isDrained)
  if (!group.isDrained()) throw new Error(`${scene}: some answers did not arrive within the hour`)
  const drainedMs = clock.now() - over
  await group.close()
  const [during, after] = [group.arrivals.slice(0, before), group.arrivals.slice(before)].map((part) =>
    part.map((arrival) => ({ ...arrival, at: arrival.at - over })),
  ) as [Arrival[], Arrival[]]
  return { clients, answers, during, after, troubleMs, drainedMs }
}
