import { readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** Linux alone tells in files; elsewhere nobody can be killed with all their children. */
export const canKill = process.platform === 'linux'

/** Every process of the machine that has not ended yet. */
function living(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid)) return []
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return state === 'Z' ? [] : [{ pid, parent: Number(parent), command }]
    } catch {
      return [] // it ended while we looked
    }
  })
}

/** The browser that runs on this profile: whoever names its folder, and all their children. */
function browserOn(profile: string): readonly number[] {
  const all = living()
  const pids = new Set(all.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid))
  let size = 0
  while (size < pids.size) {
    size = pids.size
    for (const { pid, parent } of all) if (pids.has(parent)) pids.add(pid)
  }
  return [...pids]
}

/** The battery is taken out: every process of the browser ends at once, without a last word. */
export async function sigkillBrowser(profile: string): Promise<void> {
  const pids = browserOn(profile)
  if (pids.length === 0) throw new Error(`no browser runs on ${profile}`)
  for (const pid of pids) end(pid)
  // A child that was being born when we looked.
  for (let left = browserOn(profile); left.length > 0; left = browserOn(profile)) {
    for (const pid of left) end(pid)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** On an iPhone too a process of its own holds all databases, and the system may end it. Throws where there is none. */
export function sigkillWebKitStorage(profile: string): void {
  const ours = browserOn(profile)
  const storage = living().filter(
    ({ pid, command }) => ours.includes(pid) && command.includes('WebKitNetworkProcess'),
  )
  if (storage.length === 0) throw new Error(`no storage process runs for ${profile}`)
  for (const { pid } of storage) end(pid)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
