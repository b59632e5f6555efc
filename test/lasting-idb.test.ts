import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, test } from 'vitest'
import { lastingIndexedDB } from '../src/adapters/lasting-idb.ts'

const LOST = 'Connection to Indexed Database server lost. Refresh the page to try again'

/** An IndexedDB that opens nothing, and says why. */
function deadFactory(message: string): IDBFactory {
  const open = () => {
    const error = new DOMException(message, 'UnknownError')
    const request = Object.assign(new EventTarget(), { error })
    queueMicrotask(() => request.dispatchEvent(new Event('error')))
    return request
  }
  return { open } as unknown as IDBFactory
}

/** A page whose frames each have a factory of their own. */
function createPage(factories: readonly (IDBFactory | undefined)[]) {
  const frames: unknown[] = []
  let made = 0
  const page = {
    createElement(name: string) {
      expect(name).toBe('iframe')
      const frame = {
        contentWindow: { indexedDB: factories[made] },
        remove: () => void frames.splice(frames.indexOf(frame), 1),
      }
      made += 1
      return frame
    },
    documentElement: { append: (frame: unknown) => void frames.push(frame) },
  }
  return { page: page as unknown as Document, frames }
}

const open = (factory: IDBFactory): Promise<string> =>
  new Promise((resolve) => {
    const request = factory.open('any')
    request.addEventListener('success', () => resolve('opened'))
    request.addEventListener('error', () => resolve(String(request.error?.message)))
  })

describe('P11 a browser whose process for databases was ended', () => {
  test('after the page has lost it, the next try goes through a hidden frame of the page', async () => {
    const { page, frames } = createPage([new IDBFactory()])
    const lasting = lastingIndexedDB(deadFactory(LOST), page)
    expect(await open(lasting)).toBe(LOST)
    expect(await open(lasting)).toBe('opened')
    expect(frames).toMatchObject([{ hidden: true }])
    expect((await lasting.databases()).map(({ name }) => name)).toEqual(['any'])
    lasting.deleteDatabase('any')
    expect(lasting.cmp('a', 'b')).toBe(-1)
  })

  test('when that is lost too there is another frame, and never more than one', async () => {
    const { page, frames } = createPage([deadFactory(LOST), new IDBFactory()])
    const lasting = lastingIndexedDB(deadFactory(LOST), page)
    expect(await open(lasting)).toBe(LOST)
    expect(await open(lasting)).toBe(LOST)
    expect(await open(lasting)).toBe('opened')
    expect(frames).toHaveLength(1)
  })

  test('another failure makes no frame', async () => {
    const { page, frames } = createPage([])
    const lasting = lastingIndexedDB(deadFactory('Internal error'), page)
    expect(await open(lasting)).toBe('Internal error')
    expect(await open(lasting)).toBe('Internal error')
    expect(frames).toEqual([])
  })

  test('where a frame has no IndexedDB either, the failure stays what it was', async () => {
    const { page } = createPage([undefined])
    const lasting = lastingIndexedDB(deadFactory(LOST), page)
    expect(await open(lasting)).toBe(LOST)
    expect(await open(lasting)).toBe(LOST)
  })
})
