import type { Happening } from './happening.ts'
import type { Ledger } from './ledger.ts'
import type { Network } from './network.ts'
import type { Said } from './said.ts'
import type { SimulatedServer } from './server.ts'
import type { Tab } from './tab.ts'
import type { Timeline } from './timeline.ts'

/** What the invariants may look at. */
export interface Facts {
  readonly tabs: readonly Tab[]
  readonly ledger: Ledger
  readonly network: Network
  readonly server: SimulatedServer
  readonly said: Said
  readonly timeline: Timeline
  /** Every token ever handed out, with its user. */
  readonly tokens: ReadonlyMap<string, string>
  /** A tab wrote, and was stopped before it could tell this one: nobody else will. */
  untold(tab: Tab): boolean
  /** True time of the last thing that was done to the world, other than letting time pass. */
  disturbedAt(): number
  /** True time at which the phone's clock last jumped. */
  jumpedAt(): number
}

export interface Watch {
  hear?(happening: Happening): void
  /** Nothing moves any more but by the clock. */
  calm?(): void
  /** The quiet ending is over. */
  end?(): void
}

/** One promise of the store, as something that can be seen to be broken. */
export interface Invariant {
  /** Starts with the promise's number: `P3 order`. */
  readonly name: string
  watch(facts: Facts, fail: (what: string) => void): Watch
}

/** Tabs whose word counts: awake, and not on their way out. */
export const awake = ({ tabs }: Pick<Facts, 'tabs'>): readonly Tab[] =>
  tabs.filter((tab) => tab.life === 'open' && tab.gate.state() === 'open' && !tab.willFreeze)

export const isAsleep = ({ gate }: Tab): boolean => gate.state() === 'frozen'
