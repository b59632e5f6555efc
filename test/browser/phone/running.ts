import type { EngineName } from '../engine.ts'

/** A page in a browser, as far as every engine lets us at it. */
export interface Tab {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  /** Runs a function in the page, without what it closes over; waits for what it promises. */
  evaluate<T>(run: () => T): Promise<Awaited<T>>
  evaluate<T, Arg>(run: (arg: Arg) => T, arg: Arg): Promise<Awaited<T>>
  close(): Promise<void>
}

/** A browser on a profile of its own: what it stored is there again when it is launched on the same folder. */
export interface Running<T extends Tab = Tab> extends AsyncDisposable {
  /** Opens an address in a tab that comes to the front; the one before it is hidden from then on. */
  newTab(url: string): Promise<T>
  /** Opens an address in a window of its own; the ones before it stay visible. */
  newWindow(url: string): Promise<T>
  /** The user closes the tab in front, and is back in another. */
  leave(front: T, to: T): Promise<void>
  close(): Promise<void>
  /** Ends the whole browser as a battery does that is taken out. */
  sigkill(): Promise<void>
}

export interface Engine<T extends Tab = Tab> {
  readonly name: EngineName
  /** Every page runs `prepare`, if it is given, before its own scripts. */
  launch(profile: string, prepare?: string): Promise<Running<T>>
}
