import type { KeyboardEvent } from 'react'
import type { RsvpStatus, RsvpWindow } from '../../src/index.ts'
import { ANSWERS } from './answer-words.ts'
import { Icon, type IconName } from './icon.tsx'
import { useWords } from './languages/use-words.ts'

const ICON: Record<RsvpStatus, IconName> = { going: 'check', interested: 'star', not_going: 'cross' }
const STEPS: Record<'ltr' | 'rtl', Record<string, number>> = {
  ltr: { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 },
  rtl: { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1 },
}

/** Arrows only move: an answer goes out when it is chosen with Space, not when it is passed on the way. */
function moveFocus(event: KeyboardEvent<HTMLElement>, direction: 'ltr' | 'rtl'): void {
  const step = STEPS[direction][event.key]
  if (step === undefined) return
  event.preventDefault()
  const radios = [...event.currentTarget.querySelectorAll<HTMLInputElement>('input:enabled')]
  const at = radios.indexOf(document.activeElement as HTMLInputElement)
  radios[(at + step + radios.length) % radios.length]?.focus()
}

/** The three-way answer. */
export function AnswerButtons({
  status,
  rsvpWindow,
  onAnswer,
}: {
  readonly status: string | null
  readonly rsvpWindow: RsvpWindow
  readonly onAnswer: (status: RsvpStatus) => void
}) {
  const { text, direction } = useWords()
  const isShut = (answer: RsvpStatus) =>
    rsvpWindow === 'closed' || (rsvpWindow === 'closing' && answer !== 'not_going')
  return (
    <div
      className="answers"
      role="radiogroup"
      aria-label={text.answering.label}
      onKeyDown={(event) => moveFocus(event, direction)}
    >
      {ANSWERS.map((answer) => (
        <label key={answer} className="answer" data-answer={answer}>
          <input
            type="radio"
            name="answer"
            value={answer}
            checked={status === answer}
            disabled={isShut(answer)}
            readOnly
            onClick={() => onAnswer(answer)}
          />
          <Icon name={ICON[answer]} />
          <span>{text.answer[answer]}</span>
        </label>
      ))}
    </div>
  )
}
