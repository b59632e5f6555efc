import type { Door } from './gate.ts'

/** Puts the gate before the handlers that will be set on this target; `then` follows each that ran. */
export function guard(
  gate: Door,
  target: EventTarget,
  names: readonly string[],
  isEffect: boolean,
  then = () => {},
): void {
  for (const name of names) {
    let handler: ((event: Event) => void) | null = null
    const guarded = (event: Event) => {
      const run = handler
      const deliver = () => {
        run?.call(target, event)
        then()
      }
      if (run) gate.pass(deliver, isEffect)
    }
    Object.defineProperty(target, name, {
      configurable: true,
      get: () => (handler ? guarded : null),
      set: (next) => {
        handler = next
      },
    })
  }
}

const READS = ['get', 'getKey', 'getAll', 'getAllKeys', 'count', 'openCursor', 'openKeyCursor'] as const

/** What is read from this source reaches the tab through the gate. */
export function guardRequests<T extends IDBObjectStore | IDBIndex>(gate: Door, source: T): T {
  for (const verb of READS) {
    const ask = source[verb].bind(source) as (...args: unknown[]) => IDBRequest
    Object.assign(source, {
      [verb]: (...args: unknown[]) => {
        const request = ask(...args)
        guard(gate, request, ['onsuccess', 'onerror'], true)
        return request
      },
    })
  }
  return source
}

/** An `open()` that ends in an error. */
export function failingOpen(gate: Door): IDBOpenDBRequest {
  const request = {
    result: undefined,
    error: new DOMException('spoilt', 'AbortError'),
    onerror: null as ((event: unknown) => void) | null,
    addEventListener: () => {},
  }
  const event = { target: request, preventDefault: () => {}, stopPropagation: () => {} }
  Promise.resolve().then(() => gate.pass(() => request.onerror?.(event), true))
  return request as unknown as IDBOpenDBRequest
}
