import type { Failure } from '../model/failure.ts'
import type { Moment } from '../model/moment.ts'
import type { Tone } from './nodes.ts'
import type { StoryStep } from './story.ts'

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const

/** The time of day, to the millisecond. */
export const timeOf = (moment: Moment): string => new Intl.DateTimeFormat('en-GB', CLOCK).format(moment)

/** `85 ms`, `1.2 s`, `3 min`. */
export function durationOf(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${Math.round(ms)} ms`
  if (Math.abs(ms) < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.round(ms / 60_000)} min`
}

/** `1.2 MB`. */
export function bytesOf(bytes: number | undefined): string | undefined {
  if (bytes === undefined) return undefined
  const size = bytes < 1_000_000 ? [1_000, 'kB'] : bytes < 1_000_000_000 ? [1_000_000, 'MB'] : [1e9, 'GB']
  return `${(bytes / Number(size[0])).toFixed(1)} ${size[1]}`
}

/** `refused: Not a member (403, code 400300)`. */
export const failureWords = ({ kind, message, httpStatus, apiCode }: Failure): string => {
  const from = [httpStatus, apiCode && `code ${apiCode}`].filter(Boolean).join(', ')
  return `${kind}${message === kind ? '' : `: ${message}`}${from ? ` (${from})` : ''}`
}

const ASKS = {
  answer: 'The answer is sent.',
  'my-answer': 'The server is asked what it has.',
  event: 'The server is asked whether there is such an event.',
}

function replyWords(failure: Failure): string {
  if (failure.kind === 'no-reply') return 'No reply came.'
  return failure.kind === 'timed-out' ? 'No reply came in time.' : `The reply: ${failureWords(failure)}.`
}

/** A wait may be over before it was written down. */
const waitWords = ({ at, until }: { readonly at: Moment; readonly until: Moment }) =>
  until > at ? `Waits until ${timeOf(until)}` : 'May go again at once'

/** One step as a sentence. */
export function sentenceOf(step: StoryStep): string {
  switch (step.what) {
    case 'stored':
      return 'On disk.'
    case 'claimed':
      return `Taken for sending, until ${timeOf(step.until)} at most.`
    case 'sent':
      return ASKS[step.ask]
    case 'verdict':
      return step.failure ? replyWords(step.failure) : 'The reply: accepted.'
    case 'waits':
      return `${waitWords(step)}${step.failure ? `, after ${failureWords(step.failure)}` : ''}.`
    case 'failed':
      return `The server said no${step.failure ? `: ${failureWords(step.failure)}` : ''}.`
    case 'settled':
      return OUTCOMES[step.outcome]
  }
}

const OUTCOMES = {
  accepted: 'The server has it.',
  superseded: 'A newer answer took its place.',
  discarded: 'Discarded.',
  failed: 'The server said no.',
}

export function toneOf(step: StoryStep): Tone | undefined {
  if (step.what === 'failed') return 'bad'
  if (step.what === 'settled') return step.outcome === 'accepted' ? 'good' : undefined
  if (step.what === 'verdict') return step.verdict === 'accepted' ? 'good' : 'busy'
  return step.what === 'waits' ? 'busy' : undefined
}
