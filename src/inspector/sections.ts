import { assurancesOf, type Capabilities } from '../model/capabilities.ts'
import type { Moment } from '../model/moment.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Inspection } from '../model/prune.ts'
import type { SyncStatus } from '../model/status.ts'
import type { Child, Nodes, Tone } from './nodes.ts'
import type { StoryStep } from './story.ts'
import { bytesOf, durationOf, failureWords, sentenceOf, timeOf, toneOf } from './words.ts'

/** What each part of the inspector shows, from plain data. */

const BAD: readonly string[] = [
  'offline',
  'unreachable',
  'signed-out',
  'lost',
  'full',
  'blocked',
  'outdated',
  'unavailable',
]
const toneOfState = (state: string | undefined): Tone | undefined =>
  state !== undefined && BAD.includes(state) ? 'bad' : undefined

const time = (moment: Moment | undefined) => (moment === undefined ? undefined : timeOf(moment))

export const statusPart = ({ facts }: Nodes, status: SyncStatus): Child => {
  const { network, session, work, storage, persisted, feed, pulling, stalled, unreadable, lostAnswers } =
    status
  return facts([
    ['Network', network, toneOfState(network)],
    ['Session', session, toneOfState(session)],
    ['Work', work],
    ['Pulling', pulling && `${pulling.pulls} at once, ${pulling.pages} pages, ${pulling.rows} rows so far`],
    ['Live feed', feed, toneOfState(feed)],
    ['Storage', storage, storage === 'ready' ? 'good' : toneOfState(storage)],
    ['Kept for good', persisted === undefined ? 'not known' : persisted ? 'yes' : 'no'],
    ['Waiting', `${status.queued}`],
    ['Refused', `${status.failed}`, status.failed > 0 ? 'bad' : undefined],
    ['Oldest waits since', time(status.oldestQueuedAt)],
    ['Next try', time(status.nextAttemptAt)],
    ['Last word from the server', time(status.lastSyncedAt)],
    ['Stood still for', stalled, 'bad'],
    ['Answers this version cannot read', unreadable ? `${unreadable}` : undefined, 'bad'],
    ['Answers the browser deleted', lostAnswers ? `${lostAnswers}` : undefined, 'bad'],
  ])
}

export const outboxPart = ({ node }: Nodes, entries: readonly OutboxEntry[]): Child =>
  entries.length === 0
    ? node('p', {}, 'Empty: the server has everything.')
    : node(
        'ul',
        {},
        ...entries.map(({ eventId, status, state, queuedAt, notBefore, failures, failure, unheard }) =>
          node(
            'li',
            { 'data-tone': state === 'failed' ? 'bad' : 'busy' },
            node('b', {}, `${eventId}: ${status}`),
            ` ${state}, since ${timeOf(queuedAt)}`,
            state === 'queued' && notBefore > queuedAt ? `, not before ${timeOf(notBefore)}` : undefined,
            failures > 0 ? `, ${failures} ${failures === 1 ? 'try' : 'tries'} without a word` : undefined,
            unheard ? ', to be read back first' : undefined,
            failure ? node('div', {}, failureWords(failure)) : undefined,
          ),
        ),
      )

/** The stories, the newest first; the steps of each in order, with the time since its first. */
export function storyPart({ node }: Nodes, steps: readonly StoryStep[]): Child {
  if (steps.length === 0) return node('p', {}, 'Nothing yet. Answer something.')
  const stories = new Map<string, StoryStep[]>()
  for (const step of steps) {
    const key = `${step.eventId} ${step.answerId}`
    stories.set(key, [...(stories.get(key) ?? []), step])
  }
  return node(
    'div',
    {},
    ...[...stories.values()].reverse().map((story) => {
      const [{ eventId, status, at: began }] = story as [StoryStep]
      return node(
        'section',
        {},
        node('h3', {}, `${eventId}: ${status}`),
        node(
          'ol',
          {},
          ...story.map((step) =>
            node(
              'li',
              { 'data-tone': toneOf(step), 'data-what': step.what },
              node('time', {}, timeOf(step.at)),
              node('small', {}, ` +${durationOf(step.at - began)} `),
              sentenceOf(step),
            ),
          ),
        ),
      )
    }),
  )
}

export const mirrorPart = ({ facts }: Nodes, { rows, bytes, oldest, newest }: Inspection): Child =>
  facts([
    ...Object.entries(rows).map(([name, count]) => [name, `${count}`] as const),
    ['About', bytesOf(bytes)],
    ['First event starts', oldest === undefined ? undefined : new Date(oldest).toISOString()],
    ['Last event starts', newest === undefined ? undefined : new Date(newest).toISOString()],
  ])

const yes = (is: boolean | undefined) => (is === undefined ? 'not known' : is ? 'yes' : 'no')

export const browserPart = ({ node, facts }: Nodes, can: Capabilities, canUseIt: boolean): Child =>
  node(
    'div',
    {},
    facts([
      ['IndexedDB', yes(can.hasIndexedDB)],
      ['Persistent storage', yes(can.isPersisted)],
      ['Strict writes', yes(can.hasStrictWrites)],
      ['Web Locks', yes(can.hasLocks)],
      ['Service worker', yes(can.hasServiceWorker)],
      ['Background Sync', yes(can.hasBackgroundSync)],
      ['Used by this site', bytesOf(can.usage)],
      ['Room for this site', bytesOf(can.quota)],
    ]),
    node('h3', {}, 'What is therefore promised'),
    node(
      'ul',
      {},
      ...assurancesOf(can, canUseIt).map(({ what, isGiven, why }) =>
        node(
          'li',
          { 'data-tone': isGiven ? 'good' : 'bad' },
          node('b', {}, `${isGiven ? 'Yes' : 'No'}: ${what}`),
          node('div', {}, why),
        ),
      ),
    ),
  )
