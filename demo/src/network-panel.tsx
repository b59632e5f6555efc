import type { RsvpStatus } from '../../src/index.ts'
import { MOOD } from './mood-words.ts'
import { ServerLog } from './server-log.tsx'
import { Sheet } from './sheet.tsx'
import { me, store } from './store.ts'
import { type DoubleHandle, useDouble } from './use-double.ts'
import { ANSWER, ANSWERS } from './words.ts'

/** For a visitor: makes the sample server misbehave, and shows what it got. */
export function NetworkPanel({
  eventId,
  onClose,
}: {
  /** The event on the page, if one is. */
  readonly eventId: string | undefined
  readonly onClose: () => void
}) {
  const double = useDouble()
  const { state } = double
  return (
    <Sheet title="Network" testId="network" isBeside onClose={onClose}>
      <p className="sheet-lead">
        Choose how the sample server behaves, then answer something. Whatever happens, nothing you said is
        lost.
      </p>
      {state ? (
        <>
          <Moods double={double} />
          {eventId !== undefined && <Elsewhere double={double} eventId={eventId} />}
          <ServerLog state={state} />
          <h3>Start over</h3>
          <p className="meta">Makes a new sample server and forgets everything on this device.</p>
          <button type="button" className="button" onClick={() => void startOver(double)}>
            Start over
          </button>
        </>
      ) : (
        <p className="meta">
          The sample server cannot be reached. That, too, is a mood: the app goes on with what it has.
        </p>
      )}
    </Sheet>
  )
}

function Moods({ double: { state, setMood } }: { readonly double: DoubleHandle }) {
  return (
    <div className="moods" role="radiogroup" aria-label="How the server behaves">
      {state?.moods.map((mood) => (
        <label key={mood} className="mood">
          <input
            type="radio"
            name="mood"
            value={mood}
            checked={state.mood === mood}
            onChange={() => setMood(mood)}
            aria-label={MOOD[mood].name}
            aria-describedby={`mood-${mood}`}
          />
          <span>
            <b>{MOOD[mood].name}</b>
            <small id={`mood-${mood}`}>{MOOD[mood].says}</small>
          </span>
        </label>
      ))}
    </div>
  )
}

/** The same person on another device: the newest word wins. */
function Elsewhere({ double, eventId }: { readonly double: DoubleHandle; readonly eventId: string }) {
  const answer = (status: RsvpStatus) => double.answerElsewhere(me, eventId, status).then(() => store.sync())
  return (
    <>
      <h3>Answer this event on your other device</h3>
      <p className="row">
        {ANSWERS.map((status) => (
          <button key={status} type="button" className="button quiet" onClick={() => void answer(status)}>
            {ANSWER[status]}
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
