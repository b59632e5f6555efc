import { describe, expect, test } from 'vitest'
import { openBundle, type RawBundle } from '../src/model/bundle.ts'
import { answered, claimed } from '../src/model/outbox-entry.ts'
import type { TimeLeft } from '../src/remote/http.ts'
import type { RsvpApi } from '../src/remote/rsvp-api.ts'
import type { Merge } from '../src/storage/merge.ts'
import { createPush } from '../src/sync/push.ts'

const NOW = 1_000_000
const UNTIL = NOW + 30_000
const timeLeft = () => UNTIL - NOW

type Said = Awaited<ReturnType<RsvpApi['answer']>>
type Refused = Exclude<Said, { kind: 'accepted' }>

const bundle = (json: object): RawBundle => {
  const raw = openBundle(json)
  if (!raw) throw new Error('not a bundle')
  return raw
}
const took = (json: object): Said => ({ kind: 'accepted', raw: bundle(json), next: undefined, asked: 7 })
const has = (status: string) => took({ eventResponses: [{ eventId: 'e', userId: 'ada', status }] })
const event = (fields: object = {}) => took({ events: [{ eventId: 'e', ...fields }] })
const no = (kind: Refused['kind'], why: Refused['failure']['kind'] = 'refused'): Refused => ({
  kind,
  failure: { kind: why, message: `${kind}, says the test` },
  retryAfterMs: kind === 'slow-down' ? 7_000 : undefined,
  asked: 7,
})

/** Delivers `going` to an API that says these things, one after the other. */
async function delivered(how: { known?: boolean; unheard?: boolean }, ...words: Said[]) {
  const calls: string[] = []
  const merged: RawBundle[] = []
  const say = async (call: string, given: TimeLeft | undefined) => {
    calls.push(given === timeLeft ? call : `${call}, for ever`)
    const word = words.shift()
    if (!word) throw new Error(`${call} was not expected`)
    return word
  }
  const api: Pick<RsvpApi, 'answer' | 'myRsvp' | 'event'> = {
    answer: (isKnown, eventId, status, timeLeft) =>
      say(`${isKnown ? 'PUT' : 'POST'} ${eventId} ${status}`, timeLeft),
    myRsvp: (eventId, timeLeft) => say(`my ${eventId}`, timeLeft),
    event: (eventId, { timeLeft }) => say(`event ${eventId}`, timeLeft),
  }
  const mergeRaw: Merge['mergeRaw'] = async (raw, asked) => {
    expect(asked).toBe(7)
    merged.push(raw)
    return { applied: 0, stale: 0, quarantined: [] }
  }
  const entry = answered(undefined, { eventId: 'e', status: 'going', answerId: 'a', now: NOW, server: null })
  if (!entry) throw new Error('no entry')
  const row = claimed({ ...entry, unheard: how.unheard ?? false }, { id: 'lease', until: UNTIL })
  const deliver = createPush({
    api: api as RsvpApi,
    merge: { mergeRaw } as Merge,
    userId: 'ada',
    onConflict: undefined,
    closing: new AbortController().signal,
  })
  const end = await deliver({ row, known: how.known ?? false, asOf: 0 }, timeLeft)
  expect(words).toEqual([])
  return { calls, merged, end }
}

describe('bringing an answer to the server', () => {
  test('an answer of mine that is known is changed, any other is made', async () => {
    const made = await delivered({ known: false }, has('going'))
    expect(made.calls).toEqual(['POST e going'])
    expect(made.end).toEqual(has('going'))
    expect((await delivered({ known: true }, has('going'))).calls).toEqual(['PUT e going'])
  })

  test.each([
    ['unknown', { unheard: true, isLost: true }],
    ['slow-down', { unheard: false, isLost: false, retryAfterMs: 7_000 }],
    ['signed-out', { unheard: false, isLost: false }],
    ['failed', { unheard: false, isLost: false }],
  ] as const)('%s ends it: only silence may have been applied', async (kind, expected) => {
    const { end } = await delivered({}, no(kind))
    expect(end).toMatchObject({ kind, failure: { message: `${kind}, says the test` }, ...expected })
  })
})

