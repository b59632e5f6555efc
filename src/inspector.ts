import type { Observable } from 'rxjs'
import { systemClock } from './adapters/browser.ts'
import { readCapabilities } from './adapters/capabilities.ts'
import { createInspectorClass } from './inspector/element.ts'
import { createStory, type StoryStep } from './inspector/story.ts'
import type { RsvpStore } from './public-api.ts'

/**
 * Registers the inspector as a custom element: the outbox, what became of each answer, the status, what is on this
 * device, and what this browser can do. Set its property `store`. Once is enough; another name makes another element.
 * @param name a custom element's name, so with a hyphen. @defaultValue `'rsvp-inspector'`
 */
export function defineRsvpInspector(name = 'rsvp-inspector'): void {
  if (customElements.get(name)) return
  const parts = { now: systemClock.now, readCapabilities }
  customElements.define(name, createInspectorClass(parts))
}

/**
 * What becomes of my answers from now on, step by step: stored, claimed, sent, verdict, settled, with times; for an app's
 * own log. Cold: each subscriber follows by itself. Of other tabs it tells what they store, not what they send. Completes
 * when the store closes. Never holds a token.
 */
export const storyOf = (store: RsvpStore): Observable<StoryStep> => createStory(store, systemClock.now)

export type { RsvpInspectorElement } from './inspector/element.ts'
export type { StoryStep } from './inspector/story.ts'
export { type Assurance, assurancesOf, type Capabilities } from './model/capabilities.ts'
export { readCapabilities }
