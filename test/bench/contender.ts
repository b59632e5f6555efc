/** Rows as the API sends them, cut to what the tasks need. */
export interface Bundle {
  readonly events: readonly EventRow[]
  readonly eventResponses: readonly ResponseRow[]
  readonly users: readonly UserRow[]
  readonly files: readonly FileRow[]
}

export interface EventRow {
  readonly eventId: string
  readonly userId: string
  readonly title: string
  readonly description: string
  readonly type: 'physical' | 'virtual'
  readonly status: 'scheduled' | 'live' | 'ended' | 'cancelled'
  readonly originType: 'community' | 'user'
  readonly originId: string
  readonly startTime: string
  readonly endTime: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly rsvpCount: number
  readonly interestedCount: number
  readonly coverImageFileId: string
  readonly tags: readonly string[]
  readonly isDeleted: boolean
}

export interface ResponseRow {
  readonly eventId: string
  readonly userId: string
  readonly status: Status
  readonly respondedAt: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface UserRow {
  readonly userId: string
  readonly displayName: string
  readonly avatarFileId: string
  readonly updatedAt: string
}

export interface FileRow {
  readonly fileId: string
  readonly fileUrl: string
  readonly type: 'image'
  readonly updatedAt: string
}

export type Status = 'going' | 'interested' | 'not_going'

/** What a view says of one event. `going` is the event's `rsvpCount` with my open answer already counted. */
export interface Shown {
  readonly eventId: string
  readonly title: string
  readonly mine: Status | null
  readonly going: number
  /** How far my answer has come, where the view says so. */
  readonly sync?: string
}

export type Stop = () => void

/** Whose answers these are, in every contender and every row. */
export const ME = 'ada'

/** One store under test. The harness drives all of them through this, and knows nothing else of them. */
export interface Contender {
  readonly name: string
  /**
   * Whether a write is on disk when the store calls it done (`strict`), or still with the operating system, and lost
   * when the power goes (`relaxed`): what the durability of IndexedDB says of it.
   */
  readonly durability: 'strict' | 'relaxed'
  /** Opens, or reopens, what is kept under this name. Resolves when the store takes taps. It starts offline. */
  open(name: string, options?: OpenOptions): Promise<Store>
}

export interface OpenOptions {
  /** The server to push to, without a slash at the end. */
  readonly url?: string
}

export interface Store {
  /** Brings the server's rows in. Resolves when they are on disk, as far as the store can tell. */
  merge(bundle: Bundle): Promise<void>
  /**
   * Observes one event. `next` is called for the first value and for each change, with a function that says what the
   * view shows; what it costs to say it is not measured.
   */
  watchEvent(eventId: string, next: (look: () => Shown | undefined) => void): Stop
  /** Observes the first `limit` events by start time, each with my answer. */
  watchList(limit: number, next: (look: () => readonly Shown[]) => void): Stop
  /** Answers, as the user. Resolves when the answer is on disk, as far as the store can tell. */
  tap(eventId: string, status: Status): Promise<void>
  /** How many answers wait to be sent, counted on disk. */
  waiting(): Promise<number>
  /**
   * Goes online: sends everything that waits, six requests at a time, each
   * `POST {url}/api/v1/events/{eventId}/rsvp` with the JSON body `{ status }`, and merges each reply (a `Bundle` with
   * the event, my response and me). Resolves when nothing is left to wait for. Missing where the store has no way to push.
   */
  push?(): Promise<void>
  close(): Promise<void>
}