describe('after a request that nobody heard of', () => {
  test('the server is asked first, and what it has already is not sent again', async () => {
    const { calls, end } = await delivered({ unheard: true }, has('going'))
    expect(calls).toEqual(['my e'])
    expect(end).toEqual(has('going'))
  })

  test('another answer is changed, a missing one made, whatever the mirror knew', async () => {
    const changed = await delivered({ unheard: true, known: false }, has('interested'), has('going'))
    expect(changed.calls).toEqual(['my e', 'PUT e going'])
    const made = await delivered({ unheard: true, known: true }, no('missing'), has('going'))
    expect(made.calls).toEqual(['my e', 'POST e going'])
  })

  test.each(['unknown', 'slow-down', 'signed-out', 'failed'] as const)(
    '%s to the question leaves it open whether something was applied',
    async (kind) => {
      const { end } = await delivered({ unheard: true }, no(kind))
      expect(end).toMatchObject({ kind, unheard: true })
      expect(end).not.toHaveProperty('isLost')
    },
  )
})

describe('an event that is gone when the question comes what became of a request', () => {
  const missing = no('missing')
  test.each([
    ['nothing is found anywhere', [missing, missing, missing]],
    ['the event says so itself', [missing, missing, event({ isDeleted: true })]],
    ['the answer is refused', [missing, no('failed', 'event-gone')]],
    ['the server has an answer, and then none', [missing, no('exists'), missing]],
  ])('%s: nothing was learned of that request', async (_, words) => {
    const { end } = await delivered({ unheard: true }, ...words)
    expect(end).toMatchObject({ kind: 'failed', unheard: true })
  })

  test('but where an answer of mine is found, it was', async () => {
    const { end } = await delivered({ unheard: true }, has('interested'), no('failed'))
    expect(end).toMatchObject({ kind: 'failed', unheard: false })
  })
})

describe('a server that has my answer already', () => {
  test('is asked which, and told the new one', async () => {
    const same = await delivered({}, no('exists'), has('going'))
    expect([same.calls, same.end]).toEqual([['POST e going', 'my e'], has('going')])
    const other = await delivered({}, no('exists'), has('interested'), has('going'))
    expect(other.calls).toEqual(['POST e going', 'my e', 'PUT e going'])
  })

  test('and then has none has refused the answer itself', async () => {
    const { end } = await delivered({}, no('exists'), no('missing'))
    expect(end).toEqual({ kind: 'failed', unheard: false, failure: no('exists').failure })
  })

  test('and does not say which: nothing was applied', async () => {
    const { end } = await delivered({}, no('exists'), no('unknown'))
    expect(end).toMatchObject({ kind: 'unknown', unheard: false })
  })
})

describe('a server that has no answer of mine to change', () => {
  test('but has the event takes a new one, and the event comes in', async () => {
    const { calls, merged } = await delivered({ known: true }, no('missing'), event(), has('going'))
    expect(calls).toEqual(['PUT e going', 'event e', 'POST e going'])
    expect(merged).toEqual([bundle({ events: [{ eventId: 'e' }] })])
  })

  test('and has deleted the event: gone, and the mirror knows', async () => {
    const { end, merged } = await delivered({ known: true }, no('missing'), event({ isDeleted: true }))
    expect(end).toEqual({
      kind: 'failed',
      unheard: false,
      failure: { kind: 'event-gone', message: 'This event was deleted.' },
    })
    expect(merged).toHaveLength(1)
  })

  test('and has deleted the event, among others that it names: gone', async () => {
    const both = took({ events: [{ eventId: 'other' }, { eventId: 'e', isDeleted: true }] })
    const { end } = await delivered({ known: true }, no('missing'), both)
    expect(end).toMatchObject({ kind: 'failed', failure: { kind: 'event-gone' } })
  })

  test('another event that is deleted is no reason', async () => {
    const both = took({ events: [{ eventId: 'other', isDeleted: true }, { eventId: 'e' }] })
    const { calls } = await delivered({ known: true }, no('missing'), both, has('going'))
    expect(calls).toHaveLength(3)
  })

  test('nor the event: gone', async () => {
    const { end, merged } = await delivered({ known: true }, no('missing'), no('missing', 'event-gone'))
    expect(end).toMatchObject({ kind: 'failed', unheard: false, failure: { kind: 'event-gone' } })
    expect(merged).toEqual([])
  })

  test('and does not speak of the event: to be asked again', async () => {
    const { end } = await delivered({ known: true }, no('missing'), no('unknown'))
    expect(end).toMatchObject({ kind: 'unknown', unheard: false })
  })
})

test('a server that contradicts itself is left alone after three tries, for a while', async () => {
  const { calls, end } = await delivered(
    { known: true },
    ...[no('missing'), event(), no('exists'), has('interested'), no('missing'), event()],
  )
  expect(calls).toEqual(['PUT e going', 'event e', 'POST e going', 'my e', 'PUT e going', 'event e'])
  expect(end).toEqual({
    kind: 'unknown',
    unheard: false,
    failure: { kind: 'timed-out', message: 'timed-out' },
  })
})
