/**
 * Takes one guard out of the store at a time, plays histories against what is left, and writes docs/guards.md: which
 * promise falls, and the shortest story of how. `npm run simulate:guards`; `-- 3 7` for some of them, without the file.
 */
import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'vite'

const ROOT = new URL('../..', import.meta.url).pathname
const SEED = 42
const HISTORIES = 1500

/** What it guards · where · the code · what stands in its place · which test holds it, where no story is found. */
const GUARDS = [
  [
    'a tap that could not be stored is refused',
    'store.ts',
    'tap.failed()\n      throw error',
    'return { eventId, status, settled: new Promise(() => {}) }',
  ],
  [
    'only a reply that names this event and this user counts',
    'remote/rsvp-api.ts',
    'answerIn(raw, eventId, userId) !== undefined',
    'true',
    'p02-kept',
  ],
  [
    'a settle keeps an answer given meanwhile',
    'model/outbox-entry.ts',
    'if (watchedUntil === undefined && entry.answerId !== entry.lease?.answerId) return',
    'if (false) return',
  ],
  [
    'a refusal keeps its answer',
    'storage/outbox.ts',
    'isOpen(mine) ? refused(mine, why) : stillWatched(mine, why.now)',
    'stillWatched(mine, why.now) && undefined',
  ],
  [
    'a leased answer is not due',
    'model/outbox-entry.ts',
    'Math.max(credible(notBefore, now), credible(leaseEnd, now))',
    'credible(notBefore + 0 * leaseEnd, now)',
  ],
  [
    'a new tap keeps the lease of the one before',
    'model/outbox-entry.ts',
    '...(previous?.lease && { lease: previous.lease }),',
    '',
  ],
  [
    'a discarded answer on its way keeps its lease',
    'model/outbox-entry.ts',
    'row.lease || row.unheard || row.abandoned?.length\n',
    'false\n',
  ],
  [
    'a discarded answer is not sent a second time, with the next token',
    'sync/engine.ts',
    'row?.isDiscarded === isDiscarded',
    'true',
  ],
  ['an unheard request is remembered', 'model/outbox-entry.ts', '...(isLost && abandoning(row)),', ''],
  [
    'what a discarded answer’s request lands is looked for',
    'model/outbox-entry.ts',
    'isDiscarded || other !== status',
    '!isDiscarded && other !== status',
  ],
  [
    'a request that landed late is answered',
    'model/outbox-entry.ts',
    '!isDiscarded && abandoned.includes(server)',
    'false',
  ],
  [
    'a look that finds nothing does not end the watch',
    'storage/outbox.ts',
    ': stillWatched(mine, why.now)',
    ': stillWatched(mine, why.now) && undefined',
    'p03-late-requests',
  ],
  [
    'a late finisher settles nothing',
    'storage/settle.ts',
    'row?.lease?.id === lease.id',
    'row',
    'p03-newest-intent',
  ],
  [
    'a late finisher moves nothing',
    'storage/outbox.ts',
    '(!lease || row.lease?.id === lease.id)',
    'true',
    'p03-newest-intent',
  ],
  [
    'a tab that wakes after its time does not send',
    'remote/http.ts',
    "if (isLate()) return silent('timed-out')",
    '',
    'p03-newest-intent',
  ],
  [
    'a tab whose lease went to another sends no more',
    'sync/engine.ts',
    'return isOurs ? Math.min(until - clock.elapsed(), lease.until - clock.now()) : 0',
    'return until - clock.elapsed()',
    'p03-newest-intent',
  ],
  [
    'an older row replaces no newer one',
    'storage/mirror.ts',
    'return incoming.moment === stored.moment && incoming.asked >= stored.asOf',
    'return true',
  ],
  ['the server’s own count of me is taken off', 'views/overlay.ts', '- (server === counted ? 1 : 0) ', ''],
  [
    'an event row waits while nobody knows whether it counts me',
    'storage/merge.ts',
    '!held.has(eventId)',
    'held',
    'p05-no-flicker',
  ],
  [
    'a tap that the snapshot holds already is not laid over it',
    'views/taps.ts',
    '.filter((held) => held.turn > turn)',
    '',
  ],
  [
    'silence is followed by a wait',
    'sync/backoff.ts',
    'floorMs + Math.max(Math.min(baseMs, capMs) * SHORTEST, random() * ceiling)',
    '0 * ceiling * SHORTEST * random() + floorMs',
  ],
  [
    'Retry-After is a floor for whoever hurries',
    'model/outbox-entry.ts',
    'Math.max(row.floor, Math.min(row.notBefore, moment))',
    'Math.min(row.notBefore, moment)',
  ],
  [
    'the published limit is paced',
    'sync/pace.ts',
    'return before < 0 ? now : Math.max(now, (turns[before] ?? now) + perMs)',
    'return now + 0 * before',
  ],
  ['a pause holds for all', 'sync/schedule.ts', 'pausedUntil(now), ', ''],
  [
    'a claim asks for the pause on disk',
    'storage/outbox.ts',
    'paused = pause && credible(pause.until, now) > now ? pause : undefined',
    '',
  ],
  [
    'a lease is short',
    'sync/works.ts',
    'const leaseMs = timeoutMs + LEASE_MARGIN_MS',
    'const leaseMs = timeoutMs + 60 * LEASE_MARGIN_MS',
  ],
  ['what is due is looked at again', 'sync/engine.ts', 'clock.at(moment, restartIfStalled)', 'undefined'],
  [
    'queries of a lost connection begin again',
    'storage/live.ts',
    'if (wasOpen) restart$.next()',
    '',
    'p11-storage-health',
  ],
  ['each user has a database', 'storage/database.ts', 'encodeURIComponent(userId)', "'shared'"],
  [
    'a watch outlasts a clock that is set on',
    'sync/works.ts',
    'Math.max(row.watchedUntil, now + ms + since - elapsed)',
    'row.watchedUntil + 0 * (now + ms + since - elapsed)',
  ],
  [
    'who has waited in line is looked at again',
    'sync/engine.ts',
    '(!isLate || mayStillGo(claim, work))',
    '(!isLate || mayStillGo !== undefined)',
    'line',
  ],
  ['what another tab wrote is read', 'storage/outbox-memory.ts', 'touch(changes)\n', '{}\n'],
  [
    'what another tab changed is shown',
    'storage/watch-events.ts',
    'return touched.filter((eventId) => observers.has(eventId))',
    'return touched.filter((eventId) => observers.has(eventId) && false)',
  ],
  [
    'a read begins within no transaction that is dead',
    'storage/live.ts',
    "db.transaction('r!', tables, async",
    "db.transaction('r', tables, async",
  ],
  [
    'a read of before the sleep takes nothing from the one after it',
    'storage/watch.ts',
    'if (run !== mine) throw',
    'if (false) throw',
    'watch',
  ],
]

