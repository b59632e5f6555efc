import type { Actor } from './act.ts'
import type { World } from './world.ts'

/** Longer than any request is under way, and than the store watches for those that come late. */
const LATE_MS = 11 * 60_000
/** All waits that the store chooses, and those a server may ask for. */
const LONGEST_MS = 3 * 3_600_000

/** All is well again: the faults end, the tabs wake, and time passes until nothing is due. */
export async function endQuietly(world: World, actor: Actor, seed: number, rest: () => void): Promise<void> {
  const { network, live, tabs, timeline } = world
  world.disturb() // all that was wrong ends here, and whoever waited for that has just been told
  network.forgetFaults()
  live.forgetFaults()
  world.noTokens(0)
  actor.setNetwork(true, true)
  for (const { gate, idb } of tabs) {
    gate.disarm()
    idb.setFault(undefined)
  }
  // Either everybody wakes up, or everybody goes and somebody opens the app once more.
  if (seed % 3 === 0) for (const tab of tabs) world.crash(tab)
  else for (const tab of actor.frozen()) world.resume(tab)
  await world.calm()
  await world.pass(60_000, rest)
  const users = new Set([...tabs.map(({ user }) => user), actor.user()])
  for (const user of users) if (!actor.living().some((tab) => tab.user === user)) world.open(user, false)
  await world.calm()
  for (let round = 0; round < 2; round += 1) {
    await world.pass(LATE_MS / 2, rest)
    for (const { store } of actor.living()) store.sync()
    await world.calm()
    rest()
    await passWhile(world, () => isAnythingOpen(world, users), rest)
  }
  await world.pass(1_000, rest)
  timeline.moveTo(timeline.now())
}

function isAnythingOpen({ ledger, network }: World, users: ReadonlySet<string>): boolean {
  const isOpen = (user: string) =>
    [...ledger.disk(user).outbox.values()].some(({ state }) => state !== 'failed')
  return network.underWay().length > 0 || [...users].some(isOpen)
}

async function passWhile(world: World, isOpen: () => boolean, rest: () => void): Promise<void> {
  const end = world.timeline.now() + LONGEST_MS
  while (isOpen()) {
    const next = world.timeline.next()
    if (next === undefined || next > end) return
    await world.pass(next - world.timeline.now(), rest)
  }
}
