import { expect, test } from 'vitest'
import type { RawBundle } from '../src/model/bundle.ts'
import { partsOf, slicesOf } from '../src/storage/slices.ts'

const NOTHING: RawBundle = { files: [], users: [], events: [], responses: [] }
const raw = (more: Partial<RawBundle>): RawBundle => ({ ...NOTHING, ...more })

const files = (...ids: unknown[]) => ids.map((fileId) => ({ fileId }))
const users = (...ids: unknown[]) => ids.map((userId) => ({ userId }))
const events = (...ids: unknown[]) => ids.map((eventId) => ({ eventId }))
const answers = (userId: string, ...ids: unknown[]) => ids.map((eventId) => ({ eventId, userId }))

/** Slices in short: `e:1 e:2 r:1/ada`. */
const short = (slices: Iterable<RawBundle>): string[] =>
  [...slices].map(({ files, users, events, responses }) =>
    [
      ...files.map((row) => `f:${Object(row).fileId}`),
      ...users.map((row) => `u:${Object(row).userId}`),
      ...events.map((row) => `e:${Object(row).eventId}`),
      ...responses.map((row) => `r:${Object(row).eventId}/${Object(row).userId}`),
    ].join(' '),
  )

test('what is no larger than a slice stays whole, as it came', () => {
  const small = raw({ events: events('b', 'a'), responses: answers('ada', 'z') })
  expect([...slicesOf(small, 3, 'ada')]).toEqual([small])
  expect([...slicesOf(small, 3, 'ada')][0]).toBe(small)
  expect([...partsOf(small, 3)][0]).toBe(small)
})

test('what is larger goes table by table, and what others point at comes first', () => {
  const large = raw({
    responses: answers('bo', 'a'),
    events: events('a'),
    users: users('bo'),
    files: files('pic'),
  })
  expect(short(slicesOf(large, 3, 'ada'))).toEqual(['f:pic', 'u:bo', 'e:a', 'r:a/bo'])
  expect(short(partsOf(large, 3))).toEqual(['f:pic', 'u:bo', 'e:a', 'r:a/bo'])
})

test('rows that take several slices are put in the order of their keys, so that they lie side by side', () => {
  expect(short(slicesOf(raw({ events: events('c', 'a', 'e', 'b', 'd') }), 2, 'ada'))).toEqual([
    'e:a e:b',
    'e:c e:d',
    'e:e',
  ])
  expect(short(slicesOf(raw({ files: files('c', 'a', 'b') }), 2, 'ada'))).toEqual(['f:a f:b', 'f:c'])
  expect(short(slicesOf(raw({ users: users('c', 'a', 'b') }), 2, 'ada'))).toEqual(['u:a u:b', 'u:c'])
  const responses = [...answers('cai', 'y', 'x'), ...answers('bo', 'y')]
  expect(short(slicesOf(raw({ responses }), 2, 'ada'))).toEqual(['r:x/cai r:y/bo', 'r:y/cai'])
})

test('rows that fit into one slice of their own stay as they came', () => {
  const large = raw({ events: events('b', 'a'), users: users('b', 'a') })
  expect(short(slicesOf(large, 2, 'ada'))).toEqual(['u:b u:a', 'e:b e:a'])
})

test('the same row twice stays in the order it came in', () => {
  const [old, young] = [
    { eventId: 'b', title: 'old' },
    { eventId: 'b', title: 'young' },
  ]
  const [first, second] = slicesOf(raw({ events: [old, ...events('c'), young, ...events('a')] }), 2, 'ada')
  expect([first?.events, second?.events]).toEqual([
    [{ eventId: 'a' }, old],
    [young, { eventId: 'c' }],
  ])
})

test('a row without a key is carried along, for whoever reads it to refuse', () => {
  const strange = [...events('b'), null, 'text', { eventId: 7 }, ...events('a')]
  const slices = [...slicesOf(raw({ events: strange }), 2, 'ada')]
  expect(slices.map(({ events }) => events)).toEqual([
    [null, 'text'],
    [{ eventId: 7 }, { eventId: 'a' }],
    [{ eventId: 'b' }],
  ])
})

test('my answer comes with its event, all of them if there are several; those of others after', () => {
  const large = raw({
    events: events('b', 'a', 'c'),
    responses: [...answers('bo', 'a'), ...answers('ada', 'a', 'c', 'a')],
  })
  expect(short(slicesOf(large, 2, 'ada'))).toEqual(['e:a e:b r:a/ada r:a/ada', 'e:c r:c/ada', 'r:a/bo'])
})

test('my answers to events that are not there come among the others', () => {
  const large = raw({ events: events('a'), responses: [...answers('bo', 'z'), ...answers('ada', 'z', 'a')] })
  expect(short(slicesOf(large, 3, 'ada'))).toEqual(['e:a r:a/ada', 'r:z/bo r:z/ada'])
})

test('my answer is not said twice where its event comes twice', () => {
  const large = raw({ events: events('a', 'b', 'a'), responses: answers('ada', 'a') })
  expect(short(slicesOf(large, 1, 'ada'))).toEqual(['e:a r:a/ada', 'e:a', 'e:b'])
})
