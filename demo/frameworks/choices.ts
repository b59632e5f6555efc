import type { EventView, RsvpStatus } from '../../src/index.ts'
import { ANSWER } from './words.ts'

/** One of the three buttons. */
export interface Choice {
  readonly answer: RsvpStatus
  readonly word: string
  readonly isChosen: boolean
  /** The event does not take this answer any more. */
  readonly isShut: boolean
  readonly tabIndex: 0 | -1
}

const ANSWERS: readonly RsvpStatus[] = ['going', 'interested', 'not_going']

/** The buttons of an event. Tab leads to one of them, as in every radio group: the chosen one, else the first. */
export function choices({ myRsvp: { status }, rsvpWindow }: EventView): readonly Choice[] {
  const isShut = (answer: RsvpStatus) =>
    rsvpWindow === 'closed' || (rsvpWindow === 'closing' && answer !== 'not_going')
  const open = ANSWERS.filter((answer) => !isShut(answer))
  const first = open.find((answer) => answer === status) ?? open[0]
  return ANSWERS.map((answer) => ({
    answer,
    word: ANSWER[answer],
    isChosen: answer === status,
    isShut: isShut(answer),
    tabIndex: answer === first ? 0 : -1,
  }))
}
