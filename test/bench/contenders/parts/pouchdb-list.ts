import type { Shown, Stop } from '../../contender.ts'
import { idIn } from './pouchdb-docs.ts'
import { type followBoth, type Known, showKnown } from './pouchdb-follow.ts'
import type { Pouch } from './pouchdb-package.ts'

/** The first events by start time, each of them followed. */
export function followList(
  rows: Pouch<object>,
  { follow, lists, listen }: ReturnType<typeof followBoth>,
  limit: number,
  next: (look: () => readonly Shown[]) => void,
): Stop {
  const listed = new Map<string, { known?: Known; readonly stop: Stop }>()
  let keys: readonly string[] = []
  let reading = false
  let again = false
  const tellAll = () => {
    const all = keys.map((key) => listed.get(idIn(key))?.known)
    if (!all.every((known) => known !== undefined)) return
    next(() => all.flatMap((known) => (known && showKnown(known)) ?? []))
  }
  const arrange = async () => {
    again = reading
    if (reading) return
    reading = true
    const { rows: first } = await rows.allDocs({ startkey: 'start/', endkey: 'start/\uffff', limit })
    keys = first.map(({ key }) => key)
    const eventIds = new Set(keys.map(idIn))
    for (const [eventId, { stop }] of listed) {
      if (eventIds.has(eventId)) continue
      stop()
      listed.delete(eventId)
    }
    for (const eventId of eventIds) {
      if (listed.has(eventId)) continue
      const item: { known?: Known; readonly stop: Stop } = {
        stop: follow(eventId, (known) => {
          item.known = known
          tellAll()
        }),
      }
      listed.set(eventId, item)
    }
    tellAll()
    reading = false
    if (again && lists.has(hear)) await arrange()
  }
  const hear = (key: string) => {
    if (keys.length < limit || key <= (keys.at(-1) ?? '')) arrange()
  }
  lists.add(hear)
  listen()
  arrange()
  return () => {
    lists.delete(hear)
    for (const { stop } of listed.values()) stop()
  }
}
