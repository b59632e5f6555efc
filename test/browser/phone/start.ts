import { makeFolder } from '../../child.ts'
import type { Engine, Running } from './engines.ts'
import { type Home, type Releases, startHome } from './home.ts'

export interface Started extends AsyncDisposable {
  readonly home: Home
  readonly browser: Running
}

/** A browser on a fresh profile, and a home to visit. End both with `await using`. */
export async function startPhone(engine: Engine, releases: Releases): Promise<Started> {
  const profile = await makeFolder()
  const home = await startHome(releases)
  const browser = await engine.launch(profile.path)
  return {
    home,
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await home[Symbol.asyncDispose]()
      await profile[Symbol.asyncDispose]()
    },
  }
}
