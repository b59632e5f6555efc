/**
 * Takes one guard out of the store at a time, plays histories against what is left, and writes docs/guards.md: which
 * promise falls, and the shortest story of how. `npm run simulate:guards`; `-- 3 7` for some of them, whose rows are then
 * written anew. `guards.json` says what each guards, where, the code, what stands in its place, and which test holds it
 * where no story is found.
 */
import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'vite'

const ROOT = new URL('../..', import.meta.url).pathname
const SEED = 42
const HISTORIES = 1500
const PAGE = `${ROOT}docs/guards.md`

/** The simulation in one script, with the guard out. */
async function buildWithout({ file, code, instead }, outDir) {
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

/** The row of one guard, for the table. */
async function rowOf(guard, number) {
  const { guard: name, heldBy } = guard
  const outDir = `node_modules/.cache/simulate-without-${number}`
  await mkdir(`${ROOT}${outDir}`, { recursive: true })
  await buildWithout(guard, outDir)
  const said = await run(`${ROOT}${outDir}/run.js`)
  const histories = Number(/histories +(\d+)/.exec(said)?.[1])
  if (!histories) throw new Error(`Nothing was played: ${said}`)
  const story = shortest(said)
  const fell = story
    ? `${story.promise} | ${histories > HISTORIES ? 'kept' : histories} | ${story.steps.join(' ') || 'Nothing has to happen.'}`
    : `– | ${HISTORIES} | no story found; held by \`${heldBy}\``
  return `| ${name} | ${fell} |`
}

/** What the page says now, by the name of the guard. */
async function rowsOnPage() {
  const page = await readFile(PAGE, 'utf8')
  return new Map([...page.matchAll(/^\| \d+ (\| (.+?) \| .*)$/gm)].map(([, row, name]) => [name, row]))
}

const guards = JSON.parse(await readFile(`${ROOT}test/simulate/guards.json`, 'utf8'))
const only = process.argv.slice(2).map(Number)
const rows = await rowsOnPage()
for (const [index, guard] of guards.entries()) {
  if (only.length > 0 && !only.includes(index + 1)) continue
  const row = await rowOf(guard, index + 1)
  rows.set(guard.guard, row)
  process.stdout.write(`| ${index + 1} ${row}\n`)
}
const head = await readFile(`${ROOT}test/simulate/guards-head.md`, 'utf8')
const table = guards.map(
  ({ guard }, index) => `| ${index + 1} ${rows.get(guard) ?? `| ${guard} | not yet | | |`}\n`,
)
await writeFile(PAGE, `${head}${table.join('')}`)
