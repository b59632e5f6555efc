import type { Failure, OutboxEntry, RsvpStatus, RsvpStoreErrorCode, SyncStatus } from '../../src/index.ts'
import type { Catalogue } from './languages/catalogue.ts'
import type { Words } from './languages/words.ts'

export const ANSWERS: readonly RsvpStatus[] = ['going', 'interested', 'not_going']

/** A server may have answers that this app does not know. */
export const answerWord = ({ answer }: Catalogue, status: string): string =>
  answer[status as RsvpStatus] ?? status

export const reasonOf = ({ reason }: Catalogue, { kind }: Failure): string => reason[kind]

/** What is said to somebody whose answer could not be kept. */
export const problemOf = ({ problem }: Catalogue, code: RsvpStoreErrorCode | undefined): string =>
  problem[code as keyof typeof problem] ?? problem.closed

/** What of the status concerns an answer that waits. */
export type Way = Pick<SyncStatus, 'network' | 'nextAttemptAt'>

export const wayOf = ({ network, nextAttemptAt }: SyncStatus): Way => ({
  network,
  ...(nextAttemptAt !== undefined && { nextAttemptAt }),
})

/** When an entry may go: its own wait, or the one that the whole user is in. */
const nextAttempt = (entry: OutboxEntry, way: Way | undefined): number =>
  Math.max(entry.notBefore, way?.nextAttemptAt ?? 0)

/** What is to be said about an entry beside the reason. */
export function detailOf(
  { text: { answering, answer }, times }: Words,
  entry: OutboxEntry,
  way: Way | undefined,
  now: number,
): string | undefined {
  switch (entry.state) {
    case 'sending':
      return undefined
    case 'failed':
      return answering.wanted(answer[entry.status])
    case 'queued':
      if (way?.network === 'offline') return answering.whenOnline
      return answering.nextTry(times.inTime(nextAttempt(entry, way), now))
  }
}
