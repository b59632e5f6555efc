// @ts-expect-error The package has no types; what is used of it is written out below.
import Untyped from 'pouchdb-browser'

export type Doc<Body> = Body & { readonly _id: string; readonly _rev?: string; readonly _deleted?: true }

/** Without a `value` there never was one. */
export interface Found<Body> {
  readonly key: string
  readonly value?: { readonly rev: string; readonly deleted?: true }
  readonly doc?: Doc<Body> | null
}

export interface Pouch<Body> {
  info(): Promise<{ readonly doc_count: number; readonly update_seq: number }>
  allDocs(options: {
    readonly keys?: readonly string[]
    readonly startkey?: string
    readonly endkey?: string
    readonly limit?: number
    readonly include_docs?: boolean
  }): Promise<{ readonly rows: readonly Found<Body>[] }>
  /** Says of each its new revision, or the status of its error: 409 where another revision is there. */
  bulkDocs(
    docs: readonly Doc<Partial<Body>>[],
  ): Promise<readonly { readonly id: string; readonly rev?: string; readonly status?: number }[]>
  changes(options: typeof LIVE): {
    on(
      event: 'change',
      listener: (change: { readonly id: string; readonly doc: Doc<Body> }) => void,
    ): { cancel(): void }
  }
  close(): Promise<void>
}

export const LIVE = { live: true, since: 'now', include_docs: true, return_docs: false } as const

export const PouchDB = Untyped as new <Body>(
  name: string,
  options: { readonly deterministic_revs: false },
) => Pouch<Body>
