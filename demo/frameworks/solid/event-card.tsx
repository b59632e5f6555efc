import { distinctUntilChanged, map } from 'rxjs'
import { createMemo, createSignal, from, Index, Show, useContext } from 'solid-js'
import type { RsvpStatus, RsvpStore } from '../../../src/index.ts'
import { choices } from '../choices.ts'
import { moveFocus } from '../move-focus.ts'
import { markOf, NETWORK, reasonOf } from '../words.ts'
import { RsvpStoreContext } from './rsvp-store.ts'

export function EventCard(props: { readonly eventId: string }) {
  const store = useContext(RsvpStoreContext) as RsvpStore
  const source = createMemo(() => from(store.event$(props.eventId))) // another one for another event
  const event = () => source()()
  const network = from(
    store.status$.pipe(
      map((status) => status.network),
      distinctUntilChanged(),
    ),
  )
  const [problem, setProblem] = createSignal('')

  const choose = (wanted: RsvpStatus) => {
    setProblem('')
    store.rsvp(props.eventId, wanted).catch((error) => setProblem(error.message)) // not on disk, and not shown
  }

  return (
    <article
      class="card"
      data-event-id={props.eventId}
      data-window={event()?.rsvpWindow}
      aria-busy={!event()}
    >
      <Show when={event()}>
        {(event) => (
          <>
            <h2>{event().title}</h2>
            <ul class="counts">
              <li data-count="going">
                <b>{event().rsvpCount ?? 0}</b> going
              </li>
              <li data-count="interested">
                <b>{event().interestedCount ?? 0}</b> interested
              </li>
            </ul>
            <p class="mark" role="status" data-sync={event().myRsvp.sync}>
              {markOf(event())}
            </p>
            <Show when={problem()}>
              <p class="problem" role="alert">
                {problem()}
              </p>
            </Show>
            <Show when={event().myRsvp.sync === 'failed'}>
              <div class="failure">
                <p>{reasonOf(event())}</p>
                <button type="button" onClick={() => store.retry(props.eventId)}>
                  Try again
                </button>
                <button type="button" onClick={() => store.discard(props.eventId)}>
                  Discard
                </button>
              </div>
            </Show>
            <div class="answers" role="radiogroup" aria-label="Your answer">
              <Index each={choices(event())}>
                {(choice) => (
                  <button
                    type="button"
                    role="radio"
                    data-answer={choice().answer}
                    aria-checked={choice().isChosen}
                    disabled={choice().isShut}
                    tabindex={choice().tabIndex}
                    onKeyDown={moveFocus}
                    onClick={() => choose(choice().answer)}
                  >
                    {choice().word}
                  </button>
                )}
              </Index>
            </div>
            <Show when={network()}>
              {(network) => (
                <p class="network" data-network={network()}>
                  {NETWORK[network()]}
                </p>
              )}
            </Show>
          </>
        )}
      </Show>
    </article>
  )
}
