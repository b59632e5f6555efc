import { createRequire } from 'node:module'
import { BehaviorSubject, type InteropObservable, type Observable, Subject } from 'rxjs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { latestOf } from '../docs/examples/latest-of.ts'
import type { RsvpStoreOptions } from '../src/index.ts'
import * as library from '../src/index.ts'

const require = createRequire(import.meta.url)

/** A copy of RxJS that nobody else has, as in an app that bundles another version. */
function anotherRxjs(): typeof import('rxjs') {
  for (const path of Object.keys(require.cache)) if (/[\\/]rxjs[\\/]/.test(path)) delete require.cache[path]
  return require('rxjs')
}

/** Without a database: its streams speak all the same. */
const OPTIONS: RsvpStoreOptions = {
  userId: 'ada',
  baseUrl: 'https://api.test',
  getToken: () => 'token',
  ports: { indexedDB: undefined },
}

const streamsOf = (store: library.RsvpStore) =>
  Object.entries({
    event$: store.event$('event-1'),
    events$: store.events$({ limit: 3 }),
    attendees$: store.attendees$('event-1'),
    outbox$: store.outbox$,
    status$: store.status$,
  })

/** The symbol that many libraries ask for, as a polyfill defines it; gone after the test. */
function defineSymbol(): void {
  if (Symbol.observable) throw new Error('somebody has defined it already')
  Object.defineProperty(Symbol, 'observable', { value: Symbol('observable'), configurable: true })
  onTestFinished(() => void Reflect.deleteProperty(Symbol, 'observable'))
}

describe('interop of observables', () => {
  test('another copy of RxJS takes every stream of the store', async () => {
    const { from, firstValueFrom, Observable: Other } = anotherRxjs()
    const store = library.createRsvpStore(OPTIONS)
    for (const [name, stream$] of streamsOf(store)) {
      expect(stream$ instanceof Other, name).toBe(false)
      const first = await firstValueFrom(from(stream$ as Observable<unknown>))
      if (name === 'status$') expect(first).toMatchObject({ storage: 'unavailable' })
      else expect(first, name).toEqual(name === 'event$' ? undefined : [])
    }
  })

  test('where Symbol.observable is there before RxJS, every stream answers to it', async () => {
    defineSymbol()
    const { from, firstValueFrom } = anotherRxjs()
    const own = anotherRxjs()
    vi.resetModules()
    vi.doMock('rxjs', () => own)
    onTestFinished(() => void vi.doUnmock('rxjs'))
    const { createRsvpStore } = await import('../src/index.ts')
    for (const [name, stream$] of streamsOf(createRsvpStore(OPTIONS))) {
      const seen: unknown[] = []
      const interop = stream$ as unknown as InteropObservable<unknown>
      interop[Symbol.observable]().subscribe({ next: (value) => void seen.push(value) })
      expect(seen, name).toHaveLength(1)
      expect(await firstValueFrom(from(stream$ as Observable<unknown>)), name).toEqual(seen[0])
    }
  })

  test('where it is defined in between, a stream is wrapped by hand', async () => {
    const store = library.createRsvpStore(OPTIONS)
    defineSymbol()
    const { from, firstValueFrom, Observable: Other } = anotherRxjs()
    expect(() => from(store.status$)).toThrow(TypeError)
    const status$ = new Other<library.SyncStatus>((observer) => store.status$.subscribe(observer))
    expect(await firstValueFrom(status$)).toMatchObject({ storage: 'unavailable' })
  })

  test('the store defines no such symbol', () => {
    library.createRsvpStore(OPTIONS)
    expect(Object.hasOwn(Symbol, 'observable')).toBe(false)
  })
})

describe('for await, by the function in docs/standards.md', () => {
  test('takes the newest value each time, and lets go when the loop ends', async () => {
    const value$ = new BehaviorSubject(1)
    const taken: number[] = []
    for await (const value of latestOf(value$)) {
      taken.push(value)
      if (value === 1) for (const next of [2, 3]) value$.next(next)
      if (value === 3) setImmediate(() => value$.next(4))
      if (value === 4) break
    }
    expect(taken).toEqual([1, 3, 4])
    expect(value$.observed).toBe(false)
  })

  test('ends when the store is closed, with what was said last', async () => {
    const store = library.createRsvpStore(OPTIONS)
    const taken: (string | undefined)[] = []
    for await (const { storage } of latestOf(store.status$)) {
      taken.push(storage)
      await store.close()
    }
    expect(taken).toEqual(['unavailable'])
  })

  test('a value that came with the end is not lost', async () => {
    const value$ = new Subject<number>()
    const loop = latestOf(value$)
    const first = loop.next()
    value$.next(1)
    value$.complete()
    expect(await first).toEqual({ value: 1, done: false })
    expect(await loop.next()).toEqual({ value: undefined, done: true })
  })
})

test('`await using` closes the store', async () => {
  const seen: string[] = []
  {
    await using store = library.createRsvpStore(OPTIONS)
    store.status$.subscribe({ complete: () => seen.push('closed') })
    expect(seen).toEqual([])
  }
  expect(seen).toEqual(['closed'])
})
