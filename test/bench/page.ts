import { check } from './check.ts'
import type { Contender } from './contender.ts'
import type { Observed } from './observe-all.ts'
import { createTasks } from './tasks.ts'

type Page = ReturnType<typeof createTasks> & {
  readonly about: Pick<Contender, 'name' | 'durability'>
  readonly check: (name: string, url: string) => Promise<void>
  /** When the first list was there, in a page that was opened with `?cold={name}`. */
  readonly coldStart: Promise<number> | undefined
}

declare global {
  /** What the page can be asked to do. */
  var bench: Page
  /** What goes on between two questions. */
  var observing: Observed
}

/** Makes a page that does the tasks with this contender. */
export function run(contender: Contender): void {
  const tasks = createTasks(contender)
  const name = new URLSearchParams(location.search).get('cold')
  globalThis.bench = {
    ...tasks,
    about: { name: contender.name, durability: contender.durability },
    check: (name, url) => check(contender, name, url),
    coldStart: name ? tasks.cold(name) : undefined,
  }
}
