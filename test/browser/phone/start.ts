import { makeFolder } from '../../child.ts'
import { type Home, type Releases, startHome } from './home.ts'
import type { Engine, Running, Tab } from './running.ts'
import { telling } from './telling.ts'

interface Fresh<T extends Tab> extends AsyncDisposable {
  readonly browser: Running<T>
  /** The browser's folder. */
  readonly profile: string
}

/** A browser that nobody has used before. See `Engine` for `prepare`. */
export async function launchFresh<T extends Tab>(engine: Engine<T>, prepare?: string): Promise<Fresh<T>> {
  const profile = await makeFolder()
  const browser = telling(await engine.launch(profile.path, prepare))
  return {
    browser,
    profile: profile.path,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await profile[Symbol.asyncDispose]()
    },
  }
}

export interface Started<T extends Tab = Tab> extends Fresh<T> {
  readonly home: Home
}

/** A fresh browser, and a home to visit. End both with `await using`. */
export async function startPhone<T extends Tab>(
  engine: Engine<T>,
  releases: Releases,
  prepare?: string,
): Promise<Started<T>> {
  const fresh = await launchFresh(engine, prepare)
  const home = await startHome(releases)
  return {
    ...fresh,
    home,
    async [Symbol.asyncDispose]() {
      await fresh[Symbol.asyncDispose]()
      await home[Symbol.asyncDispose]()
    },
  }
}
