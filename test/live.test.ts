import { expect, onTestFinished, test } from 'vitest'
import { RsvpDatabase } from '../src/storage/database.ts'
import { createLive } from '../src/storage/live.ts'
import { createFakeClock, createFakeLifecycle } from '../src/testing.ts'
import { platform } from './platform.ts'

let databases = 0

test('P5 a read knows when it has heard of every write of this page that it can see', async () => {
  const { newIndexedDB, IDBKeyRange } = platform
  const db = new RsvpDatabase(`live-${++databases}`, { indexedDB: newIndexedDB(), IDBKeyRange })
  const ports = { clock: createFakeClock(), lifecycle: createFakeLifecycle() }
  const live = createLive(db, true, ports, async () => undefined)
  onTestFinished(() => live.close())
  await live.write([db.meta], ({ meta }) => meta.put({ key: 'pause', until: 1 } as never))

  let begin = () => {}
  const first = live.write([db.meta], async ({ meta }) => {
    begin()
    await meta.put({ key: 'pause', until: 2 } as never)
  })
  await new Promise<void>((resolve) => {
    begin = resolve
  })
  const heard: boolean[] = []
  let later: Promise<unknown> | undefined
  await new Promise<void>((resolve) => {
    const watching = live
      .watch<number>({
        tables: [db.meta],
        isTouched: () => true,
        empty: 0,
        async read({ meta }, hasHeard) {
          heard.push(hasHeard()) // the write before it is under way
          await meta.get('pause')
          heard.push(hasHeard())
          later ??= live.write([db.meta], ({ meta }) => meta.put({ key: 'pause', until: 3 } as never))
          await meta.get('pause')
          heard.push(hasHeard()) // which it cannot see
          return 0
        },
      })
      .subscribe(() => {
        watching.unsubscribe()
        resolve()
      })
  })
  await Promise.all([first, later])
  expect(heard.slice(0, 3)).toEqual([false, true, true])
})
