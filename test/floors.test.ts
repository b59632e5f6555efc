import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const SRC = new URL('../src', import.meta.url).pathname

/** Every source file, by its path below src/. */
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort()

/**
 * `options.ts` and `public-api.ts` say what `store.ts` takes and gives: half a floor below it. The simulation holds
 * whole stores, and only `testing.ts` shows it: half a floor above.
 */
const FLOORS: Record<string, number> = {
  options: 3.5,
  'public-api': 3.5,
  model: 0,
  ports: 1,
  storage: 2,
  remote: 2,
  adapters: 2,
  double: 2,
  sync: 3,
  views: 3,
  store: 4,
  simulation: 4.5,
  index: 5,
  feeds: 5,
  mqtt: 5,
  inspector: 5,
  react: 5,
  testing: 5,
  'service-worker': 5,
}

/** `sync` for sync/engine.ts, `store` for store.ts. */
const unitOf = (path: string): string =>
  path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace('.ts', '')

const read = (path: string): string => readFileSync(join(SRC, path), 'utf8')
/** The code without comments and texts, lines kept. */
const codeOf = (path: string): string =>
  read(path).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  )

interface Import {
  readonly from: string
  readonly to: string
}
const IMPORTS: readonly Import[] = FILES.flatMap((from) =>
  [...read(from).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, to = '']) => ({ from, to })),
)
const LOCAL = IMPORTS.filter(({ to }) => to.startsWith('.')).map(({ from, to }) => ({
  from,
  to: relative(SRC, normalize(join(SRC, dirname(from), to))).replaceAll('\\', '/'),
}))
const PACKAGES = IMPORTS.filter(({ to }) => !to.startsWith('.'))

/** A package of which a file takes nothing but types, by an import of types. */
const isTypeOnly = ({ from, to }: Import): boolean =>
  to === 'fast-check' && new RegExp(`^import type .* from '${to}'$`, 'm').test(read(from))

const show = ({ from, to }: Import): string => `${from} → ${to}`
const lines = (path: string, pattern: RegExp): string[] =>
  codeOf(path)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : []))