/** The simulation in one script, with the guard out. */
async function buildWithout([, file, code, instead], outDir) {
  let found = false
  await build({
    root: ROOT,
    configFile: `${ROOT}test/simulate/vite.config.ts`,
    logLevel: 'error',
    build: { outDir },
    plugins: [
      {
        name: 'without-a-guard',
        enforce: 'pre',
        transform(source, id) {
          if (!id.endsWith(`/src/${file}`)) return undefined
          found = source.includes(code)
          return source.replace(code, () => instead)
        },
      },
    ],
  })
  if (!found) throw new Error(`${file} has no such line any more: ${code}`)
}

function run(script) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [
      '--no-warnings',
      script,
      '--seed',
      `${SEED}`,
      '--histories',
      `${HISTORIES}`,
      '--kept',
    ])
    let said = ''
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (said += chunk))
    child.on('close', () => resolve(said))
  })
}

/** The shortest of the stories that the processes found. */
function shortest(said) {
  const stories = said
    .split(/\n(?=P\d+ [^\n]* is broken: )/)
    .slice(1)
    .map((text) => {
      const [head, ...lines] = text.split('\n')
      return {
        promise: head.slice(0, head.indexOf(' is broken')),
        steps: lines
          .filter((line) => /^ {2}\d+\. /.test(line))
          .map((line) => line.replace(/^ {2}\d+\. /, '')),
      }
    })
  return stories.sort((a, b) => a.steps.length - b.steps.length)[0]
}

const only = process.argv.slice(2).map(Number)
const rows = []
for (const [index, guard] of GUARDS.entries()) {
  if (only.length > 0 && !only.includes(index + 1)) continue
  const outDir = `node_modules/.cache/simulate-without-${index + 1}`
  await mkdir(`${ROOT}${outDir}`, { recursive: true })
  await buildWithout(guard, outDir)
  const said = await run(`${ROOT}${outDir}/run.js`)
  const histories = Number(/histories +(\d+)/.exec(said)?.[1])
  if (!histories) throw new Error(`Nothing was played: ${said}`)
  const story = shortest(said)
  const fell = story
    ? `${story.promise} | ${histories > HISTORIES ? 'kept' : histories} | ${story.steps.join(' ')}`
    : `– | ${HISTORIES} | no story found; held by \`${guard[4]}\``
  rows.push(`| ${index + 1} | ${guard[0]} | ${fell} |`)
  process.stdout.write(`${rows.at(-1)}\n`)
}
if (only.length === 0) {
  const head = await readFile(`${ROOT}test/simulate/guards-head.md`, 'utf8')
  await writeFile(`${ROOT}docs/guards.md`, `${head}${rows.join('\n')}\n`)
}
