import { Subject } from 'rxjs'
import { expect, onTestFinished, test } from 'vitest'
import { createFakeClock } from '../src/adapters/fakes.ts'
import type { Tables } from '../src/storage/database.ts'
import { type Query, type Snapshot, watchQuery } from '../src/storage/watch.ts'
import { platform } from './platform.ts'

/** A promise that the test settles. */
function gate() {
  let open = () => {}
  let fail = () => {}
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = () => reject(new Error('fails'))
  })
  return { passed, open, fail }
}

/** Watches what is taken by whoever reads it first. The test says when each read begins, and when it ends. */
function watchWhatIsWanted() {
  const clock = createFakeClock()
  const [restart$, poke$] = [new Subject<void>(), new Subject<void>()]
  const page = { isAwake: true }
  const reads: { readonly begin: ReturnType<typeof gate>; readonly end: ReturnType<typeof gate> }[] = []
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
    pokes$: poke$,
    empty: 'nothing yet',
  }
  async function read<T>(query: Query<T>): Promise<Snapshot<T>> {
    const [begin, end] = [gate(), gate()]
    reads.push({ begin, end })
    await begin.passed
    const value = await query.read({} as Tables, () => true)
    await end.passed
    return { turn: 0, value }
  }
  const watching = watchQuery(query, {
    available: true,
    clock,
    isAwake: () => page.isAwake,
    open: async () => {},
    read,
    changes$: new Subject(),
    restart$,
  }).subscribe(({ value }) => seen.push(value))
  onTestFinished(() => watching.unsubscribe())
  const areReads = (count: number) => expect.poll(() => reads.length).toBe(count)
  function finish(at: number): void {
    reads[at]?.begin.open()
    reads[at]?.end.open()
  }
  return { clock, restart$, poke$, page, reads, seen, watching, areReads, finish }
}

test('P9 a read that begins after the page has slept takes nothing from the one that is waited for', async () => {
  const { restart$, seen, areReads, finish } = watchWhatIsWanted()
  await areReads(1)
  restart$.next()
  await areReads(2)
  finish(0)
  finish(1)
  await expect.poll(() => seen).toEqual(['what was wanted'])
})

test('P9 what was being read when the page fell asleep is shown no more', async () => {
  const { restart$, reads, seen, areReads, finish } = watchWhatIsWanted()
  await areReads(1)
  reads[0]?.begin.open()
  await platform.turn()
  restart$.next()
  await areReads(2)
  finish(1)
  await expect.poll(() => seen).toHaveLength(1)
  finish(0)
  await platform.turn()
  expect(seen).toHaveLength(1)
})

test('P9 a page that sleeps reads nothing, and all of it when it wakes', async () => {
  const { page, restart$, seen, areReads, finish, poke$, reads } = watchWhatIsWanted()
  await areReads(1)
  page.isAwake = false
  restart$.next()
  poke$.next()
  await platform.turn()
  expect(reads).toHaveLength(1)
  page.isAwake = true
  restart$.next()
  await areReads(2)
  finish(1)
  await expect.poll(() => seen).toEqual(['what was wanted'])
})

test('however often something changes during a read, it is read once more, after it', async () => {
  const { poke$, reads, seen, areReads, finish } = watchWhatIsWanted()
  await areReads(1)
  poke$.next()
  poke$.next()
  await platform.turn()
  expect(reads).toHaveLength(1)
  finish(0)
  await areReads(2)
  finish(1)
  await expect.poll(() => seen).toHaveLength(2)
  await platform.turn()
  expect(reads).toHaveLength(2)
  poke$.next()
  await areReads(3)
})

test('P11 what cannot be read is tried again after five seconds; at once when it took that long to fail', async () => {
  const { clock, reads, seen, areReads, finish } = watchWhatIsWanted()
  await areReads(1)
  reads[0]?.begin.fail()
  await expect.poll(() => seen).toEqual(['nothing yet'])
  expect(clock.alarms()).toEqual([clock.now() + 5_000])
  clock.advance(5_000)
  await areReads(2)
  clock.advance(20 * 60_000)
  reads[1]?.begin.fail()
  await expect.poll(() => clock.alarms()).toEqual([clock.now()])
  clock.advance(0)
  await areReads(3)
  finish(2)
  await expect.poll(() => seen).toEqual(['nothing yet', 'what was wanted'])
})

test('what nobody watches any more is not tried again', async () => {
  const { clock, reads, seen, watching, areReads } = watchWhatIsWanted()
  await areReads(1)
  reads[0]?.begin.fail()
  await expect.poll(() => seen).toEqual(['nothing yet'])
  watching.unsubscribe()
  expect(clock.alarms()).toEqual([])
})
