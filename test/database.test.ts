import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, test, vi } from 'vitest'
import { RsvpStoreError } from '../src/model/errors.ts'
import { completePort, databaseName } from '../src/storage/database.ts'
import { storageError, storageState } from '../src/storage/health.ts'

describe('what a failed transaction means', () => {
  test.each([
    [{ name: 'QuotaExceededError' }, 'storage-full', 'QuotaExceededError'],
    [
      { name: 'AbortError', inner: { name: 'QuotaExceededError' } },
      'storage-full',
      'AbortError QuotaExceededError',
    ],
    [{ name: 'VersionError' }, 'storage-outdated', 'VersionError'],
    [
      { name: 'OpenFailedError', inner: { name: 'VersionError' } },
      'storage-outdated',
      'OpenFailedError VersionError',
    ],
    [{ name: 'UnknownError' }, 'storage-unavailable', 'UnknownError'],
    [{ name: 'MissingAPIError', inner: {} }, 'storage-unavailable', 'MissingAPIError'],
  ])('%j is %s', (error, code, reason) => {
    const known = storageError(error)
    expect(known).toBeInstanceOf(RsvpStoreError)
    expect(known).toMatchObject({ code, message: `Nothing was stored: ${reason}` })
  })

  test('an error that is ours already stays as it is', () => {
    const ours = new RsvpStoreError('rsvp-closed', 'This event takes no answers.')
    expect(storageError(ours)).toBe(ours)
  })

  test('only an error of the storage tells of its state', () => {
    expect(storageState(storageError({ name: 'QuotaExceededError' }))).toBe('full')
    expect(storageState(storageError({ name: 'VersionError' }))).toBe('outdated')
    expect(storageState(new RsvpStoreError('closed', 'The store is closed.'))).toBeUndefined()
    expect(storageState(new RsvpStoreError('invalid-argument', 'no'))).toBeUndefined()
  })
})

describe('the database of one user', () => {
  test('is shared with no other pair of name and user', () => {
    const pairs = [
      ['a', 'b'],
      ['a/b', 'c'],
      ['a', 'b/c'],
      ['a%2Fb', 'c'],
      ['a', ''],
    ] as const
    expect(new Set(pairs.map(([name, userId]) => databaseName(name, userId))).size).toBe(pairs.length)
    expect(databaseName('rsvp-store', 'ada')).toBe('rsvp-store/ada')
  })

  test('takes both halves of an IndexedDB as they are given', () => {
    const port = { indexedDB: new IDBFactory(), IDBKeyRange } as never
    expect(completePort(port)).toBe(port)
  })

  test('completes a bare factory from the global, where there is one', () => {
    const bare = new IDBFactory() as never
    expect(completePort(bare)).toBeUndefined()
    vi.stubGlobal('IDBKeyRange', IDBKeyRange)
    try {
      expect(completePort(bare)).toEqual({ indexedDB: bare, IDBKeyRange })
      expect(completePort(undefined)).toBeUndefined()
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
