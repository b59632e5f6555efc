import type { EventRow } from '../../contender.ts'
import { isEvent, isStart, startKey } from './pouchdb-docs.ts'
import type { Doc, Pouch } from './pouchdb-package.ts'

/** Writes over what is there. Most is new, so a revision is only read of what turns out not to be. */
export async function write(rows: Pouch<object>, docs: readonly Doc<object>[]): Promise<void> {
  const byKey = new Map(docs.map((doc) => [doc._id, doc]))
  for (let left = docs; left.length > 0; ) {
    const results = await rows.bulkDocs(left)
    const taken = results.filter(({ id, status }) => status === 409 && !isStart(id))
    left = await asUpdates(
      rows,
      taken.flatMap(({ id }) => byKey.get(id) ?? []),
    )
  }
}

/** The same documents, each with the revision that it writes over; of an event that moved, also the end of its old place. */
export async function asUpdates(
  rows: Pouch<object>,
  docs: readonly Doc<object>[],
): Promise<readonly Doc<object>[]> {
  const { rows: found } = await rows.allDocs({ keys: docs.map(({ _id }) => _id), include_docs: true })
  const old: string[] = []
  const updates = docs.flatMap((doc, at) => {
    const { value, doc: is } = found[at] ?? {}
    if (!value || !is) return [doc]
    if (isStart(doc._id)) return []
    if (isEvent(doc._id)) {
      const before = startKey(is as Doc<EventRow>)
      if (before !== startKey(doc as Doc<EventRow>)) old.push(before)
    }
    return [{ ...doc, _rev: value.rev }]
  })
  if (old.length === 0) return updates
  const { rows: moved } = await rows.allDocs({ keys: old })
  return [
    ...updates,
    ...moved.flatMap(({ key, value }) =>
      value && !value.deleted ? [{ _id: key, _rev: value.rev, _deleted: true as const }] : [],
    ),
  ]
}
