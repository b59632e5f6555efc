import { aBoolean, aMoment, fields, type MomentInput, toMoment } from './input.ts'
import type { Moment } from './moment.ts'

/** What may go. */
export interface PruneOptions {
  /** Events that ended before this moment; one that names no end, by its start. @defaultValue now */
  readonly endedBefore?: MomentInput | undefined
  /** Keeps events that I have answered, and my answers. @defaultValue true */
  readonly keepMine?: boolean | undefined
}

/** How many rows went. */
export interface PruneReport {
  readonly events: number
  readonly responses: number
  readonly users: number
  readonly files: number
}

/** What is on this device. */
export interface Inspection {
  /** Rows by table. `outbox`: answers that the server has not settled. */
  readonly rows: Readonly<Record<'events' | 'responses' | 'users' | 'files' | 'outbox', number>>
  /** Of the rows as JSON, estimated from a hundred of each table; what a browser adds to it is not known. */
  readonly bytes: number
  /** The earliest and the latest start of an event, epoch milliseconds; missing where there is none. */
  readonly oldest?: Moment
  readonly newest?: Moment
}

/** How much of the server's rows is kept. */
export interface MirrorOptions {
  /** Rows of all tables. @defaultValue 200_000 */
  readonly maxRows?: number | false | undefined
  /** As `inspect()` estimates them. @defaultValue 100_000_000 */
  readonly maxBytes?: number | false | undefined
}

/** A checked `PruneOptions`. */
export interface Pruning {
  readonly endedBefore: Moment
  readonly keepMine: boolean
}

const checkFields = fields({ endedBefore: aMoment, keepMine: aBoolean })

export function toPruning(options: PruneOptions = {}, now: Moment): Pruning {
  checkFields(options, 'options')
  const { endedBefore = now, keepMine = true } = options
  return { endedBefore: toMoment(endedBefore) ?? now, keepMine }
}
