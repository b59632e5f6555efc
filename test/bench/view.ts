import type { Shown, Status, Stop, Store } from './contender.ts'
import { inTime } from './measure.ts'
import { newAnswers, numberOf } from './rows.ts'

/** An observer that can be waited for. */
export interface View {
  readonly eventId: string
  /** To be tapped in turn. It shows the other one at first. */
  readonly answers: readonly [Status, Status]
  /** The moment at which the view shows this answer next. A store may say nothing when it shows it already. */
  until(status: Status): Promise<number>
  readonly stop: Stop
}

/** An observer of one event. */
export const watchOne = (store: Store, eventId: string): Promise<View> =>
  start(store, eventId, (next) => store.watchEvent(eventId, (look) => next(look())))

/** The list, as the observer of one event in its midst. */
export async function watchInList(store: Store): Promise<View> {
  const eventId = await middleOf(store)
  return start(store, eventId, (next) =>
    store.watchList(50, (look) => next(look().find((shown) => shown.eventId === eventId))),
  )
}

const middleOf = (store: Store) =>
  new Promise<string>((resolve) => {
    const stop = store.watchList(50, (look) => {
      const middle = look()[25]
      if (!middle) return
      queueMicrotask(() => stop())
      resolve(middle.eventId)
    })
  })

type Watch = (next: (shown: Shown | undefined) => void) => Stop

/** A store that only tells of changes says nothing of an answer that is shown already: the other one is tapped first. */
async function start(store: Store, eventId: string, watch: Watch): Promise<View> {
  const { view, first } = viewOf(eventId, watch)
  const [, other] = view.answers
  if ((await inTime(first, 'the first view')).mine !== other) {
    const seen = view.until(other)
    await store.tap(eventId, other)
    await inTime(seen, 'the first tap until it was seen')
  }
  return view
}

function viewOf(eventId: string, watch: Watch): { readonly view: View; readonly first: Promise<Shown> } {
  let wanted: Status | undefined
  let tell: (at: number) => void = () => {}
  let tellFirst: (shown: Shown) => void = () => {}
  const first = new Promise<Shown>((resolve) => {
    tellFirst = resolve
  })
  const stop = watch((shown) => {
    const now = performance.now()
    if (!shown) return
    tellFirst(shown)
    if (shown.mine !== wanted) return
    wanted = undefined
    tell(now)
  })
  const until = (status: Status) =>
    new Promise<number>((resolve) => {
      wanted = status
      tell = resolve
    })
  return { view: { eventId, answers: newAnswers(numberOf(eventId)), until, stop }, first }
}
