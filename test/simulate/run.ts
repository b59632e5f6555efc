import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { play } from '../../src/testing.ts'
import { type Arguments, readArguments } from './arguments.ts'
import { type Checked, check, platform } from './check.ts'
import { takeOverEventLoop } from './event-loop.ts'
import { report } from './report.ts'

/** `npm run simulate`: plays histories in as many processes as are worth it, and says how it went. */

// Half of what an error costs; and Dexie has a word for each fault that is injected.
Error.stackTraceLimit = 0
Object.assign(console, { warn: () => {} })

const given = process.argv.slice(2)
const asked = readArguments(given, () => randomInt(2 ** 31 - 1))
const share = process.env.SIMULATE_SHARE
if (share) await work(JSON.parse(share) as Arguments)
else await lead()

/** One process of several: what it finds goes to the one that started it. */
async function work(mine: Arguments): Promise<void> {
  const loop = takeOverEventLoop()
  const checked = await check(mine, loop.turn)
  loop.leave()
  process.send?.(checked)
  process.disconnect?.()
}

async function lead(): Promise<void> {
  const start = performance.now()
  const shares = Array.from({ length: asked.processes }, (_, at) => ({
    ...asked,
    seed: asked.seed + at,
    histories: Math.ceil(asked.histories / asked.processes),
  }))
  const results = asked.processes > 1 ? await Promise.all(shares.map(delegate)) : [await here(asked)]
  const ok = report(results, asked, performance.now() - start)
  process.exit(ok ? 0 : 1)
}

async function here(mine: Arguments): Promise<Checked> {
  const loop = takeOverEventLoop()
  const checked = await check(mine, loop.turn)
  if (mine.log && checked.failure) {
    const { log } = await play(checked.failure.history, { ...platform(loop.turn), log: true })
    process.stdout.write(`${log.join('\n')}\n`)
  }
  loop.leave()
  return checked
}

function delegate(mine: Arguments): Promise<Checked> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1] as string, [], {
      env: { ...process.env, SIMULATE_SHARE: JSON.stringify(mine) },
    })
    child.on('message', (checked) => resolve(checked as Checked))
    child.on('exit', (code) => reject(new Error(`A process of the simulation ended with ${code}.`)))
  })
}
