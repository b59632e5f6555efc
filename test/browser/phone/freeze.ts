import type { PageTab } from './engines.ts'
import { eventually } from './eventually.ts'

/** A page that the browser has frozen. */
export interface Frozen {
  thaw(): Promise<void>
}

/** What a phone does with a page that was left. Chromium alone can be told to. */
export async function freeze(tab: PageTab): Promise<Frozen> {
  const cdp = await tab.page.context().newCDPSession(tab.page)
  const set = async (state: 'frozen' | 'active') =>
    void (await cdp.send('Page.setWebLifecycleState', { state }))
  await set('frozen')
  await eventually(() => tab.evaluate(() => phone.life.at(-1))).toBe('freeze') // the command comes back before that
  return { thaw: () => set('active') }
}
