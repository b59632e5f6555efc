import { onTestFinished } from 'vitest'
import type { Running, Tab } from './running.ts'

const LISTEN_MS = 5_000

/**
 * The same browser; where the test fails, or runs out of time, it prints what each tab had not answered by then and how
 * it stood. A tab is told by its place in the order of their opening.
 */
export function telling<T extends Tab>(browser: Running<T>): Running<T> {
  const told: { readonly tab: Tab; readonly asked: Map<symbol, string> }[] = []

  function listened(tab: T): T {
    const asked = new Map<symbol, string>()
    told.push({ tab, asked })
    const evaluate = async (run: (arg?: never) => unknown, arg?: never) => {
      const key = Symbol('a question')
      asked.set(key, `${String(run).replace(/\s+/g, ' ').slice(0, 300)} (${JSON.stringify(arg)})`)
      const answer = await tab.evaluate(run, arg as never)
      asked.delete(key)
      return answer
    }
    return { ...tab, evaluate: evaluate as T['evaluate'] }
  }

  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    const lines = await Promise.all(
      told.map(async ({ tab, asked }, place) => `tab ${place}: ${await standing(tab)}\n${listOf(asked)}`),
    )
    process.stdout.write(`when the test failed:\n${lines.join('\n')}\n`)
  })

  return {
    ...browser,
    newTab: async (url) => listened(await browser.newTab(url)),
    newWindow: async (url) => listened(await browser.newWindow(url)),
  }
}

const listOf = (asked: ReadonlyMap<symbol, string>) =>
  [...asked.values()].map((question) => `  has not answered, or refused: ${question}`).join('\n')

/** What the page says of its store, if it is one that has a `phone`; or that it says nothing. */
function standing(tab: Tab): Promise<string> {
  const said = tab.evaluate(async () => {
    const { store, until, life } = phone
    const now = await until(store.status$, () => true)
    const outbox = await until(store.outbox$, () => true)
    const { held, pending } = await navigator.locks.query()
    return JSON.stringify({ now, outbox, life, held, pending, visible: document.visibilityState })
  })
  const silence = new Promise<string>((resolve) => setTimeout(resolve, LISTEN_MS, 'silent').unref())
  return Promise.race([said.catch((error) => `cannot say: ${error}`), silence])
}
