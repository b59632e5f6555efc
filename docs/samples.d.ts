/** What the samples of these pages take for granted: a store, and an app around it. `test/docs-samples.test.ts` has it too. */
import type { EventView, ListView, RsvpStore, RsvpStoreOptions } from 'rsvp-store'
import type { ApiDouble } from 'rsvp-store/testing'

declare global {
  /** The store of the user who is signed in. */
  const store: RsvpStore
  /** How it was made. */
  const options: RsvpStoreOptions
  /** The API in memory, where a page speaks of it. */
  const api: ApiDouble
  /** The app's session. */
  const auth: {
    token(request?: { readonly refresh: boolean; readonly signal?: AbortSignal }): Promise<string>
    tokenOf(userId: string): Promise<string>
  }
  /** Draws one event: its title, how many go, what I said, and how far that has come. */
  function draw(title: string | undefined, going: number | undefined, mine: string | null, sync: string): void
  function drawList(events: ListView<EventView>, hasMore: boolean | undefined, isComplete: boolean): void
  /** Tells the user why an answer was refused. */
  function explain(message: string): void
  function say(message: string): void
  /** Asks the user; resolves with yes or no. */
  function ask(question: string): Promise<boolean>
  /** A server of one's own. */
  const myServer: { handle(request: Request): Promise<Response> }
}