describe('floors: who may import whom', () => {
  test('every file has a floor', () => {
    expect(FILES.filter((path) => FLOORS[unitOf(path)] === undefined)).toEqual([])
    expect(FILES.length).toBeGreaterThan(30)
    expect(LOCAL.length).toBeGreaterThan(60)
  })

  test('folders are one level deep', () => {
    expect(FILES.filter((path) => path.split('/').length > 2)).toEqual([])
  })

  test('imports go down; siblings on a floor do not know each other', () => {
    const wrong = LOCAL.filter(({ from, to }) => {
      const [upper, lower] = [unitOf(from), unitOf(to)]
      return upper !== lower && (FLOORS[lower] ?? 9) >= (FLOORS[upper] ?? 0)
    })
    expect(wrong.map(show)).toEqual([])
  })

  test('only the top floor and the simulation import the adapters and the double', () => {
    const wrong = LOCAL.filter(
      ({ from, to }) =>
        ['adapters', 'double'].includes(unitOf(to)) &&
        unitOf(from) !== unitOf(to) &&
        (FLOORS[unitOf(from)] ?? 0) < 4.5,
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('only testing.ts imports the simulation: an app that has a store has none of it', () => {
    const wrong = LOCAL.filter(
      ({ from, to }) => unitOf(to) === 'simulation' && !['simulation', 'testing'].includes(unitOf(from)),
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('the double knows the model and the ports only', () => {
    const wrong = LOCAL.filter(
      ({ from, to }) => unitOf(from) === 'double' && !['double', 'model', 'ports'].includes(unitOf(to)),
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('nobody inside imports a barrel', () => {
    const wrong = LOCAL.filter(({ from, to }) => FLOORS[unitOf(to)] === 5 && FLOORS[unitOf(from)] !== 5)
    expect(wrong.map(show)).toEqual([])
  })

  test('local imports name the file, with its ending', () => {
    expect(LOCAL.filter(({ to }) => !FILES.includes(to)).map(show)).toEqual([])
  })

  test('no imports go round in a circle', () => {
    const next = new Map(
      FILES.map((file) => [file, LOCAL.filter(({ from }) => from === file).map(({ to }) => to)]),
    )
    const [done, circles] = [new Set<string>(), [] as string[]]
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      else if (!done.has(file)) {
        for (const to of next.get(file) ?? []) walk(to, [...path, file])
        done.add(file)
      }
    }
    for (const file of FILES) walk(file, [])
    expect(circles).toEqual([])
  })
})

describe('floors: who may use what', () => {
  test('no package but the peers, and zod only as zod/mini in one name', () => {
    const names = new Set(PACKAGES.filter((one) => !isTypeOnly(one)).map(({ to }) => to))
    expect([...names].sort()).toEqual(['dexie', 'mqtt', 'react', 'rxjs', 'zod/mini'])
    // By an entry of its own alone: an app without it must not be asked for the package.
    expect(PACKAGES.filter(({ to }) => to === 'mqtt').map(show)).toEqual(['adapters/feed-mqtt.ts → mqtt'])
    expect(LOCAL.filter(({ to }) => to === 'adapters/feed-mqtt.ts').map(show)).toEqual([
      'mqtt.ts → adapters/feed-mqtt.ts',
    ])
    expect(PACKAGES.filter(({ from, to }) => to === 'react' && unitOf(from) !== 'react').map(show)).toEqual(
      [],
    )
    expect(LOCAL.filter(({ from, to }) => unitOf(to) === 'react' && unitOf(from) !== 'react')).toEqual([])
    // What generates histories is the caller's: its types alone are named, in one place.
    expect(PACKAGES.filter(isTypeOnly).map(show)).toEqual(['simulation/histories.ts → fast-check'])
    const zod = FILES.flatMap((path) =>
      lines(path, /import/).filter(() => read(path).includes('zod')).length > 0 &&
      /from 'zod/.test(read(path)) &&
      !/import \* as z from 'zod\/mini'/.test(read(path))
        ? [path]
        : [],
    )
    expect(zod).toEqual([])
  })

  test('the model knows zod and nothing else', () => {
    expect(
      PACKAGES.filter(({ from, to }) => unitOf(from) === 'model' && to !== 'zod/mini').map(show),
    ).toEqual([])
  })

  test('only storage/ knows Dexie; the simulation only how it tells other tabs of a change', () => {
    const found = PACKAGES.filter(({ from, to }) => to === 'dexie' && unitOf(from) !== 'storage')
    expect(found.map(show)).toEqual(['simulation/storage-events.ts → dexie'])
  })

  test('ports.ts is types only', () => {
    expect(lines('ports.ts', /^(export )?(const|function|class|let|enum) /)).toEqual([])
  })

  test('only remote/, adapters/, the double and the simulated network speak HTTP', () => {
    const allowed = ['remote', 'adapters', 'double', 'simulation']
    const found = FILES.filter((path) => !allowed.includes(unitOf(path))).flatMap((path) =>
      lines(
        path,
        /\bnew (Request|Response|Headers|XMLHttpRequest|WebSocket|EventSource)\b|(?<![.\w])fetch\(|\bglobalThis\.fetch\b/,
      ).filter((line) => !/const fetch = |fetch\(\) *=>/.test(line)),
    )
    expect(found).toEqual([])
  })

  test('only adapters/ touch time, chance, timers and the page', () => {
    const touch =
      /\bDate\.now\b|\bnew Date\(\)|\bnew Date\b(?!\()|\bMath\.random\b|\b(set|clear)(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\brequestIdleCallback\b|\brequestAnimationFrame\b|\bperformance\.|(?<![.\w])(navigator|window|document|localStorage|sessionStorage|location|self)\b(?!\s*[:?(])|\bcrypto\b|\bAbortSignal\.timeout\b|\bBroadcastChannel\b/
    const timed = /\b(interval|timer|delay|debounceTime|throttleTime|auditTime|timeout)\(/
    const files = FILES.filter((path) => unitOf(path) !== 'adapters' && unitOf(path) !== 'service-worker')
    const found = files
      .flatMap((path) => [
        ...lines(path, touch),
        ...(read(path).includes("from 'rxjs'") ? lines(path, timed) : []),
      ])
      // The double also runs as a server of its own: real time is its default, and only there.
      .filter((line) => !/^double\/(api-double|moods)\.ts/.test(line))
    expect(found).toEqual([])
  })

  test('IndexedDB is reached through the port only', () => {
    const found = FILES.filter((path) => unitOf(path) !== 'adapters').flatMap((path) =>
      lines(path, /\bglobalThis\.indexedDB\b/),
    )
    expect(found).toEqual([])
  })

  test('nothing runs at import: no module-level subscription, listener or timer', () => {
    const found = FILES.flatMap((path) =>
      lines(path, /^\S.*(\.subscribe\(|addEventListener\(|setTimeout\()/).filter(
        (line) => !/^\S+ (export )?(async )?function/.test(line),
      ),
    )
    expect(found).toEqual([])
  })
})

describe('house rules', () => {
  test('no file is longer than 220 lines, but for the one place where the parts meet', () => {
    const long = FILES.filter((path) => path !== 'store.ts').flatMap((path) => {
      const count = read(path).split('\n').length
      return count > 221 ? [`${path}: ${count}`] : []
    })
    expect(long).toEqual([])
  })

  test('no any, no silenced compiler, no console', () => {
    const found = FILES.flatMap((path) => [
      ...lines(path, /(:|<|\bas) any\b|\bany\[\]/),
      ...lines(path, /\bconsole\./),
      ...(/@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(read(path)) ? [path] : []),
    ])
    expect(found).toEqual([])
  })

  test('no types.ts, no utils, no manager', () => {
    expect(
      FILES.filter((path) => /(^|\/)(types|utils?|helpers?|managers?|common)(\.ts|\/)|manager/i.test(path)),
    ).toEqual([])
  })

  test('one writer per table: only outbox-rows writes the outbox, only the mirror writes the rest', () => {
    const writes = (table: string) =>
      new RegExp(
        `(?<![\\w.])(?:db\\.)?${table}\\s*\\.(put|add|bulkPut|bulkAdd|update|modify|delete|clear|bulkDelete)\\b`,
      )
    const found = (table: string) => FILES.filter((path) => writes(table).test(codeOf(path)))
    expect(FILES.filter((path) => writes('tableOf\\(.*\\)').test(codeOf(path)))).toEqual([
      'storage/outbox-rows.ts',
    ])
    expect(found('outbox')).toEqual([])
    for (const table of ['events', 'responses', 'users', 'files'])
      expect(found(table).filter((path) => path !== 'storage/mirror.ts')).toEqual([])
  })
})
