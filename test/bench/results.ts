import { readFile, writeFile } from 'node:fs/promises'
import type { Contender } from './contender.ts'
import type { Samples } from './measure.ts'
import type { Plan } from './plan.ts'

/** Milliseconds, bytes or counts, by the name of the figure. */
export type Figures = Readonly<Record<string, Samples>>

/** What one contender did in one round. */
export interface Turn {
  readonly figures: Figures
  /** Why a task has no figures, by its name. */
  readonly failures: Readonly<Record<string, string>>
}

export type About = Pick<Contender, 'name' | 'durability'>

/** A whole run. */
export interface Results {
  readonly plan: Plan
  readonly conditions: Conditions
  /** By file name, as everything below. */
  readonly about: Readonly<Record<string, About>>
  readonly rounds: readonly Readonly<Record<string, Turn>>[]
}

/** What the figures depend on beside the code. */
export interface Conditions {
  readonly date: string
  readonly browser: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly minutes: number
  /** Of each contender's library. */
  readonly versions: Readonly<Record<string, string>>
}

export const OWN = 'rsvp-store'

/** rsvp-store first, then the limit, then the others. */
export function namesIn({ about }: Results): string[] {
  const rank = (name: string) => (name === OWN ? 0 : name === 'bare' ? 1 : 2)
  return Object.keys(about).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

export const titleOf = ({ about }: Results, name: string): string => about[name]?.name ?? name

export const keepResults = (path: string, results: Results) => writeFile(path, JSON.stringify(results))

export const readResults = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Results
