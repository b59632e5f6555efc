import { makeFolder } from '../../child.ts'
import { type Home, type Releases, startHome } from './home.ts'
import type { Engine, Running, Tab } from './running.ts'

export interface Started<T extends Tab = Tab> extends AsyncDisposable {
  readonly home: Home
  readonly browser: Running<T>
  /** The browser's folder. */
  readonly profile: string
}

/** A browser on a fresh profile, and a home to visit. End both with `await using`. See `Engine` for `prepare`. */
export async function startPhone<T extends Tab>(
  engine: Engine<T>,
  releases: Releases,
  prepare?: string,
): Promise<Started<T>> {
  const profile = await makeFolder()
  const home = await startHome(releases)
  const browser = await engine.launch(profile.path, prepare)
  return {
    home,
    browser,
    profile: profile.path,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await home[Symbol.asyncDispose]()
      await profile[Symbol.asyncDispose]()
    },
  }
}
