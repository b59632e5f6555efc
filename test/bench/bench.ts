import type { Page } from 'playwright'
import type { Plan } from './plan.ts'
import type { Keep } from './sheet.ts'

/** What a task is done with. */
export interface Bench {
  /** The file name of the contender. */
  readonly name: string
  readonly url: string
  readonly plan: Plan
  readonly isFirst: boolean
  readonly page: Page
  readonly keep: Keep
  open(name: string, query?: string): Promise<Page>
}
