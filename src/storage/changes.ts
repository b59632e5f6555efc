import Dexie from 'dexie'
import type { EventId, UserId } from '../model/ids.ts'
import type { Stop } from '../ports.ts'
import type { TableName } from './database.ts'
import { type Parts, partOf, type Told, WRITER } from './tell-keys.ts'

/** How the rows of each table are keyed. */
type Key<T extends TableName> = T extends 'responses' ? [EventId, UserId] : string

/** What a commit wrote, in this tab or in another. */
export interface Changes {
  /** The keys that were put or deleted; `undefined` where it may be any. */
  keysOf<T extends TableName>(table: T): readonly Key<T>[] | undefined
  /** The transaction, where it was one of this page. */
  readonly writer: object | undefined
}

/** Changes, with the turn of the write where it was our own. */
export interface TurnChanges extends Changes {
  readonly turn: number | undefined
}

/** Which rows matter, table by table; tables that are not named do not. */
export type Matters = { readonly [T in TableName]?: (key: Key<T>) => boolean }

const NOTHING: Told = { d: 0, keys: [] }

/** Calls `changed` after each commit to the database of this name, wherever it was made. */
export function watchChanges(databaseName: string, changed: (changes: Changes) => void): Stop {
  const ours = partOf(databaseName)
  const heard = (parts: object) => {
    if (!Object.keys(parts).some((part) => part.startsWith(ours))) return
    const told: Parts = { ...parts }
    changed({
      // Whoever writes otherwise than by `TELL_KEYS` tells no keys.
      keysOf: (table) => (told[`${ours}${table}/`] ?? NOTHING).keys as never,
      writer: told[WRITER],
    })
  }
  Dexie.on.storagemutated.subscribe(heard)
  return () => Dexie.on.storagemutated.unsubscribe(heard)
}

/** Whether a row was written that matters. */
export const isTouchedBy = (changes: Changes, matters: Matters): boolean =>
  Object.entries(matters).some(
    ([table, fits]) => changes.keysOf(table as TableName)?.some((key) => fits(key as never)) ?? true,
  )
