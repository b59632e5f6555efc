import { Subject } from 'rxjs'
import { expect, test } from 'vitest'
import { createFakeClock } from '../src/adapters/fakes.ts'
import type { Tables } from '../src/storage/database.ts'
import { type Query, type Snapshot, watchQuery } from '../src/storage/watch.ts'

/** Watches what is taken by whoever reads it first. Each read waits until it is begun, or fails. */
function watchWhatIsWanted() {
  const clock = createFakeClock()
  const restart$ = new Subject<void>()
  const reads: { begin(): void; fail(): void }[] = []
  const seen: string[] = []
  let wanted = ''
  const query: Query<string> = {
    tables: [],
    isTouched() {
      wanted = 'what was wanted'
      return true
    },
    async read() {
      const taken = wanted
      wanted = ''
      return taken
    },
    empty: 'nothing yet',
  }
  const read = <T>(query: Query<T>) =>
    new Promise<void>((begin, fail) => {
      reads.push({ begin, fail })
    }).then(async (): Promise<Snapshot<T>> => ({ turn: 0, value: await query.read({} as Tables) }))
  watchQuery(query, {
    available: true,
    clock,
    isAwake: () => true,
    open: async () => {},
    read,
    changes$: new Subject(),
    restart$,
  }).subscribe(({ value }) => seen.push(value))
  return { clock, restart$, reads, seen }
}

test('P9 a read that begins after the page has slept takes nothing from the one that is waited for', async () => {
  const { restart$, reads, seen } = watchWhatIsWanted()
  await expect.poll(() => reads.length).toBe(1)
  restart$.next()
  await expect.poll(() => reads.length).toBe(2)
  for (const { begin } of reads) begin()
  await expect.poll(() => seen).toEqual(['what was wanted'])
})

test('P11 what cannot be read is tried again after five seconds; at once when it took that long to fail', async () => {
  const { clock, reads, seen } = watchWhatIsWanted()
  await expect.poll(() => reads.length).toBe(1)
  reads[0]?.fail()
  await expect.poll(() => seen).toEqual(['nothing yet'])
  clock.advance(4_999)
  expect(reads.length).toBe(1)
  clock.advance(1)
  await expect.poll(() => reads.length).toBe(2)
  clock.advance(20 * 60_000)
  reads[1]?.fail()
  await expect.poll(() => clock.alarms()).toHaveLength(1)
  clock.advance(0)
  await expect.poll(() => reads.length).toBe(3)
  reads[2]?.begin()
  await expect.poll(() => seen).toEqual(['nothing yet', 'what was wanted'])
})
