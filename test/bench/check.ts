import type { Contender, Shown, Store } from './contender.ts'
import { entities, eventRow, idOf, withMyAnswers } from './rows.ts'

/** The task is only worth timing when it was done: what each contender must get right. Rejects with what is wrong. */
export async function check({ open }: Contender, name: string, url: string): Promise<void> {
  const store = await open(name, { url })
  const bundle = withMyAnswers(60)
  await store.merge(bundle)

  const one = idOf(30) // the server has `going` of mine, and 40 who go
  const shown: (Shown | undefined)[] = []
  const stopOne = store.watchEvent(one, (look) => shown.push(look()))
  let list: readonly Shown[] = []
  const stopList = store.watchList(50, (look) => {
    list = look()
  })
  const byStart = [...bundle.events].sort((a, b) => a.startTime.localeCompare(b.startTime)).slice(0, 50)
  await until(
    () =>
      same(
        list.map(({ eventId }) => eventId),
        byStart.map(({ eventId }) => eventId),
      ),
    'the list of 50 by start time',
    () => list,
  )
  await until(
    () => same(shown.at(-1), seen(30, 'going', 40)),
    'the first view of an event',
    () => shown.at(-1),
  )

  await store.tap(one, 'not_going')
  await until(
    () => same(shown.at(-1), seen(30, 'not_going', 39)),
    'the view after a tap',
    () => shown.at(-1),
  )
  const first = byStart[0]?.eventId ?? ''
  await store.tap(first, 'interested')
  await until(
    () => list[0]?.mine === 'interested',
    'the list after a tap',
    () => list[0],
  )
  expect(await store.waiting(), 2, 'answers that wait')

  await store.merge(entities(100, 1_000))
  stopOne()
  stopList()
  await store.close()

  await reopened(await open(name, { url }), one, store.push !== undefined)
}

async function reopened(store: Store, one: string, pushes: boolean): Promise<void> {
  let shown: Shown | undefined
  store.watchEvent(one, (look) => {
    shown = look()
  })
  await until(
    () => same(shown, seen(30, 'not_going', 39)),
    'the view after reopening',
    () => shown,
  )
  expect(await store.waiting(), 2, 'answers that wait after reopening')
  if (pushes) {
    await store.push?.()
    expect(await store.waiting(), 0, 'answers that wait after the push')
    const take2 = { ...seen(30, 'not_going', 40), title: eventRow(30, 1).title }
    await until(
      () => same(shown, take2),
      'the view after the push',
      () => shown,
    )
  }
  await store.close()
}

const seen = (at: number, mine: Shown['mine'], going: number): Shown => ({
  eventId: idOf(at),
  title: eventRow(at).title,
  mine,
  going,
})

const same = (a: unknown, b: unknown) => textOf(a) === textOf(b)

const textOf = (value: unknown) => JSON.stringify(value, (name, part) => (name === 'sync' ? undefined : part))

function expect(is: unknown, wanted: unknown, what: string): void {
  if (is !== wanted) throw new Error(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(wanted)}`)
}

async function until(isSo: () => boolean, what: string, is: () => unknown): Promise<void> {
  const end = performance.now() + 10_000
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`${what} is wrong: ${JSON.stringify(is())?.slice(0, 300)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
