import Dexie, { cmp, type IntervalTree, type ObservabilitySet } from 'dexie'
import type { EventId, UserId } from '../model/ids.ts'
import type { Stop } from '../ports.ts'
import type { TableName } from './database.ts'

/** How the rows of each table are keyed. */
type Key<T extends TableName> = T extends 'responses' ? [EventId, UserId] : string

/** What a commit wrote, in this tab or in another. */
export interface Changes {
  /** The keys that were put or deleted; `undefined` where it may be any. */
  keysOf<T extends TableName>(table: T): readonly Key<T>[] | undefined
}

/** Which rows matter, table by table; tables that are not named do not. */
export type Matters = { readonly [T in TableName]?: (key: Key<T>) => boolean }

/** Calls `changed` after each commit to the database of this name, wherever it was made. */
export function watchChanges(databaseName: string, changed: (changes: Changes) => void): Stop {
  const ours = `idb://${databaseName}/`
  const heard = (parts: ObservabilitySet) => {
    if (Object.keys(parts).some((part) => part.startsWith(ours))) changed(changesIn(parts, ours))
  }
  Dexie.on.storagemutated.subscribe(heard)
  return () => Dexie.on.storagemutated.unsubscribe(heard)
}

function changesIn(parts: ObservabilitySet, ours: string): Changes {
  const known = new Map<TableName, readonly unknown[] | undefined>()
  return {
    keysOf<T extends TableName>(table: T) {
      if (!known.has(table)) known.set(table, keysIn(parts[`${ours}${table}/`]))
      return known.get(table) as readonly Key<T>[] | undefined
    },
  }
}

/** Dexie keeps written keys as a tree of ranges; one that spans more than a key stands for anything. */
function keysIn(tree: IntervalTree | null | undefined): readonly unknown[] | undefined {
  if (!tree || !('from' in tree)) return []
  const [left, right] = [keysIn(tree.l), keysIn(tree.r)]
  return left && right && cmp(tree.from, tree.to) === 0 ? [...left, tree.from, ...right] : undefined
}

/** Whether a row was written that matters. */
export const isTouchedBy = (changes: Changes, matters: Matters): boolean =>
  Object.entries(matters).some(
    ([table, fits]) => changes.keysOf(table as TableName)?.some((key) => fits(key as never)) ?? true,
  )
