import type { RsvpStatus } from '../../src/index.ts'
import { ANSWERS } from './answer-words.ts'
import { Inspector } from './inspector.tsx'
import { useWords } from './languages/use-words.ts'
import { ServerLog } from './server-log.tsx'
import { Sheet } from './sheet.tsx'
import { me, store } from './store.ts'
import { type DoubleHandle, useDouble } from './use-double.ts'

/** For a visitor: makes the sample server misbehave, and shows what it got. */
export function NetworkPanel({
  eventId,
  onClose,
}: {
  /** The event on the page, if one is. */
  readonly eventId: string | undefined
  readonly onClose: () => void
}) {
  const { panel } = useWords().text
  const double = useDouble()
  const { state } = double
  return (
    <Sheet title={panel.title} testId="network" isBeside onClose={onClose}>
      <p className="sheet-lead">{panel.lead}</p>
      {state ? (
        <>
          <Moods double={double} />
          {eventId !== undefined && <Elsewhere double={double} eventId={eventId} />}
          <ServerLog state={state} />
          <h3>{panel.startOver}</h3>
          <p className="meta">{panel.startOverSays}</p>
          <button type="button" className="button" onClick={() => void startOver(double)}>
            {panel.startOver}
          </button>
        </>
      ) : (
        <p className="meta">{panel.gone}</p>
      )}
      <h3>{panel.inspector}</h3>
      <Inspector />
    </Sheet>
  )
}

function Moods({ double: { state, setMood } }: { readonly double: DoubleHandle }) {
  const { panel } = useWords().text
  return (
    <div className="moods" role="radiogroup" aria-label={panel.moods}>
      {state?.moods.map((mood) => (
        <label key={mood} className="mood">
          <input
            type="radio"
            name="mood"
            value={mood}
            checked={state.mood === mood}
            onChange={() => setMood(mood)}
            aria-label={panel.mood[mood].name}
            aria-describedby={`mood-${mood}`}
          />
          <span>
            <b>{panel.mood[mood].name}</b>
            <small id={`mood-${mood}`}>{panel.mood[mood].says}</small>
          </span>
        </label>
      ))}
    </div>
  )
}

/** The same person on another device: the newest word wins. */
function Elsewhere({ double, eventId }: { readonly double: DoubleHandle; readonly eventId: string }) {
  const { panel, answer: answerWords } = useWords().text
  const answer = (status: RsvpStatus) => double.answerElsewhere(me, eventId, status).then(() => store.sync())
  return (
    <>
      <h3>{panel.elsewhere}</h3>
      <p className="row">
        {ANSWERS.map((status) => (
          <button key={status} type="button" className="button quiet" onClick={() => void answer(status)}>
            {answerWords[status]}
          </button>
        ))}
      </p>
    </>
  )
}

async function startOver(double: DoubleHandle): Promise<void> {
  await double.startOver()
  await store.logout({ unsent: 'discard' })
  location.reload()
}
