import { describe, expect, test } from 'vitest'
import type { OutboxEntry } from '../src/index.ts'
import { answered } from '../src/model/outbox-entry.ts'
import { adjusted, myRsvp, overlay } from '../src/views/overlay.ts'

type Status = OutboxEntry['status']
type Tap = Parameters<typeof myRsvp>[2]

const NOW = Date.UTC(2026, 0, 1)
const STATUSES = ['going', 'interested', 'not_going'] as const

const response = (status: string) => ({ eventId: 'e', userId: 'ada', status })
const saving = (status: Status): Tap => ({ phase: 'saving', status })

function entry(status: Status, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  const made = answered(undefined, { eventId: 'e', status, answerId: 'a', now: NOW, server: null })
  if (!made) throw new Error('no entry')
  return { ...made, ...changes }
}
const failed = (status: Status) =>
  entry(status, { state: 'failed', failure: { kind: 'refused', message: 'no' } })

describe('what I last said, and how far it has come', () => {
  test("without an answer of mine it is the server's word", () => {
    expect(myRsvp(undefined, undefined)).toEqual({ status: null, sync: 'synced' })
    expect(myRsvp(response('going'), undefined)).toEqual({ status: 'going', sync: 'synced' })
  })

  test.each(['queued', 'sending'] as const)('an entry that is %s lies over the server’s word', (state) => {
    expect(myRsvp(response('going'), entry('not_going', { state }))).toEqual({
      status: 'not_going',
      sync: state,
    })
  })

  test("a refused entry stops overlaying: the server's word shows, with the reason", () => {
    expect(myRsvp(response('interested'), failed('going'))).toEqual({
      status: 'interested',
      sync: 'failed',
      failure: { kind: 'refused', message: 'no' },
    })
    expect(myRsvp(undefined, failed('going'))).toMatchObject({ status: null, sync: 'failed' })
  })

  test('an entry that waits after a failure says why', () => {
    const failure = { kind: 'no-reply', message: 'silence' } as const
    expect(myRsvp(undefined, entry('going', { failure }))).toEqual({
      status: 'going',
      sync: 'queued',
      failure,
    })
  })

  test('a tap lies over everything else', () => {
    expect(myRsvp(response('going'), entry('interested'), saving('not_going'))).toEqual({
      status: 'not_going',
      sync: 'saving',
    })
    expect(myRsvp(response('going'), failed('not_going'), saving('not_going'))).toEqual({
      status: 'not_going',
      sync: 'saving',
    })
  })

  test('a tap that says what is known already changes nothing on screen', () => {
    expect(myRsvp(response('going'), undefined, saving('going'))).toEqual({ status: 'going', sync: 'synced' })
    expect(myRsvp(undefined, entry('going', { state: 'sending' }), saving('going')).sync).toBe('sending')
  })

  test('a tap that says what the server has, after a refusal, is news all the same', () => {
    expect(myRsvp(response('going'), failed('not_going'), saving('going'))).toEqual({
      status: 'going',
      sync: 'saving',
    })
  })

  test('a stored tap shows what was stored, also when nothing was', () => {
    expect(myRsvp(undefined, undefined, { phase: 'saved', entry: entry('going') })).toEqual({
      status: 'going',
      sync: 'queued',
    })
    expect(myRsvp(response('interested'), entry('going'), { phase: 'saved', entry: undefined })).toEqual({
      status: 'interested',
      sync: 'synced',
    })
  })

  test('a status that a newer server invents is shown as it came', () => {
    expect(myRsvp(response('waitlisted'), undefined).status).toBe('waitlisted')
  })
})

describe('counters', () => {
  const cases = [null, ...STATUSES].flatMap((server) =>
    [null, ...STATUSES].map((mine) => [server, mine] as const),
  )

  test.each(cases)('the server has %s and I say %s: each counter moves by what changes', (server, mine) => {
    for (const counted of ['going', 'interested'] as const) {
      const expected = 5 - Number(server === counted) + Number(mine === counted)
      expect(adjusted(5, counted, server, mine)).toBe(expected)
    }
  })

  test('no counter goes below zero, whatever the server counted', () => {
    for (const [server, mine] of cases) {
      expect(adjusted(0, 'going', server, mine)).toBeGreaterThanOrEqual(0)
      expect(adjusted(0, 'interested', server, mine)).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('the view', () => {
  const event = {
    eventId: 'e',
    title: 'Garden day',
    rsvpCount: 3,
    interestedCount: 1,
    startTime: '2026-02-01T10:00:00Z',
  }

  test('status, mark and both counters come from the same facts', () => {
    const view = overlay({ event, response: response('interested'), entry: entry('going') }, NOW)
    expect(view).toMatchObject({
      rsvpCount: 4,
      interestedCount: 0,
      myRsvp: { status: 'going', sync: 'queued' },
      rsvpWindow: 'open',
    })
  })

  test('a refused answer is counted nowhere', () => {
    expect(overlay({ event, entry: failed('going') }, NOW)).toMatchObject({
      rsvpCount: 3,
      interestedCount: 1,
    })
  })

  test('counters that the server did not send are not made up', () => {
    const view = overlay({ event: { eventId: 'e' }, entry: entry('going') }, NOW)
    expect('rsvpCount' in view).toBe(false)
    expect('interestedCount' in view).toBe(false)
  })

  test('the row is not changed, and fields we do not know are still there', () => {
    const row = Object.freeze({ ...event, novelty: { a: 1 } })
    const view = overlay({ event: row, entry: entry('going') }, NOW)
    expect(view).toMatchObject({ novelty: { a: 1 }, title: 'Garden day' })
    expect(row.rsvpCount).toBe(3)
  })

  test('cover and host are there when they are known, and missing when not', () => {
    const view = overlay({ event, cover: { fileId: 'f' }, host: { userId: 'bob' } }, NOW)
    expect(view).toMatchObject({ cover: { fileId: 'f' }, host: { userId: 'bob' } })
    expect(Object.keys(overlay({ event }, NOW))).not.toContain('cover')
  })
})
